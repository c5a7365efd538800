"""All kernels."""

from __future__ import annotations

from . import blur, colour, compose, enhance, filters, geometry, pairs, point, resize, statistics, tone
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
    *blur.CASES,
    *resize.CASES,
]
