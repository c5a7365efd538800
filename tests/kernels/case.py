"""What the table of kernels is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from ..modes import MODES, MODES_8BIT, MODES_16BIT

ALL_MODES = tuple(MODES)
EIGHT_BIT = tuple(MODES_8BIT)
SIXTEEN_BIT = tuple(MODES_16BIT)

Version = tuple[int, int]
OLDEST: Version = (9, 3)


@dataclass(frozen=True)
class Case:
    """One kernel with its parameters, and what Pillow makes of the same image.

    `run(v, *others)` calls the kernel of a view. `oracle(img, *others)` gives a new image, of which the
    values of all bands are compared byte for byte; or, if `returns`, what the kernel has to return.
    """

    kernel: str
    run: Callable[..., Any]
    oracle: Callable[..., Any]
    # The modes that have it. In all others the kernel is a ModeError.
    modes: tuple[str, ...]
    # Modes that Pillow refuses and the kernel takes; their tests are elsewhere.
    beyond: tuple[str, ...] = ()
    # The parameters, for the test's name.
    label: str = ""
    # Further images of the same size, by mode; None for the mode of the first.
    others: tuple[str | None, ...] = ()
    # What a kernel does to one band of several is what Pillow does to an L image.
    single_bands: bool = True
    # The kernel only reads, and returns a value.
    returns: bool = False
    # The kernel writes into a second view, `run(v, dst)`, as large as the oracle's image; the first stays.
    into: bool = False
    # Sizes with a zero side mean something.
    empty: bool = True
    # Work for several threads: over 3 MB, in every mode; less where a value takes Pillow longer.
    big: tuple[int, int] = (2477, 1621)
    # The first Pillow that has these bytes, by mode if it is not the same for all; and what earlier ones do.
    since: Version | Mapping[str, Version] = OLDEST
    before: str = ""

    def expected(self, img: Image.Image, *others: Any) -> Any:
        """What the oracle says. Nothing of an empty image can differ, and earlier Pillows divide by its
        sides, which ends the process."""
        nothing = not (self.returns or self.into or (img.width and img.height))
        return img if nothing else self.oracle(img, *others)

    def first(self, mode: str) -> Version:
        return self.since if isinstance(self.since, tuple) else self.since.get(mode, OLDEST)

    def __str__(self) -> str:
        return f"{self.kernel}({self.label})"
