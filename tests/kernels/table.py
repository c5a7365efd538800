"""All kernels."""

from __future__ import annotations

from . import filters, geometry, point, statistics
from .case import Case

CASES: list[Case] = [*point.CASES, *filters.CASES, *geometry.CASES, *statistics.CASES]
