"""All kernels that are timed, by family."""

from itertools import chain

from . import filters, point, resize
from .kernel import Kernel

FAMILIES: dict[str, tuple[Kernel, ...]] = {
    "point": point.KERNELS,
    "filters": filters.KERNELS,
    "resize": resize.KERNELS,
}
KERNELS: tuple[Kernel, ...] = tuple(chain.from_iterable(FAMILIES.values()))
