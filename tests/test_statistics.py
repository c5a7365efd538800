"""What kernels that only read refuse, and what random images do not show."""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageStat

import pilview

from .images import make
from .modes import MODES

# Earlier Pillows look at alpha only, where there is one.
ALPHA_ONLY = "alpha_only" in inspect.signature(Image.Image.getbbox).parameters

NAMES = ("sum", "sum2", "mean", "median", "rms", "var", "stddev")
MASKED = ("histogram", "entropy", *NAMES)
SIXTEEN = ("I;16", "I;16L", "I;16B", "I;16N")


@pytest.mark.parametrize("kernel", MASKED)
def test_masks_that_do_not_fit_are_refused(kernel: str) -> None:
    run = getattr(pilview.view(make("RGB", (7, 5))), kernel)
    with pytest.raises(ValueError, match=r"7 x 5 pixels.*5 x 7"):
        run(make("L", (5, 7)))
    for mode in ("RGB", "P", "I;16", "F", "LA"):
        with pytest.raises(pilview.ModeError, match="L or 1"):
            run(make(mode, (7, 5)))
    with pytest.raises(TypeError, match="bytes"):
        run(b"")


@pytest.mark.parametrize("kernel", MASKED)
def test_values_that_are_counted_in_bins_take_no_mask(kernel: str) -> None:
    for mode in ("I", "F"):
        with pytest.raises(pilview.ModeError, match="mask"):
            getattr(pilview.view(make(mode)), kernel)(make("L"))


def test_a_mask_may_be_the_image_or_one_of_its_bands_and_reversed() -> None:
    img = make("L", (33, 20)).point(lambda v: v if v > 100 else 0)
    v = pilview.view(img)
    assert v.histogram(img) == v.histogram(v) == img.histogram(img)
    assert v[:, ::-1].histogram(v) == img.transpose(Image.Transpose.FLIP_LEFT_RIGHT).histogram(img)
    rgba = make("RGBA", (33, 20))
    assert pilview.view(rgba)["RGB"].mean(pilview.view(rgba)["A"]) == (
        ImageStat.Stat(rgba.convert("RGB"), rgba.getchannel("A")).mean
    )


@pytest.mark.parametrize("kernel", [*MASKED, "extrema", "bbox", "getcolors"])
def test_readonly_views_are_read(kernel: str) -> None:
    img = make("RGB")
    read, write = pilview.view(img, writable=False), pilview.view(img)
    assert getattr(read, kernel)() == getattr(write, kernel)()


