"""All kernels."""

from __future__ import annotations

from . import filters, pairs, point
from .case import Case

CASES: list[Case] = [*point.CASES, *filters.CASES, *pairs.CASES]
