"""What the stub documents: methods by family, as its comments group them; functions; exceptions."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "python/pilview"
TEXT = (PACKAGE / "_pilview.pyi").read_text("utf-8")
MODULE = ast.parse(TEXT).body


def documented(body: list[ast.stmt], kind: type[ast.FunctionDef] | type[ast.ClassDef]) -> dict[str, int]:
    """Names that have a docstring, and their lines."""
    return {node.name: node.lineno for node in body if isinstance(node, kind) and ast.get_docstring(node)}


def families() -> dict[str, list[str]]:
    """`{"": [...], "Kernels: tone": ["linear", ...], ...}`: named by comments, up to a full stop."""
    view = next(node for node in MODULE if isinstance(node, ast.ClassDef) and node.name == "ImageView")
    methods = documented(view.body, ast.FunctionDef)
    found: dict[str, list[str]] = {"": []}
    family = ""
    for number, line in enumerate(TEXT.splitlines()[view.lineno :], view.lineno + 1):
        if comment := re.match(r"    # ([^.]+)", line):
            family = comment[1]
        for name in (name for name, first in methods.items() if first == number):
            found.setdefault(family, []).append(name)
    return found


def kernels() -> dict[str, list[str]]:
    """The families of kernels, by names for headings."""
    return {
        family.removeprefix("Kernels: ").capitalize(): names
        for family, names in families().items()
        if family.startswith("Kernels: ")
    }


def aliases() -> dict[str, str]:
    """The names of types that stand in signatures, and what they mean."""
    assigned = (node for node in MODULE if isinstance(node, ast.AnnAssign))
    return {ast.unparse(node.target): ast.unparse(node.value).strip("'") for node in assigned if node.value}


def functions() -> list[str]:
    return [name for name in documented(MODULE, ast.FunctionDef) if not name.startswith("_")]


def pipeline() -> list[str]:
    """The methods of Pipeline that are not steps of one name with a kernel."""
    body = ast.parse((PACKAGE / "_pipeline/pipeline.py").read_text("utf-8")).body
    cls = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == "Pipeline")
    return [
        name
        for name in documented(cls.body, ast.FunctionDef)
        if name == "__call__" or not name.startswith("_")
    ]


def exceptions() -> list[str]:
    return [name for name in documented(MODULE, ast.ClassDef) if name.endswith("Error")]
