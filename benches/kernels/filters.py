"""Pixels and those around them."""

import cv2
import numpy as np
from PIL import ImageFilter

from .kernel import Bytes, Kernel, Run, Scene

SHARPEN = (-2, -2, -2, -2, 32, -2, -2, -2, -2)
SMOOTH = (1, 1, 1, 1, 5, 1, 1, 1, 1)
SMOOTH_MORE = (1, 1, 1, 1, 1, 1, 5, 5, 5, 1, 1, 5, 44, 5, 1, 1, 5, 5, 5, 1, 1, 1, 1, 1, 1)


def convolve(name: str, side: int, weights: tuple[int, ...], opencv_at_least: float) -> Kernel:
    size = (side, side)
    matrix = np.array(weights, np.float32).reshape(size) / sum(weights)

    def opencv(s: Scene) -> None:
        cv2.filter2D(s.array, -1, matrix, dst=s.array)

    return Kernel(
        f"convolve({name})",
        pilview=lambda s: s.v.convolve(size, weights),
        pillow=lambda s: s.img.filter(ImageFilter.Kernel(size, weights)),
        opencv=opencv,
        opencv_at_least=opencv_at_least,
        pillow_at_least=15,
    )


def rank(name: str, pillow: ImageFilter.Filter, opencv: Run | None, opencv_at_least: float | None) -> Kernel:
    """A filter of values in order, of the size 3, 5 or another."""
    method, size = name.rstrip(")").split("(")
    return Kernel(
        name,
        pilview=lambda s: getattr(s.v, method)(int(size)),
        pillow=lambda s: s.img.filter(pillow),
        opencv=opencv,
        opencv_at_least=opencv_at_least,
        pillow_at_least=30,
    )


def square(side: int) -> Bytes:
    return np.ones((side, side), np.uint8)


KERNELS = (
    convolve("3x3", 3, SMOOTH, opencv_at_least=1.2),
    convolve("3x3, integers", 3, SHARPEN, opencv_at_least=1.2),
    convolve("5x5", 5, SMOOTH_MORE, opencv_at_least=1.5),
    rank(
        "median_filter(3)", ImageFilter.MedianFilter(3), lambda s: cv2.medianBlur(s.array, 3, dst=s.array), 1
    ),
    rank(
        "median_filter(5)", ImageFilter.MedianFilter(5), lambda s: cv2.medianBlur(s.array, 5, dst=s.array), 1
    ),
    rank(
        "median_filter(9)",
        ImageFilter.MedianFilter(9),
        lambda s: cv2.medianBlur(s.array, 9, dst=s.array),
        None,
    ),
    rank("min_filter(3)", ImageFilter.MinFilter(3), lambda s: cv2.erode(s.array, square(3), dst=s.array), 1),
    rank("max_filter(3)", ImageFilter.MaxFilter(3), lambda s: cv2.dilate(s.array, square(3), dst=s.array), 1),
    rank(
        "min_filter(21)",
        ImageFilter.MinFilter(21),
        lambda s: cv2.erode(s.array, square(21), dst=s.array),
        None,
    ),
    Kernel(
        "rank_filter(3, 1)",
        pilview=lambda s: s.v.rank_filter(3, 1),
        pillow=lambda s: s.img.filter(ImageFilter.RankFilter(3, 1)),
        pillow_at_least=30,
    ),
    rank("mode_filter(3)", ImageFilter.ModeFilter(3), None, None),
    Kernel(
        "filter(EDGE_ENHANCE)",
        pilview=lambda s: s.v.filter(ImageFilter.EDGE_ENHANCE),
        pillow=lambda s: s.img.filter(ImageFilter.EDGE_ENHANCE),
        pillow_at_least=15,
    ),
)
