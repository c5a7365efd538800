"""Pixels and those around them."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageFilter

from .. import memory
from .case import EIGHT_BIT, SIXTEEN_BIT, Case

SMOOTH = (3, 3), (1, 1, 1, 1, 5, 1, 1, 1, 1)
SLOPE = (3, 3), (0.3, -1.7, 2, 5, 0.1, -0.2, 1, -3, 0.01), 1.3, 20
WIDE = (5, 5), tuple((i * 7 % 11) - 4 for i in range(25)), 9, -3.5

BIG = (613, 401)
WIDE_VALUES: dict[str, Any] = {
    "since": {"I": (10, 0), **dict.fromkeys(SIXTEEN_BIT, (13, 0))},
    "before": "has other values of more than 8 bits, or none",
}
NO_PALETTE = tuple(mode for mode in EIGHT_BIT if mode != "P")

BUILT_IN = [
    *("BLUR", "CONTOUR", "DETAIL", "EDGE_ENHANCE", "EDGE_ENHANCE_MORE"),
    *("EMBOSS", "FIND_EDGES", "SHARPEN", "SMOOTH", "SMOOTH_MORE"),
]


def ranked(img: Image.Image, filter: ImageFilter.RankFilter) -> Image.Image:
    """A filter that looks at one pixel changes nothing. Pillow 12.3 divides by zero then, which ends the
    process."""
    return img.copy() if memory.pillow_version() == (12, 3) and filter.size == 1 else img.filter(filter)


CASES = [
    *(
        Case(
            "convolve",
            lambda v, kernel=kernel: v.convolve(*kernel),
            lambda img, kernel=kernel: img.filter(ImageFilter.Kernel(*kernel)),
            (*NO_PALETTE, *SIXTEEN_BIT, "I"),
            label=label,
            **WIDE_VALUES,
        )
        for label, kernel in (("smooth", SMOOTH), ("slope", SLOPE), ("5x5", WIDE))
    ),
    *(
        Case(
            kernel,
            lambda v, kernel=kernel, size=size: getattr(v, kernel)(size),
            lambda img, oracle=oracle, size=size: ranked(img, oracle(size)),
            (*NO_PALETTE, "I", "F"),
            label=str(size),
            big=BIG,
        )
        for kernel, oracle in (
            ("median_filter", ImageFilter.MedianFilter),
            ("min_filter", ImageFilter.MinFilter),
            ("max_filter", ImageFilter.MaxFilter),
        )
        for size in (1, 3, 5, 9)
    ),
    *(
        Case(
            "rank_filter",
            lambda v, size=size, rank=rank: v.rank_filter(size, rank),
            lambda img, size=size, rank=rank: img.filter(ImageFilter.RankFilter(size, rank)),
            modes,
            label=f"{size}, {rank}",
            big=BIG,
        )
        for size, rank, modes in (
            (3, 1, (*NO_PALETTE, "I", "F")),
            (7, 40, (*NO_PALETTE, "I", "F")),
            (27, 50, ("L", "RGB")),  # takes Pillow long
        )
    ),
    *(
        Case(
            "mode_filter",
            lambda v, size=size: v.mode_filter(size),
            lambda img, size=size: img.filter(ImageFilter.ModeFilter(size)),
            EIGHT_BIT,
            label=str(size),
            big=BIG,
        )
        for size in (1, 3, 4, 7, 9)
    ),
    *(
        Case(
            "filter",
            lambda v, name=name: v.filter(getattr(ImageFilter, name)),
            lambda img, name=name: img.filter(getattr(ImageFilter, name)),
            (*NO_PALETTE, *SIXTEEN_BIT, "I"),
            label=name,
            **WIDE_VALUES,
        )
        for name in BUILT_IN
    ),
]
