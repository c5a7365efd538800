"""What is timed besides kernels: views, single pixels, calls, copies, pipelines, the import, the command."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from PIL import Image, ImageChops

import pilview
import row_functions
from kernels.kernel import Scene, Size
from limits import flat, limit
from race import Effort, Turn, call, race, statement
from results import Cases


@dataclass(frozen=True)
class Access:
    """One pixel by index: the same statement for the view and for Pillow, and how much slower it may be."""

    name: str
    pilview: str
    pillow: str
    within: float


ACCESS = (
    Access("read a pixel", "v[37, 41]", "px[41, 37]", within=2.0),
    Access("write a pixel", "v[37, 41] = c", "px[41, 37] = c", within=3.0),
)
MODES = ("L", "RGB")


def measure(large: Size, effort: Effort) -> dict[str, Cases]:
    scene = Scene("RGB", large, blocks=True)
    return {
        "views": views(scene, effort),
        "access": access(effort),
        "calls": calls(effort),
        "copies": copies(large, effort),
        "pipelines": pipelines(scene.img, effort),
        "row functions": row_functions.measure(large, effort),
        "imports": {"pilview": {"pilview": import_time()}, "info": {"pilview": info_time()}},
    }


def grouped(turns: Mapping[tuple[str, str], Turn], effort: Effort) -> Cases:
    """A race of contenders named by case and library."""
    cases: dict[str, dict[str, float]] = defaultdict(dict)
    for (case, contender), seconds in race(turns, effort).items():
        cases[case][contender] = seconds
    return dict(cases)


def views(large: Scene, effort: Effort) -> Cases:
    turns = {}
    for name, img in (("64x64", Scene("RGB", (64, 64)).img), ("large", large.img)):
        turns[name, "pilview"] = statement("memoryview(view(img))", view=pilview.view, img=img)
        turns[name, "numpy"] = call(np.asarray, img)
    return grouped(turns, effort)


def access(effort: Effort) -> Cases:
    turns = {}
    for mode in MODES:
        img = Scene(mode, (64, 64)).img
        names = {"v": pilview.view(img), "px": img.load(), "c": (1, 2, 3) if mode == "RGB" else 1}
        for kind in ACCESS:
            turns[f"{kind.name}, {mode}", "pilview"] = statement(kind.pilview, **names)
            turns[f"{kind.name}, {mode}", "pillow"] = statement(kind.pillow, **names)
    return grouped(turns, effort)


def calls(effort: Effort) -> Cases:
    """What a call costs before it does anything: the plainest kernel on one pixel."""
    turns = {}
    for mode in MODES:
        img = Image.new(mode, (1, 1))
        turns[mode, "pilview"] = statement("v.invert()", v=pilview.view(img))
        turns[mode, "view"] = statement("view(img).invert()", view=pilview.view, img=img)
        turns[mode, "pillow"] = statement("invert(img)", invert=ImageChops.invert, img=img)
    return grouped(turns, effort)


def copies(large: Size, effort: Effort) -> Cases:
    scene = Scene("RGB", large)
    v, plain = scene.v, limit("copy")
    target = np.ones(v.nbytes, np.uint8)
    source = flat(scene.img)[: v.nbytes // 16384 * 16384]
    turns = {
        ("copy_to", "pilview"): call(v.copy_to, target),
        ("tobytes", "pilview"): call(v.tobytes),
        ("tobytes", "pillow"): call(scene.img.tobytes),
    }
    if plain:
        turns["copy_to", "limit"] = call(plain, target[: len(source)], source)
    return grouped(turns, effort)


def pipelines(img: Image.Image, effort: Effort) -> Cases:
    """Kernels recorded, and the same kernels called by hand."""
    pipeline = pilview.Pipeline().invert().threshold(100).invert()
    turns = {
        ("three kernels", "pilview"): call(pipeline, img),
        ("three kernels", "hand"): call(lambda: pilview.view(img).invert().threshold(100).invert()),
    }
    return grouped(turns, effort)


def info_time() -> float:
    """Seconds from the start of `pilview info` on a small file to its end: the least of several."""
    file = Path(__file__).parents[1] / "examples" / "astronaut.png"
    times = []
    for _ in range(5):
        start = perf_counter()
        subprocess.run([sys.executable, "-m", "pilview", "info", file], capture_output=True, check=True)
        times.append(perf_counter() - start)
    return min(times)


def import_time() -> float:
    """Seconds that pilview adds to `import PIL.Image`: the least of several fresh interpreters."""
    code = "import time, PIL.Image; t = time.perf_counter(); import pilview; print(time.perf_counter() - t)"
    runs = (subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(5))
    return min(float(run.stdout) for run in runs)
