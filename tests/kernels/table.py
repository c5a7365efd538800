"""All kernels."""

from __future__ import annotations

from . import colour, compose, enhance, filters, geometry, pairs, point, resize, statistics, tone
from .case import Case

CASES: list[Case] = [
    *point.CASES,
    *tone.CASES,
    *enhance.CASES,
    *colour.CASES,
    *compose.CASES,
    *pairs.CASES,
    *geometry.CASES,
    *statistics.CASES,
    *filters.CASES,
    *resize.CASES,
]
from . import colour, compose, filters, pairs, point
from .case import Case

CASES: list[Case] = [*point.CASES, *colour.CASES, *compose.CASES, *filters.CASES, *pairs.CASES]
