"""The drawing of a view's memory, as notebooks show it, taken apart."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pilview


def drawn(v: pilview.ImageView) -> ElementTree.Element:
    html = v._repr_html_()
    assert html is not None
    found = re.search(r"<svg.*</svg>", html)
    assert found
    return ElementTree.fromstring(found[0])


def titled(svg: ElementTree.Element, title: str, tag: str = "rect") -> list[ElementTree.Element]:
    """The shapes of a kind that tell this when the mouse is over them."""
    shapes = (element for element in svg.iter() if element.tag.endswith(tag))
    return [shape for shape in shapes if any(child.text == title for child in shape)]


def box(rect: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    left, top, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def words(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter() if element.tag.endswith("text")]
