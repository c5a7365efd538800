"""Tone: values by a formula or a histogram."""

import cv2
import numpy as np
from PIL import ImageOps

from .kernel import Kernel, Run, Scene

GAMMA = [int(255 * (v / 255) ** (1 / 2.2) + 0.5) for v in range(256)]
LEVELS = [int(min(max((v - 20) / 210, 0), 1) * 255 + 0.5) for v in range(256)]
LINEAR = [min(int(v * 1.2 + 10 + 0.5), 255) for v in range(256)]
POSTERIZED = np.arange(256, dtype=np.uint8) & 0xE0


def table(name: str, pilview: Run, entries: list[int], opencv: Run | None = None) -> Kernel:
    """A formula, which is a table for all but pilview's users."""
    array = np.array(entries, np.uint8)

    def numpy(s: Scene) -> None:
        s.array[...] = array[s.array]

    return Kernel(
        name,
        pilview=pilview,
        pillow=lambda s: s.img.point(entries * len(s.img.getbands())),
        numpy=numpy,
        opencv=opencv or (lambda s: cv2.LUT(s.array, array, dst=s.array)),
        limit=3.0,
        limit_vbmi=1.5,
        opencv_at_least=1,
        pillow_at_least=8,
    )


def numpy_solarize(s: Scene) -> None:
    np.invert(s.array, out=s.array, where=s.array >= 128)


def numpy_posterize(s: Scene) -> None:
    np.bitwise_and(s.array, np.uint8(0xE0), out=s.array)


def opencv_solarize(s: Scene) -> None:
    # The lesser of a value and its inverse: what 128 makes of a solarized image.
    cv2.min(s.array, cv2.bitwise_not(s.array), dst=s.array)


def opencv_posterize(s: Scene) -> None:
    cv2.LUT(s.array, POSTERIZED, dst=s.array)


def opencv_equalize(s: Scene) -> None:
    if s.array.ndim == 2:
        cv2.equalizeHist(s.array, dst=s.array)
        return
    for band in range(3):
        cv2.insertChannel(cv2.equalizeHist(cv2.extractChannel(s.array, band)), s.array, band)


KERNELS = (
    table(
        "linear",
        lambda s: s.v.linear(1.2, 10),
        LINEAR,
        lambda s: cv2.convertScaleAbs(s.array, dst=s.array, alpha=1.2, beta=10),
    ),
    table("gamma", lambda s: s.v.gamma(2.2), GAMMA),
    table("levels", lambda s: s.v.levels(20, 230), LEVELS),
    Kernel(
        "solarize",
        pilview=lambda s: s.v.solarize(),
        pillow=lambda s: ImageOps.solarize(s.img),
        numpy=numpy_solarize,
        opencv=opencv_solarize,
        modes=("L", "RGB"),
        limit=1.3,
        opencv_at_least=1,
        pillow_at_least=5,
    ),
    Kernel(
        "posterize",
        pilview=lambda s: s.v.posterize(3),
        pillow=lambda s: ImageOps.posterize(s.img, 3),
        numpy=numpy_posterize,
        opencv=opencv_posterize,
        modes=("L", "RGB"),
        limit=1.3,
        opencv_at_least=1,
        pillow_at_least=5,
    ),
    Kernel(
        "autocontrast",
        pilview=lambda s: s.v.autocontrast(1),
        pillow=lambda s: ImageOps.autocontrast(s.img, 1),
        modes=("L", "RGB"),
        pillow_at_least=5,
    ),
    Kernel(
        "autocontrast(preserve_tone)",
        pilview=lambda s: s.v.autocontrast(1, preserve_tone=True),
        pillow=lambda s: ImageOps.autocontrast(s.img, 1, preserve_tone=True),
        modes=("RGB",),
        pillow_at_least=5,
    ),
    Kernel(
        "equalize",
        pilview=lambda s: s.v.equalize(),
        pillow=lambda s: ImageOps.equalize(s.img),
        opencv=opencv_equalize,
        modes=("L", "RGB"),
        opencv_at_least=1,
        pillow_at_least=5,
    ),
)
