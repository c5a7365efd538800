"""Every kernel has a test beside Pillow, a stub with its documentation, and a row in the benchmark."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import pilview

from . import scripts
from .kernels.table import CASES

BENCHES = Path(__file__).parents[1] / "benches"
# The public methods of a view that are no kernels.
OTHERS = {
    "cast",
    "copy_from",
    "copy_to",
    "crop",
    "map_rows",
    "map_rows2",
    "release",
    "row",
    "tobytes",
    "tolist",
}
KERNELS = sorted(
    name
    for name in dir(pilview.ImageView)
    if not name.startswith("_") and callable(getattr(pilview.ImageView, name)) and name not in OTHERS
)
# What a docstring has to have, and how it shows.
TOLD = {
    "its formula, or Pillow's function": r"\bPillow\b|\bPIL\.|\bImage\w*\.|`[^`]*[-+*/<>=(][^`]*`|[<>]=",
    "its modes": r"\bmodes?\b|\b8[- ]bits?\b|\bI;16|\bRGBA?\b|\bbands?\b",
    "its errors": r"\bRaises (\w+, (and )?)*\w+Error\b",
}
# For those that take numbers, their range or unit.
RANGE = (
    r"\b(to|from|below|over|than|beyond|of) [-\d]|\d\.\.\d|[<>]=? ?\d"
    r"|\b(pixels|ints|floats|numbers|percent|odd)\b"
)


@cache
def methods() -> dict[str, ast.FunctionDef]:
    """Each method in the stubs."""
    tree = ast.parse((Path(pilview.__file__).parent / "_pilview.pyi").read_text("utf-8"))
    view = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "ImageView")
    return {node.name: node for node in view.body if isinstance(node, ast.FunctionDef)}


@cache
def stubs() -> dict[str, str]:
    """The documentation of each method in the stubs."""
    return {name: ast.get_docstring(method) or "" for name, method in methods().items()}


def defaults() -> list[tuple[str, str]]:
    """Kernels and those of their arguments that have a default and do not take None; not truth values."""
    found = []
    for kernel in KERNELS:
        arguments = methods()[kernel].args
        for argument, default in zip(
            arguments.args[len(arguments.args) - len(arguments.defaults) :], arguments.defaults, strict=True
        ):
            annotation = ast.unparse(argument.annotation) if argument.annotation else "None"
            if annotation != "bool" and ast.unparse(default) != "None" and "None" not in annotation:
                found.append((kernel, argument.arg))
    return found


def takes_numbers(kernel: str) -> bool:
    arguments = methods()[kernel].args
    types = (ast.unparse(argument.annotation) for argument in arguments.args if argument.annotation)
    return any(re.search(r"\bfloat\b|\bint\b|\bSupportsIndex\b", text) for text in types)


@cache
def benchmarked() -> dict[str, list[str]]:
    """The methods that each row of the benchmark measures. OpenCV need not be there: no row is run."""
    script = f"""
        import json, sys
        from unittest.mock import MagicMock
        sys.modules["cv2"] = MagicMock()
        sys.path.insert(0, {str(BENCHES)!r})
        from kernels.table import KERNELS
        assert len({{kernel.name for kernel in KERNELS}}) == len(KERNELS), "two rows have one name"
        print(json.dumps({{kernel.name: kernel.measures for kernel in KERNELS}}))
    """
    found: dict[str, list[str]] = json.loads(scripts.run(script))
    return found


def test_the_list_of_what_is_no_kernel_is_true() -> None:
    assert set(dir(pilview.ImageView)) >= OTHERS
    assert {"invert", "fill", "point"} <= set(KERNELS)


@pytest.mark.parametrize("kernel", KERNELS)
def test_it_is_compared_with_pillow(kernel: str) -> None:
    assert kernel in {case.kernel for case in CASES}, "add a Case to tests/kernels"


@pytest.mark.parametrize("kernel", KERNELS)
def test_its_stub_tells_all_that_one_has_to_know(kernel: str) -> None:
    assert kernel in stubs(), "add it to _pilview.pyi"
    for what, pattern in TOLD.items():
        assert re.search(pattern, stubs()[kernel]), f"the docstring does not tell {what}"


@pytest.mark.parametrize("kernel", KERNELS)
def test_its_stub_tells_the_range_of_its_numbers(kernel: str) -> None:
    assert re.search(RANGE, stubs()[kernel]) or not takes_numbers(kernel), "which numbers, in what unit?"


@pytest.mark.parametrize("kernel", KERNELS)
def test_it_has_a_row_in_the_benchmark(kernel: str) -> None:
    rows = [name for name, methods in benchmarked().items() if kernel in methods]
    assert rows, "add a Kernel to benches/kernels"


@pytest.mark.parametrize(("kernel", "argument"), defaults())
def test_none_is_not_as_good_as_nothing_given(kernel: str, argument: str) -> None:
    mode, bands = ("RGBA", 4) if kernel == "alpha_composite" else ("L", 1)
    before = bytes(range(63 * bands))
    img = Image.frombytes(mode, (9, 7), before)
    needed: dict[str, tuple[Any, ...]] = {
        "add": (img,),
        "subtract": (img,),
        "alpha_composite": (img,),
        "convolve": ((3, 3), [1] * 9),
        "linear": (2,),
    }
    with pytest.raises(TypeError, match="None"):
        getattr(pilview.view(img), kernel)(*needed.get(kernel, ()), **{argument: None})
    assert img.tobytes() == before


def test_the_tables_name_kernels_only() -> None:
    assert {case.kernel for case in CASES} <= set(KERNELS)
    assert {method for methods in benchmarked().values() for method in methods} <= set(KERNELS)
