"""What notebooks draw of a view's memory, as SVG: blocks, the view in them, the bytes of a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import TypedDict

from ._pilview import ImageView

Axis = tuple[int, int, int]  # start, step, length


class Facts(TypedDict):
    """What ImageView tells of its memory. Axes are counted in rows and pixels of the image."""

    stale: bool  # whether the image has other memory now
    runs: list[tuple[int, int]]  # first row and the row after the last of each block
    pitch: int  # bytes from row to row, below zero where the last row comes first in memory
    row_bytes: int
    pixel: int  # bytes
    itemsize: int
    band_names: list[str]
    band_offsets: list[int]
    bands: list[int]  # the bytes in a pixel at which the view's bands begin
    rows: Axis
    columns: Axis


WIDTH, LEFT, ROW_AREA = 468, 112, 340  # of the drawing, in its units
TOTAL, LEAST = 184, 12  # the height of all blocks together, and of the smallest
MOST_BLOCKS = 8
LEAST_VIEW = 4  # the least side of what is drawn of the view
STRIPE, MOST_STEP = 3, 12  # the least thickness of a row or column, and the step where steps are not to scale
PIXELS, GAP, VIEW, BETWEEN, FRAME = "#cfe0f3", "#e8e8e8", "#f8ae66", "#fbe3c8", "#c95f02"
BAND_COLOURS = {"R": "#e15759", "G": "#59a14f", "B": "#5e8fc4", "A": "#b0b0b0", "a": "#b0b0b0"}
INK_COLOURS = {"C": "#5cc3d8", "M": "#d96bb0", "Y": "#e8cf4f", "K": "#8f8f8f"}


def drawing(v: ImageView, facts: Facts) -> str:
    """Which rows and columns are the view's, the blocks from top to bottom, the bytes of a pixel."""
    gap = abs(facts["pitch"]) - facts["row_bytes"]
    row = f"a row: {facts['row_bytes']} bytes of pixels" + (f", {gap} to the next row" if gap > 0 else "")
    shapes = [
        rect(LEFT, 2, 10, 10, VIEW, title="legend"),
        text(LEFT + 15, 11, f"the view: {selected('row', facts['rows'], 'from the bottom up')}"),
        text(LEFT + 15, 24, selected("column", facts["columns"], "from right to left")),
        text(LEFT, 44, row, "#666"),
    ]
    top = 54.0
    if facts["pitch"] < 0:
        shapes.append(text(LEFT, top + 3, "the last row comes first in memory", "#666"))
        top += 13
    rows, columns = ascending(facts["rows"]), ascending(facts["columns"])
    runs = [run for run in facts["runs"] if run[1] > run[0] and facts["row_bytes"]]
    touched = [number for number, run in enumerate(runs) if columns and within(rows, *run)]
    numbers = shown(len(runs), touched)
    scale = TOTAL / max(sum(runs[number][1] - runs[number][0] for number in numbers), 1)
    for before, number in pairwise([-1, *numbers, len(runs)]):
        if number - before > 1:
            shapes.append(text(LEFT, top + 9, left_out(range(before + 1, number), touched), "#666"))
            top += 16
        if number < len(runs):
            height = max((runs[number][1] - runs[number][0]) * scale, LEAST)
            shapes += block(facts, number, runs[number], top, height)
            top += height + 6
    if not runs:
        shapes.append(text(LEFT, top + 9, "no pixels"))
        top += 16
    shapes += pixel_bytes(v, facts, top + 10)
    size = f"{top + 10 + 36:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{size}" '
        f'viewBox="0 0 {WIDTH} {size}" font-family="sans-serif" font-size="10">'
        f'<rect width="{WIDTH}" height="{size}" fill="white"/>{"".join(shapes)}</svg>'
    )


