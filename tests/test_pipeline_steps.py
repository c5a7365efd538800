"""The steps of pipelines: one for each kernel of plain data, written from the stubs."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pilview
from pilview import Pipeline
from pilview._pipeline.makers import MAKERS

GENERATOR = Path(__file__).parents[1] / "tools" / "pipeline_steps.py"


def steps() -> dict[str, Callable[..., Any]]:
    """The methods of Pipeline that add a step."""
    others = {"from_json", "run_files", "to_json"}
    return {
        name: method
        for name, method in inspect.getmembers(Pipeline, inspect.isfunction)
        if not name.startswith("_") and name not in others
    }


def test_the_methods_are_what_the_stubs_of_the_kernels_say() -> None:
    process = subprocess.run(
        [sys.executable, GENERATOR, "--check"], capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr


def test_every_kernel_of_plain_data_is_a_step_and_no_other() -> None:
    without = {
        "copy_from",
        "copy_to",
        "map_rows",
        "map_rows2",
        "release",
        "row",
        "tobytes",
        "tolist",
        "cast",
        "crop",
    }
    kernels = {
        name
        for name, method in inspect.getmembers(pilview.ImageView, callable)
        if not name.startswith("_") and name not in without
    }
    made = set(steps()) - set(MAKERS)
    assert {"invert", "threshold", "point", "fill", "convolve", "median_filter", "filter"} <= made
    assert made <= kernels
    assert not [name for name in made if name.endswith("_into")]


def test_steps_have_the_parameters_of_their_kernels() -> None:
    for name, method in steps().items():
        kernel = getattr(pilview.ImageView, name, None)
        if kernel is not None:
            of_kernel = inspect.signature(kernel).parameters
            for parameter in inspect.signature(method).parameters.values():
                assert parameter.name in of_kernel, name
                assert parameter.default == of_kernel[parameter.name].default, name


def test_steps_take_no_catch_alls_and_are_documented() -> None:
    for name, method in [*steps().items(), ("run_files", Pipeline.run_files)]:
        assert method.__doc__, name
        assert "Raises" in method.__doc__, name
        for parameter in inspect.signature(method).parameters.values():
            assert parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL), name
            assert parameter.name == "self" or parameter.annotation != parameter.empty, name


STUB = '''
_Colour: TypeAlias = int | tuple[int, ...]
_Other: TypeAlias = "ImageView | Image.Image | _Colour"
class ImageView:
    def plain(self, a: float, b: int = 3) -> Self:
        """Doc. Raises ValueError."""
    def masked(self, cutoff: float = 0, mask: Image.Image | None = None, keep: bool = False) -> Self:
        """Doc. Raises ValueError."""
    def pair(self, other: _Other, /) -> Self:
        """Doc. Raises ValueError."""
    def into(self, dst: ImageView | Image.Image, factor: int = 2) -> Self:
        """Doc. Raises ValueError."""
    def mean(self) -> float:
        """Doc."""
'''


def test_images_and_statistics_are_no_steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(GENERATOR.parent))
    import pipeline_steps  # noqa: PLC0415

    stub = tmp_path / "stub.pyi"
    stub.write_text(STUB, "utf-8")
    monkeypatch.setattr(pipeline_steps, "STUB", stub)
    text = pipeline_steps.source()
    ast.parse(text)
    assert "def plain(self, a: float, b: int = 3) -> Self:" in text
    # What stands behind a parameter that is left out would be at another position than the kernel's.
    assert "def masked(self, cutoff: float = 0, *, keep: bool = False) -> Self:" in text
    assert "no `mask`" in text
    assert "def pair(self, other: int | tuple[int, ...], /) -> Self:" in text
    assert "no image as `other`" in text
    assert "def into" not in text
    assert "def mean" not in text
