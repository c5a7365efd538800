"""Filters: what is refused, what Pillow's filter objects run, values that cannot be compared."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from PIL import Image, ImageFilter

import pilview

from . import memory
from .images import make

SQUARE = (1,) * 9


@pytest.mark.parametrize(
    ("kernel", "arguments", "error", "match"),
    [
        ("convolve", ((3, 5), SQUARE), ValueError, r"\(3, 3\) or \(5, 5\)"),
        ("convolve", ((4, 4), (1,) * 16), ValueError, r"\(3, 3\) or \(5, 5\)"),
        ("convolve", ((3, 3), SQUARE[:8]), ValueError, "8 weights"),
        ("convolve", ((3, 3), (1,) * 10), ValueError, "more than 9"),
        ("convolve", ((5, 5), SQUARE), ValueError, "9 weights"),
        ("convolve", ((3, 3), SQUARE, 0), ValueError, "scale is 0"),
        ("convolve", ((3, 3), (0,) * 9), ValueError, "scale is 0"),
        ("convolve", ((3, 3), (float("nan"),) * 9), ValueError, "finite"),
        ("convolve", ((3, 3), SQUARE, float("inf")), ValueError, "finite"),
        ("convolve", ((3, 3), SQUARE, 1, 1e300), ValueError, "finite"),
        ("convolve", ((3, 3), ("a",) * 9), TypeError, "number"),
        ("convolve", ((3, 3), 5), TypeError, "type int; give 9 numbers"),
        ("convolve", (3, SQUARE), TypeError, "size is 3; give"),
        ("convolve", ((3.0, 3), SQUARE), TypeError, "size is .*; give"),
        ("convolve", ((3,), SQUARE), ValueError, "size is .*; give two ints"),
        ("convolve", ((3, 3), SQUARE, 10**400), ValueError, "finite"),
        ("median_filter", (2,), ValueError, "odd"),
        ("median_filter", (0,), ValueError, "odd"),
        ("min_filter", (-3,), ValueError, "odd"),
        ("max_filter", (23171,), ValueError, "23169"),
        ("max_filter", (10**30,), ValueError, "23169"),
        ("median_filter", (3.0,), TypeError, "int"),
        ("median_filter", ("3",), TypeError, "int"),
        ("rank_filter", (3, 9), ValueError, "0 to 8"),
        ("rank_filter", (3, -1), ValueError, "0 to 8"),
        ("rank_filter", (4, 1), ValueError, "odd"),
        ("mode_filter", (0,), ValueError, "from 1"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    kernel: str, arguments: tuple[Any, ...], error: type[Exception], match: str
) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(error, match=match):
        getattr(pilview.view(img), kernel)(*arguments)
    assert memory.raw_bytes(img) == before


class Own(ImageFilter.BuiltinFilter):
    name = "Own"
    filterargs = (3, 3), 1, 0, (0, 0, 0, 0, 2, 0, 0, 0, 0)


class Overridden(ImageFilter.Kernel):
    def filter(self, image: Any) -> Any:
        return image


class Soft(ImageFilter.GaussianBlur):
    def __init__(self) -> None:
        super().__init__(1.5)


class OverriddenBlur(ImageFilter.GaussianBlur):
    def filter(self, image: Any) -> Any:
        return image


TWO_RADII = memory.pillow_version() >= (10, 1)


@pytest.mark.parametrize(
    "given",
    [
        ImageFilter.Kernel((3, 3), SQUARE, 7, 3),
        ImageFilter.Kernel((5, 5), range(25)),
        Own,
        Own(),
        ImageFilter.RankFilter(3, 2),
        ImageFilter.MedianFilter(5),
        ImageFilter.MedianFilter,
        ImageFilter.MinFilter(3),
        ImageFilter.MaxFilter(),
        ImageFilter.ModeFilter(3),
        ImageFilter.BoxBlur(2.5),
        *([ImageFilter.BoxBlur((0, 3))] if TWO_RADII else []),
        ImageFilter.GaussianBlur,
        ImageFilter.GaussianBlur(4),
        ImageFilter.UnsharpMask,
        ImageFilter.UnsharpMask(3, 70, 1),
        Soft,
        Soft(),
    ],
    ids=lambda given: getattr(given, "__name__", type(given).__name__),
)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_filter_takes_pillows_objects_and_classes(given: Any, mode: str) -> None:
    img = make(mode, (37, 41))
    expected = img.filter(given)
    assert pilview.view(img).filter(given).tobytes() == memory.packed(expected)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "BLUR",
        3,
        OverriddenBlur(2),
        Overridden((3, 3), SQUARE),
        ImageFilter.Filter,
        Image,
        object,
    ],
)
def test_filter_refuses_what_it_does_not_know(given: Any) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(TypeError, match=r"RankFilter|abstract"):
        pilview.view(img).filter(given)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("size", [3, 5])
def test_values_that_cannot_be_compared_come_out_as_pillows(size: int) -> None:
    values = [1.0, float("nan"), -0.0, 0.0, float("inf"), -3.5, float("-inf")]
    raw = struct.pack("=63f", *(values[i * i * 5 % 7] for i in range(63)))
    for rank in range(size * size):
        img = Image.frombytes("F", (9, 7), raw)
        expected = img.filter(ImageFilter.RankFilter(size, rank))
        pilview.view(img).rank_filter(size, rank)
        assert memory.packed(img) == memory.packed(expected), rank


def test_a_window_may_be_larger_than_the_image() -> None:
    for size in (99, 1001):
        for kernel, oracle in (
            ("min_filter", ImageFilter.MinFilter),
            ("median_filter", ImageFilter.MedianFilter),
        ):
            img = make("L", (5, 3))
            expected = img.filter(oracle(size))
            getattr(pilview.view(img), kernel)(size)
            assert memory.packed(img) == memory.packed(expected)


@pytest.mark.parametrize("size", [(120, 3), (50, 20)])
def test_rows_that_are_cut_so_that_ctrl_c_is_seen_are_pillows(size: tuple[int, int]) -> None:
    for mode in ("I", "F"):
        for window in (3, 33, 71):
            img = make(mode, size)
            expected = memory.packed(img.filter(ImageFilter.MedianFilter(window)))
            assert pilview.view(img).median_filter(window).tobytes() == expected
