"""Sections of Markdown files in pages, so that no fact is told twice, and links from wherever a text stands.

A line `<!-- section: README.md, Which buffer do I get? -->` becomes what stands under that heading.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/pilview/pilview"
SITE = "https://pilview.github.io/pilview/"
DIRECTIVE = re.compile(r"^<!-- section: (\S+), (.+) -->$", re.M)
LINK = re.compile(r"(?<=\]\()([^)\s]+)(?=\))")
# Files that stand elsewhere, and the page that has their text.
PAGES: Mapping[str, str] = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "trust.md",
}


def included(markdown: str, page: str) -> str:
    """`markdown` with its directives replaced."""

    def text(match: re.Match[str]) -> str:
        source = ROOT / match[1]
        return relinked(section(source.read_text("utf-8"), match[2]), source, page)

    return DIRECTIVE.sub(text, markdown)


def section(markdown: str, heading: str) -> str:
    """What stands under a heading of the second level; under the title, up to the first such heading."""
    for part in re.split(r"^##? ", markdown, flags=re.M)[1:]:
        title, _, body = part.partition("\n")
        if title == heading:
            return body.strip()
    raise LookupError(f"there is no section {heading!r}")


def relinked(markdown: str, source: Path, page: str) -> str:
    """The text of the file `source` with its links as they have to be in `page`.

    Those to files that are no pages go to the repository. Those to the site, as the README has them because
    it stands alone on PyPI, go to the page itself.
    """

    def target(match: re.Match[str]) -> str:
        path, sharp, anchor = match[1].partition("#")
        if path.startswith(SITE):
            file = ROOT / "docs" / path.removeprefix(SITE).replace(".html", ".md")
        elif not path or re.match(r"\w+:", path):
            return match[1]
        else:
            file = (source.parent / path).resolve()
        if not file.is_relative_to(ROOT):
            return match[1]
        name = file.relative_to(ROOT).as_posix()
        if name in PAGES or name.startswith("docs/"):
            there = PAGES.get(name, name.removeprefix("docs/"))
            return posixpath.relpath(there, posixpath.dirname(page) or ".") + sharp + anchor
        if not file.exists():
            return match[1]  # which MkDocs reports
        return f"{REPOSITORY}/{'tree' if file.is_dir() else 'blob'}/main/{name}{sharp}{anchor}"

    return LINK.sub(target, markdown)
