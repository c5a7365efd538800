"""The whole surface in random order, several images at once, against a plain Python model of the pixels.

Some 5,000 steps, and as many as PILVIEW_STEPS says; `-s` shows how many of which rule were really taken.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .surface.machine import Surface

STEPS = int(os.environ.get("PILVIEW_STEPS", "5000"))
EACH = 50  # of a machine


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
                # To explain a failure takes longer than to find it.
                phases=[phase for phase in Phase if phase is not Phase.explain],
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        gc.unfreeze()
    assert Surface.steps.total() >= STEPS
    print(f"{Surface.steps.total()} steps:", dict(Surface.steps.most_common()))
