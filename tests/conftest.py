"""Fixtures that put back what a test may change for the whole process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PIL import _imaging as core

import pilview


@pytest.fixture(autouse=True)
def _arena_unchanged() -> Iterator[None]:
    before = core.get_block_size(), core.get_alignment()
    yield
    assert (core.get_block_size(), core.get_alignment()) == before


@pytest.fixture(params=[1, 2, 5])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """The thread count in force: alone, as many as there are cores, more than that."""
    before = pilview.get_num_threads()
    pilview.set_num_threads(request.param)
    yield request.param
    pilview.set_num_threads(before)
