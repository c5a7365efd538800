"""One image onto another."""

import cv2
import numpy as np

from .kernel import Kernel, Scene

COLOUR = (200, 100, 50, 255)


def numpy_put_alpha(s: Scene) -> None:
    s.array[..., 3] = s.mask_array


def numpy_paste(s: Scene) -> None:
    weight = s.mask_array[..., None] if s.array.ndim == 3 else s.mask_array
    weight = weight.astype(np.uint16)
    mixed = s.array * (255 - weight) + s.other_array * weight + 128
    s.array[...] = (mixed + (mixed >> 8)) >> 8


KERNELS = (
    Kernel(
        "paste(image)",
        pilview=lambda s: s.v.paste(s.other),
        pillow=lambda s: s.img.paste(s.other),
        numpy=lambda s: np.copyto(s.array, s.other_array),
        limit_of="copy",
        limit=1.3,
    ),
    Kernel(
        "paste(image, mask)",
        pilview=lambda s: s.v.paste(s.other, (0, 0), s.mask),
        pillow=lambda s: s.img.paste(s.other, (0, 0), s.mask),
        numpy=numpy_paste,
        limit_of="pair",
        limit=4,
        pillow_at_least=10,
    ),
    Kernel(
        "paste(colour, mask)",
        pilview=lambda s: s.v.paste(COLOUR[: len(s.v.bands)], (0, 0), s.mask),
        pillow=lambda s: s.img.paste(COLOUR[: len(s.v.bands)], (0, 0), s.mask),
        limit=4,
        pillow_at_least=10,
    ),
    Kernel(
        "alpha_composite",
        pilview=lambda s: s.v.alpha_composite(s.other),
        pillow=lambda s: s.img.alpha_composite(s.other),
        modes=("RGBA",),
        limit_of="pair",
        limit=4,
        pillow_at_least=10,
    ),
    Kernel(
        "put_alpha(image)",
        pilview=lambda s: s.v.put_alpha(s.mask),
        pillow=lambda s: s.img.putalpha(s.mask),
        numpy=numpy_put_alpha,
        opencv=lambda s: cv2.mixChannels([s.mask_array], [s.array], [0, 3]),
        modes=("RGBA",),
        limit_of="pair",
        opencv_at_least=1,
    ),
)
