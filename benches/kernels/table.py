"""All kernels that are timed, by family."""

from itertools import chain

from . import filters, geometry, point, statistics
from .kernel import Kernel

FAMILIES: dict[str, tuple[Kernel, ...]] = {
    "point": point.KERNELS,
    "filters": filters.KERNELS,
    "geometry": geometry.KERNELS,
    "statistics": statistics.KERNELS,
}
KERNELS: tuple[Kernel, ...] = tuple(chain.from_iterable(FAMILIES.values()))
