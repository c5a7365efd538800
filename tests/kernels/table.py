"""All kernels."""

from __future__ import annotations

from . import colour, filters, point
from .case import Case

CASES: list[Case] = [*point.CASES, *colour.CASES, *filters.CASES]
