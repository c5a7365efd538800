"""What is done over and over leaves nothing behind, counted in a fresh process.

5,000 times each, or as often as PILVIEW_LEAKS says; a tenth of that for what is slow.
"""

from __future__ import annotations

import json
import os

from .scripts import WITH_TESTS, run

TIMES = int(os.environ.get("PILVIEW_LEAKS", "5000"))


def limits(calls: int) -> dict[str, int]:
    """By how much a process may grow in so many calls.

    Nothing that each of them left behind would be less than a reference, an object or 16 bytes. What comes
    and goes by itself is less than the limits of 500 calls.
    """
    few = max(calls // 20, 200)
    return {
        "blocks of Python": few,
        "objects": few,
        "references": few,
        "bytes of C": max(calls * 4, 1 << 12),
        # In pages, and what is free in them counts too.
        "resident bytes": max(calls * 16, 1 << 20),
    }


def growth(actions: str) -> dict[str, dict[str, int]]:
    out = run(
        f"from tests import leaks; leaks.main({TIMES}, leaks.{actions})",
        timeout=60 + TIMES / 20,
        env=WITH_TESTS,
    )
    found: dict[str, dict[str, int]] = json.loads(out)
    return found


def beyond(grown: dict[str, int]) -> dict[str, int]:
    return {unit: grown[unit] for unit, most in limits(grown["calls"]).items() if grown.get(unit, 0) > most}


def test_no_call_and_no_exception_leaves_anything_behind() -> None:
    """What a call leaves behind is there each time; what the interpreter gets for itself in between, once."""
    found = growth("ACTIONS")
    print(*found.items(), sep="\n")
    if any(map(beyond, found.values())):
        again = growth("ACTIONS")
        both = {name: beyond(grown).keys() & beyond(again[name]).keys() for name, grown in found.items()}
        assert not any(both.values()), (both, found, again)


def test_a_leak_of_any_kind_is_seen() -> None:
    found = growth("LEAKS")
    assert "objects" in beyond(found["an object"])
    assert "references" in beyond(found["a reference"])
    assert "objects" in beyond(found["an export"])
    if "bytes of C" in found["memory of C"]:
        assert "bytes of C" in beyond(found["memory of C"])
        assert "bytes of C" in beyond(found["memory of C, slowly"])
