"""Numbers about the pixels."""

import cv2
import numpy as np
from PIL import ImageStat

from .kernel import Kernel, Run, Scene


def opencv_histogram(s: Scene) -> None:
    for band in range(len(s.v.bands)):
        cv2.calcHist([s.array], [band], None, [256], [0, 256])


def opencv_masked(s: Scene) -> None:
    for band in range(len(s.v.bands)):
        cv2.calcHist([s.array], [band], s.mask_array, [256], [0, 256])


def opencv_extrema(s: Scene) -> None:
    cv2.minMaxLoc(s.array.reshape(len(s.array), -1))  # of all bands together


def numpy_extrema(s: Scene) -> None:
    s.array.min(axis=(0, 1))
    s.array.max(axis=(0, 1))


def statistic(
    name: str, opencv: Run | None = None, numpy: Run | None = None, limit: float | None = None
) -> Kernel:
    return Kernel(
        name,
        pilview=lambda s: getattr(s.v, name)(),
        pillow=lambda s: getattr(ImageStat.Stat(s.img), name),
        opencv=opencv,
        numpy=numpy,
        reads=True,
        limit=limit,
        opencv_at_least=1 if limit else None,
        pillow_at_least=5 if limit else None,
    )


KERNELS = (
    Kernel(
        "histogram",
        pilview=lambda s: s.v.histogram(),
        pillow=lambda s: s.img.histogram(),
        opencv=opencv_histogram,
        reads=True,
        limit=3,
        opencv_at_least=1,
        pillow_at_least=5,
    ),
    Kernel(
        "histogram(mask)",
        pilview=lambda s: s.v.histogram(s.mask),
        pillow=lambda s: s.img.histogram(s.mask),
        opencv=opencv_masked,
        reads=True,
    ),
    Kernel(
        "extrema",
        pilview=lambda s: s.v.extrema(),
        pillow=lambda s: s.img.getextrema(),
        opencv=opencv_extrema,
        numpy=numpy_extrema,
        reads=True,
        limit=3,
        opencv_at_least=1,
        pillow_at_least=5,
    ),
    Kernel(
        "bbox",
        pilview=lambda s: s.v.bbox(),
        pillow=lambda s: s.img.getbbox(),
        reads=True,
        limit=3,
    ),
    Kernel("entropy", pilview=lambda s: s.v.entropy(), pillow=lambda s: s.img.entropy(), reads=True),
    Kernel("getcolors", pilview=lambda s: s.v.getcolors(), pillow=lambda s: s.img.getcolors(), reads=True),
    statistic("mean", lambda s: cv2.mean(s.array), lambda s: s.array.mean(axis=(0, 1)), limit=3),
    statistic("sum", lambda s: cv2.sumElems(s.array), lambda s: s.array.sum(axis=(0, 1), dtype=np.uint64)),
    statistic("sum2"),
    statistic("median"),
    statistic("rms"),
    statistic("var"),
    statistic("stddev", lambda s: cv2.meanStdDev(s.array)),
)
