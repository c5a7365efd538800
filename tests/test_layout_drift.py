"""A Pillow that lays its memory out otherwise is refused, and nothing that is not there is read.

The struct itself is forged in Rust too, field by field: `src/pillow/layout/tests.rs`.
"""

from __future__ import annotations

import json
import sys
from functools import cache

import pytest

from .scripts import module

REFUSED = ("UnsupportedPillowError", "ModeError")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="forbids memory as Linux does")


@cache
def answers() -> list[tuple[str, str, str, str]]:
    return [tuple(json.loads(line)) for line in module("tests.drift").splitlines()]


@LINUX
@pytest.mark.parametrize("when", ["first", "later"])
def test_a_drifted_struct_is_refused_and_not_followed(when: str) -> None:
    found = {
        (what, mode): said for at, what, mode, said in answers() if at == when and not what.startswith("the ")
    }
    assert len(found) > 100
    wrong = {key: said for key, said in found.items() if not said.startswith(REFUSED)}
    assert wrong == {}


@LINUX
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "F"])
def test_a_forged_struct_that_is_right_is_believed(mode: str) -> None:
    """Without this the other tests would say nothing: a forgery could be refused for whatever reason."""
    size = {"L": 1, "RGB": 3, "I;16": 2, "F": 4}[mode]
    assert ("later", "the same struct", mode, "00" * 5 * 4 * size) in map(tuple, answers())


@LINUX
@pytest.mark.parametrize("when", ["first", "later"])
def test_with_the_real_struct_back_pilview_works(when: str) -> None:
    """A Pillow that was refused is looked at again the next time."""
    assert (when, "the real struct", "RGB", "010203" * 20) in map(tuple, answers())


@LINUX
def test_a_mode_that_nobody_knows_is_named() -> None:
    said = {what: said for when, what, _, said in answers() if when == "later"}
    assert said["an unknown mode"].startswith("ModeError")
    assert "NEW;64" in said["an unknown mode"]
    assert said["a capsule of another name"].startswith("UnsupportedPillowError")
    assert "pixelsize" in said["pixelsize is 8"]
