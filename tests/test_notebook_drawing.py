"""The drawing of the memory in notebooks: what the view has is there, where it is, and can be seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

import pilview

from .drawn import box, drawn, titled, words
from .images import SEVERAL_BLOCKS, arena, build, make


def in_blocks(rows: int = 400) -> pilview.ImageView:
    """A view of blocks of ten rows, with the numbers of the rows for pixels."""
    with arena(block_size=64 * 1024):
        v = pilview.view(Image.new("RGB", (1600, rows)))
    assert {block.height for block in v.blocks} == {10}
    return v


def blocks_shown(v: pilview.ImageView) -> list[int]:
    return [int(text.split()[1]) for text in words(drawn(v)) if re.fullmatch(r"block \d+", text)]


def notes(v: pilview.ImageView) -> list[str]:
    return [text for text in words(drawn(v)) if "left out" in text]


def test_a_part_is_drawn_to_scale() -> None:
    svg = drawn(pilview.view(Image.new("RGB", (100, 50)))[10:20, 25:50])
    (pixels,), (view,) = titled(svg, "pixels"), titled(svg, "the view")
    left, top, right, bottom = box(pixels)
    x, y = (right - left) / 100, (bottom - top) / 50
    assert box(view) == pytest.approx((left + 25 * x, top + 10 * y, left + 50 * x, top + 20 * y), abs=0.1)
    assert "the view: rows 10-19" in words(svg)
    assert "columns 25-49" in words(svg)


def test_the_blocks_in_which_the_view_is_are_drawn_and_what_is_left_out_is_told() -> None:
    v = in_blocks()[202:209, 300:900]
    assert blocks_shown(v) == [16, 17, 18, 19, 20, 21, 22, 23]
    assert notes(v) == ["16 blocks are left out, 0-15", "16 blocks are left out, 24-39"]
    svg = drawn(v)
    (view,) = titled(svg, "the view")
    left, top, right, bottom = box(titled(svg, "pixels")[4])
    across, down = (right - left) / 1600, (bottom - top) / 10
    expected = (left + 300 * across, top + 2 * down, left + 900 * across, top + 9 * down)
    assert box(view) == pytest.approx(expected, abs=0.2)


def test_of_a_view_in_many_blocks_the_first_and_the_last_are_drawn() -> None:
    assert blocks_shown(in_blocks()) == [0, 1, 2, 3, 4, 5, 6, 39]
    assert notes(in_blocks()) == ["32 blocks are left out, 7-38; the view is in each of them"]
    steps = in_blocks()[5::30]
    assert blocks_shown(steps) == [0, 3, 6, 9, 12, 15, 18, 39]
    assert len(titled(drawn(steps), "the view")) == 8
    assert notes(steps)[-1] == "20 blocks are left out, 19-38; the view is in 6 of them"
    assert notes(in_blocks(90)) == ["block 7 is left out; the view is in it"]


def test_blocks_between_two_that_the_view_touches_are_told() -> None:
    v = in_blocks()[5:366:360]
    assert blocks_shown(v) == [0, 1, 2, 34, 35, 36, 37, 38]
    assert notes(v) == ["31 blocks are left out, 3-33", "block 39 is left out"]


def test_views_of_nothing_touch_no_block() -> None:
    for nothing in (in_blocks()[300:300], in_blocks()[300:310, 5:5]):
        assert blocks_shown(nothing) == list(range(8))
        assert not titled(drawn(nothing), "the view")
    assert "the view: no rows" in words(drawn(in_blocks()[3:3]))
    empty = drawn(pilview.view(Image.new("RGB", (0, 5))))
    assert {"no pixels", "no columns"} <= set(words(empty))
    assert not titled(empty, "pixels")


@pytest.mark.parametrize(("row", "column"), [(2000, 3000), (0, 0), (3998, 5997)])
def test_a_few_pixels_of_a_large_image_can_be_seen(row: int, column: int) -> None:
    svg = drawn(pilview.view(pilview.new("RGB", (6000, 4000)))[row : row + 2, column : column + 3])
    (pixels,), (view,) = titled(svg, "pixels"), titled(svg, "the view")
    outer, inner = box(pixels), box(view)
    assert outer[0] <= inner[0] < inner[2] <= outer[2]
    assert outer[1] <= inner[1] < inner[3] <= outer[3]
    assert min(inner[2] - inner[0], inner[3] - inner[1]) >= 4
    middle = [(inner[i] + inner[i + 2]) / 2 for i in range(2)]
    place = [outer[0] + (column + 1.5) / 6000 * 340, outer[1] + (row + 1) / 4000 * (outer[3] - outer[1])]
    assert middle == pytest.approx(place, abs=2)
    (ring,) = titled(svg, "the view, larger than it is", "circle")
    assert [float(ring.attrib[name]) for name in ("cx", "cy")] == pytest.approx(middle, abs=0.1)
    assert float(ring.attrib["r"]) > 5
    assert f"the view: rows {row}-{row + 1}" in words(svg)
    assert f"columns {column}-{column + 2}" in words(svg)


def test_one_row_or_column_of_a_large_image_is_a_line() -> None:
    v = pilview.view(pilview.new("L", (6000, 4000)))
    row, column = (box(titled(drawn(part), "the view")[0]) for part in (v[100], v[:, 100]))
    assert row[3] - row[1] == pytest.approx(4)
    assert column[2] - column[0] == pytest.approx(4)
    assert not titled(drawn(v[100]), "the view, larger than it is", "circle")
    assert "the view: row 100" in words(drawn(v[100]))


FRAMED = [
    ("RGB", "BG", ["G", "B"], "of the view: B, G", "bytes 2, 1"),
    ("RGB", "B", ["B"], "of the view: B", "byte 2"),
    ("RGB", None, ["R", "G", "B"], "of the view: R, G, B", "bytes 0, 1, 2"),
    ("LA", "A", ["A"], "of the view: A", "byte 3"),
    ("F", None, ["F"] * 4, "of the view: F", "bytes 0-3"),
    ("I;16", None, ["I"] * 2, "of the view: I", "bytes 0-1"),
    ("L", None, ["L"], "of the view: L", "byte 0"),
]


@pytest.mark.parametrize(("mode", "bands", "framed", "names", "places"), FRAMED)
def test_the_bytes_of_the_view_are_framed_and_the_others_pale(
    mode: str, bands: str | None, framed: list[str], names: str, places: str
) -> None:
    v = pilview.view(Image.new(mode, (64, 48)))
    svg = drawn(v if bands is None else v[bands])
    titles = (*dict.fromkeys(v.bands), "padding")
    rects = sorted((rect for name in titles for rect in titled(svg, name)), key=box)
    assert len(rects) == (2 if mode == "I;16" else 1 if mode == "L" else 4)
    assert [rect[0].text for rect in rects if rect.attrib["stroke"] != "none"] == framed
    for rect in rects:
        is_framed = rect.attrib["stroke"] != "none"
        assert (float(rect.attrib["fill-opacity"]) == 1) == is_framed
    assert {names, places} <= set(words(svg))


def test_whole_pixels_have_their_padding_too() -> None:
    svg = drawn(pilview.view(Image.new("RGB", (64, 48))).packed)
    assert titled(svg, "padding")[0].attrib["stroke"] != "none"
    assert "bytes 0-3" in words(svg)


def test_bands_have_their_own_colours() -> None:
    def colours(mode: str) -> list[str]:
        v = pilview.view(Image.new(mode, (4, 4)))
        return [titled(drawn(v), name)[0].attrib["fill"] for name in v.bands]

    red, green, blue, alpha = colours("RGBA")
    assert len({red, green, blue, alpha}) == 4
    assert colours("RGB") == [red, green, blue]
    assert len(set(colours("CMYK"))) == 4
    assert colours("LA")[1] == alpha
    assert not {blue, alpha} & set(colours("LAB"))  # whose A and B are not alpha and blue
    assert colours("CMYK")[2] not in colours("YCbCr")


def stripes(svg: ElementTree.Element) -> tuple[list[float], list[float]]:
    """The middle of each row that is drawn, and how long a column and the gap behind it are."""
    (path,) = titled(svg, "the view", "path")
    return (
        [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)h", path.attrib["d"])],
        [float(length) for length in path.attrib["stroke-dasharray"].split()],
    )


def test_steps_are_drawn_to_scale_where_there_is_room() -> None:
    v = pilview.view(Image.new("RGB", (12, 10)))
    svg = drawn(v[::3, 1::2])
    left, top, right, bottom = box(titled(svg, "pixels")[0])
    across, down = (right - left) / 12, (bottom - top) / 10
    rows, columns = stripes(svg)
    assert rows == pytest.approx([top + (y + 0.5) * down for y in (0, 3, 6, 9)], abs=0.1)
    assert columns == pytest.approx([across, across], abs=0.1)
    assert not titled(svg, "the view")  # nothing is filled
    between = box(titled(svg, "between what is the view's")[0])
    assert between == pytest.approx((left + across, top, right, bottom), abs=0.1)


def test_steps_that_are_too_small_to_be_seen_are_drawn_larger_and_told() -> None:
    svg = drawn(pilview.view(Image.new("RGB", (640, 480)))[::2, ::3])
    rows, columns = stripes(svg)
    steps = [after - before for before, after in pairwise(rows)]
    assert min(steps) >= 5.9
    assert columns[0] == pytest.approx(3)
    assert columns[1] / columns[0] == pytest.approx(2, rel=0.05)
    assert {"the view: rows 0-478, every 2nd", "columns 0-639, every 3rd"} <= set(words(svg))


@pytest.mark.parametrize(("step", "word"), [(11, "11th"), (21, "21st"), (22, "22nd"), (103, "103rd")])
def test_steps_are_told_in_english(step: int, word: str) -> None:
    svg = drawn(pilview.view(Image.new("L", (3, 480)))[::step])
    assert any(text.endswith(f", every {word}") for text in words(svg))


def test_rows_only_or_columns_only_are_stripes() -> None:
    v = pilview.view(Image.new("L", (640, 480)))
    rows, columns = stripes(drawn(v[::4]))
    assert len(rows) > 8
    assert columns == pytest.approx([340, 0])
    rows, columns = stripes(drawn(v[:, ::4]))
    assert len(rows) == 1
    assert sum(columns) == pytest.approx(12, rel=0.05)


BACKWARDS = [
    (slice(None, None, -1), slice(None), "bottom", "left"),
    (slice(None), slice(None, None, -1), "top", "right"),
    (slice(None, None, -2), slice(None, None, -3), "bottom", "right"),
]


@pytest.mark.parametrize(("rows", "columns", "side", "end"), BACKWARDS)
def test_views_that_run_backwards_have_their_beginning_marked(
    rows: slice, columns: slice, side: str, end: str
) -> None:
    svg = drawn(pilview.view(Image.new("RGB", (640, 480)))[rows, columns])
    area = titled(svg, "the view") or titled(svg, "between what is the view's")
    left, top, right, bottom = box(area[0])
    (mark,) = titled(svg, "the view begins here", "path")
    far_x, y, x, far_y = map(float, re.findall(r"[\d.]+", mark.attrib["d"]))
    expected = (right if end == "right" else left, bottom if side == "bottom" else top)
    assert (x, y) == pytest.approx(expected, abs=0.2)
    assert left < far_x < right
    assert top < far_y < bottom
    told = ", ".join(words(svg))
    assert ("from the bottom up" in told, "from right to left" in told) == (side == "bottom", end == "right")


def test_a_view_that_runs_forwards_has_no_mark() -> None:
    svg = drawn(pilview.view(Image.new("RGB", (640, 480)))[5::2])
    assert not titled(svg, "the view begins here", "path")


@pytest.mark.parametrize("kind", ["from_buffer_odd", "mapped_up_odd"])
def test_what_lies_between_rows_is_beside_the_pixels(kind: str, tmp_path: Path) -> None:
    v = pilview.view(build(kind, "L", (64, 48), tmp_path))
    gap = 5 if kind == "from_buffer_odd" else 3
    svg = drawn(v)
    (pixels,), (rows,), (view,) = (titled(svg, name) for name in ("pixels", "between rows", "the view"))
    assert box(view) == box(pixels)
    outer, inner = box(rows), box(pixels)
    assert (inner[2] - inner[0]) / (outer[2] - outer[0]) == pytest.approx(64 / (64 + gap), abs=0.01)
    assert f"a row: 64 bytes of pixels, {gap} to the next row" in words(svg)
    html = v._repr_html_()
    assert html is not None
    assert f"{gap} of them between rows" in html
    assert ("the last row comes first in memory" in words(svg)) == (kind == "mapped_up_odd")


def test_rows_that_follow_each_other_have_nothing_between_them() -> None:
    assert not titled(drawn(pilview.view(Image.new("RGB", (64, 48)))), "between rows")


VIEWS: dict[str, Callable[[], pilview.ImageView]] = {
    "blocks": lambda: pilview.view(make("RGB", SEVERAL_BLOCKS, blocks=True))[::-3, 5:7],
    "long": lambda: pilview.view(Image.new("L", (1, 3_000_000)))[2_999_999::-7],
    "wide": lambda: pilview.view(Image.new("RGB", (1_000_000, 3)))["BG"][:, 999_999:5:-12],
    "pixel": lambda: pilview.view(Image.new("CMYK", (1, 1))),
    "corner": lambda: pilview.view(pilview.new("L", (6000, 4000)))[3999:, 5999:],
}


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_lies_outside_of_the_drawing_or_on_a_text(name: str) -> None:
    svg = drawn(VIEWS[name]())
    width, height = float(svg.attrib["width"]), float(svg.attrib["height"])
    shapes = [box(rect) for rect in svg.iter() if rect.tag.endswith("rect") and "x" in rect.attrib]
    # Texts are as wide as a broad font has them.
    texts = [
        (float(e.attrib["x"]), float(e.attrib["y"]) - 8, float(e.attrib["x"]) + 5.8 * len(e.text or ""), e)
        for e in svg.iter()
        if e.tag.endswith("text")
    ]
    for left, top, right, bottom in shapes:
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
    for left, top, right, element in texts:
        assert right <= width, element.text
        assert top + 8 <= height
        inside = [shape for shape in shapes if shape[0] <= left and right <= shape[2] and shape[1] <= top]
        for shape in shapes:
            apart = right <= shape[0] or left >= shape[2] or top + 8 <= shape[1] or top >= shape[3]
            assert apart or shape in inside, (element.text, shape)
