"""Where no memory is to be had calls raise MemoryError, and where no thread is they do without.

Each kernel with its first parameters; with all of them, and with less memory, where PILVIEW_LIMITS is set.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

import pytest

from .scripts import WITH_TESTS, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's address space")

# Allocations that count come from the system and go back to it, so that the limit is felt.
ENVIRONMENT = {
    **WITH_TESTS,
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "65536",
    "MALLOC_ARENA_MAX": "1",  # a thread's own has 64 MB of addresses to come and go
    "PILVIEW_NUM_THREADS": "3",
}


@pytest.mark.parametrize("shape", ["wide", "tall", "square"])
@pytest.mark.parametrize("calls", ["kernels", "uses"])
def test_without_memory_a_call_raises_and_changes_no_pixel(calls: str, shape: str) -> None:
    out = run(
        f"from tests import starved; starved.main(starved.{calls}, {shape!r})", timeout=1800, env=ENVIRONMENT
    )
    outcomes: dict[str, str] = json.loads(out.splitlines()[-1])
    print(Counter(outcomes.values()))
    assert {name: said for name, said in outcomes.items() if said not in ("done", "MemoryError")} == {}
    assert "MemoryError" in outcomes.values()


@pytest.mark.parametrize("limit", ["AS", "NPROC"])
def test_without_threads_the_calling_thread_does_all(limit: str) -> None:
    """No room for their stacks, or no more threads for this user (the system's own has no limit)."""
    out = run(
        f"""
        import os, resource
        from PIL import ImageChops
        import pilview
        from tests.starved import image, used

        img = image("RGB", (1500, 1500))
        expected = ImageChops.invert(img).tobytes()
        v = pilview.view(img)
        most = {{"AS": used() + (1 << 20), "NPROC": 0}}[{limit!r}]
        status = open("/proc/self/status")

        def threads():
            status.seek(0)
            return next(int(line.split()[1]) for line in status if line.startswith("Threads:"))

        before = threads()
        if {limit!r} == "NPROC" and os.geteuid() == 0:
            os.setresuid(65534, 65534, 65534)
        hard = resource.getrlimit(resource.RLIMIT_{limit})[1]
        resource.setrlimit(resource.RLIMIT_{limit}, (most, hard))
        v.invert()
        more = threads() - before
        status.close()
        resource.setrlimit(resource.RLIMIT_{limit}, (hard, hard))
        print(more, v.tobytes() == expected)
        """,
        env=ENVIRONMENT,
    )
    assert out == "0 True"