def selected(noun: str, axis: Axis, backwards: str) -> str:
    """An axis in words: "rows 10-18, every 2nd"."""
    chosen, (_, step, length) = ascending(axis), axis
    if length < 2:
        return f"{noun} {chosen[0]}" if chosen else f"no {noun}s"
    every = f", every {ordinal(abs(step))}" if abs(step) > 1 else ""
    return f"{noun}s {chosen[0]}-{chosen[-1]}{every}" + (f", {backwards}" if step < 0 else "")


def ordinal(number: int) -> str:
    last = number % 10 if number % 100 not in (11, 12, 13) else 0
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(last, "th")


def ascending(axis: Axis) -> range:
    """The elements of an axis, the first in memory first."""
    start, step, length = axis
    elements = range(start, start + step * length, step) if length else range(0)
    return elements if step > 0 else elements[::-1]


def within(elements: range, first: int, last: int) -> range:
    """Those from `first` to before `last`."""
    begin, end = (max(0, -((elements.start - at) // elements.step)) for at in (first, last))
    return elements[begin:end]


def shown(count: int, touched: list[int]) -> list[int]:
    """The blocks that are drawn: those in which the view is, then their neighbours."""
    if len(touched) > MOST_BLOCKS:
        return [*touched[: MOST_BLOCKS - 1], touched[-1]]
    marks = touched or [0]
    near = sorted(range(count), key=lambda number: (min(abs(number - mark) for mark in marks), number))
    return sorted(near[:MOST_BLOCKS])


def left_out(numbers: range, touched: list[int]) -> str:
    """What is not drawn between two blocks, in words."""
    if len(numbers) == 1:
        what, whole = f"block {numbers[0]} is left out", "in it"
    else:
        what, whole = f"{len(numbers)} blocks are left out, {numbers[0]}-{numbers[-1]}", "in each of them"
    inside = len([number for number in touched if number in numbers])
    where = whole if inside == len(numbers) else f"in {inside} of them"
    return f"{what}; the view is {where}" if inside else what


def block(facts: Facts, number: int, run: tuple[int, int], top: float, height: float) -> Iterator[str]:
    first, last = run
    pitch = max(abs(facts["pitch"]), facts["row_bytes"])
    across, down = ROW_AREA / pitch, height / (last - first)
    yield text(0, top + 9, f"block {number}")
    if height >= 22:
        yield text(0, top + 20, f"rows {first}-{last - 1}" if last - first > 1 else f"row {first}", "#666")
    if pitch > facts["row_bytes"]:
        yield rect(LEFT, top, ROW_AREA, height, GAP, title="between rows")
    yield rect(LEFT, top, facts["row_bytes"] * across, height, PIXELS, title="pixels")
    rows, columns = within(ascending(facts["rows"]), first, last), ascending(facts["columns"])
    if not rows or not columns:
        return
    unit = facts["pixel"] * across
    left, wide = placed(LEFT, ROW_AREA, columns, 0, unit)
    y, high = placed(top, height, rows, first, down)
    yield from part(rows, columns, (left, y, wide, high), (unit, down))
    if wide == high == LEAST_VIEW:
        yield (
            f'<circle cx="{left + wide / 2:.1f}" cy="{y + high / 2:.1f}" r="8" fill="none" stroke="{FRAME}" '
            f'stroke-width="1.5"><title>the view, larger than it is</title></circle>'
        )
    is_up, is_left = facts["rows"][1] < 0, facts["columns"][1] < 0
    if (is_up or is_left) and facts["rows"][0] in rows:
        yield beginning((left, y, wide, high), is_up=is_up, is_left=is_left)


def placed(low: float, area: float, elements: range, first: int, scale: float) -> tuple[float, float]:
    """Where some elements begin in an area, and how far they reach: far enough to be seen."""
    begin, length = low + (elements[0] - first) * scale, (elements[-1] + 1 - elements[0]) * scale
    if length > LEAST_VIEW:
        return begin, length
    return min(max(begin + (length - LEAST_VIEW) / 2, low), low + area - LEAST_VIEW), LEAST_VIEW


def part(
    rows: range, columns: range, box: tuple[float, float, float, float], scale: tuple[float, float]
) -> Iterator[str]:
    """The view's part of a block: filled, or as far as it takes steps, in stripes."""
    left, top, width, height = box
    thick, down, count = stripes(rows, scale[1], height)
    dash, right, _ = stripes(columns, scale[0], width)
    if (thick, dash) == (height, width):
        yield rect(left, top, width, height, VIEW, title="the view")
        return
    yield rect(left, top, width, height, BETWEEN, title="between what is the view's")
    lines = "".join(f"M{left:.2f} {top + thick / 2 + i * down:.2f}h{width:.2f}" for i in range(count))
    yield (
        f'<path d="{lines}" stroke="{VIEW}" stroke-width="{thick:.2f}" '
        f'stroke-dasharray="{dash:.2f} {right - dash:.2f}"><title>the view</title></path>'
    )


def stripes(elements: range, scale: float, length: float) -> tuple[float, float, int]:
    """How thick an element is drawn, how far it is to the next, and how many are drawn, so as to be seen."""
    if len(elements) < 2 or elements.step == 1:
        return length, length, 1
    if elements.step * scale >= 2 * STRIPE:
        thick, count = max(scale, STRIPE), len(elements)
    else:
        thick = min(STRIPE, length)
        count = int((length - thick) / min(STRIPE * elements.step, MOST_STEP)) + 1
    return thick, (length - thick) / (count - 1) if count > 1 else length, count


def beginning(box: tuple[float, float, float, float], *, is_up: bool, is_left: bool) -> str:
    """An angle in the corner where a view begins that runs backwards, along the rows and columns."""
    left, top, width, height = box
    x, across = (left + width, -1) if is_left else (left, 1)
    y, down = (top + height, -1) if is_up else (top, 1)
    return (
        f'<path d="M{x + 14 * across:.1f} {y:.1f}H{x:.1f}V{y + 14 * down:.1f}" fill="none" '
        f'stroke="{FRAME}" stroke-width="3"><title>the view begins here</title></path>'
    )


def pixel_bytes(v: ImageView, facts: Facts, top: float) -> Iterator[str]:
    """The bytes of one pixel, each with its band; those of the view are framed, the others pale."""
    side, pixel, names = 34, facts["pixel"], facts["band_names"]
    yield text(0, top + 15, "a pixel")
    yield text(0, top + 26, f"{pixel} byte{'' if pixel == 1 else 's'}", "#666")
    bands = {
        offset + i: name
        for name, offset in zip(names, facts["band_offsets"], strict=True)
        for i in range(facts["itemsize"])
    }
    viewed = [range(offset, offset + v.itemsize) for offset in facts["bands"]]
    for byte in range(pixel):
        name, left = bands.get(byte), LEFT + 1 + byte * (side + 5)
        fill = colour(name, names) if name else GAP
        if any(byte in value for value in viewed):
            yield rect(left, top, side, side, fill, title=name or "padding", stroke=FRAME)
        else:
            yield rect(left, top, side, side, fill, title=name or "padding", opacity=0.35)
        yield text(left + 6, top + 21, name or "pad")
    left = LEFT + pixel * (side + 5) + 10
    each = ", ".join(f"{value[0]}-{value[-1]}" if len(value) > 1 else f"{value[0]}" for value in viewed)
    yield text(left, top + 15, f"of the view: {', '.join(v.bands)}")
    yield text(left, top + 26, f"byte{'' if each.isdigit() else 's'} {each}", "#666")


def colour(name: str, names: list[str]) -> str:
    """Of a band. Some names mean something else in other modes: A and B of LAB, Y of YCbCr."""
    if "K" in names:
        return INK_COLOURS[name]
    return PIXELS if names == ["L", "A", "B"] else BAND_COLOURS.get(name, PIXELS)


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
