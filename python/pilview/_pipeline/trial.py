"""One image of each kind, on which a step is tried when it is recorded."""

from __future__ import annotations

from functools import cache

from PIL import Image

# The first decides what a message is about.
MODES = (
    *("RGB", "L", "RGBA", "LA", "1", "P", "PA", "RGBX", "RGBa", "La", "CMYK", "YCbCr", "HSV", "LAB"),
    *("I", "F", "I;16", "I;16B"),
)


@cache
def one_of_each_mode() -> tuple[Image.Image, ...]:
    return tuple(Image.new(mode, (2, 2)) for mode in MODES)
