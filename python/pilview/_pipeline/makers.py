"""Steps that make a new image, of another size or mode."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from PIL import Image, ImageOps

from .. import _pilview
from .trial import MODES
from .values import Plain

ResampleName: TypeAlias = Literal[
    "nearest", "box", "bilinear", "hamming", "bicubic", "lanczos", "mks2013", "mks2021"
]
TransposeName: TypeAlias = Literal[
    "flip_left_right", "flip_top_bottom", "rotate_90", "rotate_180", "rotate_270", "transpose", "transverse"
]

# Those after which the sides are what they were.
UPRIGHT = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_180)


def resize(
    img: Image.Image,
    size: tuple[int | None, int | None] | None = None,
    scale: float | None = None,
    resample: str | None = None,
) -> Image.Image:
    filter = None if resample is None else Image.Resampling[resample.upper()]
    to = resized(img.size, size, scale)
    if max(to) >= 1 << 31:
        raise ValueError(f"the new size would be {to[0]} x {to[1]} pixels; give one below 2**31")
    dst = empty_like(img, to)
    _pilview.view(img).resize_into(dst, filter)
    return dst


def empty_like(img: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Of the same mode, palette and info, as Pillow's own methods make it."""
    dst = Image.new(img.mode, size)
    dst.info = img.info.copy()
    if img.palette:
        dst.palette = img.palette.copy()
        dst.palette.dirty = 1  # The core gets it when it is asked for next.
        dst.load()
    return dst


def reduce(img: Image.Image, factor: int | tuple[int, int]) -> Image.Image:
    by = factor if isinstance(factor, tuple) else (factor, factor)
    width, height = (-(-side // step) for side, step in zip(img.size, by, strict=True))
    dst = empty_like(img, (width, height))
    _pilview.view(img).reduce_into(dst, factor)
    return dst


def transpose(img: Image.Image, method: str) -> Image.Image:
    how = Image.Transpose[method.upper()]
    dst = empty_like(img, img.size if how in UPRIGHT else (img.height, img.width))
    _pilview.view(img).transpose_into(dst, how)
    return dst


def exif_transpose(img: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(img)


def convert(img: Image.Image, mode: str) -> Image.Image:
    return img.convert(mode)


# The steps of this kind, by name.
MAKERS: dict[str, Callable[..., Image.Image]] = {
    make.__name__: make for make in (resize, reduce, transpose, exif_transpose, convert)
}


def resized(
    old: tuple[int, int], size: tuple[int | None, int | None] | None, scale: float | None
) -> tuple[int, int]:
    """The new size. A side that is not given keeps the ratio of the sides; no side gets smaller than 1."""
    if scale is not None:
        factors = scale, scale
        return tuple(max(1, round(side * factor)) for side, factor in zip(old, factors, strict=True))  # type: ignore[return-value]
    assert size
    width, height = size
    if width is None:
        assert height
        width = max(1, round(height * old[0] / max(1, old[1])))
    if height is None:
        height = max(1, round(width * old[1] / max(1, old[0])))
    return width, height


def check(name: str, arguments: dict[str, Plain]) -> None:
    """Raises ValueError and TypeError for arguments that fit no image."""
    CHECKS[name](**arguments)


def _check_resize(size: Plain = None, scale: Plain = None, resample: Plain = None) -> None:
    if (size is None) == (scale is None):
        raise ValueError("resize takes either a size, (width, height), or scale=, a factor")
    if scale is not None and not (
        type(scale) in (int, float) and math.isfinite(scale) and 0 < scale <= 1000  # type: ignore[arg-type, operator]
    ):
        raise ValueError(
            f"the scale is {scale!r}; give a factor above 0, at most 1000: 0.5 halves both sides"
        )
    if size is not None:
        if not isinstance(size, tuple) or len(size) != 2:
            raise TypeError(f"the size is {size!r}; give (width, height), one of which may be None")
        if size == (None, None) or any(side is not None and not _is_side(side) for side in size):
            raise ValueError(f"the size is {size!r}; give whole numbers from 1 to 2**31 - 1, or None for one")
    if resample is not None:
        _member("resample", resample, Image.Resampling)


def _check_reduce(factor: Plain) -> None:
    factors = factor if isinstance(factor, tuple) else (factor, factor)
    if len(factors) != 2 or not all(map(_is_side, factors)):
        raise ValueError(f"the factor is {factor!r}; give a whole number from 1 on, or two, for x and y")


def _check_transpose(method: Plain) -> None:
    _member("method", method, Image.Transpose)


def _check_convert(mode: Plain) -> None:
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}; give one of {', '.join(MODES)}")


CHECKS: dict[str, Callable[..., None]] = {
    "resize": _check_resize,
    "reduce": _check_reduce,
    "transpose": _check_transpose,
    "exif_transpose": lambda: None,
    "convert": _check_convert,
}


def _is_side(value: Plain) -> bool:
    return type(value) is int and 0 < value < 1 << 31


def _member(parameter: str, name: Plain, kind: Any) -> None:
    if not isinstance(name, str) or name.upper() not in kind.__members__:
        known = ", ".join(member.lower() for member in kind.__members__)
        raise ValueError(f"{parameter} is {name!r}; give one of {known}")


def member_name(value: object, kind: Any) -> object:
    """The name, in small letters, of what may also be given as Pillow's enum or its number."""
    if isinstance(value, str):
        return value.lower()
    if value is None or isinstance(value, bool):
        return value
    try:
        return str(kind(operator.index(value)).name.lower())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return value  # which the check refuses
