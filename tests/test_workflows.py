"""The workflows that build, test and publish: every action is pinned, and only one job may publish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml")) if FOLDER.is_dir() else []


def test_there_are_workflows() -> None:
    assert {path.name for path in WORKFLOWS} >= {"ci.yml", "release.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_named(path: Path) -> None:
    uses = re.findall(r"uses: *(.+)", path.read_text("utf-8"))
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_publishing_may_do_more_than_read(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^permissions:\n  (.+)", text, re.M) == ["contents: read"]
    assert len(re.findall(r"\w+: write", text)) == (path.name == "release.yml")
