"""What `help()` shows is what the stubs say: one text, in two places that can't drift apart."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import pilview
from pilview import _pilview

STUB = ast.parse((Path(pilview.__file__).parent / "_pilview.pyi").read_text("utf-8"))
DOCUMENTED = [
    (owner, node)
    for owner, body in [
        ("", STUB.body),
        *((node.name, node.body) for node in STUB.body if isinstance(node, ast.ClassDef)),
    ]
    for node in body
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
]
IDS = [f"{owner}.{node.name}".lstrip(".") for owner, node in DOCUMENTED]


@pytest.mark.parametrize(("owner", "node"), DOCUMENTED, ids=IDS)
def test_the_docstring_at_run_time_is_the_stubs(owner: str, node: ast.FunctionDef | ast.ClassDef) -> None:
    documented = getattr(getattr(pilview, owner) if owner else pilview, node.name)
    assert ast.get_docstring(node), "every public name is documented"
    assert inspect.cleandoc(documented.__doc__ or "") == ast.get_docstring(node)


def test_all_public_names_are_documented() -> None:
    # What is written in Python has its documentation in one place anyway.
    public = {name for name in pilview.__all__ if not name.startswith("_") and hasattr(_pilview, name)}
    methods = {f"ImageView.{name}" for name in dir(pilview.ImageView) if not name.startswith("_")}
    assert public | methods == set(IDS)
