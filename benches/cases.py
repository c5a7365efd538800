"""What the benchmark times. A new kernel is one more row in `KERNELS`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

from pilview import ImageView

Bytes: TypeAlias = npt.NDArray[np.uint8]

STEP = [255 if value >= 128 else 0 for value in range(256)]
CURVE = [value * value // 255 for value in range(256)]
CURVE_ARRAY = np.array(CURVE, np.uint8)
COLOUR = (200, 100, 50, 0)


@dataclass(frozen=True)
class Kernel:
    """One operation as each library writes it; NumPy and OpenCV get the same memory as `(h, w, 4)` bytes."""

    name: str
    pilview: Callable[[ImageView], object]
    pillow: Callable[[Image.Image], object]
    numpy: Callable[[Bytes], object]
    opencv: Callable[[Bytes], object]
    # Targets on 24 megapixels: at most so many times the memory limit, without and with AVX-512 VBMI;
    # and whether this is a plain pass that has to be ahead of the plainest pass of the others.
    limit: float | None = None
    limit_vbmi: float | None = None
    plain: bool = False


def numpy_threshold(a: Bytes) -> None:
    np.multiply(a >= 128, 255, out=a, casting="unsafe")


def numpy_point(a: Bytes) -> None:
    a[...] = CURVE_ARRAY[a]


def numpy_fill(a: Bytes) -> None:
    a[...] = COLOUR


def opencv_fill(a: Bytes) -> None:
    cv2.rectangle(a, (0, 0), (a.shape[1], a.shape[0]), COLOUR, cv2.FILLED)


KERNELS = (
    Kernel(
        "invert",
        pilview=lambda v: v.invert(),
        pillow=ImageChops.invert,
        numpy=lambda a: np.invert(a, out=a),
        opencv=lambda a: cv2.bitwise_not(a, dst=a),
        limit=1.2,
        plain=True,
    ),
    Kernel(
        "threshold",
        pilview=lambda v: v.threshold(128),
        pillow=lambda img: img.point(STEP * len(img.getbands())),
        numpy=numpy_threshold,
        opencv=lambda a: cv2.threshold(a, 127, 255, cv2.THRESH_BINARY, dst=a),
        limit=1.2,
        plain=True,
    ),
    Kernel(
        "point",
        pilview=lambda v: v.point(CURVE * len(v.bands)),
        pillow=lambda img: img.point(CURVE * len(img.getbands())),
        numpy=numpy_point,
        opencv=lambda a: cv2.LUT(a, CURVE_ARRAY, dst=a),
        limit=3.0,
        limit_vbmi=1.5,
    ),
    Kernel(
        "fill",
        pilview=lambda v: v.fill(COLOUR[: len(v.bands)]),
        pillow=lambda img: img.paste(COLOUR[: len(img.getbands())], (0, 0, *img.size)),
        numpy=numpy_fill,
        opencv=opencv_fill,
    ),
)


@dataclass(frozen=True)
class Access:
    """One pixel by index: the same statement for the view and for Pillow, and how much slower it may be."""

    name: str
    pilview: str
    pillow: str
    within: float


ACCESS = (
    Access("read a pixel", "v[37, 41]", "px[41, 37]", within=2.0),
    Access("write a pixel", "v[37, 41] = c", "px[41, 37] = c", within=3.0),
)
