"""Pictures of another size, in a second image."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import Image

from .. import memory
from ..images import Size
from .case import ALL_MODES, EIGHT_BIT, OLDEST, SIXTEEN_BIT, Case, Version

WEIGHED = tuple(mode for mode in ALL_MODES if mode not in ("1", "P"))
MEANS = tuple(mode for mode in (*EIGHT_BIT, "I", "F") if mode not in ("1", "P"))
FILTERS = ("NEAREST", "BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS", "MKS2013", "MKS2021")
BIG = (1237, 811)
BEFORE = "has other defaults, or no such filter"


def half(size: Size) -> Size:
    return max(size[0] // 2, 1), max(size[1] // 2, 1)


def uneven(size: Size) -> Size:
    """Wider and lower."""
    return size[0] * 3 // 2 + 1, size[1] // 5 + 1


def large(size: Size) -> Size:
    return size[0] * 2 + 3, size[1] + 5


# What is not copied of 16 bits, from 11.0; and from 12.3 what filters with weights below zero make of them,
# which was not clipped before.
SIXTEEN = dict.fromkeys(SIXTEEN_BIT, (11, 0))
CLIPPED = dict.fromkeys(SIXTEEN_BIT, (12, 3))
# The passes go in another order where the height shrinks most, and two filters are new.
RECENT: Version = (13, 0)


def resized(img: Image.Image, size: Size, resample: int | None) -> Image.Image:
    """An empty picture, halved, comes to a black pixel, since none has no size. Pillow 12 refuses it."""
    if not (img.width and img.height):
        return Image.new(img.mode, size)
    across, down = (before - after for before, after in zip(img.size, size, strict=True))
    if memory.pillow_version() < RECENT and resample and down > 0 and down > 2 * across:
        one = img.convert({"LA": "La", "RGBA": "RGBa"}.get(img.mode, img.mode))
        return one.resize((img.width, size[1]), resample).resize(size, resample).convert(img.mode)
    return img.resize(size, resample)


def resize(
    label: str,
    to: Callable[[Size], Size],
    name: str | None,
    modes: tuple[str, ...],
    since: Version | Mapping[str, Version] = OLDEST,
) -> Case:
    resample = getattr(Image.Resampling, name, None) if name else None
    return Case(
        "resize_into",
        lambda v, dst: v.resize_into(dst, resample),
        lambda img: resized(img, to(img.size), resample),
        modes,
        label=f"{label}, {name}",
        into=True,
        big=BIG,
        since=since,
        before=BEFORE,
    )


def windowed(name: str, modes: tuple[str, ...]) -> Case:
    """Of a part that begins and ends within pixels."""

    def box(size: Size) -> tuple[float, float, float, float]:
        return size[0] * 0.13, size[1] * 0.21, size[0] * 0.87, size[1] * 0.93

    resample = getattr(Image.Resampling, name)
    return Case(
        "resize_into",
        lambda v, dst: v.resize_into(dst, resample, box(v.size)),
        lambda img: (
            img.resize((23, 17), resample, box(img.size)) if all(img.size) else Image.new(img.mode, (23, 17))
        ),
        modes,
        label=f"box, {name}",
        into=True,
        big=BIG,
        since=SIXTEEN if name != "NEAREST" else OLDEST,
        before=BEFORE,
    )


def reduce(label: str, factor: int | tuple[int, int], modes: tuple[str, ...]) -> Case:
    return Case(
        "reduce_into",
        lambda v, dst: v.reduce_into(dst, factor),
        lambda img: img.reduce(factor),
        modes,
        label=label,
        into=True,
        empty=False,
        big=BIG,
    )


# Of each type of values and number of bands, and with an alpha. All of them with all filters: test_resize.py.
SOME = ("L", "RGB", "RGBA", "LA", "I;16", "I", "F")

CASES = [
    resize("half", half, "NEAREST", ALL_MODES),
    resize("half", half, "BILINEAR", WEIGHED, SIXTEEN),
    *(
        resize("half", half, name, ("RGB", "F"), RECENT if name.startswith("MKS") else OLDEST)
        for name in FILTERS
        if name not in ("NEAREST", "BILINEAR")
    ),
    resize("uneven", uneven, "LANCZOS", SOME, CLIPPED),
    resize("large", large, None, SOME, CLIPPED),
    *(windowed(name, SOME) for name in ("NEAREST", "BOX")),
    reduce("2", 2, MEANS),
    *(
        reduce(f"{factor}", factor, ("L", "RGB", "LA", "F"))
        for factor in (3, (1, 2), (4, 1), (3, 7), (1000, 2))
    ),
]
