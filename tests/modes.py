"""Pillow's modes as they lie in memory: one line a mode."""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass

_LITTLE = "H" if sys.byteorder == "little" else "<H"
_BIG = ">H" if sys.byteorder == "little" else "H"


@dataclass(frozen=True)
class Mode:
    name: str
    pixelsize: int
    format: str
    offsets: tuple[int, ...]  # of each band's value inside a pixel, in bytes
    bands: tuple[str, ...]

    @property
    def itemsize(self) -> int:
        return struct.calcsize(self.format)

    @property
    def is_8bit(self) -> bool:
        return self.format == "B"

    @property
    def has_padding(self) -> bool:
        return self.pixelsize > self.itemsize * len(self.offsets)

    @property
    def map_unit(self) -> int:
        """Bytes a pixel takes in Pillow's map_buffer when no stride is given."""
        return 4 if self.name == "1" else self.pixelsize

    def __str__(self) -> str:
        return self.name


_ALL = [
    Mode("1", 1, "B", (0,), ("1",)),
    Mode("L", 1, "B", (0,), ("L",)),
    Mode("P", 1, "B", (0,), ("P",)),
    Mode("LA", 4, "B", (0, 3), ("L", "A")),
    Mode("La", 4, "B", (0, 3), ("L", "a")),
    Mode("PA", 4, "B", (0, 3), ("P", "A")),
    Mode("RGB", 4, "B", (0, 1, 2), ("R", "G", "B")),
    Mode("RGBA", 4, "B", (0, 1, 2, 3), ("R", "G", "B", "A")),
    Mode("RGBX", 4, "B", (0, 1, 2, 3), ("R", "G", "B", "X")),
    Mode("RGBa", 4, "B", (0, 1, 2, 3), ("R", "G", "B", "a")),
    Mode("CMYK", 4, "B", (0, 1, 2, 3), ("C", "M", "Y", "K")),
    Mode("YCbCr", 4, "B", (0, 1, 2), ("Y", "Cb", "Cr")),
    Mode("HSV", 4, "B", (0, 1, 2), ("H", "S", "V")),
    Mode("LAB", 4, "B", (0, 1, 2), ("L", "A", "B")),
    Mode("I", 4, "i", (0,), ("I",)),
    Mode("F", 4, "f", (0,), ("F",)),
    Mode("I;16", 2, _LITTLE, (0,), ("I",)),
    Mode("I;16L", 2, _LITTLE, (0,), ("I",)),
    Mode("I;16B", 2, _BIG, (0,), ("I",)),
    Mode("I;16N", 2, "H", (0,), ("I",)),
]
MODES = {mode.name: mode for mode in _ALL}
MODES_8BIT = [mode.name for mode in _ALL if mode.is_8bit]
MODES_16BIT = [mode.name for mode in _ALL if mode.itemsize == 2]
MODES_4BYTE = [mode.name for mode in _ALL if mode.pixelsize == 4]
MODES_PADDED = [mode.name for mode in _ALL if mode.has_padding]
MODES_BANDS = [mode.name for mode in _ALL if len(mode.offsets) > 1]
