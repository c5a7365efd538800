"""Numbers about the pixels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageStat

from .. import memory
from ..modes import MODES
from .case import ALL_MODES, EIGHT_BIT, SIXTEEN_BIT, Case, Version

BIG = (1237, 811)
MASKS = ("L", "1")
STATISTICS = ("sum", "sum2", "mean", "median", "rms", "var", "stddev")


def alpha(first: Version) -> dict[str, Any]:
    """From which Pillow on the alpha of two bands counts."""
    return {
        "since": dict.fromkeys(("LA", "La", "PA"), first),
        "before": "counts a copy of the first band instead of alpha",
    }


ALPHA, ALPHA_MASKED = alpha((12, 0)), alpha((13, 0))
SEVERAL_BANDS = tuple(mode for mode in EIGHT_BIT if len(MODES[mode].bands) > 1)


def wide(img: Image.Image) -> Image.Image:
    """I;16 as I, whose statistics Pillow has."""
    if img.mode not in SIXTEEN_BIT:
        return img
    as_ints = Image.new("I", img.size)
    if img.width and img.height:
        as_ints.putdata([value for row in memory.values(img) for value in row])
    return as_ints


def plain(img: Image.Image) -> Image.Image:
    """The same bands, with the bytes between them as Pillow mostly makes them: LA is L, L, L, A."""
    if img.mode not in ("LA", "La", "PA"):
        return wide(img)
    packed = memory.packed(img)
    made = Image.new(img.mode, img.size)
    memory.poke(
        made, b"".join(packed[i : i + 1] * 3 + packed[i + 1 : i + 2] for i in range(0, len(packed), 2))
    )
    return made


def statistic(name: str, img: Image.Image, mask: Image.Image | None = None) -> Any:
    """Of no pixels 0, by which earlier Pillows divide."""
    stat = ImageStat.Stat(img, mask)
    try:
        if name in ("var", "stddev") and memory.pillow_version() < (13, 0):
            # These round the square of the sum before they divide it.
            sums = zip(stat.sum2, map(int, stat.sum), stat.count, strict=True)
            var = [(sum2 - sum**2 / count) / count for sum2, sum, count in sums]
            return var if name == "var" else [math.sqrt(v) for v in var]
        return getattr(stat, name)
    except ZeroDivisionError:
        return [0] * len(img.getbands())


def case(kernel: str, oracle: Callable[..., Any], modes: tuple[str, ...], *masks: str, **more: Any) -> Case:
    return Case(
        kernel,
        lambda v, *mask: getattr(v, kernel)(*mask),
        oracle,
        modes,
        label=f"masked by {masks[0]}" if masks else "",
        others=masks,
        returns=True,
        big=BIG,
        **(ALPHA_MASKED if masks else ALPHA),
        **more,
    )


CASES = [
    # Pillow has no bins for I and F of no size.
    case("histogram", lambda img: img.histogram(), EIGHT_BIT, beyond=(*SIXTEEN_BIT, "I", "F")),
    case("histogram", lambda img: wide(img).histogram(), (*SIXTEEN_BIT, "I", "F"), empty=False),
    Case(
        "entropy",
        lambda v: repr(v.entropy()),  # NaN where all values are equal
        lambda img: repr(wide(img).entropy()),
        ALL_MODES,
        returns=True,
        empty=False,
        big=BIG,
        **ALPHA,
    ),
    case("extrema", lambda img: wide(img).getextrema(), ALL_MODES),
    case("bbox", lambda img: plain(img).getbbox(), ALL_MODES),
    case("getcolors", lambda img: plain(img).getcolors(), (*EIGHT_BIT, "I", "F"), beyond=SIXTEEN_BIT),
    *(case("histogram", lambda img, mask: img.histogram(mask), EIGHT_BIT, mask) for mask in MASKS),
    Case(
        "entropy",
        lambda v, mask: repr(v.entropy(mask)),
        lambda img, mask: repr(img.entropy(mask)),
        EIGHT_BIT,
        label="masked",
        others=("L",),
        returns=True,
        big=BIG,
        **ALPHA_MASKED,
    ),
    *(
        case(
            name,
            lambda img, name=name: statistic(name, img),
            ("1", "L", "P", "LA", "RGB", "CMYK"),
            beyond=ALL_MODES,
        )
        for name in STATISTICS
    ),
    *(
        case(name, lambda img, mask, name=name: statistic(name, img, mask), ("L", "RGB"), "L")
        for name in STATISTICS
    ),
    *(
        case(name, lambda img, name=name: statistic(name, img), ("I", "F"), empty=False)
        for name in STATISTICS
    ),
]
