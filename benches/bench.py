"""Times pilview beside Pillow, NumPy, OpenCV and the memory itself, in one run: `make bench`."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

import pilview
from cases import ACCESS, KERNELS, Bytes, Kernel
from pilview import _pilview
from race import call, race, statement
from report import Claim, Results, Times, plot, print_claims, write_markdown

LARGE = (6000, 4000)
SMALL = (16, 32, 64, 128, 256)
MODES = ("L", "RGB")

# The module's own plain passes, spread over the same threads; no part of its interface, so not in its stubs.
memory_limit_inplace: Callable[[object], None] = vars(_pilview)["_memory_limit_inplace"]
memory_limit_copy: Callable[[object, object], None] = vars(_pilview)["_memory_limit_copy"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-out"), help="where the table and the plot go")
    parser.add_argument("--record", type=Path, help="a second folder for them, such as docs")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contender on 24 megapixels")
    args = parser.parse_args()

    busy = os.getloadavg()[0]
    if busy > 0.5:
        print(
            f"Something else is running here (load {busy:.1f}): expect worse figures than the machine's own."
        )
    results = measure(args.rounds)
    claims = list(judge(results))
    print_claims(claims)
    for folder in filter(None, (args.out, args.record)):
        folder.mkdir(exist_ok=True)
        write_markdown(folder / "benchmarks.md", results, claims)
        plot(folder / "benchmarks.png", results)
        print(f"wrote {folder}/benchmarks.md and {folder}/benchmarks.png")


def measure(rounds: int) -> Results:
    quick = 5 * rounds
    return Results(
        views=race_views(quick),
        access={mode: race_access(mode, quick) for mode in MODES},
        import_ms=import_time(),
        kernels=race_kernels(rounds),
        copies=race_copies(rounds),
        small={(mode, side): race_small(mode, side, quick) for mode in MODES for side in SMALL},
    )


def race_views(rounds: int) -> Times:
    progress("views and pixels")
    text = "memoryview(view(img))"
    small, large = noise("RGB", (64, 64)), noise("RGB", LARGE)
    views = {
        ("pilview", "64x64"): statement(text, view=pilview.view, img=small),
        ("pilview", "6000x4000"): statement(text, view=pilview.view, img=large),
        ("numpy", "64x64"): call(np.asarray, small),
    }
    return race(views, rounds) | race({("numpy", "6000x4000"): call(np.asarray, large)}, rounds=5)


def race_access(mode: str, rounds: int) -> Times:
    img = noise(mode, (64, 64))
    names = {"v": pilview.view(img), "px": img.load(), "c": (1, 2, 3) if mode == "RGB" else 1}
    contenders = {}
    for access in ACCESS:
        contenders["pilview", access.name] = statement(access.pilview, **names)
        contenders["pillow", access.name] = statement(access.pillow, **names)
    return race(contenders, rounds)


def race_kernels(rounds: int) -> Times:
    """All kernels on one and the same memory: an image in one block, as Pillow, NumPy and OpenCV see it."""
    progress("kernels on 24 megapixels")
    img = one_block()
    scattered = pilview.view(noise("RGB", LARGE))
    v, words = pilview.view(img), pilview.view(img).packed.strided
    array: Bytes = np.asarray(words).view(np.uint8).reshape(v.height, v.width, 4)
    contenders = {("limit", "in place"): call(memory_limit_inplace, flat(v, 4 * v.width * v.height))}
    for kernel in KERNELS:
        contenders |= {
            ("pilview", kernel.name): call(kernel.pilview, v),
            ("blocks", kernel.name): call(kernel.pilview, scattered),
            ("opencv", kernel.name): call(kernel.opencv, array),
            ("numpy", kernel.name): call(kernel.numpy, array),
            ("pillow", kernel.name): call(kernel.pillow, img),
        }
    return race(contenders, rounds)


def race_copies(rounds: int) -> Times:
    progress("copies of 24 megapixels")
    img = one_block()
    v = pilview.view(img)
    source = flat(v, v.nbytes)
    target = np.ones(v.nbytes, np.uint8)
    return race(
        {
            ("limit", "copy"): call(memory_limit_copy, target[: len(source)], source),
            ("pilview", "copy_to"): call(v.copy_to, target),
            ("pilview", "tobytes"): call(v.tobytes),
            ("pillow", "tobytes"): call(img.tobytes),
        },
        rounds,
    )


def race_small(mode: str, side: int, rounds: int) -> Times:
    progress(f"{side}x{side} {mode}")
    img = noise(mode, (side, side))
    v = pilview.view(img)
    contenders = {}
    for kernel in KERNELS:
        contenders["pilview", kernel.name] = call(kernel.pilview, v)
        contenders["view", kernel.name] = call(partial(view_and_run, kernel), img)
        contenders["pillow", kernel.name] = call(kernel.pillow, img)
    return race(contenders, rounds)


def view_and_run(kernel: Kernel, img: Image.Image) -> None:
    kernel.pilview(pilview.view(img))


def import_time() -> float:
    """Milliseconds that pilview adds to `import PIL.Image`: the least of several fresh interpreters."""
    code = "import time, PIL.Image; t = time.perf_counter(); import pilview; print(time.perf_counter() - t)"
    runs = (subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(5))
    return min(float(run.stdout) for run in runs) * 1e3


def noise(mode: str, size: tuple[int, int]) -> Image.Image:
    """An image with every value in it, lying as Pillow lays it."""
    values = np.random.default_rng(0).integers(0, 256, size[0] * size[1] * Image.getmodebands(mode), np.uint8)
    return Image.frombytes(mode, size, values.tobytes())


def one_block() -> Image.Image:
    img = pilview.new("RGB", LARGE)
    img.paste(noise("RGB", LARGE))
    return img


def flat(v: pilview.ImageView, nbytes: int) -> memoryview:
    """The memory behind `v` as flat bytes. The limits want whole 16 KiB: at most 0.02 % less than asked."""
    return memoryview(v.packed.strided).cast("B")[: nbytes // 16384 * 16384]


def judge(r: Results) -> Iterator[Claim]:
    """Every promise about speed, beside what was measured."""
    for size in ("64x64", "6000x4000"):
        yield Claim(f"`view` + `memoryview`, {size}", r.views["pilview", size] * 1e6, "us", at_most=3)
    yield Claim(
        "the same, 6000x4000 to 64x64",
        r.views["pilview", "6000x4000"] / r.views["pilview", "64x64"],
        "x",
        at_most=1.5,
    )
    yield Claim("`import pilview` after `import PIL.Image`", r.import_ms, "ms", at_most=15)
    for access in ACCESS:
        for mode, times in r.access.items():
            ratio = times["pilview", access.name] / times["pillow", access.name]
            yield Claim(f"{access.name}, {mode}, to Pillow's `px[x, y]`", ratio, "x", at_most=access.within)

    k = r.kernels
    vbmi = "vbmi" in str(pilview.info()["cpu"]).lower()
    for kernel in KERNELS:
        ours = k["pilview", kernel.name]
        limit = kernel.limit_vbmi if vbmi and kernel.limit_vbmi else kernel.limit
        if limit:
            yield Claim(
                f"`{kernel.name}` to the memory limit", ours / k["limit", "in place"], "x", at_most=limit
            )
        if kernel.plain:
            yield Claim(f"`{kernel.name}` to `cv2.bitwise_not`", ours / k["opencv", "invert"], "x", at_most=1)
            yield Claim(
                f"`ImageChops.invert` to `{kernel.name}`", k["pillow", "invert"] / ours, "x", at_least=8
            )

    c = r.copies
    yield Claim(
        "Pillow's `tobytes` to `v.tobytes`", c["pillow", "tobytes"] / c["pilview", "tobytes"], "x", at_least=4
    )
    yield Claim(
        "`copy_to` to a plain parallel copy", c["pilview", "copy_to"] / c["limit", "copy"], "x", at_most=1.5
    )

    for kernel in KERNELS:
        ratios = {
            f"{side}x{side} {mode}": times["pillow", kernel.name] / times["pilview", kernel.name]
            for (mode, side), times in r.small.items()
        }
        worst = min(ratios, key=ratios.__getitem__)
        yield Claim(f"Pillow to `{kernel.name}`, worst small image: {worst}", ratios[worst], "x", at_least=1)


def progress(what: str) -> None:
    print(f"timing {what} ...", file=sys.stderr)


if __name__ == "__main__":
    main()
