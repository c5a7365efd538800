"""The model: what images, views and exports must show, as plain bytes and places in them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from PIL import Image

from .. import memory, model
from ..modes import MODES, Mode


class Short:
    """For hypothesis, which would print all fields."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(eq=False)
class Pixels:
    """The memory of one core: all bytes of its rows, and where the rows lie."""

    size: tuple[int, int]
    pixelsize: int
    raw: bytearray
    rows: list[int]

    @classmethod
    def of(cls, img: Image.Image) -> Pixels:
        raw = bytearray(memory.raw_bytes(img))
        return cls(img.size, MODES[img.mode].pixelsize, raw, memory.row_addresses(img))

    def at(self, places: list[int], size: int) -> bytes:
        if size == 1:
            return bytes(map(self.raw.__getitem__, places))
        return b"".join([self.raw[place : place + size] for place in places])

    def set(self, place: int, data: bytes) -> None:
        self.raw[place : place + len(data)] = data

    def places(self, mode: Mode) -> Any:
        """Where each value of the image begins in `raw`, nested as its view is."""
        width, height = self.size
        bases = [range(y * width, (y + 1) * width) for y in range(height)]
        if len(mode.offsets) == 1:
            return [[x * self.pixelsize for x in row] for row in bases]
        return [[[x * self.pixelsize + offset for offset in mode.offsets] for x in row] for row in bases]


@dataclass(eq=False)
class Held(Short):
    """A Pillow image. `img` is None when the machine has let go of it, `pixels` when it is closed."""

    img: Image.Image | None
    pixels: Pixels | None = None
    readonly: bool = False

    @classmethod
    def of(cls, img: Image.Image) -> Held:
        held = cls(img)
        held.look()
        return held

    @property
    def image(self) -> Image.Image:
        assert self.img is not None
        return self.img

    def look(self) -> None:
        """What Pillow has now given the image: other memory, or other pixels in the same one."""
        core: Any = self.image.im
        self.readonly = bool(self.image.readonly or getattr(core, "readonly", False))
        new = Pixels.of(self.image)
        if self.pixels is not None and new.rows == self.pixels.rows and new.size == self.pixels.size:
            self.pixels.raw[:] = new.raw
        else:
            self.pixels = new

    def replaced(self) -> None:
        """Pillow has given the image another core: never the memory of the old one, which its users keep."""
        self.pixels = None
        self.look()

    def __repr__(self) -> str:
        return f"Held({self.img and (self.img.mode, self.img.size)}, closed={self.pixels is None})"


