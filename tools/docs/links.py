"""The last look at the pages: no link or picture leads nowhere, and nothing comes from the network."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Parsed(HTMLParser):
    """The anchors of a page, what it links to, and what it loads."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.anchors.update(found[name] for name in ("id", "name") if name in found)
        if "src" in found or (tag == "link" and found.get("rel") not in ("canonical", "prev", "next")):
            self.loads.append(found.get("src") or found["href"])
        elif "href" in found:
            self.links.append(found["href"])


def check(site: Path) -> None:
    """Raises SystemExit with all that is wrong."""
    pages = {path: Parsed(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
    wrong = []
    for path, page in pages.items():
        for url in page.links + page.loads:
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                if url in page.loads and parts.scheme != "data":
                    wrong.append(f"{path.relative_to(site)} loads {url}")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            anchors = pages[target].anchors if target in pages else None
            if not target.exists() or (
                parts.fragment and anchors is not None and parts.fragment not in anchors
            ):
                wrong.append(f"{path.relative_to(site)} links to {url}, which is not there")
    if wrong:
        raise SystemExit("\n".join(wrong))
