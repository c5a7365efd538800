"""Between a plain picture and the image, or beyond."""

from __future__ import annotations

from PIL import ImageEnhance

from .case import EIGHT_BIT, Case

FACTORS = (0.37, 1.6)
# Pillow has no grey of premultiplied colours.
GREYS = ("L", "LA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV")
SHADES = tuple(mode for mode in EIGHT_BIT if mode not in ("1", "P", "PA", "LAB"))

CASES = [
    Case(
        kernel,
        lambda v, kernel=kernel, factor=factor: getattr(v, kernel)(factor),
        lambda img, enhancer=enhancer, factor=factor: enhancer(img).enhance(factor),
        modes,
        label=str(factor),
        big=(1237, 811),
    )
    for kernel, enhancer, modes in (
        ("brightness", ImageEnhance.Brightness, SHADES),
        ("contrast", ImageEnhance.Contrast, GREYS),
        ("saturation", ImageEnhance.Color, GREYS),
        ("sharpness", ImageEnhance.Sharpness, SHADES),
    )
    for factor in FACTORS
]
