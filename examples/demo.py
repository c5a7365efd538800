"""What pilview does, on a photograph: run it with `make demo`. Needs Pillow and pilview, nothing else."""

import argparse
import ctypes
import math
import platform
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import PIL
from PIL import Image, ImageChops, ImageOps

import pilview

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "demo-out"
DOCS = HERE.parent / "docs"
WHITE = (255, 255, 255)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", action="store_true", help="also write the picture of the README to docs/")
    docs = parser.parse_args().docs

    threads = pilview.get_num_threads()
    versions = f"Pillow {PIL.__version__}, Python {platform.python_version()}, {threads} threads"
    print(f"pilview {pilview.__version__}, {versions}")

    photo = Image.open(HERE / "astronaut.png")
    title("A photograph: examples/astronaut.png")
    describe(pilview.view(photo))
    title("No pixel is copied")
    show_addresses(photo, y=100)
    show_costs(photo)
    title("Edited in place")
    before = photo.copy()
    edit(photo)
    pair = side_by_side(before, photo)
    save(pair, OUT / "photograph.png")
    if docs:
        save(pair, DOCS / "demo.jpg")

    large = ImageOps.fit(before, (6000, 4000), centering=(0.5, 0.2))
    title("The same on 24 megapixels")
    describe(pilview.view(large))
    show_costs(large)
    before = large.reduce(8)
    edit(large)
    compare_with_pillow(large)
    save(side_by_side(before, large.reduce(8)), OUT / "enlargement.png")


def describe(v: pilview.ImageView) -> None:
    """What the view says about itself, in the words of memoryview and of Pillow."""
    for name in ("mode", "size", "shape", "strides", "suboffsets", "format", "readonly"):
        line(name, getattr(v, name))
    rows = ", ".join(str(block.height) for block in v.blocks)
    line("blocks", f"{len(v.blocks)} (rows: {rows})")


def show_addresses(img: Image.Image, y: int) -> None:
    """Compares where Pillow keeps row `y` with where the view reaches it, then writes there past both."""
    v = pilview.view(img)
    table = dict(pilview.unsafe_ptrs(img))["image"]
    pillow = ctypes.c_size_t.from_address(table + y * ctypes.sizeof(ctypes.c_void_p)).value
    viewed = ctypes.addressof(ctypes.c_char.from_buffer(v.row(y)))
    line(f"row {y} in Pillow", f"{pillow:#x}")
    line(f"row {y} in the view", f"{viewed:#x}  {'the same' if viewed == pillow else 'ANOTHER'}")

    byte = ctypes.c_ubyte.from_address(pillow)
    was, byte.value = byte.value, 42
    line("42 written there", f"memoryview reads {memoryview(v)[y, 0, 0]}, getpixel {img.getpixel((0, y))}")
    byte.value = was


def show_costs(img: Image.Image) -> None:
    """A view takes microseconds whatever the size; the copies that it replaces take milliseconds."""
    line("view + memoryview", seconds(lambda: memoryview(pilview.view(img)), repeat=200))
    line("img.tobytes()", seconds(img.tobytes))
    try:
        import numpy as np  # noqa: PLC0415  # the demo runs without it
    except ImportError:
        return
    line("np.asarray(img)", seconds(lambda: np.asarray(img)))


def edit(img: Image.Image) -> None:
    """Kernels on the whole picture, on three of its four strips, on one band; lines by a plain memoryview."""
    v = pilview.view(img)
    w, h = v.size
    strips = [v.crop((w * i // 4, 0, w * (i + 1) // 4, h)) for i in range(4)]

    timed("v.point(tables)", lambda: v.point(grade()), "the whole picture, a table a band")
    timed("strip.point(f)", lambda: strips[0].point(lambda value: value // 64 * 85), "4 values a band")
    timed("strip.invert()", strips[2].invert)
    timed("strip.threshold(110)", lambda: strips[3].threshold(110))
    timed('strip["B"].fill(110)', lambda: strips[3]["B"].fill(110), "one band, the others stay")

    pixels = memoryview(v)
    timed(
        "m[y, x, band] = 255", lambda: draw_lines(pixels, [w * i // 4 for i in (1, 2, 3)], max(2, w // 256))
    )


def grade() -> list[float]:
    """Three tables of 256: more contrast in red and green, less in blue, as on cross-processed film."""
    curve = [127.5 - 127.5 * math.cos(math.pi * value / 255) for value in range(256)]
    red = [0.5 * c + 0.5 * value for value, c in enumerate(curve)]
    green = [0.6 * c + 0.4 * value for value, c in enumerate(curve)]
    blue = [50 + 0.62 * value for value in range(256)]
    return red + green + blue


def draw_lines(pixels: memoryview, columns: list[int], width: int) -> None:
    """White lines down a picture, value by value: nothing here knows about Pillow or pilview."""
    for y in range(len(pixels)):
        for x in columns:
            for dx in range(width):
                for band, value in enumerate(WHITE):
                    pixels[y, x + dx - width // 2, band] = value


def compare_with_pillow(img: Image.Image) -> None:
    """The same pixels as Pillow's own operation, sooner and without a second picture in memory."""
    v = pilview.view(img)
    inverted = ImageChops.invert(img)
    line("ImageChops.invert()", seconds(lambda: ImageChops.invert(img)))
    line("v.invert()", seconds(v.invert))  # an odd number of times, so that it is inverted now
    line("the same pixels", v == pilview.view(inverted))
    v.invert()


def side_by_side(before: Image.Image, after: Image.Image) -> Image.Image:
    gap = 16
    pair = Image.new("RGB", (before.width + gap + after.width, before.height), WHITE)
    pair.paste(before, (0, 0))
    pair.paste(after, (before.width + gap, 0))
    return pair


def save(img: Image.Image, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    img.save(path, quality=90)  # which a PNG ignores
    line("saved", path.relative_to(HERE.parent))


def seconds(call: Callable[[], object], repeat: int = 5) -> str:
    """The median time of `call`, which is run an odd number of times."""
    times = []
    for _ in range(repeat | 1):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return human(median(times))


def timed(name: str, call: Callable[[], object], note: str = "") -> None:
    start = perf_counter()
    call()
    line(name, f"{human(perf_counter() - start)}  {note}".rstrip())


def human(time: float) -> str:
    return f"{time * 1e3:9.2f} ms" if time >= 1e-3 else f"{time * 1e6:9.2f} us"


def title(text: str) -> None:
    print(f"\n{text}")


def line(name: str, value: object) -> None:
    print(f"  {name:21} {value}")


if __name__ == "__main__":
    main()
