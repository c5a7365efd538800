"""Enhance: factors, bands, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

import pilview

from . import memory
from .images import make
from .modes import MODES

ENHANCERS: dict[str, Any] = {
    "brightness": ImageEnhance.Brightness,
    "contrast": ImageEnhance.Contrast,
    "saturation": ImageEnhance.Color,
    "sharpness": ImageEnhance.Sharpness,
}
KERNELS = list(ENHANCERS)


@settings(deadline=None)
@given(
    st.sampled_from(KERNELS), st.floats(-5, 5) | st.floats(width=32, allow_nan=False, allow_infinity=False)
)
def test_any_factor_is_pillows(kernel: str, factor: float) -> None:
    img = make("RGBA", (17, 13))
    expected = ENHANCERS[kernel](img).enhance(factor)
    assert getattr(pilview.view(img), kernel)(factor).tobytes() == memory.packed(expected)


@pytest.mark.parametrize("mode", ["RGB", "HSV", "CMYK"])
@pytest.mark.parametrize("kernel", ["contrast", "saturation"])
def test_every_grey_is_pillows(kernel: str, mode: str) -> None:
    """Each value of each band beside many of the others."""
    bands = len(MODES[mode].bands)
    pixels = bytearray(256 * 256 * bands)
    for band, step in enumerate((1, 7, 31, 101)[:bands]):
        pixels[band::bands] = bytes((i * step + (i >> 8) * (3 * band + 1)) % 256 for i in range(256 * 256))
    img = Image.frombytes(mode, (256, 256), bytes(pixels))
    expected = ENHANCERS[kernel](img).enhance(0.5)
    assert getattr(pilview.view(img), kernel)(0.5).tobytes() == memory.packed(expected)


@pytest.mark.parametrize("kernel", KERNELS)
def test_bands_that_are_selected_are_an_image_of_their_own(kernel: str) -> None:
    img = make("RGBA")
    alpha, rgb = img.getchannel("A"), img.convert("RGB")
    v = pilview.view(img)
    getattr(v["RGB"], kernel)(1.7)
    assert img.convert("RGB").tobytes() == ENHANCERS[kernel](rgb).enhance(1.7).tobytes()
    assert img.getchannel("A").tobytes() == alpha.tobytes()
    getattr(v["A"], kernel)(1.7)
    assert img.getchannel("A").tobytes() == ENHANCERS[kernel](alpha).enhance(1.7).tobytes()


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("mode", ["RGBA", "LA", "RGB", "RGBX", "CMYK", "YCbCr", "HSV"])
def test_the_order_of_the_bands_is_all_the_same(kernel: str, mode: str) -> None:
    img = make(mode, (37, 41))
    expected = ENHANCERS[kernel](img).enhance(1.7)
    backwards = pilview.view(img)[..., ::-1]
    assert getattr(backwards, kernel)(1.7) is backwards
    assert memory.packed(img) == memory.packed(expected)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("factor", [float("nan"), float("inf"), -float("inf"), 1e39, 10**39, "1", None, 1j])
def test_factors_that_are_no_numbers_are_refused(kernel: str, factor: Any) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises((ValueError, TypeError), match="factor"):
        getattr(pilview.view(img), kernel)(factor)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("kernel", ["contrast", "saturation"])
@pytest.mark.parametrize(
    ("mode", "bands"), [("RGB", "RG"), ("RGBa", "RGBa"), ("CMYK", "CMY"), ("LAB", "LAB")]
)
def test_bands_without_a_grey_are_refused(kernel: str, mode: str, bands: str) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    with pytest.raises(pilview.ModeError, match="one band"):
        getattr(pilview.view(img)[bands], kernel)(2)
    assert memory.raw_bytes(img) == before


def test_casts_are_refused() -> None:
    v = pilview.view(make("RGB")).cast("I")
    for kernel in KERNELS:
        with pytest.raises(pilview.ModeError, match=r"\w"):
            getattr(v, kernel)(2)
