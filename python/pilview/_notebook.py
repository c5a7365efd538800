"""What notebooks show of a view: its pixels as PNG, and a drawing of the memory that they lie in."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from html import escape
from typing import TypedDict

from PIL import Image

from ._pilview import ImageView, view

# Modes of one band, by the format of a cast.
BY_FORMAT = {"B": "L", "b": "L", "H": "I;16", "h": "I;16", ">H": "I;16B", "i": "I", "I": "I", "f": "F"}
SHOWN_AS = {"P": "RGBA", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}
SAVED_AS_THEY_ARE = ("1", "L", "LA", "RGB", "RGBA")


class Facts(TypedDict):
    """What ImageView tells of its memory. Axes are (start, step, length), counted in rows and pixels."""

    runs: list[tuple[int, int]]  # first row and the row after the last of each block
    pitch: int  # bytes from row to row
    row_bytes: int
    pixel: int  # bytes
    itemsize: int
    band_names: list[str]
    band_offsets: list[int]
    bands: list[int]  # the bytes in a pixel at which the view's bands begin
    rows: tuple[int, int, int]
    columns: tuple[int, int, int]


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
            img.info.update({key: value for key, value in small.image.info.items() if key == "transparency"})
        return shown(img)
    if bands == 1:
        return filled("L", size, small)
    img = Image.new("RGB", size)
    for band in range(min(bands, 3)):
        view(img)[:, :, band].copy_from(small[..., band].tobytes())
    return img


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
    """From the least value, black, to the largest, white."""
    values = img if img.mode == "F" else img.convert("I").convert("F")
    extrema = values.getextrema()
    low, high = (float(value) for value in extrema if not isinstance(value, tuple))
    if not 0 < high - low < float("inf"):  # all alike, or not finite
        return Image.new("L", img.size, 0 if high <= 0 else 255)
    scale = 255 / (high - low)
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
        f"<table>{rows}</table><div>{drawing(facts)}</div></div>"
    )


def attributes(whole: ImageView, facts: Facts) -> Iterator[tuple[str, str]]:
    blocks, padding = len(facts["runs"]), facts["pitch"] - facts["row_bytes"]
    yield "pilview.ImageView", f"mode {whole.mode}, {whole.width} x {whole.height} pixels"
    yield "shape", f"{whole.shape} of {whole.format!r}"
    yield (
        "strides",
        f"{whole.strides}" + (f", suboffsets {whole.suboffsets}" if whole.suboffsets else ", no suboffsets"),
    )
    yield "bands", ", ".join(whole.bands)
    yield "access", "read-only" if whole.readonly else "writable"
    memory = f"{blocks} block{'' if blocks == 1 else 's'}, {facts['pitch']} bytes from row to row"
    yield "memory", memory + (f", {padding} of them between rows" if padding else "")


WIDTH, LEFT, ROW_AREA = 460, 96, 340  # of the drawing, in its units
TOTAL, LEAST = 150, 12  # the height of all blocks together, and of the smallest
MOST_BLOCKS = 8
PIXELS, GAP, VIEW = "#cfe0f3", "#e8e8e8", "#f28e2b"
BAND_COLOURS = {"R": "#e15759", "G": "#59a14f", "B": "#4e79a7", "A": "#b0b0b0", "a": "#b0b0b0"}


def drawing(facts: Facts) -> str:
    """Blocks top to bottom, rows from left to right, the view in orange; then the bytes of a pixel."""
    shapes: list[str] = []
    top = 16
    shapes.append(text(LEFT, 11, f"a row: {facts['row_bytes']} bytes of pixels"))
    shapes.append(rect(LEFT + ROW_AREA - 58, 2, 10, 10, VIEW, title="the view", opacity=0.45))
    shapes.append(text(LEFT + ROW_AREA - 44, 11, "the view"))
    runs = [run for run in facts["runs"] if run[1] > run[0]]
    scale = TOTAL / max(sum(last - first for first, last in runs[:MOST_BLOCKS]), 1)
    for number, run in enumerate(runs[:MOST_BLOCKS]):
        height = max((run[1] - run[0]) * scale, LEAST)
        shapes += block(facts, number, run, top, height)
        top += round(height) + 6
    if len(runs) > MOST_BLOCKS:
        shapes.append(text(LEFT, top + 9, f"and {len(runs) - MOST_BLOCKS} more blocks"))
        top += 16
    shapes += pixel_bytes(facts, top + 14)
    height = top + 58
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="10">'
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>{"".join(shapes)}</svg>'
    )


def block(facts: Facts, number: int, run: tuple[int, int], top: float, height: float) -> Iterator[str]:
    first, last = run
    pitch = max(abs(facts["pitch"]), facts["row_bytes"], 1)
    across, down = ROW_AREA / pitch, height / (last - first)
    yield text(0, top + 9, f"block {number}")
    if height >= 22:
        yield text(0, top + 20, f"rows {first}-{last - 1}", "#666")
    yield rect(LEFT, top, ROW_AREA, height, GAP, title="between rows")
    yield rect(LEFT, top, facts["row_bytes"] * across, height, PIXELS, title="pixels")
    rows, columns = extent(facts["rows"]), extent(facts["columns"])
    begin, end = max(rows[0], first), min(rows[1], last)
    if begin < end and columns[0] < columns[1]:
        left = LEFT + columns[0] * facts["pixel"] * across
        wide = (columns[1] - columns[0]) * facts["pixel"] * across
        y = top + (begin - first) * down
        yield rect(
            left, y, max(wide, 1.5), max((end - begin) * down, 1.5), VIEW, title="the view", opacity=0.45
        )


def extent(axis: tuple[int, int, int]) -> tuple[int, int]:
    """The first element of an axis, and the one after the last."""
    start, step, length = axis
    if length == 0:
        return 0, 0
    ends = start, start + step * (length - 1)
    return min(ends), max(ends) + 1


def pixel_bytes(facts: Facts, top: float) -> Iterator[str]:
    """The bytes of one pixel, each with its band; those of the view are framed."""
    side = 34
    yield text(0, top + 15, "a pixel")
    yield text(0, top + 26, f"{facts['pixel']} byte{'' if facts['pixel'] == 1 else 's'}", "#666")
    names = {
        offset + i: name
        for name, offset in zip(facts["band_names"], facts["band_offsets"], strict=True)
        for i in range(facts["itemsize"])
    }
    viewed = {offset + i for offset in facts["bands"] for i in range(facts["itemsize"])}
    for byte in range(facts["pixel"]):
        left, name = LEFT + byte * (side + 4), names.get(byte)
        fill = BAND_COLOURS.get(name, PIXELS) if name else GAP
        yield rect(
            left, top, side, side, fill, title=name or "padding", stroke=VIEW if byte in viewed else "none"
        )
        yield text(left + 5, top + 21, name or "pad", "#222")


def rect(
    left: float,
    top: float,
    width: float,
    height: float,
    fill: str,
    *,
    title: str,
    opacity: float = 1,
    stroke: str = "none",
) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" '
        f'fill-opacity="{opacity}" stroke="{stroke}" stroke-width="2"><title>{escape(title)}</title></rect>'
    )


def text(left: float, baseline: float, words: str, fill: str = "#222") -> str:
    return f'<text x="{left:.1f}" y="{baseline:.1f}" fill="{fill}">{escape(words)}</text>'
