"""What a view must be, computed from row addresses alone: selections, their values, their buffers."""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass
from typing import Any

from PIL import Image

from . import memory
from .modes import MODES

POINTER = ctypes.sizeof(ctypes.c_void_p)
Key = tuple[int | slice, ...]

WRITABLE, FORMAT, ND, STRIDES = 0x1, 0x4, 0x8, 0x10
C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS, INDIRECT = 0x20, 0x40, 0x80, 0x100


def all_flags() -> list[int]:
    """Every combination of a PEP 3118 request. Contiguity and INDIRECT imply STRIDES, STRIDES implies ND."""
    shapes = [0, ND, ND | STRIDES]
    for extra in range(1, 16):
        shapes.append(ND | STRIDES | extra << 5)
    return [shape | writable | fmt for shape in shapes for writable in (0, WRITABLE) for fmt in (0, FORMAT)]


def take(nested: Any, key: Key) -> Any:
    """`nested[key]` for nested lists, an index or a slice an axis."""
    if not key:
        return nested
    first, rest = key[0], key[1:]
    if isinstance(first, slice):
        return [take(item, rest) for item in nested[first]]
    return take(nested[first], rest)


def put(nested: Any, key: Key, value: Any) -> None:
    """`nested[key] = value` for nested lists: `value` is nested as the selection is, or one scalar."""
    first, rest = key[0], key[1:]
    if isinstance(first, slice):
        for i, y in enumerate(range(len(nested))[first]):
            item = value[i] if isinstance(value, list) else value
            if rest:
                put(nested[y], rest, item)
            else:
                nested[y] = item
    elif rest:
        put(nested[first], rest, value)
    else:
        nested[first] = value


@dataclass(frozen=True)
class Answer:
    """What an exporter must fill in; None where the request did not ask for it."""

    shape: tuple[int, ...] | None
    strides: tuple[int | None, ...] | None  # an axis of one item may have any stride
    suboffsets: tuple[int, ...] | None
    format: str | None


@dataclass(frozen=True)
class Region:
    """Some rows, and the same values in each of them."""

    image: Image.Image
    rows: tuple[int, ...]
    row_step: int
    has_row_axis: bool
    offset: int
    inner: tuple[tuple[int, int], ...]  # (length, stride) of the axes inside a row
    format: str
    itemsize: int

    @classmethod
    def of(cls, img: Image.Image, key: Key = ()) -> Region:
        mode = MODES[img.mode]
        rows = memory.row_addresses(img)
        inner: list[tuple[int, int]] = [(img.width, mode.pixelsize)]
        if len(mode.offsets) > 1:
            inner.append((len(mode.offsets), mode.offsets[1] - mode.offsets[0]))
        has_row_axis, row_step, offset = True, 1, 0
        axes: list[tuple[int, int]] = []
        for axis, item in enumerate(key):
            length, stride = (len(rows), 0) if axis == 0 else inner[axis - 1]
            if isinstance(item, slice):
                start, stop, step = item.indices(length)
                length = len(range(start, stop, step))
                # Where nothing is selected there is nothing to point at.
                start = start if length else 0
            else:
                start, step, length = range(length)[item], 1, 1
            if axis == 0:
                has_row_axis = isinstance(item, slice)
                rows, row_step = rows[item] if isinstance(item, slice) else [rows[item]], step
            else:
                offset += start * stride
                if isinstance(item, slice):
                    axes.append((length, stride * step))
        axes += inner[max(len(key) - 1, 0) :]
        return cls(img, tuple(rows), row_step, has_row_axis, offset, tuple(axes), mode.format, mode.itemsize)

    @property
    def shape(self) -> tuple[int, ...]:
        rows = (len(self.rows),) if self.has_row_axis else ()
        return (*rows, *(length for length, _ in self.inner))

    @property
    def size(self) -> int:
        size = 1
        for length in self.shape:
            size *= length
        return size

    def row_values(self, address: int) -> bytes:
        offsets = [self.offset]
        for length, stride in self.inner:
            offsets = [at + i * stride for at in offsets for i in range(length)]
        if not offsets:
            return b""
        row = ctypes.string_at(address, self.image.width * MODES[self.image.mode].pixelsize)
        return b"".join(row[at : at + self.itemsize] for at in offsets)

    def tobytes(self) -> bytes:
        return b"".join(map(self.row_values, self.rows)) if self.size else b""

    def tolist(self) -> list[Any]:
        order = self.format[0] if self.format[0] in "<>" else "="
        flat: list[Any] = list(struct.unpack(f"{order}{self.size}{self.format[-1]}", self.tobytes()))
        for length in self.shape[:0:-1]:
            if not length:
                return _nested_empty(self.shape)
            flat = [flat[i : i + length] for i in range(0, len(flat), length)]
        return flat

    def pitch(self) -> int | None:
        """Bytes from row to row; None where it differs. Any (0) for less than two rows."""
        gaps = {after - before for before, after in zip(self.rows, self.rows[1:], strict=False)}
        if not self.size or not gaps:
            return 0
        return gaps.pop() if len(gaps) == 1 else None

    def direct(self) -> tuple[tuple[int, int], ...] | None:
        """(length, stride) of all axes without suboffsets, where the rows allow it."""
        if not self.has_row_axis:
            return self.inner
        pitch = self.pitch()
        return None if pitch is None else ((len(self.rows), pitch), *self.inner)

    def contiguous(self, order: str) -> bool:
        axes = self.direct()
        if axes is None or not self.size:
            return axes is not None
        expected = self.itemsize
        for length, stride in axes if order == "F" else axes[::-1]:
            if length > 1 and stride != expected:
                return False
            expected *= length
        return True

    def answer(self, flags: int, *, readonly: bool, table: bool = True) -> Answer | None:
        """PEP 3118, and pilview's promise of a row-pointer table for INDIRECT. None is a BufferError."""
        c, f = self.contiguous("C"), self.contiguous("F")
        asked = flags & (C_CONTIGUOUS | F_CONTIGUOUS | ANY_CONTIGUOUS)
        refused = [
            flags & WRITABLE and readonly,
            flags & FORMAT and not flags & ND,  # bytes without a shape have no format
            not flags & STRIDES and not c,
            flags & C_CONTIGUOUS and not c,
            flags & F_CONTIGUOUS and not f,
            flags & ANY_CONTIGUOUS and not (c or f),
        ]
        if any(refused):
            return None
        fmt = self.format if flags & FORMAT else None
        if not flags & STRIDES:
            return Answer(self.shape if flags & ND else None, None, None, fmt)
        if flags & INDIRECT and not asked and table and self.has_row_axis:
            strides = (POINTER * self.row_step, *(stride for _, stride in self.inner))
            suboffsets = (self.offset, *(-1 for _ in self.inner))
            return Answer(self.shape, self._loose(strides), suboffsets, fmt)
        axes = self.direct()
        if axes is None:
            return None
        return Answer(self.shape, self._loose(tuple(stride for _, stride in axes)), None, fmt)

    def _loose(self, strides: tuple[int, ...]) -> tuple[int | None, ...]:
        return tuple(
            stride if length > 1 and self.size else None
            for length, stride in zip(self.shape, strides, strict=True)
        )


def _nested_empty(shape: tuple[int, ...]) -> list[Any]:
    return [_nested_empty(shape[1:]) for _ in range(shape[0])] if len(shape) > 1 else []
