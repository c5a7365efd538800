"""All kernels."""

from __future__ import annotations

from . import filters, point, resize
from .case import Case

CASES: list[Case] = [*point.CASES, *filters.CASES, *resize.CASES]
