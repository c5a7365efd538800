"""What images are made of, and what happens to them."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

from PIL import Image

import pilview

from ..images import make, random_pixels
from ..modes import MODES
from .pixels import Shown

# Few, so that images fit each other; and one a size of pixel that lies in several blocks of 4096 bytes.
SMALL = [(7, 5), (5, 7), (7, 5), (1, 1), (9, 8), (0, 3), (3, 0)]
SEVERAL_BLOCKS = {1: (1100, 4), 2: (700, 4), 4: (290, 4)}

FILES = [
    *(("PNG", mode) for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "I;16")),
    *(("TIFF", mode) for mode in ("L", "F", "I;16B", "RGB", "RGBA", "CMYK")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    *(("GIF", "P"), ("BMP", "RGB"), ("PPM", "RGB")),
]


def file(format: str, mode: str) -> io.BytesIO:
    """With one frame; of TIFF two: of one size, which Pillow loads to the same memory, or of two."""
    written = io.BytesIO()
    first, second = make(mode, (7, 5), seed=4), make(mode, (7, 5) if mode == "RGB" else (5, 7), seed=5)
    if mode == "P":
        first.putpalette([i * 7 % 256 for i in range(768)])
    more: dict[str, Any] = {"save_all": True, "append_images": [second]} if format == "TIFF" else {}
    first.save(written, format, **more)
    written.seek(0)
    return written


def value(shown: Shown, number: int) -> Any:
    """One that the view takes, and that Pillow's operations know: 0 or 255 for mode 1, no NaN."""
    name = shown.format[-1]
    order = shown.format[0] if shown.format[0] in "<>" else "="
    if shown.mode.name == "1":
        raw = bytes([255 * (number % 2)])
    elif shown.mode.name == "F":
        raw = struct.pack("=f", number - 300.5)
    else:
        raw = random_pixels(MODES["I"], (1, 1), number)[: shown.itemsize]
    return struct.unpack(order + name, raw)[0]


def values(shown: Shown, number: int) -> bytes:
    """As many as the view has, as they lie in memory without gaps."""
    few = [shown.encoded(value(shown, number + i)) for i in range(7)]
    return b"".join(few * (len(shown.flat) // 7 + 1))[: len(shown.flat) * shown.itemsize]


def convert(img: Image.Image, mode: str) -> None:
    """In place, as code does that swaps the insides of an image."""
    made = img.convert(mode)
    img.im = made.im
    img.__dict__.update(mode=made.mode, _mode=made.mode, palette=made.palette)


def seek(img: Image.Image, number: int) -> None:
    img.seek(number % getattr(img, "n_frames", 1))
    img.load()


# What Pillow, and code that uses it, does to images. Views find out.
CHANGES: dict[str, Callable[[Image.Image, int], object]] = {
    "close": lambda img, n: img.close(),
    "thumbnail": lambda img, n: img.thumbnail((3, 3)),
    "putalpha": lambda img, n: img.putalpha(n % 256),
    "assign im": lambda img, n: setattr(img, "im", img.im.copy()),
    "convert": lambda img, n: convert(img, ("L", "RGB", "RGBA", "CMYK", "LA")[n % 5]),
    "load": lambda img, n: img.load(),
    "seek": seek,
    "putpixel": lambda img, n: img.putpixel((0, 0), 0),
    "paste": lambda img, n: img.paste(0, (1, 1, 3, 3)),
    "contiguous": lambda img, n: pilview.contiguous(img),
}
