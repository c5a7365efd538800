"""Every kind of image the suite runs on: modes x sizes x ways Pillow can hold the pixels."""

from __future__ import annotations

import random
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image
from PIL import _imaging as core

import pilview

from . import memory
from .modes import MODES, Mode

Size = tuple[int, int]

EMPTY_SIZES: list[Size] = [(0, 0), (0, 5), (5, 0)]
SMALL_SIZES: list[Size] = [(1, 1), (3, 5), (17, 1), (1, 7)]
SEVERAL_BLOCKS: Size = (101, 97)  # prime, and over 4096 bytes in every mode
SIZES: list[Size] = [*EMPTY_SIZES, *SMALL_SIZES, SEVERAL_BLOCKS]

MAPPED_BY_FROMBUFFER = ("L", "P", "RGBX", "RGBA", "CMYK", "I;16", "I;16L", "I;16B")
HAS_ARROW = hasattr(Image, "fromarrow")
HAS_NEW_BLOCK = hasattr(core, "new_block")
# From 11.3 the core itself knows whether mapped memory may be written.
MAPS_ARE_FLAGGED = bool(getattr(Image.frombuffer("L", (1, 1), b"\0", "raw", "L", 0, 1).im, "readonly", False))


@lru_cache(maxsize=500)
def random_pixels(mode: Mode, size: Size, seed: int = 0) -> bytes:
    """Memory of an image, padding included: random, but the same for the same arguments."""
    if size[0] * size[1] > 100_000:  # not to be kept: rows of another, in turn
        rows = random_pixels(mode, (size[0], 31), seed)
        return (rows * (size[1] // 31 + 1))[: size[0] * size[1] * mode.pixelsize]
    rng = random.Random(f"{mode.name} {size} {seed}")
    count = size[0] * size[1]
    if mode.name == "1":
        return bytes(rng.choices((0, 255), k=count))
    if mode.name == "F":  # no NaN, so that values can be compared
        return struct.pack(f"={count}f", *(rng.uniform(-300, 300) for _ in range(count)))
    return rng.randbytes(count * mode.pixelsize)


_ARENA = threading.RLock()  # The two numbers are the whole process's.


@contextmanager
def arena(*, block_size: int = 16 * 1024 * 1024, alignment: int = 1) -> Iterator[None]:
    """Images made inside lie in Pillow's blocks of this size and row alignment."""
    with _ARENA:
        before = core.get_block_size(), core.get_alignment()
        core.set_block_size(block_size)
        core.set_alignment(alignment)
        try:
            yield
        finally:
            core.set_block_size(before[0])
            core.set_alignment(before[1])


def wrap(made: Any, mode: str) -> Image.Image:
    return Image.new(mode, (0, 0))._new(made)


def mapped(
    mode: Mode, size: Size, buffer: object, *, offset: int = 0, stride: int = 0, up: bool = False
) -> Image.Image:
    """An image whose rows lie in `buffer`, as Pillow maps files; `up` has the last row first."""
    made = core.map_buffer(buffer, size, "raw", offset, (mode.name, stride, -1 if up else 1))
    return wrap(made, mode.name)


def spread(mode: Mode, size: Size, raw: bytes, *, offset: int, stride: int, up: bool) -> bytearray:
    """`raw` laid out for `mapped`, with 0xEE in the gaps."""
    width, height = size
    linesize = width * mode.pixelsize
    buffer = bytearray(b"\xee" * (offset + stride * height))
    for y in range(height):
        at = offset + stride * (height - 1 - y if up else y)
        buffer[at : at + linesize] = raw[y * linesize : (y + 1) * linesize]
    return buffer


@dataclass(frozen=True)
class Request:
    mode: Mode
    size: Size
    raw: bytes
    folder: Path


Builder = Callable[[Request], Image.Image]


def _arena_kind(block_size: int, alignment: int) -> Builder:
    def build(request: Request) -> Image.Image:
        with arena(block_size=block_size, alignment=alignment):
            img = Image.new(request.mode.name, request.size)
        memory.poke(img, request.raw)
        return img

    return build


def _new_block(request: Request) -> Image.Image:
    img = wrap(core.new_block(request.mode.name, request.size), request.mode.name)
    memory.poke(img, request.raw)
    return img


def _mapped_kind(kind: type, offset: int, gap: int, up: bool) -> Builder:
    def build(request: Request) -> Image.Image:
        mode, size = request.mode, request.size
        stride = size[0] * mode.map_unit + gap
        buffer = kind(spread(mode, size, request.raw, offset=offset, stride=stride, up=up))
        img = mapped(mode, size, buffer, offset=offset, stride=stride, up=up)
        # Pillow's own callers set this flag; before 11.2 the core does not know it.
        img.readonly = int(kind is bytes)
        return img

    return build


def _from_buffer(request: Request) -> Image.Image:
    mode, size = request.mode, request.size
    stride = size[0] * mode.map_unit + 5
    buffer = spread(mode, size, request.raw, offset=3, stride=stride, up=False)
    return pilview.from_buffer(mode.name, size, buffer, stride=stride, offset=3)


def _frombuffer(request: Request) -> Image.Image:
    name = request.mode.name
    return Image.frombuffer(name, request.size, request.raw, "raw", name, 0, 1)


def _arrow(request: Request) -> Image.Image:
    owner = _arena_kind(16 * 1024 * 1024, 1)(request)
    return Image.fromarrow(owner, request.mode.name, request.size)


def _file_kind(suffix: str) -> Builder:
    def build(request: Request) -> Image.Image:
        path = request.folder / f"{request.mode.name.replace(';', '')}{request.size}{suffix}"
        source = _arena_kind(16 * 1024 * 1024, 1)(request)
        if request.mode.name == "P":
            source.putpalette([i * 7 % 256 for i in range(768)])
        source.save(path)
        img = Image.open(path)
        assert img.mode == request.mode.name
        img.load()
        assert getattr(img, "map", None) is not None, f"Pillow did not map {path}"
        return img

    return build


@dataclass(frozen=True)
class Kind:
    """A way in which Pillow holds pixels."""

    name: str
    build: Builder
    readonly: bool = False
    modes: tuple[str, ...] = tuple(MODES)
    empty: bool = True  # whether images with a zero side can be made so

    def __str__(self) -> str:
        return self.name

    def sizes(self, sizes: list[Size]) -> list[Size]:
        return [size for size in sizes if self.empty or (size[0] and size[1])]


_ALL = [
    Kind("one_block", _arena_kind(16 * 1024 * 1024, 1)),
    Kind("blocks", _arena_kind(4096, 1)),
    Kind("aligned", _arena_kind(16 * 1024 * 1024, 64)),
    Kind("aligned_blocks", _arena_kind(4096, 128)),
    Kind("mapped", _mapped_kind(bytes, 0, 0, False), readonly=True),
    Kind("mapped_up_odd", _mapped_kind(bytes, 1, 3, True), readonly=True),
    Kind("mapped_bytearray", _mapped_kind(bytearray, 0, 0, False)),
    Kind("mapped_bytearray_odd", _mapped_kind(bytearray, 3, 5, False)),
    Kind("mapped_bytearray_up", _mapped_kind(bytearray, 8, 4, True)),
    Kind("from_buffer_odd", _from_buffer),
    Kind("frombuffer", _frombuffer, readonly=True, modes=MAPPED_BY_FROMBUFFER),
    Kind("bmp_file", _file_kind(".bmp"), readonly=True, modes=("L", "P"), empty=False),
    Kind("pgm_file", _file_kind(".pgm"), readonly=True, modes=("L",), empty=False),
]
if HAS_NEW_BLOCK:
    _ALL.append(Kind("new_block", _new_block))
if HAS_ARROW:  # Pillow itself cannot take an empty array
    _ALL.append(Kind("arrow", _arrow, readonly=True, empty=False))
KINDS = {kind.name: kind for kind in _ALL}
WRITABLE_KINDS = [kind.name for kind in _ALL if not kind.readonly]
READONLY_KINDS = [kind.name for kind in _ALL if kind.readonly]

CASES = [(kind.name, mode) for kind in _ALL for mode in kind.modes]
WRITABLE_CASES = [(kind, mode) for kind, mode in CASES if not KINDS[kind].readonly]


def build(kind: str, mode: str, size: Size, folder: Path, seed: int = 0) -> Image.Image:
    spec = MODES[mode]
    return KINDS[kind].build(Request(spec, size, random_pixels(spec, size, seed), folder))


def make(mode: str, size: Size = (7, 5), *, blocks: bool = False, seed: int = 0) -> Image.Image:
    """The plain case: random pixels in one block, or in many."""
    return build("blocks" if blocks else "one_block", mode, size, Path(), seed)
