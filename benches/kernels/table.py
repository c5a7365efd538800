"""All kernels that are timed, by family."""

from itertools import chain

from . import colour, compose, filters, pairs, point
from .kernel import Kernel

FAMILIES: dict[str, tuple[Kernel, ...]] = {
    "point": point.KERNELS,
    "colour": colour.KERNELS,
    "compose": compose.KERNELS,
    "filters": filters.KERNELS,
    "pairs": pairs.KERNELS,
}
KERNELS: tuple[Kernel, ...] = tuple(chain.from_iterable(FAMILIES.values()))
