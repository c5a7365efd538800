"""The ranges that docstrings give: their ends are taken, and what is beyond them is a ValueError."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PIL import Image

import pilview

from .images import make

LARGEST = 3.4e38  # finite in single precision
OVER, BEYOND_FLOATS = 3.5e38, 10**400
INT = 2**31 - 1
NAN = float("nan")


def dst(width: int, height: int) -> Image.Image:
    return Image.new("RGB", (width, height))


TAKEN: list[tuple[str, tuple[Any, ...]]] = [
    *((name, (size,)) for name in ("median_filter", "min_filter", "max_filter") for size in (1, 3)),
    *((name, (23169,)) for name in ("min_filter", "max_filter")),  # a median of so many takes seconds
    *(("mode_filter", (size,)) for size in (1, 2, 23168, 23169)),
    *(("rank_filter", (3, rank)) for rank in (0, 8)),
    *(
        (name, (factor,))
        for name in ("brightness", "contrast", "saturation", "sharpness", "solarize")
        for factor in (-LARGEST, -1, 0, 0.5, 300, LARGEST)
    ),
    *(("linear", pair) for pair in [(-LARGEST, LARGEST), (0, -1), (LARGEST,)]),
    *(("blend", (3, alpha)) for alpha in (-LARGEST, 0, LARGEST)),
    *(("gamma", (g,)) for g in (1e-300, 1, LARGEST)),
    ("levels", (300, -LARGEST, 0.1, 255, 0)),
    *(("posterize", (bits,)) for bits in (1, 8)),
    *(("threshold", (t,)) for t in (0, 255)),
    *(("autocontrast", (cutoff, ignored)) for cutoff, ignored in [(0, 0), (100, 255), ((60, 60), [0, 255])]),
    ("color_matrix", ([-LARGEST, LARGEST] * 6,)),
    ("convolve", ((3, 3), [-LARGEST] * 9, -1, LARGEST)),
    *(("box_blur", (radius,)) for radius in (0, 2**31 - 129, (0, 7.5))),
    ("unsharp_mask", (0, -INT - 1, -INT - 1)),
    ("unsharp_mask", (2**31 - 129, INT, INT)),
    *(("roll", (by, -by)) for by in (0, 10**30)),
    ("add", (3, 510 / (2**31 - 2), 0)),
    ("add", (3, -1, 511 - 2**31)),
    ("getcolors", (10**30,)),
    *(("transpose_into", (dst(7, 5) if method in (0, 1, 3) else dst(5, 7), method)) for method in range(7)),
    *(("resize_into", (dst(1, 1), filter)) for filter in range(8)),
    ("resize_into", (dst(3, 3), None, (0.25, 0, 7, 4.75))),
    *(("reduce_into", (dst(1, 1), factor)) for factor in (7, INT, (7, 5))),
    ("reduce_into", (dst(1, 1), 2, (6, 4, 7, 5))),
    *(("crop", (box,)) for box in [(0, 0, 7, 5), (2, 2, 2, 2)]),
    *(("row", (y,)) for y in (-5, 4)),
]

REFUSED: list[tuple[str, tuple[Any, ...]]] = [
    *(
        (name, (size,))
        for name in ("median_filter", "min_filter", "max_filter")
        for size in (-1, 0, 2, 23168, 23171)
    ),
    *(("mode_filter", (size,)) for size in (0, 23170)),
    *(("rank_filter", (3, rank)) for rank in (-1, 9)),
    *(
        (name, (factor,))
        for name in ("brightness", "contrast", "saturation", "sharpness", "solarize", "linear", "gamma")
        for factor in (NAN, OVER, -OVER, BEYOND_FLOATS)
    ),
    *(("blend", (3, alpha)) for alpha in (NAN, OVER)),
    *(("gamma", (g,)) for g in (0, -1)),
    *(("levels", args) for args in [(3, 3), (0, 1, 0), (0, 1, 1, -1), (0, 1, 1, 0, 256)]),
    *(("posterize", (bits,)) for bits in (0, 9)),
    *(("threshold", (t,)) for t in (-1, 256)),
    *(("autocontrast", args) for args in [(-1,), (101,), ((1, 2, 3),), (0, -1), (0, 256)]),
    *(("color_matrix", (matrix,)) for matrix in [[0] * 11, [0] * 13, [OVER] * 12]),
    *(
        ("convolve", args)
        for args in [((4, 4), [1] * 16), ((3, 3), [1] * 9, 0), ((3, 3), [0] * 9), ((3, 3), [1] * 9, 1, OVER)]
    ),
    *(("box_blur", (radius,)) for radius in (-0.1, 2**31, (1, 2, 3), NAN)),
    *(("unsharp_mask", args) for args in [(-1,), (1, INT + 1), (1, 1, -INT - 2)]),
    *(("add", args) for args in [(3, 0), (3, 1e-7), (3, 1, 2**31), (3, OVER)]),
    ("getcolors", (-1,)),
    *(("transpose_into", (dst(7, 5), method)) for method in (-1, 7)),
    *(("resize_into", (dst(3, 3), filter)) for filter in (-1, 8)),
    ("resize_into", (dst(0, 3),)),
    *(
        ("resize_into", (dst(3, 3), None, box))
        for box in [(-0.1, 0, 7, 5), (0, 0, 7.1, 5), (5, 0, 2, 5), (0, 0, 7), (0, 0, 7, NAN)]
    ),
    *(("reduce_into", (dst(1, 1), factor)) for factor in (0, INT + 1, (7,), (7, 0))),
    *(("reduce_into", (dst(1, 1), 2, box)) for box in [(0, 0, 0, 5), (0, 0, 8, 5), (-1, 0, 1, 1)]),
    *(("crop", (box,)) for box in [(3, 0, 2, 5), (-1, 0, 3, 3), (0, 0, 8, 5)]),
]


def shortly(value: object) -> str:
    """Without addresses: each process that runs tests has its own."""
    return re.sub(r" at 0x\w+", "", str(value))[:60]


@pytest.mark.parametrize(("name", "arguments"), TAKEN, ids=shortly)
def test_the_ends_of_ranges_are_taken(name: str, arguments: tuple[Any, ...]) -> None:
    getattr(pilview.view(make("RGB")), name)(*arguments)


@pytest.mark.parametrize(("name", "arguments"), REFUSED, ids=shortly)
def test_what_is_beyond_a_range_is_a_value_error(name: str, arguments: tuple[Any, ...]) -> None:
    img = make("RGB")
    before = img.tobytes()
    with pytest.raises(ValueError, match=r"give|takes"):
        getattr(pilview.view(img), name)(*arguments)
    assert img.tobytes() == before


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_thresholds_of_solarize_outside_of_the_values_take_all_or_none(mode: str) -> None:
    img = make(mode)
    before = img.tobytes()
    pilview.view(img).solarize(255.5)
    assert img.tobytes() == before
    pilview.view(img).solarize(-3)
    assert img.tobytes() == bytes(255 - value for value in before)


def test_an_even_size_of_mode_filter_is_as_the_next() -> None:
    images = [make("L", (40, 30)).point([value // 64 for value in range(256)]) for _ in range(2)]
    for img, size in zip(images, (4, 5), strict=True):
        pilview.view(img).mode_filter(size)
    assert images[0].tobytes() == images[1].tobytes()


@pytest.mark.parametrize("bands", ["P", "PA"])
def test_places_in_a_palette_are_no_amounts(bands: str) -> None:
    v = pilview.view(make("PA"))[bands]
    for name, arguments in (("linear", (2,)), ("gamma", (2,)), ("equalize", ()), ("grayscale", ())):
        with pytest.raises(pilview.ModeError):
            getattr(v, name)(*arguments)


def test_new_takes_sizes_from_nothing_on_and_none_for_black() -> None:
    assert pilview.new("L", (0, 0)).size == (0, 0)
    assert pilview.view(pilview.new("RGB", (2, 1), None)).tolist() == [[[0, 0, 0]] * 2]
    for mode, size in (("L", (-1, 2)), ("no mode", (1, 1))):
        with pytest.raises(ValueError, match=r"mode|must be"):
            pilview.new(mode, size)
    with pytest.raises(MemoryError):
        pilview.new("RGB", (50_000, 50_000))


def test_strides_and_offsets_are_bytes_from_nothing_on() -> None:
    memory = bytearray(100)
    assert pilview.from_buffer("L", (7, 5), memory, stride=7, offset=0).size == (7, 5)
    for given in ({"stride": 6}, {"stride": -7}, {"offset": -1}, {"stride": 2**31}):
        with pytest.raises(ValueError, match="stride"):
            pilview.from_buffer("L", (7, 5), memory, **given)


@pytest.mark.parametrize(("mode", "values"), [("I", (-(2**31), INT)), ("I;16", (0, 65535)), ("L", (0, 255))])
def test_fill_takes_the_values_of_the_format(mode: str, values: tuple[int, int]) -> None:
    v = pilview.view(make(mode))
    for value in values:
        assert v.fill(value)[0, 0] == value
    for value in (values[0] - 1, values[1] + 1):
        with pytest.raises(ValueError, match=str(value)):
            v.fill(value)


def test_sums_of_wide_values_take_no_mask() -> None:
    mask = make("L")
    assert len(pilview.view(make("I;16")).sum(mask)) == 1
    for mode in ("I", "F"):
        with pytest.raises(pilview.ModeError):
            pilview.view(make(mode)).sum(mask)
