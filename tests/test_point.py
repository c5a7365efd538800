"""What point takes: Pillow's tables and callables."""

from __future__ import annotations

import array
import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pilview

from . import memory
from .images import make
from .modes import MODES, MODES_8BIT


@pytest.mark.parametrize("mode", MODES_8BIT)
def test_point_with_a_table_for_every_band(mode: str) -> None:
    bands = len(MODES[mode].bands)
    table = [(i * 37 + 11 * (band + 1)) % 256 for band in range(bands) for i in range(256)]
    expected = memory.packed(make(mode, (37, 41)).point(table))
    np_table: Any = np.array(table, "u1")
    luts: list[Any] = [
        table,
        tuple(table),
        bytes(table),
        bytearray(table),
        array.array("B", table),
        np_table,
    ]
    for lut in luts:
        img = make(mode, (37, 41))
        padding = memory.padding(img)
        v = pilview.view(img)
        assert v.point(lut) is v
        assert memory.packed(img) == expected
        assert memory.padding(img) == padding


FUNCTIONS: list[Callable[[Any], Any]] = [
    lambda i: 255 - i,
    lambda i: i * 2,
    lambda i: i - 100,
    lambda i: i * 1.37 + 0.5,
    lambda i: i / 2,
    lambda i: i > 100,
    lambda i: 1000,
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "CMYK", "P"])
def test_point_with_a_callable_rounds_and_clips_like_pillow(
    mode: str, function: Callable[[Any], Any]
) -> None:
    img = make(mode, (37, 41))
    expected = memory.packed(img.point(function))
    pilview.view(img).point(function)
    assert memory.packed(img) == expected


def test_point_with_a_table_rounds_and_clips_like_pillow() -> None:
    table = [i * 1.5 - 60.5 for i in range(256)]
    img = Image.new("L", (256, 1))
    img.putdata(list(range(256)))
    expected = img.point(table).tobytes()
    pilview.view(img).point(table)
    assert img.tobytes() == expected


def test_point_calls_a_callable_once_for_each_value() -> None:
    calls: list[int] = []

    def function(value: int) -> int:
        calls.append(value)
        return value

    pilview.view(make("RGB")).point(function)
    assert calls == list(range(256))


@pytest.mark.parametrize("mode", ["I", "F", "I;16"])
@pytest.mark.parametrize("scale", [1, 2, 0.5, 0.0])
@pytest.mark.parametrize("offset", [0, 7, 2.5])
def test_point_scales_and_shifts_wide_values_like_pillow(mode: str, scale: float, offset: float) -> None:
    def function(x: Any) -> Any:
        return x * scale + offset

    img = Image.new(mode, (17, 5))
    for y in range(5):
        for x in range(17):
            img.putpixel((x, y), x * 100 + y)
    expected = memory.packed(img.point(function))
    v = pilview.view(img)
    assert v.point(function) is v
    assert memory.packed(img) == expected


@pytest.mark.parametrize("mode", ["I;16L", "I;16B", "I;16N"])
def test_point_of_other_16_bit_modes_is_refused_as_pillow_does_or_like_i16(mode: str) -> None:
    img, plain = make(mode), make("I;16")
    memory.poke(img, memory.raw_bytes(plain))
    try:
        pilview.view(img).point(lambda x: x * 0.5 + 1)
    except pilview.ModeError:
        assert memory.raw_bytes(img) == memory.raw_bytes(plain)
    else:
        assert MODES[mode].format == MODES["I;16"].format
        assert memory.raw_bytes(img) == memory.raw_bytes(plain.point(lambda x: x * 0.5 + 1))


@pytest.mark.parametrize("mode", ["I", "F", "I;16", "I;16B"])
def test_point_refuses_tables_for_wide_values(mode: str) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    with pytest.raises((pilview.ModeError, TypeError, ValueError), match=r"\w"):
        pilview.view(img).point(list(range(256)))
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("length", [0, 1, 255, 257, 512, 767, 769, 1024])
def test_point_refuses_tables_of_another_length(length: int) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    for table in ([1] * length, bytes(length)):
        with pytest.raises(ValueError, match=r"256|768"):
            pilview.view(img).point(table)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize(
    "lut", [None, 3, "x" * 256, [None] * 256, ["1"] * 256, [1j] * 256, object(), {}], ids=type
)
def test_point_refuses_what_is_no_table(lut: Any) -> None:
    img = make("L")
    before = memory.raw_bytes(img)
    with pytest.raises((TypeError, ValueError)):
        pilview.view(img).point(lut)
    assert memory.raw_bytes(img) == before


