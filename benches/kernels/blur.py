"""Averages of the pixels around. OpenCV gets the same windows, standard deviations and borders."""

import cv2
from PIL import ImageFilter

from .kernel import Kernel, Scene

BORDER = cv2.BORDER_REPLICATE


def box(radius: int, opencv_at_least: float | None, pillow_at_least: float | None) -> Kernel:
    side = 2 * radius + 1
    return Kernel(
        f"box_blur({radius})",
        pilview=lambda s: s.v.box_blur(radius),
        pillow=lambda s: s.img.filter(ImageFilter.BoxBlur(radius)),
        opencv=lambda s: cv2.blur(s.array, (side, side), dst=s.array, borderType=BORDER),
        opencv_at_least=opencv_at_least,
        pillow_at_least=pillow_at_least,
        peak_at_most=4 if radius <= 10 else None,
    )


def gaussian(radius: int, opencv_at_least: float | None, pillow_at_least: float | None) -> Kernel:
    return Kernel(
        f"gaussian_blur({radius})",
        pilview=lambda s: s.v.gaussian_blur(radius),
        pillow=lambda s: s.img.filter(ImageFilter.GaussianBlur(radius)),
        opencv=lambda s: cv2.GaussianBlur(s.array, (0, 0), radius, dst=s.array, borderType=BORDER),
        opencv_at_least=opencv_at_least,
        pillow_at_least=pillow_at_least,
        peak_at_most=4 if radius <= 10 else None,
    )


def opencv_unsharp(s: Scene) -> None:
    """Without a threshold."""
    blurred = cv2.GaussianBlur(s.array, (0, 0), 2, borderType=BORDER)
    cv2.addWeighted(s.array, 2.5, blurred, -1.5, 0, dst=s.array)


KERNELS = (
    box(5, opencv_at_least=1.5, pillow_at_least=12),
    box(10, None, None),
    box(100, None, None),
    gaussian(3, opencv_at_least=1.5, pillow_at_least=12),
    gaussian(10, None, None),
    gaussian(30, None, None),
    Kernel(
        "unsharp_mask",
        pilview=lambda s: s.v.unsharp_mask(2, 150, 3),
        pillow=lambda s: s.img.filter(ImageFilter.UnsharpMask(2, 150, 3)),
        opencv=opencv_unsharp,
    ),
)
