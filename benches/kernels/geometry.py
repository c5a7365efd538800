"""Pixels at other places."""

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageOps

from .kernel import Kernel, Run, Scene, as_array

Method = Image.Transpose


def flip(name: str, code: int, pillow: Run) -> Kernel:
    axes = {1: (slice(None), slice(None, None, -1)), 0: (slice(None, None, -1),)}
    key = axes.get(code, (slice(None, None, -1), slice(None, None, -1)))

    def numpy(s: Scene) -> None:
        s.array[...] = s.array[key]

    return Kernel(
        name,
        pilview=lambda s: getattr(s.v, name)(),
        pillow=pillow,
        numpy=numpy,
        opencv=lambda s: cv2.flip(s.array, code, dst=s.array),
        limit=1.3,
        opencv_at_least=1,
        pillow_at_least=5,
    )


def numpy_roll(s: Scene) -> None:
    s.array[...] = np.roll(s.array, (700, 503), (0, 1))


def transpose(method: Image.Transpose, opencv: Run) -> Kernel:
    """`opencv` writes to the image with swapped sides."""
    return Kernel(
        f"transpose_into({method.name})",
        pilview=lambda s: s.v.transpose_into(s.turned, method),
        pillow=lambda s: s.img.transpose(method),
        opencv=opencv,
        limit_of="copy",
        opencv_at_least=1,
        pillow_at_least=5,
    )


KERNELS = (
    flip("flip_left_right", 1, lambda s: ImageOps.mirror(s.img)),
    flip("flip_top_bottom", 0, lambda s: ImageOps.flip(s.img)),
    flip("rotate_180", -1, lambda s: s.img.transpose(Method.ROTATE_180)),
    Kernel(
        "roll",
        pilview=lambda s: s.v.roll(503, 700),
        pillow=lambda s: ImageChops.offset(s.img, 503, 700),
        numpy=numpy_roll,
    ),
    transpose(Method.TRANSPOSE, lambda s: cv2.transpose(s.array, dst=as_array(s.turned))),
    transpose(
        Method.ROTATE_90,
        lambda s: cv2.rotate(s.array, cv2.ROTATE_90_COUNTERCLOCKWISE, dst=as_array(s.turned)),
    ),
)
