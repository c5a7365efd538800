"""The gallery: what every kernel makes of a picture, made by pilview when the documentation is built."""

from __future__ import annotations

import ast
import io
import random
from html import escape
from pathlib import Path
from typing import Any

import stub
from cards import CARDS, Card
from PIL import Image, ImageChops, ImageDraw, ImageFilter

import pilview

PHOTOGRAPH = Path(__file__).resolve().parents[2] / "examples/astronaut.png"
SIDE = 256
BAND_COLOURS = ("#e15759", "#59a14f", "#4e79a7", "#888")
LEAD = """# Gallery

What each kernel makes of a picture, with the code that made it: all run when this page is built. In the
code `v` is `pilview.view` of the picture on the left, and `other` and `mask` are these two images.
Statistics are shown as numbers, rounded to two digits.

![other](gallery/other.jpg){ width="128" } ![mask](gallery/mask.jpg){ width="128" }

What is transparent is shown on squares. Parameters, modes and errors are in [the reference](api/kernels.md).
"""


def files() -> dict[str, str | bytes]:
    """The page and its pictures, by their places in the documentation."""
    pictures = {"other": other("RGB"), "mask": mask()}
    by_kernel = {card.kernel: card for card in CARDS}
    text = [LEAD]
    for family, names in stub.kernels().items():
        shown = [figure(by_kernel[name], pictures) for name in names]
        text += [f"## {family}", '<div class="gallery">\n' + "\n".join(shown) + "\n</div>"]
    made: dict[str, str | bytes] = {f"gallery/{name}.jpg": jpeg(img) for name, img in pictures.items()}
    return {"gallery.md": "\n\n".join(text) + "\n", **made}


def figure(card: Card, pictures: dict[str, Image.Image]) -> str:
    """The card as HTML. Its pictures are added to `pictures`."""
    before = start(card.start)
    pictures.setdefault(f"before-{card.start}", before)
    result = run(card, before.copy())
    shown = [f'<img src="gallery/before-{card.start}.jpg" alt="before" loading="lazy">']
    if isinstance(result, Image.Image):
        pictures[card.kernel] = result
        size = f'width="{result.width}" height="{result.height}"'
        shown.append(f'<img src="gallery/{card.kernel}.jpg" alt="after {card.kernel}" {size} loading="lazy">')
    elif card.kernel == "histogram":
        shown.append(plot(result))
    else:
        shown.append(f"<pre><code>{escape(words(result))}</code></pre>")
    name = (
        f'<a href="api/kernels.html#pilview._pilview.ImageView.{card.kernel}"><code>{card.kernel}</code></a>'
    )
    return (
        f'<figure id="{card.kernel}"><div>{"".join(shown)}</div>'
        f"<figcaption>{name}<pre><code>{escape(card.code)}</code></pre></figcaption></figure>"
    )


def run(card: Card, img: Image.Image) -> Any:
    """The picture that a card's code makes, or the result of its last line if that is no view."""
    lines = ast.parse(card.code).body
    last = lines.pop()
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {
        "v": pilview.view(img),
        "other": other(img.mode),
        "mask": mask(),
        "Image": Image,
        "ImageFilter": ImageFilter,
    }
    exec(compile(ast.Module(lines, []), card.kernel, "exec"), names)
    result = eval(compile(ast.Expression(last.value), card.kernel, "eval"), names)
    if isinstance(result, pilview.ImageView):
        return names.get("dst", img)
    return result


def start(name: str) -> Image.Image:
    """The pictures to begin with."""
    with Image.open(PHOTOGRAPH) as photograph:
        photo = photograph.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    if name == "flat":
        return photo.point(lambda value: 40 + value * 0.45)
    if name == "noisy":
        draw, numbers = ImageDraw.Draw(photo), random.Random(1)
        for _ in range(4000):
            draw.point((numbers.randrange(SIDE), numbers.randrange(SIDE)), numbers.choice(("black", "white")))
    if name == "tiles":
        photo = Image.new("RGB", (SIDE, SIDE), "navy")
        photo.paste("gold", (0, 0, 128, 96))
        photo.paste("teal", (128, 96, SIDE, SIDE))
    if name in ("opaque", "translucent", "premultiplied"):
        photo.putalpha(255 if name == "opaque" else mask())
    if name == "premultiplied":
        photo = Image.frombytes("RGBA", photo.size, photo.convert("RGBa").tobytes())
    return photo


def mask() -> Image.Image:
    """White in the middle, black outside."""
    return ImageChops.invert(Image.radial_gradient("L")).point(lambda value: value * 3 - 255)


def other(mode: str) -> Image.Image:
    """Colours that run across and down; transparent to the right where there is alpha."""
    across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90)
    img = Image.merge("RGB", (Image.linear_gradient("L"), across, Image.radial_gradient("L")))
    if mode == "RGBA":
        img.putalpha(across)
    return img


def jpeg(img: Image.Image) -> bytes:
    """The file of a picture, on squares where it is transparent."""
    if img.mode == "RGBA":
        squares = Image.new("RGB", img.size, "white")
        draw = ImageDraw.Draw(squares)
        for y in range(0, img.height, 16):
            for x in range(y % 32, img.width, 32):
                draw.rectangle((x, y, x + 15, y + 15), "#bbb")
        squares.paste(img, mask=img.getchannel("A"))
        img = squares
    file = io.BytesIO()
    img.save(file, "JPEG", quality=88)
    return file.getvalue()


def plot(counts: list[int]) -> str:
    """A histogram as lines, one a band."""
    highest = sorted(counts)[-8]  # of a photograph, black and white stand far above all others
    lines = []
    for band in range(len(counts) // 256):
        values = counts[256 * band : 256 * band + 256]
        points = " ".join(f"{x},{100 - 98 * min(count / highest, 1):.1f}" for x, count in enumerate(values))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{BAND_COLOURS[band]}"/>')
    return f'<svg viewBox="0 0 256 100" role="img" aria-label="a histogram">{"".join(lines)}</svg>'


def words(result: object) -> str:
    """A result to be read: floats with two digits, a band or an item a line."""
    if isinstance(result, float):
        return f"{result:.2f}"
    if isinstance(result, list) or (isinstance(result, tuple) and isinstance(result[0], tuple)):
        return ",\n".join(words(item) for item in result)
    return repr(result)
