"""What MkDocs calls while it builds: pages and pictures that are made, and a last look at links."""

from __future__ import annotations

from pathlib import Path

import drawings
import gallery
import links
import reference
import sections
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
WHOLE = ("CONTRIBUTING.md", "CHANGELOG.md")  # are pages as they are


def on_files(files: Files, config: MkDocsConfig) -> Files:
    def add(name: str, content: str | bytes) -> None:
        files.append(File.generated(config, name, content=content))

    for source in WHOLE:
        name = sections.PAGES[source]
        add(name, sections.relinked((ROOT / source).read_text("utf-8"), ROOT / source, name))
    for made in (reference.pages(), drawings.pictures(), gallery.files()):
        for name, content in made.items():
            add(name, content)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if page.file.generated_by:
        return markdown
    source = ROOT / "docs" / page.file.src_uri
    return sections.included(sections.relinked(markdown, source, page.file.src_uri), page.file.src_uri)


def on_post_build(config: MkDocsConfig) -> None:
    links.check(Path(config.site_dir))
