"""Blurs: what is refused, radii beyond the image, bands of modes that Pillow does not blur."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageFilter

import pilview

from . import memory
from .images import make

NAN, INF = float("nan"), float("inf")


class Number:
    def __float__(self) -> float:
        return 2.5


class Index:
    def __index__(self) -> int:
        return 2


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ((-1,), ValueError, r"-1; give a number from 0"),
        ((-1e-30,), ValueError, "from 0"),
        ((NAN,), ValueError, "nan"),
        ((INF,), ValueError, "inf"),
        ((-INF,), ValueError, "inf"),
        ((2**31,), ValueError, r"below 2\*\*31"),
        ((1e300,), ValueError, r"below 2\*\*31"),
        (((2, -1),), ValueError, "-1"),
        (((NAN, 2),), ValueError, "nan"),
        (((2,),), ValueError, "1 values"),
        (((),), ValueError, "0 values"),
        (((1, 2, 3),), ValueError, "more than 2"),
        ((("a", 2),), TypeError, "type str"),
        ((None,), TypeError, "NoneType"),
        ((2j,), TypeError, "complex"),
        ((object(),), TypeError, "object"),
    ],
)
@pytest.mark.parametrize("kernel", ["box_blur", "gaussian_blur"])
def test_radii_that_make_no_sense_are_refused(
    kernel: str, arguments: tuple[Any, ...], error: type[Exception], match: str
) -> None:
    if arguments == (None,) and kernel == "gaussian_blur":
        return  # As if it were not given.
    refused(kernel, arguments, error, match)


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ((-0.5,), ValueError, "from 0"),
        ((NAN,), ValueError, "nan"),
        (((2, 2),), TypeError, "tuple"),
        ((2, 1.5), TypeError, "the percent is 1.5"),
        ((2, 2**31), ValueError, "-2147483648 to 2147483647"),
        ((2, 150, "3"), TypeError, "the threshold"),
        ((2, 150, -(2**31) - 1), ValueError, "-2147483648 to 2147483647"),
        ((2, 150, 10**30), ValueError, "-2147483648 to 2147483647"),
    ],
)
def test_masks_that_make_no_sense_are_refused(
    arguments: tuple[Any, ...], error: type[Exception], match: str
) -> None:
    refused("unsharp_mask", arguments, error, match)


def refused(kernel: str, arguments: tuple[Any, ...], error: type[Exception], match: str) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(error, match=match):
        getattr(pilview.view(img), kernel)(*arguments)
    assert memory.raw_bytes(img) == before


def test_defaults_and_all_kinds_of_numbers() -> None:
    def same(run: Any, filter: ImageFilter.Filter) -> None:
        img = make("RGB")
        expected = img.filter(filter)
        assert run(pilview.view(img)).tobytes() == memory.packed(expected)

    same(lambda v: v.gaussian_blur(), ImageFilter.GaussianBlur())
    same(lambda v: v.unsharp_mask(), ImageFilter.UnsharpMask())
    same(lambda v: v.unsharp_mask(threshold=0, percent=Index()), ImageFilter.UnsharpMask(2, 2, 0))
    same(lambda v: v.box_blur(Number()), ImageFilter.BoxBlur(2.5))
    same(lambda v: v.box_blur(True), ImageFilter.BoxBlur(1))


TWO_RADII = pytest.mark.skipif(memory.pillow_version() < (10, 1), reason="this Pillow takes one radius only")


@TWO_RADII
def test_two_radii_may_be_all_kinds_of_numbers() -> None:
    img = make("RGB")
    expected = img.filter(ImageFilter.BoxBlur((2, 2.5)))
    radii: Any = [Index(), Number()]
    assert pilview.view(img).box_blur(radii).tobytes() == memory.packed(expected)


@TWO_RADII
@pytest.mark.parametrize("radius", [70.5, 1000, 123456.7, 8388607, 2**24, 2**31 - 200])
@pytest.mark.parametrize("size", [(1, 1), (3, 70), (90, 2)])
def test_a_radius_may_be_larger_than_the_image(radius: float, size: tuple[int, int]) -> None:
    for kernel, oracle in (("box_blur", ImageFilter.BoxBlur), ("gaussian_blur", ImageFilter.GaussianBlur)):
        for radii in ((radius, radius), (radius, 1.5), (1.5, radius)):
            if radius > 1e9 and kernel == "gaussian_blur":
                continue  # Pillow's own sums overflow.
            img = make("RGB", size)
            expected = img.filter(oracle(radii))
            getattr(pilview.view(img), kernel)(radii)
            assert memory.packed(img) == memory.packed(expected), (kernel, radii)


def test_enormous_percents_cut_to_black_and_white() -> None:
    img = make("L")
    blurred = img.filter(ImageFilter.GaussianBlur(2)).tobytes()
    sharp = [
        original if original == blur else 255 * (original > blur)
        for original, blur in zip(img.tobytes(), blurred, strict=True)
    ]
    assert pilview.view(img).unsharp_mask(2, 2**31 - 1, 0).tobytes() == bytes(sharp)


@pytest.mark.parametrize("mode", ["YCbCr", "HSV", "LAB", "PA"])
def test_single_bands_of_all_modes_are_blurred_as_their_channel(mode: str) -> None:
    for band in (0, 1):
        img = make(mode)
        channels = [img.getchannel(i) for i in range(len(img.getbands()))]
        channels[band] = channels[band].filter(ImageFilter.GaussianBlur(2))
        pilview.view(img)[..., band].gaussian_blur(2)
        assert [img.getchannel(i).tobytes() for i in range(len(channels))] == [c.tobytes() for c in channels]
        with pytest.raises(pilview.ModeError, match=f"mode {mode}.*single bands"):
            pilview.view(img).gaussian_blur(2)


def test_selected_bands_are_blurred_and_others_stay() -> None:
    for bands in ("RG", "BGR", "AG"):
        img = make("RGBA")
        blurred = img.filter(ImageFilter.BoxBlur(3))
        expected = [(blurred if band in bands else img).getchannel(band) for band in "RGBA"]
        pilview.view(img)[bands].box_blur(3)
        assert img.tobytes() == Image.merge("RGBA", expected).tobytes()


def test_casts_are_refused() -> None:
    for kernel in ("box_blur", "gaussian_blur", "unsharp_mask"):
        with pytest.raises(pilview.ModeError, match="format"):
            getattr(pilview.view(make("RGB")).packed, kernel)(1)


@pytest.mark.skipif(memory.pillow_version() < (10, 1), reason="takes one radius only")
@pytest.mark.parametrize("radius", [(5, 0), (70, 70), (0.7, 2)])
@pytest.mark.parametrize("size", [(600_000, 1), (300_000, 3)])
def test_rows_that_are_cut_so_that_ctrl_c_is_seen_are_pillows(
    size: tuple[int, int], radius: tuple[float, float]
) -> None:
    for mode in ("L", "RGB"):
        img = make(mode, (1000, size[1])).resize(size, Image.Resampling.BICUBIC)
        for pillows in (ImageFilter.BoxBlur(radius), ImageFilter.GaussianBlur(radius)):
            expected = memory.packed(img.filter(pillows))
            v = pilview.view(img.copy())
            assert v.filter(pillows).tobytes() == expected
