"""What notebooks show of a view: its pixels as PNG, and a drawing of the memory that they lie in."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from PIL import Image

from ._drawing import Facts, drawing
from ._pilview import ImageView, view

# Modes of one band, by the format of a cast.
BY_FORMAT = {"B": "L", "b": "L", "H": "I;16", "h": "I;16", ">H": "I;16B", "i": "I", "I": "I", "f": "F"}
SHOWN_AS = {"P": "RGBA", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}
SAVED_AS_THEY_ARE = ("1", "L", "LA", "RGB", "RGBA")


def png(small: ImageView) -> bytes:
    """The pixels of a small view as a PNG file."""
    file = io.BytesIO()
    picture(small).save(file, "PNG")
    return file.getvalue()


def picture(small: ImageView) -> Image.Image:
    """An image, of a mode that PNG has, of a view's pixels."""
    size, bands = (small.width, small.height), len(small.bands)
    if 0 in size:
        return Image.new("L", (1, 1), 255)
    if small.format != "B":
        return scaled(filled(BY_FORMAT[small.format], size, small))
    if small.bands == small.image.getbands():
        img = filled(small.mode, size, small)
        if palette := small.image.palette:
            img.putpalette(small.image.getpalette(palette.mode) or [], palette.mode)
            img.info.update(transparency(small.image.info))
        return shown(img)
    if bands == 1:
        return filled("L", size, small)
    img = Image.new("RGB", size)
    for band in range(min(bands, 3)):
        view(img)[:, :, band].copy_from(small[..., band].tobytes())
    return img


def transparency(info: Mapping[Any, Any]) -> dict[str | tuple[int, int], int | bytes]:
    """Of a palette, where Pillow can make use of it: anybody can write into `Image.info`."""
    match info.get("transparency"):
        case bytes(alphas):
            return {"transparency": alphas[:256]}
        case int(index) if 0 <= index < 256:
            return {"transparency": index}
    return {}


def filled(mode: str, size: tuple[int, int], small: ImageView) -> Image.Image:
    img = Image.new(mode, size)
    view(img).copy_from(small.tobytes())
    return img


def shown(img: Image.Image) -> Image.Image:
    if img.mode in SAVED_AS_THEY_ARE:
        return img
    if img.mode == "LAB":  # Pillow has no way to RGB without a profile.
        return img.getchannel("L")
    return img.convert(SHOWN_AS.get(img.mode, "RGB"))


def scaled(img: Image.Image) -> Image.Image:
    """From the least finite value, black, to the largest, white."""
    values = img if img.mode == "F" else img.convert("I").convert("F")
    finite = [value for value in memoryview(values.tobytes()).cast("f") if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    if low == high:
        low = min(low, 0.0)  # so that what is above zero is white
    scale = 255 / (high - low) if high > low else 1.0
    return values.point(lambda value: value * scale - low * scale).convert("L")


def html(whole: ImageView, small: ImageView, facts: Facts) -> str:
    """The picture, the attributes and the memory of a view."""
    data = base64.b64encode(png(small)).decode("ascii")
    rows = "".join(
        f'<tr><th style="text-align:left">{name}</th><td style="text-align:left">{escape(text)}</td></tr>'
        for name, text in attributes(whole, facts)
    )
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start">'
        f'<img src="data:image/png;base64,{data}" alt="the pixels" '
        'style="max-width:256px;max-height:256px;image-rendering:auto;border:1px solid #999"/>'
        f"<table>{rows}</table><div>{drawing(whole, facts)}</div></div>"
    )


def attributes(whole: ImageView, facts: Facts) -> Iterator[tuple[str, str]]:
    blocks, padding = len(facts["runs"]), abs(facts["pitch"]) - facts["row_bytes"]
    yield "pilview.ImageView", f"mode {whole.mode}, {whole.width} x {whole.height} pixels"
    yield "shape", f"{whole.shape} of {whole.format!r}"
    yield (
        "strides",
        f"{whole.strides}" + (f", suboffsets {whole.suboffsets}" if whole.suboffsets else ", no suboffsets"),
    )
    yield "bands", ", ".join(whole.bands)
    if facts["stale"]:
        yield "access", "stale: Pillow has given the image other memory since"
    else:
        yield "access", "read-only" if whole.readonly else "writable"
    memory = f"{blocks} block{'' if blocks == 1 else 's'}, {facts['pitch']} bytes from row to row"
    yield "memory", memory + (f", {padding} of them between rows" if padding > 0 else "")