@dataclass(eq=False)
class Shown(Short):
    """A view, and what it must show."""

    v: Any  # pilview.ImageView; None when the machine has let go of it.
    image: Held
    pixels: Pixels
    mode: Mode
    # Where each value begins in `pixels.raw`, nested as the view is.
    places: Any
    shape: tuple[int, ...]
    # Which axes those are: a letter each of "yxb", rows, columns and bands.
    axes: str
    # The rows of the image that it shows.
    rows: list[int]
    format: str
    readonly: bool
    # Its values are all bands of whole pixels, in their order.
    whole: bool = True
    # Whole pixels as values of another format.
    is_cast: bool = False
    released: bool = False
    exports: list[Export] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.itemsize = struct.calcsize(self.format if self.format[0] in "<>" else f"={self.format}")
        flat = self.places
        for _ in self.shape[1:]:
            flat = [item for part in flat for item in part]
        self.flat: list[int] = flat

    @classmethod
    def of(cls, v: Any, image: Held, *, readonly: bool) -> Shown:
        assert image.pixels is not None
        mode, pixels = MODES[image.image.mode], image.pixels
        width, height = pixels.size
        several = len(mode.offsets) > 1
        shape = (height, width, len(mode.offsets)) if several else (height, width)
        axes, rows = "yxb" if several else "yx", list(range(height))
        return cls(v, image, pixels, mode, pixels.places(mode), shape, axes, rows, mode.format, readonly)

    def part(self, v: Any, key: model.Key) -> Shown:
        """`v` is this view's part `key`, which has an item an axis."""
        shape, axes, rows, whole = [], "", self.rows, self.whole
        for length, axis, item in zip(self.shape, self.axes, key, strict=True):
            if isinstance(item, slice):
                shape.append(len(range(length)[item]))
                axes += axis
            if axis == "y":
                rows = rows[item] if isinstance(item, slice) else [rows[item]]
            if axis == "b":
                whole = whole and isinstance(item, slice) and range(length)[item] == range(length)
        places = model.take(self.places, key)
        return replace(
            self, v=v, places=places, shape=tuple(shape), axes=axes, rows=rows, whole=whole, exports=[]
        )

    def cast(self, v: Any, format: str) -> Shown:
        """`v` is this view, an image, with whole pixels as values."""
        places = self.bases() if "b" in self.axes else self.places
        return replace(
            self, v=v, places=places, shape=self.shape[:2], axes="yx", format=format, is_cast=True, exports=[]
        )

    def bases(self) -> Any:
        """Where each pixel begins, of an image with all bands."""
        if "b" not in self.axes:
            return self.places
        return [[pixel[0] - self.mode.offsets[0] for pixel in row] for row in self.places]

    @property
    def stale(self) -> bool:
        return self.image.pixels is not self.pixels

    @property
    def empty(self) -> bool:
        return 0 in self.shape

    @property
    def is_image(self) -> bool:
        """Whether it is an image of its mode to Pillow."""
        return self.whole and not self.is_cast and self.axes[:2] == "yx"

    @property
    def is_band(self) -> bool:
        """Whether it is an image of mode L to Pillow."""
        return not self.whole and self.axes == "yx" and self.format == "B"

    @property
    def native(self) -> bool:
        return self.format[0] not in "<>"

    def tobytes(self) -> bytes:
        return self.pixels.at(self.flat, self.itemsize)

    def put(self, data: bytes) -> None:
        raw, size = self.pixels.raw, self.itemsize
        for i, place in enumerate(self.flat):
            raw[place : place + size] = data[i * size : (i + 1) * size]

    def encoded(self, value: Any) -> bytes:
        return memory.encode(self.format, value)

    def fits(self, other: Shown) -> bool:
        """Whether one can be copied to the other."""
        return (self.shape, self.format) == (other.shape, other.format)

    def pairs_with(self, other: Shown) -> bool:
        """Whether a kernel takes both."""
        kind = (self.is_image and other.is_image) or (self.is_band and other.is_band)
        return kind and self.mode is other.mode and self.shape == other.shape and not self.released

    def evenly_spaced(self) -> bool:
        return self.empty or len(self._gaps()) < 2

    def _gaps(self) -> set[int]:
        rows = [self.pixels.rows[y] for y in self.rows]
        return {after - before for before, after in pairwise(rows)}

    def aligned(self) -> bool:
        """Whether every value begins at a multiple of its size."""
        return all(self.pixels.rows[y] % self.itemsize == 0 for y in self.rows)

    def pixels_are_neighbours(self) -> bool:
        """Whether each row is whole pixels, one beside the other, and there are some."""
        if not self.whole or self.axes[:2] != "yx" or self.empty:
            return False
        row = self.bases()[0]
        return all(b - a == self.pixels.pixelsize for a, b in pairwise(row))

    def pixels_follow_each_other(self) -> bool:
        """The same of the last pixel of a row and the first of the next."""
        line = self.shape[1] * self.pixels.pixelsize
        return self.pixels_are_neighbours() and self._gaps() <= {line}

    def alone(self, mode: str) -> Image.Image:
        """A new image with the same pixels, padding too, for Pillow."""
        img = Image.new(mode, (self.shape[1], self.shape[0]))
        if self.is_image:
            bases = [place for row in self.bases() for place in row]
            memory.poke(img, self.pixels.at(bases, self.pixels.pixelsize))
        else:
            memory.poke(img, self.tobytes())
        return img

    def __repr__(self) -> str:
        return (
            f"Shown({self.mode}, {self.shape}, {self.format!r}, stale={self.stale}, released={self.released})"
        )


@dataclass(eq=False)
class Export(Short):
    """Memory that somebody else has: what to read it with, and what it must show."""

    kind: str
    thing: Any
    read: Callable[[Any], bytes] | None
    shown: Shown
    # Which places of the memory it shows, and bytes a place.
    places: list[int]
    itemsize: int
    # The view whose release it is in the way of.
    owner: Shown | None = None
    # thing[index] = value
    indexable: bool = False

    def expected(self) -> bytes:
        return self.shown.pixels.at(self.places, self.itemsize)

    def drop(self) -> None:
        if self.owner:
            self.owner.exports.remove(self)
        self.thing = None

    def __repr__(self) -> str:
        return f"Export({self.kind}, {self.shown!r})"
