"""Bands of colour, and alpha as their factor."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageFilter

import pilview

from .. import memory
from ..modes import MODES, MODES_16BIT
from .case import ALL_MODES, Case

MATRICES = {
    "to XYZ": (0.412, 0.357580, 0.1804, 0, 0.2126, 0.715160, 0.0721, 0, 0.019334, 0.119193, 0.950227, 0),
    "beyond": (-1.5, 0.7, 0.1, 200.3, 3, -2, 0.001, -0.5, 0.3333333, 0.3333333, 0.3333333, 0),
}  # fmt: skip
THREE = ("RGB", "YCbCr", "HSV", "LAB")
FOURTH = ("RGBA", "RGBX", "RGBa")
BIG = (2477, 811)


def relabelled(img: Image.Image, mode: str) -> Image.Image:
    """The same memory as another mode's."""
    made = Image.new(mode, img.size)
    memory.poke(made, memory.raw_bytes(img))
    return made


def with_fourth(made: Image.Image, img: Image.Image) -> Image.Image:
    """The first three bands of `made`, and the fourth of `img`, if it has one."""
    made, kept = relabelled(made, "RGBX"), relabelled(img, "RGBX")
    return relabelled(Image.merge("RGBX", (*made.split()[:3], kept.split()[3])), img.mode)


def multiplied(img: Image.Image, matrix: Any) -> Image.Image:
    rgb = relabelled(img, "RGB") if img.mode in FOURTH else img
    return with_fourth(rgb.convert("RGB", matrix), img)


def gray(img: Image.Image) -> Image.Image:
    if img.mode in ("1", "L", "LA", "La"):
        return img.copy()
    return with_fourth(Image.merge("RGB", [relabelled(img, "RGBX").convert("L")] * 3), img)


def converted(img: Image.Image, pairs: dict[str, str]) -> Image.Image:
    """Converted from one mode to another, whichever of the two the image has."""
    before, after = next(pair for pair in pairs.items() if img.mode in pair)
    return relabelled(relabelled(img, before).convert(after), img.mode)


def spelled(v: pilview.ImageView, order: int) -> str:
    """As many names as there are bands: backwards, or the first one over and over."""
    return "".join(v.bands[::-1] if order == 0 else v.bands[:1] * len(v.bands))


def merged(img: Image.Image, order: int) -> Image.Image:
    bands = relabelled(img, "RGBX").split() if len(img.getbands()) > 1 else ()
    if not bands:
        return img.copy()
    taken = [bands[offset] for offset in MODES[img.mode].offsets]
    taken = taken[::-1] if order == 0 else taken[:1] * len(taken)
    made = list(bands)
    for offset, band in zip(MODES[img.mode].offsets, taken, strict=True):
        made[offset] = band
    return relabelled(Image.merge("RGBX", made), img.mode)


def lut(size: Any, channels: int) -> ImageFilter.Color3DLUT:
    return ImageFilter.Color3DLUT.generate(
        size,
        lambda r, g, b: (1.3 * g - 0.1, r * r, 1 - b * r, 0.5 * (r + b))[:channels],
        channels=channels,
    )


LUTS = {"5": lut(5, 3), "2, 33, 7": lut((2, 33, 7), 3), "65": lut((65, 65, 65), 3)}
LUT_4 = lut((4, 5, 6), 4)


CASES = [
    *(
        Case(
            "color_matrix",
            lambda v, matrix=matrix: v.color_matrix(matrix),
            lambda img, matrix=matrix: multiplied(img, matrix),
            (*THREE, *FOURTH),
            label=label,
        )
        for label, matrix in MATRICES.items()
    ),
    Case(
        "grayscale",
        lambda v: v.grayscale(),
        gray,
        ("RGB", *FOURTH, "1", "L", "LA", "La"),
    ),
    *(
        Case(
            "swap_bands",
            lambda v, order=order: v.swap_bands(spelled(v, order)),
            lambda img, order=order: merged(img, order),
            ALL_MODES,
            label=label,
        )
        for order, label in enumerate(("backwards", "the first"))
    ),
    *(
        Case(
            kernel,
            lambda v, lut=lut, kernel=kernel: getattr(v, kernel)(lut),
            lambda img, lut=lut: img.filter(lut),
            (*THREE, *FOURTH, "CMYK"),
            # All that the kernel `filter` takes are in the table of filters.
            beyond=("1", "L", "LA", "La", "PA", *MODES_16BIT, "I") if kernel == "filter" else (),
            label=f"Color3DLUT({label})",
            big=BIG,
        )
        for kernel, label, lut in (
            *(("color_lut_3d", label, lut) for label, lut in LUTS.items()),
            ("filter", "5", LUTS["5"]),
        )
    ),
    Case(
        "color_lut_3d",
        lambda v: v.color_lut_3d(LUT_4),
        lambda img: img.filter(LUT_4),
        (*FOURTH, "CMYK"),
        label="four channels",
        big=BIG,
    ),
    Case(
        "premultiply",
        lambda v: v.premultiply(),
        lambda img: converted(img, {"RGBA": "RGBa", "LA": "La"}),
        ("RGBA", "RGBa", "LA", "La"),
    ),
    Case(
        "unpremultiply",
        lambda v: v.unpremultiply(),
        lambda img: converted(img, {"RGBa": "RGBA", "La": "LA"}),
        ("RGBA", "RGBa", "LA", "La"),
    ),
]
