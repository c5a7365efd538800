"""Assignment of numbers and colours, and what is refused without a trace."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageColor

import pilview

from . import memory, model
from .images import make
from .modes import MODES, MODES_8BIT, MODES_BANDS

EVERY = slice(None)


def one_value(mode: str) -> Any:
    return {"F": 1.5, "I": -70000}.get(mode, 300 if MODES[mode].itemsize == 2 else 200)


def one_pixel(mode: str) -> Any:
    bands = len(MODES[mode].bands)
    return one_value(mode) if bands == 1 else tuple(range(10, 10 + bands))


@pytest.mark.parametrize("mode", MODES)
def test_one_pixel_is_written_and_nothing_else(mode: str) -> None:
    img = make(mode, (6, 7))
    v = pilview.view(img)
    nested, padding = memory.values(img), memory.padding(img)
    for y, x in [(0, 0), (-1, -1), (3, -2)]:
        v[y, x] = one_pixel(mode)
        pixel = one_pixel(mode)
        nested[y][x] = list(pixel) if isinstance(pixel, tuple) else pixel
        assert v[y, x] == pixel
    assert memory.values(img) == nested
    assert memory.padding(img) == padding


@pytest.mark.parametrize("mode", MODES_BANDS)
def test_one_band_of_a_pixel_is_written_and_nothing_else(mode: str) -> None:
    img = make(mode, (6, 7))
    v = pilview.view(img)
    nested, padding = memory.values(img), memory.padding(img)
    v[2, 3, -1] = nested[2][3][-1] = nested[2][3][-1] ^ 0xFF
    assert memory.values(img) == nested
    assert memory.padding(img) == padding


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_a_colour_fills_a_selection_and_nothing_else(mode: str, blocks: bool) -> None:
    size = (101, 97) if blocks else (6, 7)
    keys: list[model.Key] = [
        (slice(2, 5), slice(1, 4)),
        (slice(None, None, 2), slice(None, None, -3)),
        (3,),
        (EVERY, 2),
        (slice(4, 4),),
        (EVERY, EVERY),
    ]
    for key in keys:
        img = make(mode, size, blocks=blocks)
        nested, padding = memory.values(img), memory.padding(img)
        pixel = one_pixel(mode)
        pilview.view(img)[key] = pixel
        fill_nested(nested, key, list(pixel) if isinstance(pixel, tuple) else pixel)
        assert memory.values(img) == nested, key
        assert memory.padding(img) == padding, key


def fill_nested(nested: Any, key: model.Key, pixel: Any) -> None:
    rows, columns = (*key, EVERY)[:2]
    for line in nested[rows] if isinstance(rows, slice) else [nested[rows]]:
        for x in range(len(line))[columns] if isinstance(columns, slice) else [columns]:
            line[x] = list(pixel) if isinstance(pixel, list) else pixel


@pytest.mark.parametrize("mode", MODES_BANDS)
def test_a_number_fills_one_band_and_nothing_else(mode: str) -> None:
    for i, name in enumerate(MODES[mode].bands):
        img = make(mode, (6, 7))
        nested, padding = memory.values(img), memory.padding(img)
        v = pilview.view(img)
        v[name] = 77
        for line in nested:
            for pixel in line:
                pixel[i] = 77
        v[1:3, ::2, i] = 5
        for line in nested[1:3]:
            for pixel in line[::2]:
                pixel[i] = 5
        assert memory.values(img) == nested
        assert memory.padding(img) == padding


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("name", ["red", "#123456", "hsl(120, 100%, 25%)"])
def test_colour_names_are_pillows(mode: str, name: str) -> None:
    img = make(mode, (6, 7))
    pilview.view(img)[...] = name
    assert pilview.view(img).tobytes() == memory.packed(Image.new(mode, (6, 7), name))
    img = make(mode, (6, 7))
    pilview.view(img)[2, 3] = name
    assert img.getpixel((3, 2)) == ImageColor.getcolor(name, mode)


def test_an_unknown_colour_name_is_pillows_value_error() -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(ValueError, match="mauve-ish"):
        pilview.view(img)[...] = "mauve-ish"
    assert memory.raw_bytes(img) == before


OUT_OF_RANGE = [
    *((mode, value) for mode in ("1", "L", "P") for value in (-1, 256, 10**30, -(10**30))),
    *((mode, value) for mode in ("I;16", "I;16B", "I;16L", "I;16N") for value in (-1, 65536, 10**30)),
    ("I", 2**31),
    ("I", -(2**31) - 1),
    ("RGB", (0, 256, 0)),
    ("RGB", (0, -1, 0)),
    ("RGB", (0, 10**30, 0)),
    ("LA", (0, 256)),
    ("CMYK", (1, 2, 3, 999)),
]


@pytest.mark.parametrize(("mode", "value"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused_and_pixels_stay(mode: str, value: Any) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    for key in ((0, 0), ..., slice(1, 3)):
        with pytest.raises((ValueError, OverflowError)):
            v[key] = value
    if isinstance(value, tuple):
        with pytest.raises((ValueError, OverflowError)):
            v[0, 0, 1] = 256
    assert memory.raw_bytes(img) == before


WRONG = [
    ("L", (1, 2)),
    ("L", None),
    ("L", 1.5),
    ("L", {}),
    ("RGB", (1, 2)),
    ("RGB", (1, 2, 3, 4, 5)),
    ("RGB", ()),
    ("RGB", (1, 2, None)),
    ("RGB", (1, 2, "3")),
    ("RGB", (1, 2, 3.5)),
    ("RGB", None),
    ("RGB", object()),
    ("LA", (1, 2, 3)),
    ("CMYK", (1, 2, 3)),
    ("I", 1.5),
    ("I", (1, 2)),
    ("F", "nan?"),
    ("F", (1.0, 2.0)),
    ("I;16", (1, 2)),
]


@pytest.mark.parametrize(("mode", "value"), WRONG)
def test_a_value_of_the_wrong_kind_is_refused_and_pixels_stay(mode: str, value: Any) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    for key in ((0, 0), ..., slice(1, 3), (slice(None), 0)):
        with pytest.raises((TypeError, ValueError)):
            v[key] = value
    assert memory.raw_bytes(img) == before


def test_a_readonly_view_takes_nothing() -> None:
    img = make("RGB", (6, 7))
    before = memory.raw_bytes(img)
    v = pilview.view(img, writable=False)
    for value in (0, "red", (1, 2, 3), make("RGB", (6, 7), seed=1), bytes(126)):
        with pytest.raises(pilview.ReadOnlyError, match=r"writable"):
            v[...] = value
    with pytest.raises(pilview.ReadOnlyError):
        v[0, 0] = (1, 2, 3)
    with pytest.raises(pilview.ReadOnlyError):
        v[0, 0, 0] = 1
    assert memory.raw_bytes(img) == before


def test_items_cannot_be_deleted() -> None:
    v = pilview.view(make("L"))
    with pytest.raises(TypeError):
        del v[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize("mode", MODES_8BIT)
def test_true_and_index_objects_are_numbers(mode: str) -> None:
    img = make(mode)
    v = pilview.view(img)
    zero = v[..., 0] if v.ndim == 3 else v
    nine: Any = np.uint8(9)
    zero[1, 2] = nine
    assert zero[1, 2] == 9
    zero[1, 2] = True
    assert zero[1, 2] == 1


def test_floats_are_stored_as_pillow_stores_them() -> None:
    img = make("F", (3, 3))
    v = pilview.view(img)
    for value in (0.1, -0.0, 1e38, float("inf"), 3):
        v[1, 1] = value
        assert v[1, 1] == struct.unpack("f", struct.pack("f", value))[0] == img.getpixel((1, 1))
    v[1, 1] = float("nan")
    assert v[1, 1] != v[1, 1]


@pytest.mark.parametrize("value", [np.uint8(5), np.int64(5), np.array(5), np.array(5, np.uint8)])
def test_scalars_of_numpy_are_values_wherever_they_are_assigned(value: Any) -> None:
    v = pilview.view(make("L", (3, 2)))
    v[0] = value
    v[1, 1:] = value
    v[1, 0] = value
    assert v.tolist() == [[5, 5, 5], [5, 5, 5]]


@pytest.mark.parametrize("value", [np.float64(0.5), np.float32(0.5), np.array(0.5)])
def test_floats_of_numpy_are_values_of_float_images(value: Any) -> None:
    v = pilview.view(make("F", (2, 2)))
    v[0] = value
    v[1].fill(value)
    assert v.tolist() == [[0.5, 0.5], [0.5, 0.5]]
