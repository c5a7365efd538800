"""Value by value."""

import cv2
import numpy as np
from PIL import ImageChops

from .kernel import Kernel, Scene

STEP = [255 if value >= 128 else 0 for value in range(256)]
CURVE = [value * value // 255 for value in range(256)]
CURVE_ARRAY = np.array(CURVE, np.uint8)
COLOUR = (200, 100, 50, 0)


def numpy_threshold(s: Scene) -> None:
    np.multiply(s.array >= 128, 255, out=s.array, casting="unsafe")


def numpy_point(s: Scene) -> None:
    s.array[...] = CURVE_ARRAY[s.array]


def numpy_fill(s: Scene) -> None:
    s.array[...] = COLOUR if s.array.ndim == 3 else COLOUR[0]


def opencv_fill(s: Scene) -> None:
    cv2.rectangle(s.array, (0, 0), (s.array.shape[1], s.array.shape[0]), COLOUR, cv2.FILLED)


KERNELS = (
    Kernel(
        "invert",
        pilview=lambda s: s.v.invert(),
        pillow=lambda s: ImageChops.invert(s.img),
        numpy=lambda s: np.invert(s.array, out=s.array),
        opencv=lambda s: cv2.bitwise_not(s.array, dst=s.array),
        limit=1.2,
        opencv_at_least=1,
        pillow_at_least=8,
    ),
    Kernel(
        "threshold",
        pilview=lambda s: s.v.threshold(128),
        pillow=lambda s: s.img.point(STEP * len(s.img.getbands())),
        numpy=numpy_threshold,
        opencv=lambda s: cv2.threshold(s.array, 127, 255, cv2.THRESH_BINARY, dst=s.array),
        limit=1.2,
        opencv_at_least=1,
        pillow_at_least=8,
    ),
    Kernel(
        "point",
        pilview=lambda s: s.v.point(CURVE * len(s.v.bands)),
        pillow=lambda s: s.img.point(CURVE * len(s.img.getbands())),
        numpy=numpy_point,
        opencv=lambda s: cv2.LUT(s.array, CURVE_ARRAY, dst=s.array),
        limit=3.0,
        limit_vbmi=1.5,
        opencv_at_least=1,
        pillow_at_least=8,
    ),
    Kernel(
        "fill",
        pilview=lambda s: s.v.fill(COLOUR[: len(s.v.bands)]),
        pillow=lambda s: s.img.paste(COLOUR[: len(s.img.getbands())], (0, 0, *s.img.size)),
        numpy=numpy_fill,
        opencv=opencv_fill,
        limit=1.3,
        opencv_at_least=1,
    ),
)
