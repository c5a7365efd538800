"""Where Pillow keeps an image's pixels, read with ctypes: an oracle that shares no code with pilview."""

from __future__ import annotations

import ctypes
import struct
import warnings
from typing import Any

from PIL import Image

from .modes import MODES

_INTS = [(name, ctypes.c_int) for name in ("type", "depth", "bands", "xsize", "ysize")]
_POINTERS = [(name, ctypes.c_void_p) for name in ("palette", "image8", "image32", "image")]

# Once for all threads.
_get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


class _Head11(ctypes.Structure):
    """The start of Pillow's image struct up to 11.3."""

    _fields_ = [("mode", ctypes.c_char * 7), *_INTS, *_POINTERS]


class _Head12(ctypes.Structure):
    """The start of Pillow's image struct from 12.0."""

    _fields_ = [("mode", ctypes.c_int), *_INTS, *_POINTERS]


def pillow_version() -> tuple[int, ...]:
    import PIL  # noqa: PLC0415

    return tuple(int(part) for part in PIL.__version__.split(".")[:2])


def pointers(img: Image.Image) -> dict[str, int]:
    """Addresses of the arrays of row pointers, by Pillow's names."""
    core: Any = img.im
    if hasattr(type(core), "unsafe_ptrs"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return dict(core.unsafe_ptrs)
    address = _get_pointer(core.ptr, b"Pillow Imaging")
    assert address
    head = (_Head12 if pillow_version() >= (12, 0) else _Head11).from_address(address)
    assert (head.xsize, head.ysize) == img.size, "the oracle does not know this Pillow"
    return {name: getattr(head, name) or 0 for name in ("image8", "image32", "image")}


def row_addresses(img: Image.Image) -> list[int]:
    """One address a row, top to bottom; 0 where Pillow has none (images with a zero side)."""
    img.load()
    table = pointers(img)["image"]
    rows = (ctypes.c_void_p * img.height).from_address(table)
    return [address or 0 for address in rows]


def raw_rows(img: Image.Image) -> list[bytes]:
    """The bytes of every row with their padding, as they lie in memory."""
    linesize = img.width * MODES[img.mode].pixelsize
    return [ctypes.string_at(address, linesize) if linesize else b"" for address in row_addresses(img)]


def raw_bytes(img: Image.Image) -> bytes:
    return b"".join(raw_rows(img))


def poke(img: Image.Image, raw: bytes) -> None:
    """Overwrites the memory of `img`, padding included."""
    linesize = img.width * MODES[img.mode].pixelsize
    if linesize:
        for y, address in enumerate(row_addresses(img)):
            ctypes.memmove(address, raw[y * linesize : (y + 1) * linesize], linesize)


def padding(img: Image.Image) -> bytes:
    """Only the bytes that belong to no band."""
    mode = MODES[img.mode]
    raw = raw_bytes(img)
    used = {offset + i for offset in mode.offsets for i in range(mode.itemsize)}
    return b"".join(raw[i :: mode.pixelsize] for i in range(mode.pixelsize) if i not in used)


def packed(img: Image.Image) -> bytes:
    """The values of all bands without padding, row by row."""
    mode = MODES[img.mode]
    raw = raw_bytes(img)
    if mode.pixelsize == mode.itemsize * len(mode.offsets):
        return raw
    out = bytearray(len(raw) // mode.pixelsize * len(mode.offsets))
    for i, offset in enumerate(mode.offsets):
        out[i :: len(mode.offsets)] = raw[offset :: mode.pixelsize]
    return bytes(out)


def values(img: Image.Image) -> list[Any]:
    """The values as nested lists, h x w or h x w x bands."""
    mode = MODES[img.mode]
    data = packed(img)
    bands = len(mode.offsets)
    byteorder = mode.format[0] if mode.format[0] in "<>" else "="
    flat = struct.unpack(f"{byteorder}{len(data) // mode.itemsize}{mode.format[-1]}", data)
    if bands == 1:
        pixels: list[Any] = list(flat)
    else:
        pixels = [list(flat[i : i + bands]) for i in range(0, len(flat), bands)]
    return [pixels[y * img.width : (y + 1) * img.width] for y in range(img.height)]


def encode(format: str, value: Any) -> bytes:
    """One value as it lies in memory, by memoryview's name of its format."""
    return struct.pack(format if format[0] in "<>" else f"={format}", value)
