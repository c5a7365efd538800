"""What the table of the benchmark is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

import pilview

from . import picture

Bytes: TypeAlias = npt.NDArray[np.uint8]
Size: TypeAlias = tuple[int, int]
Run: TypeAlias = Callable[["Scene"], object]

# Of the image that the targets are for.
LARGE: Size = (6000, 4000)


class Scene:
    """The same pixels as each library takes them, and what an operation needs besides.

    Pillow makes new images; NumPy and OpenCV work in place, on Pillow's own memory: `(h, w)` bytes for L,
    `(h, w, 4)` bytes for all else.
    """

    def __init__(self, mode: str, size: Size, *, blocks: bool = False) -> None:
        self.mode, self.size = mode, size
        img = Image.new(mode, size) if blocks else pilview.new(mode, size)
        self.img = picture.cover(img, picture.tile(mode))  # in one block, or in as many as Pillow makes
        self.v = pilview.view(self.img)
        self.original = [(pixels, pixels.copy()) for pixels in map(np.asarray, pixels_of(self.v).blocks)]

    def restore(self) -> None:
        """Undoes what the last operation changed. On one thread: no library's pool is to be awake from it."""
        for pixels, original in self.original:
            np.copyto(pixels, original)

    def complete(self) -> Self:
        """Makes the images that are otherwise made when they are asked for, so that nobody's time has it."""
        for name in ("other", "mask", "same", "half", "turned"):
            getattr(self, name)
        return self

    @cached_property
    def array(self) -> Bytes:
        return as_array(self.img)

    @cached_property
    def other(self) -> Image.Image:
        """Of the same mode and size, in one block."""
        return picture.cover(pilview.new(self.mode, self.size), picture.turned(self.mode))

    @cached_property
    def other_array(self) -> Bytes:
        return as_array(self.other)

    @cached_property
    def mask(self) -> Image.Image:
        """L, of the same size."""
        return picture.cover(pilview.new("L", self.size), picture.mask())

    @cached_property
    def mask_array(self) -> Bytes:
        return as_array(self.mask)

    # For what is written elsewhere: as large, half as large, and with the sides swapped.
    @cached_property
    def same(self) -> Image.Image:
        return blank(self.mode, self.size)

    @cached_property
    def half(self) -> Image.Image:
        return blank(self.mode, ((self.size[0] + 1) // 2, (self.size[1] + 1) // 2))

    @cached_property
    def turned(self) -> Image.Image:
        return blank(self.mode, (self.size[1], self.size[0]))


def blank(mode: str, size: Size) -> Image.Image:
    """An image whose memory is there: fresh pages cost whoever writes them first."""
    img = pilview.new(mode, size)
    pixels_of(pilview.view(img))[...] = 0
    return img


def pixels_of(v: pilview.ImageView) -> pilview.ImageView:
    """All bytes of all pixels, padding too."""
    return v if v.mode in ("1", "L", "P") or v.mode.startswith("I;16") else v.packed


def as_array(img: Image.Image) -> Bytes:
    v = pilview.view(img)
    array = np.asarray(pixels_of(v).strided)
    return array if v.mode == "L" else array.view(np.uint8).reshape(v.height, v.width, -1)


@dataclass(frozen=True)
class Kernel:
    """One operation as each library writes it, and how fast it has to be on 24 megapixels of RGB."""

    name: str
    pilview: Run
    pillow: Run | None = None
    numpy: Run | None = None
    opencv: Run | None = None
    # The methods of ImageView that this is a measure of; the name's part before a bracket if not given.
    methods: tuple[str, ...] = ()
    modes: tuple[str, ...] = ("L", "RGB", "RGBA")
    # It only reads: compared with a plain read of the same bytes, not with a change in place.
    reads: bool = False
    # What else it is compared with: a copy, or a change in place by what a second image holds.
    limit_of: Literal["copy", "pair"] | None = None
    # Targets: at most so many times the memory limit; with AVX-512 VBMI instead, where that is another.
    limit: float | None = None
    limit_vbmi: float | None = None
    # Targets: at least so many times as fast as OpenCV, as Pillow.
    opencv_at_least: float | None = None
    pillow_at_least: float | None = None
    # Target: at most so many megabytes beside the image, for this run where `pilview` is not the worst one.
    peak_at_most: float | None = 4
    peak: Run | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        return self.methods or (self.name.split("(")[0],)

    @property
    def mode(self) -> str:
        """Where the targets are to be met: RGB where it has that."""
        return next((mode for mode in ("RGB", "RGBA") if mode in self.modes), self.modes[0])

    @property
    def compared_with(self) -> str:
        return self.limit_of or ("read" if self.reads else "inplace")