@pytest.mark.parametrize("mode", SIXTEEN)
def test_statistics_of_16_bits_are_of_the_values(mode: str) -> None:
    img = make(mode, (61, 83))
    v = pilview.view(img)
    values = [value for row in v.tolist() for value in row]
    n, total, squares = len(values), sum(values), sum(value**2 for value in values)
    assert (v.sum(), v.sum2(), v.mean()) == ([total], [squares], [total / n])
    assert v.median() == [sorted(values)[n // 2]]
    assert v.var() == [(squares - total**2 / n) / n]
    assert (v.rms(), v.stddev()) == ([math.sqrt(squares / n)], [math.sqrt(v.var()[0])])
    mask = make("1", img.size)
    shown = [value for value, m in zip(values, mask.tobytes("raw", "L"), strict=True) if m]
    assert v.mean(mask) == [sum(shown) / len(shown)]
    counts = [(values.count(value), value) for value in sorted(set(values))]
    assert v.getcolors(2**16) == counts
    assert v.getcolors(len(counts) - 1) is None


@pytest.mark.parametrize("mode", ["I", "F"])
def test_bins_lie_between_the_extrema_that_are_given(mode: str) -> None:
    img = make(mode, (40, 30))
    v = pilview.view(img)
    for extrema in ((-50, 200), (0, 0), (10, -10), (-(2**31), 2**31 - 1), (0, 2**31 - 1)):
        assert v.histogram(None, extrema) == img.histogram(None, extrema)
        assert repr(v.entropy(extrema=extrema)) == repr(img.entropy(None, extrema))
    wrong: tuple[Any, ...] = ((1,), (1, 2, 3), ("a", "b"), 5)
    for given in wrong:
        with pytest.raises((TypeError, ValueError), match="extrema"):
            v.histogram(extrema=given)
    if mode == "I":
        with pytest.raises(ValueError, match="32 bits"):
            v.histogram(extrema=(0, 2**31))


def test_what_is_no_number_is_treated_as_pillow_does() -> None:
    for values in ([1, math.nan, 3], [math.nan, 1, 2], [math.inf, -math.inf, 0.0], [0.0, -0.0, -0.0]):
        img = Image.fromarray(np.array([values * 30], np.float32))
        v = pilview.view(img)
        assert repr(v.extrema()) == repr(img.getextrema())
        assert v.histogram() == img.histogram()


def test_there_are_no_extrema_without_pixels() -> None:
    assert pilview.view(Image.new("L", (0, 3))).extrema() is None
    assert pilview.view(Image.new("RGB", (3, 0))).extrema() == (None, None, None)
    assert pilview.view(Image.new("F", (0, 0))).histogram() == [0] * 256
    assert math.isnan(pilview.view(Image.new("L", (0, 0))).entropy())


def sparse(mode: str, size: tuple[int, int]) -> Iterator[Image.Image]:
    """Images of zeros but for some pixels."""
    rng = random.Random(f"{mode} {size}")
    for count in (0, 1, 2, 3):
        img = Image.new(mode, size)
        for _ in range(count):
            at = rng.randrange(size[0]), rng.randrange(size[1])
            bands = len(MODES[mode].bands)
            colour = [0] * bands
            colour[rng.randrange(bands)] = 1
            img.putpixel(at, colour[0] if bands == 1 else tuple(colour))
        yield img


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "LA", "PA", "RGB", "RGBA", "RGBX", "CMYK", "LAB", "I", "F", "I;16"]
)
def test_the_box_of_few_pixels_is_pillows(mode: str) -> None:
    for size in ((1, 1), (3, 5), (131, 90), (1500, 1100)):
        for img in sparse(mode, size):
            v = pilview.view(img)
            of = img.convert("I") if mode == "I;16" else img  # Earlier Pillows miss half of 16 bits.
            assert v.bbox() == of.getbbox()
            if ALPHA_ONLY:
                assert v.bbox(alpha_only=False) == of.getbbox(alpha_only=False)
            turned = of.transpose(Image.Transpose.ROTATE_180)
            assert v[::-1, ::-1].bbox() == turned.getbbox()


def test_the_box_of_bands_is_that_of_those_bands() -> None:
    img = Image.new("RGBA", (9, 9), (0, 0, 0, 255))
    img.putpixel((3, 4), (0, 7, 0, 255))
    v = pilview.view(img)
    assert (v.bbox(), v["RGB"].bbox(), v["R"].bbox()) == ((0, 0, 9, 9), (3, 4, 4, 5), None)
    assert v["GB"][::3, ::3].bbox() is None


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "HSV", "I", "F"])
def test_colours_come_in_pillows_order(mode: str) -> None:
    rng = random.Random(mode)
    for colours in (1, 3, 40, 256, 5000):
        img = Image.new("RGB", (150, 140))
        draw = ImageDraw.Draw(img)
        for _ in range(colours):
            corner = rng.randrange(150), rng.randrange(140)
            draw.rectangle((corner, (corner[0] + 9, corner[1] + 2)), fill=rng.randrange(2**24))
        img = Image.frombytes(mode, img.size, img.tobytes()) if mode == "HSV" else img.convert(mode)
        v = pilview.view(img)
        for most in (0, 1, 3, 40, 255, 256, 4000, 2**16, 2**22):
            assert v.getcolors(most) == img.getcolors(most)
        assert v.getcolors() == img.getcolors()
        flipped = img.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        assert v[:, ::-1].getcolors(10**6) == flipped.getcolors(10**6)


@pytest.mark.parametrize(("given", "error"), [(-1, ValueError), (1.5, TypeError), ("9", TypeError)])
def test_a_number_of_colours_that_is_none_is_refused(given: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="maxcolors"):
        pilview.view(make("RGB")).getcolors(given)


def test_large_images_have_the_same_numbers_on_every_thread_count() -> None:
    img = make("RGB", (2477, 1621))
    v = pilview.view(img)
    stat = ImageStat.Stat(img)
    before = pilview.get_num_threads()
    try:
        for threads in (1, 3):
            pilview.set_num_threads(threads)
            assert {name: getattr(v, name)() for name in NAMES} == {
                name: getattr(stat, name) for name in NAMES
            }
    finally:
        pilview.set_num_threads(before)


@pytest.mark.parametrize("kernel", [*MASKED, "extrema", "getcolors"])
def test_casts_are_refused(kernel: str) -> None:
    with pytest.raises(pilview.ModeError, match="format"):
        getattr(pilview.view(make("RGBA")).cast("I"), kernel)()
