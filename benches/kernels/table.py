"""All kernels that are timed, by family."""

from itertools import chain

from . import blur, colour, compose, enhance, filters, geometry, pairs, point, resize, statistics, tone
from .kernel import Kernel

FAMILIES: dict[str, tuple[Kernel, ...]] = {
    "point": point.KERNELS,
    "tone": tone.KERNELS,
    "enhance": enhance.KERNELS,
    "colour": colour.KERNELS,
    "compose": compose.KERNELS,
    "pairs": pairs.KERNELS,
    "geometry": geometry.KERNELS,
    "statistics": statistics.KERNELS,
    "filters": filters.KERNELS,
    "blur": blur.KERNELS,
    "resize": resize.KERNELS,
}
KERNELS: tuple[Kernel, ...] = tuple(chain.from_iterable(FAMILIES.values()))
