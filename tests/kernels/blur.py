"""Averages of the pixels around."""

from __future__ import annotations

from typing import Any

from PIL import ImageFilter

from .case import Case

MODES = ("L", "LA", "La", "RGB", "RGBA", "RGBa", "RGBX", "CMYK")
FEW = ("L", "LA", "RGB")
TWO_RADII = (10, 1)  # the first Pillow that takes two

# Those in all modes first.
BOXES: list[Any] = [2.5, 5, 0, 0.3, 1, 26, 40.7, 130, (3, 0), (0, 4.5), (200, 2), (1, 150.25)]
GAUSSIANS: list[Any] = [1, 3.7, 0, 0.2, 10, 30, (4, 0), (0, 2), (1.5, 60)]
SHARPENED = [(2, 150, 3), (0, 90, 0), (0.4, 333, 0), (7.5, -60, 10), (25, 80, -1)]


def since(radius: Any) -> tuple[int, int]:
    return TWO_RADII if isinstance(radius, tuple) else (9, 3)


CASES = [
    *(
        Case(
            kernel,
            lambda v, kernel=kernel, radius=radius: getattr(v, kernel)(radius),
            lambda img, oracle=oracle, radius=radius: img.filter(oracle(radius)),
            MODES if i < 2 else FEW,
            label=str(radius),
            big=(613, 1401),
            since=since(radius),
            before="takes one radius only",
        )
        for kernel, oracle, radii in (
            ("box_blur", ImageFilter.BoxBlur, BOXES),
            ("gaussian_blur", ImageFilter.GaussianBlur, GAUSSIANS),
        )
        for i, radius in enumerate(radii)
    ),
    *(
        Case(
            "unsharp_mask",
            lambda v, arguments=arguments: v.unsharp_mask(*arguments),
            lambda img, arguments=arguments: img.filter(ImageFilter.UnsharpMask(*arguments)),
            MODES if i < 1 else FEW,
            label=", ".join(map(str, arguments)),
            big=(613, 1401),
        )
        for i, arguments in enumerate(SHARPENED)
    ),
]
