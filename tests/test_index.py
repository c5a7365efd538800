"""Indexing: the same as nested lists give, and the same memory."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import pilview

from . import memory, model
from .images import make
from .modes import MODES, MODES_BANDS

SLICES = [
    slice(None),
    slice(1, 4),
    slice(None, None, 2),
    slice(None, None, -1),
    slice(5, 0, -2),
    slice(3, 3),
    slice(-2, None),
    slice(-100, 100),
    slice(4, 1),
    slice(None, None, 100),
]


def same(got: Any, expected: Any) -> bool:
    """A view or a value against nested lists; a pixel of several bands is a tuple."""
    if isinstance(got, pilview.ImageView):
        return bool(got.tolist() == expected)
    if isinstance(got, tuple):
        return bool(list(got) == expected)
    return bool(got == expected)


@pytest.mark.parametrize("mode", MODES)
def test_one_pixel_is_a_number_or_a_tuple(mode: str) -> None:
    img = make(mode, (3, 5))
    v = pilview.view(img)
    spec = MODES[mode]
    for y, x in itertools.product(range(-5, 5), range(-3, 3)):
        value = v[y, x]
        expected = memory.values(img)[y][x]
        if len(spec.bands) > 1:
            assert value == tuple(expected)
            assert [v[y, x, c] for c in range(len(spec.bands))] == expected
            assert v[y, x, -1] == expected[-1]
        else:
            assert value == expected
            assert type(value) is (float if mode == "F" else int)


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "I;16B", "F"])
def test_slices_select_what_lists_select(mode: str, blocks: bool) -> None:
    img = make(mode, (6, 7), blocks=blocks)
    v = pilview.view(img)
    nested = memory.values(img)
    items: list[int | slice] = [*SLICES, 0, -1, 3]
    for rows, columns in itertools.product(items, items):
        key = (rows, columns)
        assert same(v[key], model.take(nested, key)), key
    for rows in items:
        assert same(v[rows], model.take(nested, (rows,))), rows


@pytest.mark.parametrize("mode", MODES_BANDS)
def test_the_last_axis_selects_bands(mode: str) -> None:
    img = make(mode, (6, 7))
    v = pilview.view(img)
    nested = memory.values(img)
    bands = len(MODES[mode].bands)
    items: list[int | slice] = [*range(-bands, bands), slice(None), slice(1, None), slice(None, None, -1)]
    places: list[tuple[int | slice, int | slice]] = [
        (slice(None), slice(None)),
        (slice(1, 5), slice(None, None, -2)),
        (2, slice(1, 4)),
    ]
    for item in [*items, slice(0, 1)]:
        for place in places:
            key = (*place, item)
            got = v[key]
            assert same(got, model.take(nested, key)), key
            assert got.ndim == len(got.shape) == sum(isinstance(part, slice) for part in key)
        assert same(v[..., item], model.take(nested, (slice(None), slice(None), item)))
    assert same(v[:, 2, 0], model.take(nested, (slice(None), 2, 0)))
    assert same(v[:, 2], model.take(nested, (slice(None), 2)))


def test_ellipsis_stands_for_the_axes_left_out() -> None:
    img = make("RGB", (6, 7))
    v = pilview.view(img)
    nested = memory.values(img)
    every = slice(None)
    assert v[...] == v
    assert v[..., 1].tolist() == model.take(nested, (every, every, 1))
    assert v[2, ...].tolist() == nested[2]
    assert v[2, ..., 1].tolist() == model.take(nested, (2, every, 1))
    assert v[..., ::-1, :].tolist() == model.take(nested, (every, slice(None, None, -1)))
    assert v[1:3, 2:4, ...].tolist() == model.take(nested, (slice(1, 3), slice(2, 4)))
    assert v[1, 2, 0, ...] == nested[1][2][0] or v[1, 2, 0, ...].tolist() == nested[1][2][0]
    with pytest.raises((IndexError, TypeError)):
        v[..., ...]


def test_selections_of_selections_are_selections() -> None:
    img = make("RGBA", (12, 11))
    v = pilview.view(img)
    nested = memory.values(img)
    once = v[2:10, ::-1, 1:]
    expected = model.take(nested, (slice(2, 10), slice(None, None, -1), slice(1, None)))
    assert once.tolist() == expected
    twice = once[::-2, 3:9:2, ::-1]
    expected = model.take(expected, (slice(None, None, -2), slice(3, 9, 2), slice(None, None, -1)))
    assert twice.tolist() == expected
    assert twice[1].tolist() == expected[1]
    assert twice[1, 2] == tuple(expected[1][2])
    assert twice[:, 0, 1].tolist() == [row[0][1] for row in expected]
    assert twice[1][2][0] == expected[1][2][0]


@pytest.mark.parametrize("mode", MODES)
def test_bands_are_selected_by_name(mode: str) -> None:
    img = make(mode, (6, 7))
    v = pilview.view(img)
    spec = MODES[mode]
    for i, name in enumerate(spec.bands):
        band = v[name]
        expected = (
            model.take(memory.values(img), (slice(None), slice(None), i)) if v.ndim == 3 else v.tolist()
        )
        assert band.tolist() == expected
        assert band.shape == (7, 6)
        assert band.bands == (name,)
        if mode not in ("I;16N", "La", "RGBa", "PA") and spec.is_8bit and mode != "1":
            assert band.tobytes() == img.getchannel(i).tobytes()


def test_several_bands_are_selected_by_their_names() -> None:
    v = pilview.view(make("RGBA", (6, 7)))
    assert v["RGB"] == v[:, :, 0:3]
    assert v["RGB"].bands == ("R", "G", "B")
    assert v["GB"] == v[:, :, 1:3]
    assert v["RGBA"] == v
    assert v["BGR"] == v[:, :, 2::-1]
    assert v["RA"] == v[:, :, ::3]
    assert v["RGB"]["G"] == v["G"]
    assert v["RGB"].crop((1, 1, 3, 3))["B"] == v[1:3, 1:3, 2]


@pytest.mark.parametrize("name", ["Z", "", "RZ", "r", "RGBX", "RR"])
def test_unknown_bands_name_the_ones_there_are(name: str) -> None:
    with pytest.raises((KeyError, ValueError, IndexError), match="R"):
        pilview.view(make("RGB"))[name]


@pytest.mark.parametrize("box", [(0, 0, 6, 7), (1, 2, 4, 6), (5, 6, 6, 7), (2, 2, 2, 5), (3, 3, 3, 3)])
def test_crop_takes_a_pillow_box(box: tuple[int, int, int, int]) -> None:
    img = make("RGB", (6, 7))
    cropped = pilview.view(img).crop(box)
    assert cropped.size == (box[2] - box[0], box[3] - box[1])
    assert cropped.tobytes() == memory.packed(img.crop(box))
    assert cropped == pilview.view(img)[box[1] : box[3], box[0] : box[2]]
    assert cropped.mode == "RGB"


@pytest.mark.parametrize(
    "box",
    [(-1, 0, 3, 3), (0, -1, 3, 3), (0, 0, 7, 3), (0, 0, 3, 8), (4, 0, 2, 3), (0, 5, 3, 2), (9, 9, 10, 10)],
)
def test_crop_refuses_a_box_outside_the_view(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        pilview.view(make("RGB", (6, 7))).crop(box)


@pytest.mark.parametrize("box", [None, 3, (1, 2, 3), (1, 2, 3, 4, 5), "box", (1, 2, 3, "4"), (None,) * 4])
def test_crop_refuses_what_is_no_box(box: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        pilview.view(make("RGB", (6, 7))).crop(box)


@pytest.mark.parametrize("mode", MODES)
def test_row_is_the_memory_of_one_row(mode: str) -> None:
    img = make(mode, (6, 7))
    v = pilview.view(img)
    spec = MODES[mode]
    for y in range(-7, 7):
        row = v.row(y)
        assert isinstance(row, memoryview)
        assert (row.ndim, row.suboffsets, row.contiguous) == (1, (), True)
        assert row.format == spec.format
        assert row.tobytes() == memory.raw_rows(img)[y]
    with v.row(2) as row:
        flat = row.cast("B")
        flat[0] = flat[0] ^ 0xFF
        assert memory.raw_rows(img)[2] == flat.tobytes()


def test_row_can_do_what_memoryviews_with_suboffsets_cannot() -> None:
    img = make("L", (6, 7))
    v = pilview.view(img)
    v.row(1)[2:4] = b"\1\2"
    assert v[1, 2:4].tolist() == [1, 2]
    assert list(v.row(1))[2:4] == [1, 2]
    assert hash(pilview.view(img, writable=False).row(0)) == hash(memory.raw_rows(img)[0])


def test_row_of_a_crop_holds_only_its_columns() -> None:
    img = make("RGB", (6, 7))
    assert pilview.view(img)[2:5, 1:4].row(1).tobytes() == memory.raw_rows(img)[3][4:16]


@pytest.mark.parametrize("y", [7, -8, 10**30, -(10**30)])
def test_row_out_of_range_is_an_index_error(y: int) -> None:
    with pytest.raises(IndexError):
        pilview.view(make("L", (6, 7))).row(y)


def test_row_refuses_bands_and_steps() -> None:
    v = pilview.view(make("RGB", (6, 7)))
    for part in (v["R"], v[:, ::2], v[:, ::-1]):
        with pytest.raises(pilview.LayoutError, match=r"\w"):
            part.row(0)


@pytest.mark.parametrize("mode", ["L", "RGB", "F", "I;16B"])
def test_iteration_gives_the_rows(mode: str) -> None:
    img = make(mode, (6, 7))
    v = pilview.view(img)
    rows = list(v)
    assert len(rows) == len(v) == 7
    for row, expected in zip(rows, memory.values(img), strict=True):
        assert pilview.view(img)[0].shape == row.shape
        assert row.tolist() == expected
    assert list(pilview.view(make(mode, (3, 0)))) == []
    line = list(v[0])
    assert [list(item) if isinstance(item, tuple) else item for item in line] == memory.values(img)[0]


@pytest.mark.parametrize(
    "key", [7, -8, (0, 6), (0, -7), (0, 0, 3), (0, 0, -4), (7, 0), 10**30, -(10**30), (0, 10**30)], ids=repr
)
def test_out_of_range_is_an_index_error(key: Any) -> None:
    v = pilview.view(make("RGB", (6, 7)))
    with pytest.raises(IndexError):
        v[key]
    with pytest.raises(IndexError):
        v[key] = 0


@pytest.mark.parametrize(
    "key", [None, 1.0, (0, 1.5), (0, None), [0, 1], b"R", {}, (0, "R"), (), ((0,), 1)], ids=repr
)
def test_a_key_of_the_wrong_type_is_a_type_error(key: Any) -> None:
    v = pilview.view(make("RGB", (6, 7)))
    if key == () and key is not None:
        assert v[key] == v  # no index for no axis: everything
        return
    with pytest.raises((TypeError, IndexError)):
        v[key]
    with pytest.raises((TypeError, IndexError)):
        v[key] = 0


@pytest.mark.parametrize("key", [(0, 0, 0, 0), (slice(None),) * 4, (0, 0, 0, slice(None)), (..., 0, 0, 0, 0)])
def test_more_indices_than_axes_are_refused(key: Any) -> None:
    with pytest.raises((IndexError, TypeError)):
        pilview.view(make("RGB", (6, 7)))[key]
    with pytest.raises((IndexError, TypeError)):
        pilview.view(make("L", (6, 7)))[key[1:]]


def test_a_step_of_zero_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="zero"):
        pilview.view(make("L"))[::0]


def test_huge_slices_are_clipped_like_lists() -> None:
    v = pilview.view(make("L", (6, 7)))
    assert v[-(10**30) : 10**30, :: 10**30] == v[:, :1]
    assert v[:: -(10**30)] == v[-1:]
    assert v[10**30 :].shape == (0, 6)


def test_a_selection_of_no_bands_is_an_empty_view() -> None:
    img = make("RGB", (6, 7))
    before = memory.raw_bytes(img)
    v = pilview.view(img)[:, :, 3:]
    assert (v.shape, v.bands, v.nbytes) == ((7, 6, 0), (), 0)
    assert v.tobytes() == memoryview(v).tobytes() == b""
    assert v.tolist() == [[[]] * 6] * 7
    assert v == v[...]
    assert v == pilview.view(make("LA", (6, 7)))[:, :, 2:]
    v.copy_to(bytearray())
    v.copy_from(b"")
    v[...] = v[::-1]
    v.invert().threshold(3).point(list(range(256))).fill(())
    assert [row.shape for row in v] == [(6, 0)] * 7
    assert b"".join(part.tobytes() for part in v.blocks) == b""
    with pytest.raises((KeyError, ValueError), match="R"):
        v["R"]
    assert memory.raw_bytes(img) == before


def test_empty_views_can_be_sliced_but_not_indexed() -> None:
    for size in [(0, 0), (0, 5), (5, 0)]:
        v = pilview.view(make("RGB", size))
        assert v[::-1, ::-2, 1:].shape == (size[1], len(range(size[0])[::-2]), 2)
        with pytest.raises(IndexError):
            v[0, 0]
