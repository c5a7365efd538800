"""All kernels."""

from __future__ import annotations

from . import blur, filters, point
from .case import Case

CASES: list[Case] = [*point.CASES, *filters.CASES, *blur.CASES]
