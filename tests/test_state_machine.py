"""The whole surface in random order, several images at once, against a plain Python model of the pixels.

Some 5,000 steps, the same each time, and as many others as PILVIEW_STEPS says; `-s` shows how many of which
rule were really taken.
"""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .kernels.case import Case, Version
from .kernels.table import CASES
from .surface.machine import KERNELS, PILLOW, Surface

LONG = os.environ.get("PILVIEW_STEPS")
STEPS = int(LONG or "5000")
EACH = 50  # of a machine

# Kernels and their modes, by the first Pillow that has their bytes and what earlier ones do.
SINCE: dict[tuple[Version, str], list[tuple[Case, str]]] = defaultdict(list)
for case in CASES:
    for mode in case.modes:
        SINCE[case.first(mode), case.before].append((case, mode))


def test_any_order_of_calls_does_what_the_model_says(tmp_path: Path) -> None:
    Surface.folder = tmp_path
    Surface.steps.clear()
    gc.collect()
    gc.freeze()  # What other tests have left need not be looked through at each `collect`.
    try:
        run_state_machine_as_test(
            Surface,
            settings=settings(
                max_examples=STEPS // (EACH - 10),  # as a few steps of each find nothing to do
                stateful_step_count=EACH,
                deadline=None,
                # The short form is the same each time, so that a change is what fails it.
                derandomize=not LONG,
                # To explain a failure takes longer than to find it.
                phases=[phase for phase in Phase if phase is not Phase.explain],
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        gc.unfreeze()
    assert Surface.steps.total() >= STEPS
    print(f"{Surface.steps.total()} steps:", dict(Surface.steps.most_common()))


@pytest.mark.parametrize(("first", "before"), sorted(SINCE))
def test_the_machine_has_all_kernels_but_those_that_this_pillow_lacks(first: Version, before: str) -> None:
    if first > PILLOW:
        pytest.skip(f"before {first[0]}.{first[1]} Pillow {before}")
    assert [str(case) for case, mode in SINCE[first, before] if case not in KERNELS[mode]] == []
