"""Two images."""

from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageChops

from .kernel import Kernel, Run, Scene


def chop(
    name: str, *args: Any, opencv: Run | None = None, numpy: Run | None = None, limit: float = 1.3
) -> Kernel:
    """An operation of ImageChops, with its arguments but the images."""
    return Kernel(
        f"{name}({', '.join(map(str, args))})" if args else name,
        pilview=lambda s: getattr(s.v, name)(s.other, *args),
        pillow=lambda s: getattr(ImageChops, name)(s.img, s.other, *args),
        numpy=numpy,
        opencv=opencv,
        limit_of="pair",
        limit=limit,
        opencv_at_least=1 if opencv else None,
        pillow_at_least=10 if name == "soft_light" else 5,
    )


def bits(name: str) -> Kernel:
    """Pillow has these for mode 1 only."""
    return Kernel(
        f"bitwise_{name}",
        pilview=lambda s: getattr(s.v, f"bitwise_{name}")(s.other),
        numpy=lambda s: getattr(np, f"bitwise_{name}")(s.array, s.other_array, out=s.array),
        opencv=lambda s: getattr(cv2, f"bitwise_{name}")(s.array, s.other_array, dst=s.array),
        limit_of="pair",
        limit=1.3,
        opencv_at_least=1,
    )


def blend(alpha: float) -> Kernel:
    def opencv(s: Scene) -> None:
        cv2.addWeighted(s.array, 1 - alpha, s.other_array, alpha, 0, dst=s.array)

    return Kernel(
        f"blend({alpha})",
        pilview=lambda s: s.v.blend(s.other, alpha),
        pillow=lambda s: Image.blend(s.img, s.other, alpha),
        opencv=opencv,
        limit_of="pair",
        limit=1.3,
        opencv_at_least=1,
        pillow_at_least=5,
    )


KERNELS = (
    blend(0.3),
    blend(1.5),
    chop("add", opencv=lambda s: cv2.add(s.array, s.other_array, dst=s.array)),
    chop("add", 2, 0, opencv=lambda s: cv2.addWeighted(s.array, 0.5, s.other_array, 0.5, 0, dst=s.array)),
    chop("subtract", opencv=lambda s: cv2.subtract(s.array, s.other_array, dst=s.array)),
    chop("add_modulo", numpy=lambda s: np.add(s.array, s.other_array, out=s.array)),
    chop("subtract_modulo", numpy=lambda s: np.subtract(s.array, s.other_array, out=s.array)),
    chop("multiply", opencv=lambda s: cv2.multiply(s.array, s.other_array, dst=s.array, scale=1 / 255)),
    chop("screen"),
    chop("overlay"),
    chop("hard_light"),
    chop("soft_light", limit=4.0),
    chop(
        "lighter",
        numpy=lambda s: np.maximum(s.array, s.other_array, out=s.array),
        opencv=lambda s: cv2.max(s.array, s.other_array, dst=s.array),
    ),
    chop(
        "darker",
        numpy=lambda s: np.minimum(s.array, s.other_array, out=s.array),
        opencv=lambda s: cv2.min(s.array, s.other_array, dst=s.array),
    ),
    chop("difference", opencv=lambda s: cv2.absdiff(s.array, s.other_array, dst=s.array)),
    bits("and"),
    bits("or"),
    bits("xor"),
)