def test_point_of_a_selection_of_bands_counts_only_those() -> None:
    img = make("RGBA", (37, 41))
    expected = [[[255 - r, g, 255 - b, a] for r, g, b, a in line] for line in memory.values(img)]
    v = pilview.view(img)
    flip, keep = [255 - i for i in range(256)], list(range(256))
    v["RGB"].point(flip + keep + flip)
    assert memory.values(img) == expected
    v["R"].point(flip)
    v["B"].point(flip)
    assert memory.packed(img) == memory.packed(make("RGBA", (37, 41)))
    with pytest.raises(ValueError, match="256"):
        v["R"].point(flip * 4)


@pytest.mark.parametrize("at", [0, 100, 255])
def test_what_the_callable_raises_comes_out_and_pixels_stay(at: int) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)

    def function(value: int) -> int:
        if value == at:
            raise LookupError("mine")
        return 0

    with pytest.raises(LookupError, match="mine"):
        pilview.view(img).point(function)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("result", [None, "7", [], 1j, 2**200, float("nan"), float("inf")], ids=repr)
def test_a_callable_that_returns_no_number_is_refused_or_clipped_and_pixels_are_whole(result: Any) -> None:
    img = make("L")
    before = memory.raw_bytes(img)
    try:
        pilview.view(img).point(lambda _: result)
    except (TypeError, ValueError, OverflowError):
        assert memory.raw_bytes(img) == before
    else:
        assert set(memory.raw_bytes(img)) == {255}


@pytest.mark.parametrize("mode", ["L", "RGB", "I", "F"])
def test_a_callable_that_closes_the_image_makes_the_view_stale(mode: str) -> None:
    img = make(mode, (64, 64))
    v = pilview.view(img)
    values = v.tobytes()
    img.__dict__["open"] = True

    def function(value: Any) -> Any:
        if v.image.__dict__.pop("open", False):
            img.close()
            gc.collect()
            bytearray(b"\x55" * 64 * 64 * 4)
        return value * 2 + 1

    with pytest.raises(pilview.StaleViewError):
        v.point(function)
    assert v.tobytes() == values


@pytest.mark.parametrize("mode", ["L", "RGB", "F"])
def test_a_callable_that_releases_the_view_ends_it_or_is_refused(mode: str) -> None:
    img = make(mode, (64, 64))
    v = pilview.view(img)

    def function(value: Any) -> Any:
        v.release()
        return value * 2 + 1

    with pytest.raises((pilview.ReleasedError, BufferError)):
        v.point(function)


def test_a_callable_may_use_the_same_view() -> None:
    """The lock is never held while Python code runs: this would hang otherwise."""
    img = make("L", (64, 64))
    v = pilview.view(img)

    def function(value: int) -> int:
        v.invert()
        v[0, 0] = value
        v.tobytes()
        pilview.view(img).fill(value)
        return 255 - value

    v.point(function)
    assert set(memory.raw_bytes(img)) == {0}  # the last call filled it with 255


def test_a_callable_may_change_the_image_size_under_the_view() -> None:
    img = make("RGB", (64, 64))
    v = pilview.view(img)

    def function(value: int) -> int:
        img.thumbnail((8, 8))
        return value

    with pytest.raises(pilview.StaleViewError):
        v.point(function)
    assert pilview.view(img).shape == (8, 8, 3)


class LyingTable(list[int]):
    """Shrinks while it is read."""

    def __getitem__(self, i: Any) -> Any:
        self.clear()
        return 1

    def __iter__(self) -> Any:
        self.clear()
        return super().__iter__()

    def __len__(self) -> int:
        return 256


def test_a_table_that_shrinks_while_it_is_read_is_survived() -> None:
    img = make("L")
    try:
        pilview.view(img).point(LyingTable(range(256)))
    except (TypeError, ValueError, IndexError):
        return
    assert len(memory.raw_bytes(img)) == 35


@pytest.mark.parametrize(
    "table", [np.arange(256).astype(np.int8), np.ones(256, np.bool_), array.array("b", range(-128, 128))]
)
def test_tables_of_other_bytes_are_taken_by_value(table: Any) -> None:
    img = make("L")
    expected = img.point([int(value) for value in table])
    assert pilview.view(img).point(table) == pilview.view(expected)


def test_a_view_of_no_bands_takes_a_table_too() -> None:
    v = pilview.view(make("RGB"))
    before = v.tobytes()
    assert v[:, :, 3:].point(range(256)).tobytes() == b""
    with pytest.raises(ValueError, match="0 entries"):
        v[:, :, 3:].point([])
    assert v.tobytes() == before
