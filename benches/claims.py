"""Every promise about speed and memory, beside what was measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

import pilview
from basics import ACCESS
from kernels.kernel import Kernel
from limits import PLAIN_PASS
from results import Results
from whys import WHY, WHY_SMALL

VBMI = "vbmi" in str(pilview.info()["cpu"]).lower()
SMALL, PEAK, LIMIT, OPENCV, PILLOW, GROWTH = (
    "small images, times as fast as Pillow",
    "memory beside the image",
    "time to the memory limit's",
    "times as fast as OpenCV",
    "times as fast as Pillow",
    "growth: time ~ pixels to this power",
)


@dataclass(frozen=True)
class Claim:
    subject: str
    what: str
    measured: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None
    why: str = ""

    @property
    def target(self) -> str:
        sign, bound = ("<=", self.at_most) if self.at_most is not None else (">=", self.at_least)
        return f"{sign} {bound:.3g} {self.unit}".strip()

    @property
    def met(self) -> bool:
        if self.at_most is not None and self.measured > self.at_most:
            return False
        return self.at_least is None or self.measured >= self.at_least

    @property
    def off(self) -> str:
        """By how much it is missed."""
        if self.at_most is not None:
            return f"{self.measured / self.at_most - 1:.0%} too much"
        return f"{1 - self.measured / self.at_least:.0%} too little" if self.at_least else ""

    @property
    def value(self) -> str:
        return f"{self.measured:.3g} {self.unit}".strip()


def judge(results: Results, kernels: Sequence[Kernel]) -> list[Claim]:
    return [*of_basics(results), *of_growth(results), *(c for k in kernels for c in of_kernel(results, k))]


def of_basics(results: Results) -> Iterator[Claim]:
    if not results.basics:
        return
    views, copies = results.basics["views"], results.basics["copies"]
    for size, times in views.items():
        yield Claim("`view` + `memoryview`", size, times["pilview"] * 1e6, "us", at_most=3)
    ratio = views["large"]["pilview"] / views["64x64"]["pilview"]
    yield Claim("`view` + `memoryview`", "large to 64x64", ratio, at_most=1.5)
    seconds = results.basics["imports"]["pilview"]["pilview"]
    yield Claim("`import pilview`", "after `import PIL.Image`", seconds * 1e3, "ms", at_most=15)
    seconds = results.basics["imports"]["info"]["pilview"]
    yield Claim("`pilview info`", "from start to end", seconds * 1e3, "ms", at_most=150)
    for case, times in results.basics["pipelines"].items():
        yield Claim(
            "`Pipeline`", f"time to {case} called by hand", times["pilview"] / times["hand"], at_most=1.03
        )
    plain, fractal = (results.basics["row functions"][name] for name in ("invert", "Mandelbrot"))
    name = "`map_rows` of a Numba function"
    if "limit" in plain:
        yield Claim(name, LIMIT, plain["pilview"] / plain["limit"], at_most=1.2)
    ratio = fractal["python"] / fractal["pilview"]
    yield Claim(f"{name}, Mandelbrot", "times as fast as a Python loop", ratio, at_least=20)
    for case, times in results.basics["access"].items():
        within = next(access.within for access in ACCESS if case.startswith(access.name))
        yield Claim(
            case,
            "time to Pillow's `px[x, y]`",
            times["pilview"] / times["pillow"],
            at_most=within,
            why="Each access asks whether the image still has this memory, and holds its lock meanwhile.",
        )
    for mode, times in results.basics["calls"].items():
        ratio = times["pillow"] / times["pilview"]
        yield Claim(f"`v.invert()` on 1x1 {mode}", "times as fast as `ImageChops.invert`", ratio, at_least=1)
    times = copies["tobytes"]
    yield Claim("`v.tobytes`", PILLOW, times["pillow"] / times["pilview"], at_least=4)
    times = copies["copy_to"]
    if "limit" in times:
        yield Claim("`v.copy_to`", "time to a plain copy's", times["pilview"] / times["limit"], at_most=1.5)


def of_growth(results: Results) -> Iterator[Claim]:
    """Linear, but for the images that fit into caches: a plain pass shows what these give."""
    grown = {name: power(seconds) for name, seconds in results.growth.items() if len(seconds) > 1}
    bound = max(grown.pop(PLAIN_PASS, 1), 1) + 0.1
    for name, measured in grown.items():
        yield Claim(f"`{name}`", GROWTH, measured, "", at_most=bound)


def power(seconds: dict[str, float]) -> float:
    """The slope of the line through the logarithms: 1 where twice the pixels take twice the time."""
    pixels = [log(float(megapixels)) for megapixels in seconds]
    return float(np.polyfit(pixels, [log(value) for value in seconds.values()], 1)[0])


def of_kernel(results: Results, kernel: Kernel) -> Iterator[Claim]:
    times, name, why = results.of(kernel), f"`{kernel.name}`", WHY.get(kernel.name, "")
    ours = times["pilview"]
    limit = kernel.limit_vbmi if VBMI and kernel.limit_vbmi else kernel.limit
    if limit and "limit" in times:
        yield Claim(name, LIMIT, ours / times["limit"], at_most=limit, why=why)
    if kernel.opencv_at_least and "opencv" in times:
        yield Claim(name, OPENCV, times["opencv"] / ours, at_least=kernel.opencv_at_least, why=why)
    if kernel.pillow_at_least and "pillow" in times:
        yield Claim(name, PILLOW, times["pillow"] / ours, at_least=kernel.pillow_at_least, why=why)
    if ratios := small_ratios(results, kernel.name):
        yield Claim(name, SMALL, min(ratios.values()), at_least=1, why=WHY_SMALL.get(kernel.name, ""))
    if kernel.peak_at_most and kernel.name in results.peak:
        peak = results.peak[kernel.name] / 1e6
        yield Claim(name, PEAK, peak, "MB", at_most=kernel.peak_at_most, why=why)


def small_ratios(results: Results, name: str) -> dict[str, float]:
    """Times as fast as Pillow, by setting."""
    cases = {setting: rows[name] for setting, rows in results.small.items() if name in rows}
    return {setting: times["pillow"] / times["pilview"] for setting, times in cases.items()}
