"""Bands of colour, and alpha as their factor."""

import cv2
import numpy as np
from PIL import Image, ImageFilter

from .kernel import Kernel, Scene

# From RGB to CIE XYZ.
MATRIX = (0.412453, 0.35758, 0.180423, 0, 0.212671, 0.71516, 0.072169, 0, 0.019334, 0.119193, 0.950227, 0)
MATRIX_OPENCV = np.zeros((4, 4), np.float32)
MATRIX_OPENCV[:3, :3] = np.array(MATRIX, np.float32).reshape(3, 4)[:, :3]
MATRIX_OPENCV[3, 3] = 1
LUT = ImageFilter.Color3DLUT.generate(33, lambda r, g, b: (r * r, 0.9 * g + 0.1 * b, b**0.5))


def opencv_grayscale(s: Scene) -> None:
    gray = cv2.cvtColor(s.array, cv2.COLOR_RGBA2GRAY)
    cv2.mixChannels([gray], [s.array], [0, 0, 0, 1, 0, 2])


def opencv_premultiply(s: Scene) -> None:
    cv2.cvtColor(s.array, cv2.COLOR_RGBA2mRGBA, dst=s.array)


def opencv_unpremultiply(s: Scene) -> None:
    cv2.cvtColor(s.array, cv2.COLOR_mRGBA2RGBA, dst=s.array)


def numpy_grayscale(s: Scene) -> None:
    weighted = s.array[..., :3] @ np.array([19595, 38470, 7471], np.uint32)
    s.array[..., :3] = ((weighted + 32768) >> 16)[..., None]


def numpy_premultiply(s: Scene) -> None:
    product = s.array[..., :3].astype(np.uint16) * s.array[..., 3:] + 128
    s.array[..., :3] = (product + (product >> 8)) >> 8


def premultiplied(s: Scene) -> Image.Image:
    """The same bytes as an image that Pillow takes to be premultiplied."""
    return Image.frombuffer("RGBa", s.size, s.array, "raw", "RGBa", 0, 1)


KERNELS = (
    Kernel(
        "color_matrix",
        pilview=lambda s: s.v.color_matrix(MATRIX),
        pillow=lambda s: s.img.convert("RGB", MATRIX),
        opencv=lambda s: cv2.transform(s.array, MATRIX_OPENCV, dst=s.array),
        modes=("RGB",),
        limit=2.5,
        opencv_at_least=1.5,
        pillow_at_least=10,
    ),
    Kernel(
        "grayscale",
        pilview=lambda s: s.v.grayscale(),
        pillow=lambda s: Image.merge("RGB", [s.img.convert("L")] * 3),
        numpy=numpy_grayscale,
        opencv=opencv_grayscale,
        modes=("RGB", "RGBA"),
        limit=2.5,
        opencv_at_least=1.5,
        pillow_at_least=10,
    ),
    Kernel(
        "swap_bands",
        pilview=lambda s: s.v.swap_bands("BGRA"[: len(s.v.bands)]),
        pillow=lambda s: Image.merge(
            s.mode, [s.img.split()[band] for band in (2, 1, 0, 3)[: len(s.v.bands)]]
        ),
        opencv=lambda s: cv2.cvtColor(s.array, cv2.COLOR_RGBA2BGRA, dst=s.array),
        modes=("RGB", "RGBA"),
        limit=1.3,
        opencv_at_least=1,
        pillow_at_least=5,
    ),
    Kernel(
        "color_lut_3d",
        pilview=lambda s: s.v.color_lut_3d(LUT),
        pillow=lambda s: s.img.filter(LUT),
        methods=("color_lut_3d", "filter"),
        modes=("RGB", "RGBA"),
    ),
    Kernel(
        "premultiply",
        pilview=lambda s: s.v.premultiply(),
        pillow=lambda s: s.img.convert("RGBa"),
        numpy=numpy_premultiply,
        opencv=opencv_premultiply,
        modes=("RGBA",),
        limit=2.5,
        opencv_at_least=1.5,
        pillow_at_least=10,
    ),
    Kernel(
        "unpremultiply",
        pilview=lambda s: s.v.unpremultiply(),
        pillow=lambda s: premultiplied(s).convert("RGBA"),
        opencv=opencv_unpremultiply,
        modes=("RGBA",),
        limit=4,
        pillow_at_least=10,
    ),
)
