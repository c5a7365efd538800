"""Tone: values by a formula or a histogram."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from .. import memory
from ..modes import MODES
from .case import EIGHT_BIT, SIXTEEN_BIT, Case

AMOUNTS = tuple(mode for mode in EIGHT_BIT if mode not in ("1", "P", "PA"))


def rounded(value: float) -> int:
    """To the nearest of 0 to 255, halves up."""
    return min(max(math.floor(value + 0.5), 0), 255)


def linear(v: int, scale: float, offset: float) -> int:
    return rounded(v * scale + offset)


def gamma(v: int, g: float) -> int:
    return rounded(255 * (v / 255) ** (1 / g))


def levels(v: int, *given: float) -> int:
    all_five = [*given, *(0, 255, 1, 0, 255)[len(given) :]]
    in_black, in_white, gamma, out_black, out_white = all_five
    part = min(max((v - in_black) / (in_white - in_black), 0), 1)
    return rounded(out_black + (out_white - out_black) * part ** (1 / gamma))


def by_table(formula: Any, *arguments: float) -> Any:
    """The oracle of a formula for 8-bit values."""
    table = [formula(v, *arguments) for v in range(256)]
    return lambda img: img.point(table * len(img.getbands()))


def linear_of_wide(img: Image.Image, scale: float, offset: float) -> Image.Image:
    dtype = np.dtype(MODES[img.mode].format.replace("i", "i4").replace("f", "f4").replace("H", "u2"))
    values = np.frombuffer(memory.packed(img), dtype).astype(np.float64) * scale + offset
    if dtype.kind != "f":
        limits = np.iinfo(dtype)
        values = np.clip(np.floor(values + 0.5), limits.min, limits.max)
    out = img.copy()
    memory.poke(out, values.astype(dtype).tobytes())
    return out


# Random values are all there, and about as frequent: these are not.
DARK = [40 + v * v // 400 for v in range(256)]


def dark(img: Image.Image) -> Image.Image:
    return img.point(DARK * len(img.getbands()))


SELECTIONS: list[dict[str, Any]] = [
    {},
    {"cutoff": (3.7, 12)},
    {"cutoff": 20, "ignore": (0, 255, 77), "preserve_tone": True},
]

CASES = [
    *(
        Case(
            "linear",
            lambda v, arguments=arguments: v.linear(*arguments),
            by_table(linear, *arguments),
            AMOUNTS,
            beyond=("I", "F", *SIXTEEN_BIT),
            label="{}, {}".format(*arguments),
        )
        for arguments in ((1.5, -20), (-0.5, 200.25))
    ),
    *(
        Case(
            "linear",
            lambda v, arguments=arguments: v.linear(*arguments),
            lambda img, arguments=arguments: linear_of_wide(img, *arguments),
            ("I", "F", *SIXTEEN_BIT),
            beyond=AMOUNTS,
            label="{}, {}, wide".format(*arguments),
        )
        for arguments in ((1.5, -20.5), (-0.37, 2000))
    ),
    Case("gamma", lambda v: v.gamma(2.2), by_table(gamma, 2.2), AMOUNTS, label="2.2"),
    *(
        Case(
            "levels",
            lambda v, arguments=arguments: v.levels(*arguments),
            by_table(levels, *arguments),
            AMOUNTS,
            label=str(arguments)[1:-1],
        )
        for arguments in ((20, 230.5), (16, 235, 1.8, 250, 5))
    ),
    *(
        Case(
            "solarize",
            lambda v, threshold=threshold: v.solarize(threshold),
            lambda img, threshold=threshold: ImageOps.solarize(img, threshold),
            ("L", "RGB"),
            label=str(threshold),
        )
        for threshold in (100, 128.5)
    ),
    *(
        Case(
            "posterize",
            lambda v, bits=bits: v.posterize(bits),
            lambda img, bits=bits: ImageOps.posterize(img, bits),
            ("L", "RGB"),
            label=str(bits),
        )
        for bits in (1, 5)
    ),
    *(
        Case(
            "autocontrast",
            lambda v, arguments=arguments: v.point(DARK).autocontrast(**arguments),
            lambda img, arguments=arguments: ImageOps.autocontrast(dark(img), **arguments),
            ("L", "RGB"),
            label=", ".join(f"{name}={value}" for name, value in arguments.items()),
        )
        for arguments in SELECTIONS
    ),
    Case(
        "autocontrast",
        lambda v, mask: v.point(DARK).autocontrast(2, mask=mask, preserve_tone=True),
        lambda img, mask: ImageOps.autocontrast(dark(img), 2, mask=mask, preserve_tone=True),
        ("L", "RGB"),
        others=("1",),
        label="mask, tone",
    ),
    Case(
        "equalize",
        lambda v: v.point(DARK).equalize(),
        lambda img: ImageOps.equalize(dark(img)),
        ("L", "RGB"),
    ),
    Case(
        "equalize",
        lambda v, mask: v.point(DARK).equalize(mask),
        lambda img, mask: ImageOps.equalize(dark(img), mask),
        ("L", "RGB"),
        others=("1",),
        label="mask",
    ),
    # As they come, since the last case of a kernel shows that other modes are left alone.
    Case(
        "autocontrast",
        lambda v: v.autocontrast(5),
        lambda img: ImageOps.autocontrast(img, 5),
        ("L", "RGB"),
        label="cutoff=5",
    ),
    Case("equalize", lambda v: v.equalize(), ImageOps.equalize, ("L", "RGB"), label="as it is"),
]
