"""All kernels."""

from __future__ import annotations

from . import colour, compose, filters, pairs, point
from .case import Case

CASES: list[Case] = [*point.CASES, *colour.CASES, *compose.CASES, *filters.CASES, *pairs.CASES]
