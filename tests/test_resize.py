"""resize_into and reduce_into: what is refused, drawn sizes and boxes, which pixels fit which."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import pilview

from . import memory
from .images import make
from .kernels.resize import FILTERS, MEANS
from .modes import MODES

RECENT = pytest.mark.skipif(memory.pillow_version() < (13, 0), reason="this Pillow has other passes")
NAN, INF = float("nan"), float("inf")


def edges(length: int) -> st.SearchStrategy[list[float]]:
    """Where a box begins and ends along a side."""
    return st.lists(st.floats(0, length) | st.integers(0, length), min_size=2, max_size=2).map(sorted)


@RECENT
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_drawn_sizes_boxes_and_filters_give_pillows_bytes(data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(list(MODES)))
    side = st.integers(0, 40) | st.integers(200, 900)
    width = data.draw(side)
    size = width, data.draw(side if width <= 40 else st.integers(0, 40))
    to = data.draw(st.tuples(st.integers(1, 50), st.integers(1, 50)) | st.just((max(size[0], 1), 7)))
    resample = data.draw(st.none() | st.sampled_from(list(Image.Resampling)))
    box: Any = None
    if data.draw(st.booleans()):
        (left, right), (upper, lower) = data.draw(edges(size[0])), data.draw(edges(size[1]))
        box = left, upper, right, lower
        # Of whole pixels and as large: these are copied.
        if data.draw(st.booleans()) and left + 1 <= right and upper + 1 <= lower:
            box = tuple(map(int, box))
            to = box[2] - box[0], box[3] - box[1]
    img, dst = make(mode, size), make(mode, to, blocks=True, seed=1)
    padding = memory.padding(dst)
    v = pilview.view(img, writable=False)
    assert v.resize_into(dst, resample, box) is v
    assert memory.packed(dst) == memory.packed(img.resize(to, resample, box))
    assert memory.padding(dst) == padding


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_drawn_factors_and_boxes_give_pillows_bytes(data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(MEANS))
    size = data.draw(st.tuples(st.integers(1, 60), st.integers(1, 60)))
    factor = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 70)) | st.integers(1, 9))
    box: Any = None
    if data.draw(st.booleans()):
        left, upper = data.draw(st.integers(0, size[0] - 1)), data.draw(st.integers(0, size[1] - 1))
        box = (
            left,
            upper,
            data.draw(st.integers(left + 1, size[0])),
            data.draw(st.integers(upper + 1, size[1])),
        )
    img = make(mode, size)
    # By 1 nothing is reduced. Earlier Pillows took a part with alpha by way of La or RGBa all the same.
    expected = img.crop(box) if factor in (1, (1, 1)) else img.reduce(factor, box)
    dst = make(mode, expected.size, seed=1)
    v = pilview.view(img, writable=False)
    assert v.reduce_into(dst, factor, box) is v
    assert memory.packed(dst) == memory.packed(expected)


@pytest.mark.parametrize("mode", MODES)
def test_a_factor_of_1_copies_every_mode(mode: str) -> None:
    img, dst = make(mode, (9, 7)), make(mode, (3, 5), seed=1)
    pilview.view(img).reduce_into(dst, 1, (2, 1, 5, 6))
    assert memory.packed(dst) == memory.packed(img.crop((2, 1, 5, 6)))


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
@pytest.mark.parametrize("size", [(0, 0), (0, 4), (6, 5)])
def test_the_same_size_is_an_exact_copy(mode: str, size: tuple[int, int]) -> None:
    img, dst = make(mode, size), make(mode, size, seed=1)
    pilview.view(img).resize_into(dst)
    assert memory.packed(dst) == memory.packed(img)


def filled(mode: str, size: tuple[int, int], seed: int = 1) -> pilview.ImageView:
    return pilview.view(make(mode, size, seed=seed))


@pytest.mark.parametrize("bands", ["R", "RG", "RGB", "GA", "ABGR"])
def test_bands_are_resized_as_they_are_in_the_whole(bands: str) -> None:
    img = make("RGBA", (23, 19))
    to = filled("RGBA", (11, 7))
    before = to.tolist()
    pilview.view(img)[bands].resize_into(to[bands], Image.Resampling.BILINEAR)
    # Without the alpha, no band is multiplied with it: RGBX has the same bands, and no alpha.
    like = "RGBA" if "A" in bands else "RGBX"
    same = Image.frombytes(like, img.size, img.tobytes()).resize((11, 7), Image.Resampling.BILINEAR)
    expected = pilview.view(same).tolist()
    for y, row in enumerate(to.tolist()):
        for x, pixel in enumerate(row):
            for i, name in enumerate("RGBA"):
                assert pixel[i] == (expected if name in bands else before)[y][x][i], (x, y, name)


def test_a_single_band_fits_an_l_image_and_the_reverse() -> None:
    img = make("RGB", (20, 10))
    half = make("L", (10, 5), seed=1)
    pilview.view(img)["G"].resize_into(half, Image.Resampling.BOX)
    assert memory.packed(half) == memory.packed(img.getchannel("G").resize((10, 5), Image.Resampling.BOX))
    to = make("LA", (5, 5), seed=2)
    pilview.view(half).reduce_into(pilview.view(to)["A"], (2, 1))
    assert memory.packed(to.getchannel("A")) == memory.packed(half.reduce((2, 1)))


def test_other_rows_of_the_same_image_may_be_written() -> None:
    img = make("L", (8, 8))
    expected = img.crop((0, 0, 8, 4)).resize((4, 4), Image.Resampling.BOX)
    v = pilview.view(img)
    v[:4].resize_into(v[4:, 4:], Image.Resampling.BOX)
    assert v[4:, 4:].tobytes() == memory.packed(expected)


@pytest.mark.parametrize(
    ("dst", "error", "match"),
    [
        (None, TypeError, "NoneType.*mode RGB"),
        (bytearray(105), TypeError, "bytearray"),
        ("L", pilview.ModeError, "mode L.*mode RGB"),
        ("RGBA", pilview.ModeError, "mode RGBA.*mode RGB"),
        ("HSV", pilview.ModeError, "mode HSV.*mode RGB"),
    ],
)
@pytest.mark.parametrize("kernel", ["resize_into", "reduce_into"])
def test_a_dst_of_other_pixels_is_refused(kernel: str, dst: Any, error: type[Exception], match: str) -> None:
    v = filled("RGB", (7, 5))
    given = make(dst, (7, 5)) if isinstance(dst, str) else dst
    with pytest.raises(error, match=match):
        getattr(v, kernel)(given, 1)


@pytest.mark.parametrize(("own", "other"), [("RG", "GB"), ("RG", "RGB"), ("R", "RG"), ("RGB", "BGR")])
def test_other_bands_are_refused(own: str, other: str) -> None:
    v, dst = filled("RGB", (7, 5)), filled("RGB", (7, 5), 2)
    before = dst.tobytes()
    with pytest.raises(pilview.ModeError, match=r"bands|mode L"):
        v[own].resize_into(dst[other])
    assert dst.tobytes() == before


SIZE = 7, 5


@pytest.mark.parametrize(
    ("kernel", "to", "arguments", "error", "match"),
    [
        ("resize_into", (0, 5), (), ValueError, "0 x 5"),
        ("resize_into", (3, 0), (1,), ValueError, "3 x 0"),
        ("resize_into", (3, 3), (8,), ValueError, "LANCZOS"),
        ("resize_into", (3, 3), (-1,), ValueError, "LANCZOS"),
        ("resize_into", (3, 3), (10**30,), ValueError, "LANCZOS"),
        ("resize_into", (3, 3), (1.0,), TypeError, "LANCZOS"),
        ("resize_into", (3, 3), ("BOX",), TypeError, "LANCZOS"),
        ("resize_into", (3, 3), (1, (0, 0, 7)), ValueError, "3 values"),
        ("resize_into", (3, 3), (1, (0, 0, 7, 5, 5)), ValueError, "more than 4"),
        ("resize_into", (3, 3), (1, "abcd"), TypeError, "floats"),
        ("resize_into", (3, 3), (1, 5), TypeError, "type int; give four floats"),
        ("resize_into", (3, 3), (1, (0, 0, 10**400, 5)), ValueError, "finite"),
        ("resize_into", (3, 3), (1, (0, NAN, 7, 5)), ValueError, "finite"),
        ("resize_into", (3, 3), (1, (0, 0, INF, 5)), ValueError, "finite"),
        ("resize_into", (3, 3), (1, (0, 0, 1e300, 5)), ValueError, "finite"),
        ("resize_into", (3, 3), (1, (-0.5, 0, 7, 5)), ValueError, "7 x 5"),
        ("resize_into", (3, 3), (1, (0, 0, 7.01, 5)), ValueError, "7 x 5"),
        ("resize_into", (3, 3), (0, (4, 0, 3, 5)), ValueError, "7 x 5"),
        ("reduce_into", (4, 2), (2,), ValueError, r"4 x 2.*7 x 5.*4 x 3"),
        ("reduce_into", (5, 3), (2,), ValueError, r"5 x 3.*7 x 5.*4 x 3"),
        ("reduce_into", (7, 4), (1,), ValueError, r"7 x 4.*7 x 5"),
        ("reduce_into", (4, 3), (0,), ValueError, "from 1"),
        ("reduce_into", (4, 3), (-2,), ValueError, "from 1"),
        ("reduce_into", (4, 3), (2**31,), ValueError, "from 1"),
        ("reduce_into", (4, 3), (2.0,), TypeError, "pair"),
        ("reduce_into", (4, 3), ("2",), TypeError, "pair"),
        ("reduce_into", (4, 3), ((2, 2, 2),), ValueError, "pair"),
        ("reduce_into", (4, 3), ([2, None],), TypeError, "pair"),
        ("reduce_into", (4, 3), (2, 5), TypeError, "type int; give four ints"),
        ("reduce_into", (4, 3), (2, (0, 0, 7.0, 5)), TypeError, "ints"),
        ("reduce_into", (4, 3), (2, (0, 0, 8, 5)), ValueError, "7 x 5"),
        ("reduce_into", (4, 3), (2, (3, 0, 3, 5)), ValueError, "7 x 5"),
        ("reduce_into", (4, 3), (1, (0, 0, 9, 9)), ValueError, "7 x 5"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    kernel: str, to: tuple[int, int], arguments: tuple[Any, ...], error: type[Exception], match: str
) -> None:
    img, dst = make("RGB", SIZE), make("RGB", to, seed=1)
    before = memory.raw_bytes(img), memory.raw_bytes(dst)
    with pytest.raises(error, match=match):
        getattr(pilview.view(img), kernel)(dst, *arguments)
    assert (memory.raw_bytes(img), memory.raw_bytes(dst)) == before


def test_nothing_can_be_reduced_to_nothing() -> None:
    with pytest.raises(ValueError, match="0 x 5"):
        filled("L", (0, 5)).reduce_into(make("L", (0, 3)), 2)


@pytest.mark.parametrize("dst", [slice(None), slice(2, 5), slice(4, 2, -1)], ids=str)
@pytest.mark.parametrize("kernel", ["resize_into", "reduce_into"])
def test_a_dst_that_shares_memory_is_refused(kernel: str, dst: slice) -> None:
    v = filled("RGB", (6, 6))
    before = v.tobytes()
    to = v[dst]
    arguments: list[Any] = [(1, 6 // to.height)] if kernel == "reduce_into" else [None, (0, 0, 6, 5.5)]
    with pytest.raises(ValueError, match=r"\(6, 6, 3\)"):
        getattr(v, kernel)(to, *arguments)
    assert v.tobytes() == before


def test_whatever_is_an_index_or_a_float_will_do() -> None:
    class Two:
        def __index__(self) -> int:
            return 2

        def __float__(self) -> float:
            return 0.5

    img, dst = make("L", (9, 7)), make("L", (5, 4), seed=1)
    pilview.view(img).reduce_into(dst, Two())
    assert memory.packed(dst) == memory.packed(img.reduce(2))
    box: list[Any] = [Two(), 0, 9, 7]
    pilview.view(img).resize_into(dst, Two(), iter(box))
    assert memory.packed(dst) == memory.packed(img.resize((5, 4), 2, (0.5, 0, 9, 7)))


@RECENT
@pytest.mark.parametrize("name", FILTERS[1:])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "F"])
def test_rows_too_many_to_be_kept_come_to_the_same_sums(name: str, mode: str) -> None:
    img = make(mode, (700, 2003))
    for to in ((650, 3), (80, 4)):
        dst = make(mode, to, seed=1)
        resample = Image.Resampling[name]
        pilview.view(img).resize_into(dst, resample)
        assert memory.packed(dst) == memory.packed(img.resize(to, resample))
