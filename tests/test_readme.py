"""The README stands alone on PyPI: its links are whole, and lead to what is in this repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SITE = "https://pilview.github.io/pilview/"
REPOSITORY = re.compile(r"https://github\.com/pilview/pilview/(blob|tree)/main/(.+)")
LINKS = re.findall(r"\]\(([^)\s]+)\)", (ROOT / "README.md").read_text("utf-8"))


def test_there_are_links() -> None:
    assert len(LINKS) > 5


@pytest.mark.parametrize("link", LINKS)
def test_links_are_whole_and_lead_somewhere(link: str) -> None:
    assert link.startswith("https://")
    if link.startswith(SITE):
        page = link.removeprefix(SITE) or "index.html"
        assert (ROOT / "docs" / page.replace(".html", ".md")).is_file()
    elif link.startswith("https://github.com/pilview/"):
        found = REPOSITORY.fullmatch(link)
        assert found
        path = ROOT / found[2]
        assert path.is_dir() if found[1] == "tree" else path.is_file()
