"""The kernels as steps of a pipeline. Made by tools/pipeline_steps.py from _pilview.pyi."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Self, SupportsIndex

    import numpy.typing as npt
    from PIL import ImageFilter
    from typing_extensions import Buffer


class Steps(ABC):
    """A method for each kernel that is told in plain data."""

    __slots__ = ()

    @abstractmethod
    def _with(self, name: str, arguments: dict[str, object], /) -> Self:
        """This pipeline with one more step. Raises what the kernel raises for such arguments."""

    def invert(self) -> Self:
        """`MAX - v` for every value: the bytes of `ImageChops.invert`. 8-bit modes and I;16*.
        Raises ModeError for I, F and casts."""
        return self._with("invert", {})

    def threshold(self, t: SupportsIndex, /) -> Self:
        """255 if v >= t else 0. 8-bit modes; t from 0 to 255. Raises ModeError, TypeError, ValueError."""
        return self._with("threshold", {"t": t})

    def point(self, lut: Sequence[int] | Sequence[float] | Buffer | npt.NDArray[Any], /) -> Self:
        """As `Image.point`: v -> lut[v] for 8-bit values, with 256 entries for all bands or 256 for each,
        each rounded and clipped to 0..255; or a callable, called with 0 to 255. For I, I;16 and F a callable
        of the form `lambda x: x * scale + offset`. Raises ModeError, ValueError, TypeError, and what the
        callable raises.

        A pipeline records plain data: no callable as `lut`.
        """
        return self._with("point", {"lut": lut})

    def fill(self, color: int | float | str | Sequence[int], /) -> Self:
        """Every pixel becomes `color`: an int, a float for F, a tuple with one int a band, or a colour name
        as PIL.ImageColor takes it. An int for several bands of 8 bits is Pillow's 0xAABBGGRR. Padding bytes
        stay. Values that do not fit are refused, where Pillow would clip them.
        Raises TypeError, ValueError."""
        return self._with("fill", {"color": color})

    def convolve(
        self,
        size: tuple[int, int],
        kernel: Iterable[float],
        scale: float | None = None,
        offset: float = 0,
    ) -> Self:
        """Every value becomes the sum of those around it, each times its weight in `kernel` and divided by
        `scale` (the sum of the weights if not given), plus `offset`, clipped: the bytes of
        `img.filter(ImageFilter.Kernel(size, kernel, scale, offset))`, Pillow's Filter.c. `size` is (3, 3) or
        (5, 5), with 9 or 25 weights, row by row. The outermost 1 or 2 pixels stay, as in Pillow.
        8-bit modes but P, I;16* and I. Raises ModeError, ValueError, TypeError."""
        return self._with("convolve", {"size": size, "kernel": kernel, "scale": scale, "offset": offset})

    def rank_filter(self, size: SupportsIndex, rank: SupportsIndex) -> Self:
        """Every value becomes the one of rank `rank`, from 0 on, of the `size` by `size` values around it:
        the bytes of `img.filter(ImageFilter.RankFilter(size, rank))`, Pillow's RankFilter.c. At the
        borders the outermost pixels are repeated. `size` is odd, `rank` less than size * size. 8-bit
        modes but P, I and F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("rank_filter", {"size": size, "rank": rank})

    def median_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the median of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MedianFilter(size))`, Pillow's RankFilter.c. `size` is odd. 8-bit modes
        but P, I and F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("median_filter", {"size": size})

    def min_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the least of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MinFilter(size))`, Pillow's RankFilter.c. `size` is odd. 8-bit modes but
        P, I and F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("min_filter", {"size": size})

    def max_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the largest of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MaxFilter(size))`, Pillow's RankFilter.c. `size` is odd. 8-bit modes but
        P, I and F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("max_filter", {"size": size})

    def mode_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the most frequent of the `size` by `size` values around it, as far as those
        lie inside; the least of several; it stays where none is there more than twice: the bytes of
        `img.filter(ImageFilter.ModeFilter(size))`, Pillow's ModeFilter.c. 8-bit modes.
        Raises ModeError, ValueError, TypeError."""
        return self._with("mode_filter", {"size": size})

    def filter(self, filter: ImageFilter.Filter | type[ImageFilter.Filter], /) -> Self:
        """Runs the kernel that a filter of `PIL.ImageFilter` stands for: the bytes of `img.filter(filter)`.
        Takes objects and classes: BLUR, CONTOUR, DETAIL, EDGE_ENHANCE and the other built-in ones, Kernel,
        RankFilter, MedianFilter, MinFilter, MaxFilter, ModeFilter. The modes are those of the kernel.
        Raises TypeError for others, ModeError, ValueError."""
        return self._with("filter", {"filter": filter})
