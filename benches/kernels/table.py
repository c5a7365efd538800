"""All kernels that are timed, by family."""

from itertools import chain

from . import blur, filters, point
from .kernel import Kernel

FAMILIES: dict[str, tuple[Kernel, ...]] = {
    "point": point.KERNELS,
    "filters": filters.KERNELS,
    "blur": blur.KERNELS,
}
KERNELS: tuple[Kernel, ...] = tuple(chain.from_iterable(FAMILIES.values()))
