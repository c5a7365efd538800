"""Docstrings are sentences, in which `I;16*` is a name: its star must not start italics."""

import re
from typing import Any

import griffe


class Stars(griffe.Extension):  # type: ignore[misc]  # griffe is there only to build the documentation
    """Escapes stars outside of code."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            parts = re.split(r"(`[^`]*`)", obj.docstring.value)
            parts[::2] = [words.replace("*", r"\*") for words in parts[::2]]
            obj.docstring.value = "".join(parts)
