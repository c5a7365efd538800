"""Pictures of memory, drawn by the code that draws them in notebooks, of real images."""

from __future__ import annotations

import re
from collections.abc import Callable

from PIL import Image

import pilview

VIEWS: dict[str, Callable[[], pilview.ImageView]] = {
    "small": lambda: pilview.view(Image.new("RGB", (640, 480))),
    "large": lambda: pilview.view(Image.new("RGB", (4000, 3000))),
    "crop": lambda: pilview.view(Image.new("RGB", (640, 480)))[60:300, 100:400]["R"],
    "grey-alpha": lambda: pilview.view(Image.new("LA", (640, 480))),
    "mapped": lambda: pilview.view(Image.frombuffer("L", (200, 100), bytes(100 * 256), "raw", "L", 256, 1)),
}


def pictures() -> dict[str, str]:
    """The content of each SVG file, by its place in the documentation."""
    return {f"memory/{name}.svg": drawn(make()) for name, make in VIEWS.items()}


def drawn(view: pilview.ImageView) -> str:
    html = view._repr_html_() or ""
    svg = re.search(r"<svg.*</svg>", html, re.S)
    if svg is None:
        raise LookupError("the notebook's picture of a view has no drawing of its memory")
    return svg[0]
