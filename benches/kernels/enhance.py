"""Between a plain picture and the image, or beyond."""

import cv2
import numpy as np
from PIL import ImageEnhance

from .kernel import Kernel, Scene

FACTOR = 1.3
# What R, G and B become of R, G and B, and of a fourth band.
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
SATURATE = np.eye(4, dtype=np.float32)
SATURATE[:3, :3] = FACTOR * np.eye(3, dtype=np.float32) + (1 - FACTOR) * LUMA


def opencv_contrast(s: Scene) -> None:
    grey = s.array if s.array.ndim == 2 else cv2.cvtColor(s.array, cv2.COLOR_RGBA2GRAY)
    cv2.convertScaleAbs(s.array, dst=s.array, alpha=FACTOR, beta=(1 - FACTOR) * cv2.mean(grey)[0])


def opencv_sharpness(s: Scene) -> None:
    smooth = cv2.filter2D(s.array, -1, np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]], np.float32) / 13)
    cv2.addWeighted(s.array, FACTOR, smooth, 1 - FACTOR, 0, dst=s.array)


KERNELS = (
    Kernel(
        "brightness",
        pilview=lambda s: s.v.brightness(FACTOR),
        pillow=lambda s: ImageEnhance.Brightness(s.img).enhance(FACTOR),
        opencv=lambda s: cv2.convertScaleAbs(s.array, dst=s.array, alpha=FACTOR),
        limit=3.0,
        limit_vbmi=1.5,
        opencv_at_least=1,
        pillow_at_least=8,
    ),
    Kernel(
        "contrast",
        pilview=lambda s: s.v.contrast(FACTOR),
        pillow=lambda s: ImageEnhance.Contrast(s.img).enhance(FACTOR),
        opencv=opencv_contrast,
        opencv_at_least=1,
        pillow_at_least=8,
    ),
    Kernel(
        "saturation",
        pilview=lambda s: s.v.saturation(FACTOR),
        pillow=lambda s: ImageEnhance.Color(s.img).enhance(FACTOR),
        opencv=lambda s: cv2.transform(s.array, SATURATE, dst=s.array),
        modes=("RGB", "RGBA"),
        limit=2.5,
        opencv_at_least=1.5,
        pillow_at_least=10,
    ),
    Kernel(
        "sharpness",
        pilview=lambda s: s.v.sharpness(FACTOR),
        pillow=lambda s: ImageEnhance.Sharpness(s.img).enhance(FACTOR),
        opencv=opencv_sharpness,
        opencv_at_least=1.2,
        pillow_at_least=15,
    ),
)
