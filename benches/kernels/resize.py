"""Pictures of another size, in a second image."""

import cv2
from PIL import Image

from .kernel import Kernel, Scene, as_array


def half(name: str, opencv: int | None = None, pillow_at_least: float | None = None) -> Kernel:
    """To half the width and height."""
    resample = Image.Resampling[name.upper()]

    def with_opencv(s: Scene) -> None:
        cv2.resize(s.array, s.half.size, dst=as_array(s.half), interpolation=opencv or 0)

    return Kernel(
        f"resize_into(half, {name})",
        pilview=lambda s: s.v.resize_into(s.half, resample),
        pillow=lambda s: s.img.resize(s.half.size, resample),
        opencv=with_opencv if opencv is not None else None,
        reads=True,
        pillow_at_least=pillow_at_least,
    )


def reduce_by_2_with_opencv(s: Scene) -> None:
    cv2.resize(s.array, s.half.size, dst=as_array(s.half), interpolation=cv2.INTER_AREA)


# OpenCV's filters look at 2 x 2, 4 x 4 or 8 x 8 pixels however small the result is: less work, other pixels.
KERNELS = (
    half("nearest", cv2.INTER_NEAREST),
    half("bilinear", cv2.INTER_LINEAR, pillow_at_least=5),
    half("bicubic", cv2.INTER_CUBIC),
    half("lanczos", cv2.INTER_LANCZOS4, pillow_at_least=5),
    Kernel(
        "reduce_into(2)",
        pilview=lambda s: s.v.reduce_into(s.half, 2),
        pillow=lambda s: s.img.reduce(2),
        opencv=reduce_by_2_with_opencv,
        reads=True,
    ),
)
