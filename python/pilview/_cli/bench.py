"""`pilview bench`: some kernels beside what else is installed, on this machine."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from .. import _pilview
from .errors import FINE, UserError
from .table import table

# Of one measurement, at least.
SECONDS = 0.2
TABLE = [(value * value) // 255 for value in range(256)]


@dataclass(frozen=True)
class Row:
    """An operation, as each library does it; `pixels` are the bytes of Pillow's image as an array."""

    name: str
    pilview: Callable[[_pilview.ImageView], object]
    pillow: Callable[[Image.Image], object]
    numpy: Callable[[Any, Any], object] | None = None
    opencv: Callable[[Any, Any], object] | None = None


def _lut(np: Any, pixels: Any) -> object:
    return np.take(np.array(TABLE, np.uint8), pixels, out=pixels)


# A row shows where this pilview has the kernel. In place where a library can, as pilview does.
ROWS = [
    Row(
        "invert",
        lambda v: v.invert(),
        ImageChops.invert,
        lambda np, pixels: np.invert(pixels, out=pixels),
        lambda cv, pixels: cv.bitwise_not(pixels, pixels),
    ),
    Row(
        "point",
        lambda v: v.point(TABLE),
        lambda img: img.point(TABLE * len(img.getbands())),
        _lut,
        lambda cv, pixels: cv.LUT(pixels, bytes_of_table(cv), pixels),
    ),
    Row(
        "threshold",
        lambda v: v.threshold(128),
        lambda img: img.point([255 * (value >= 128) for value in range(256)] * len(img.getbands())),
        lambda np, pixels: np.multiply(pixels >= 128, 255, out=pixels, casting="unsafe"),
        lambda cv, pixels: cv.threshold(pixels, 127, 255, cv.THRESH_BINARY, pixels),
    ),
    Row("autocontrast", lambda v: _call(v, "autocontrast"), ImageOps.autocontrast),
    Row(
        "brightness",
        lambda v: _call(v, "brightness", 1.2),
        lambda img: ImageEnhance.Brightness(img).enhance(1.2),
    ),
    Row(
        "convolve",
        lambda v: v.convolve((3, 3), (0, -1, 0, -1, 5, -1, 0, -1, 0)),
        lambda img: img.filter(ImageFilter.Kernel((3, 3), (0, -1, 0, -1, 5, -1, 0, -1, 0))),
        None,
        lambda cv, pixels: cv.filter2D(pixels, -1, sharpening(), pixels, borderType=cv.BORDER_REPLICATE),
    ),
    Row(
        "gaussian_blur",
        lambda v: _call(v, "gaussian_blur", 3),
        lambda img: img.filter(ImageFilter.GaussianBlur(3)),
        None,
        lambda cv, pixels: cv.GaussianBlur(pixels, (0, 0), 3, pixels),
    ),
    Row(
        "box_blur",
        lambda v: _call(v, "box_blur", 5),
        lambda img: img.filter(ImageFilter.BoxBlur(5)),
        None,
        lambda cv, pixels: cv.blur(pixels, (11, 11), pixels),
    ),
    Row(
        "median_filter",
        lambda v: v.median_filter(3),
        lambda img: img.filter(ImageFilter.MedianFilter(3)),
        None,
        lambda cv, pixels: cv.medianBlur(pixels, 3, pixels),
    ),
]


def _call(v: _pilview.ImageView, kernel: str, *arguments: object) -> object:
    """A kernel that not every pilview has."""
    return getattr(v, kernel)(*arguments)


def bytes_of_table(cv: Any) -> Any:
    import numpy as np  # noqa: PLC0415  # OpenCV is there, so NumPy is

    return np.array(TABLE, np.uint8)


def sharpening() -> Any:
    import numpy as np  # noqa: PLC0415

    return np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], np.float32)


def run(arguments: argparse.Namespace) -> int:
    size = re.fullmatch(r"([1-9]\d{0,5})x([1-9]\d{0,5})", arguments.size)
    if not size:
        raise UserError(f"--size is {arguments.size}; give WxH, as 4000x3000")
    width, height = int(size[1]), int(size[2])
    rows = chosen(arguments.only)
    peers = {"NumPy": _imported("numpy"), "OpenCV": _imported("cv2")}
    found = []
    for row in rows:
        _status(row.name)
        found.append(measure(row, arguments.mode, (width, height), peers))
    _status("")
    if arguments.json:
        print(json.dumps(found, indent=2))
        return FINE
    info = _pilview.info()
    print(f"{width}x{height} {arguments.mode}, milliseconds; {info['threads']} threads, {info['cpu']}")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    if load > 1:
        print(f"Something else is running here (load {load:.1f}): the figures are worse for it.")
    names = ["pilview", "Pillow", *(name for name, module in peers.items() if module)]
    ratio = "Pillow/pilview"
    rows_of_cells = [
        [
            one["kernel"],
            *(_milliseconds(one.get(name)) for name in names),
            f"{one['Pillow'] / one['pilview']:.1f}x",
        ]
        for one in found
    ]
    print(table(["kernel", *names, ratio], rows_of_cells, right=[*names, ratio]))
    return FINE


def _status(text: str) -> None:
    """What is measured now, where somebody waits for it."""
    if sys.stderr.isatty():
        print(f"\r{text:20}", end="\r", file=sys.stderr, flush=True)


def available() -> list[Row]:
    return [row for row in ROWS if hasattr(_pilview.ImageView, row.name)]


def chosen(only: str | None) -> list[Row]:
    rows = available()
    if only is None:
        return rows
    names = only.split(",")
    for name in names:
        if name not in [row.name for row in rows]:
            raise UserError(f"bench has no row {name}; it has {', '.join(row.name for row in rows)}")
    return [row for row in rows if row.name in names]


def measure(row: Row, mode: str, size: tuple[int, int], peers: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each library, the median of several calls on the same picture."""
    img = picture(mode, size)
    v = _pilview.view(img)
    found = {
        "kernel": row.name,
        "pilview": _time(lambda: row.pilview(v)),
        "Pillow": _time(lambda: row.pillow(img)),
    }
    for name, call in (("NumPy", row.numpy), ("OpenCV", row.opencv)):
        if call and peers[name]:
            found[name] = _time(partial(call, peers[name], _pixels(v)))
    return found


def picture(mode: str, size: tuple[int, int]) -> Image.Image:
    """Gradients and noise, in one block."""
    bands = Image.radial_gradient("L"), Image.linear_gradient("L"), Image.effect_noise((256, 256), 90)
    img = _pilview.new(mode, size)
    _pilview.view(img)[...] = Image.merge("RGB", bands).convert(mode).resize(size)
    return img


def _pixels(v: _pilview.ImageView) -> Any:
    """The bytes of the picture as a NumPy array: of RGB all 4, as OpenCV is fastest with them."""
    import numpy as np  # noqa: PLC0415

    if v.ndim == 2:
        return np.asarray(v.strided)
    return np.asarray(v.packed.strided).view(np.uint8).reshape(v.height, v.width, 4)


def _time(call: Callable[[], object]) -> float:
    call()
    times: list[float] = []
    while sum(times) < SECONDS or len(times) < 3:
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return round(median(times) * 1e3, 3)


def _imported(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError:
        return None


def _milliseconds(time: float | None) -> str:
    return "-" if time is None else f"{time:.2f}"
