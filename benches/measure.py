"""Runs the table: large images, prime sizes, small images, and ever more pixels."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt
from pathlib import Path

from kernels.kernel import LARGE, Kernel, Run, Scene, Size
from limits import PLAIN_PASS, plain_pass
from race import Effort, Turn, on, race
from results import Cases, Times, setting


@dataclass(frozen=True)
class Plan:
    large: Size
    prime: Size | None
    sides: tuple[int, ...]
    megapixels: tuple[int, ...]
    every_mode: bool  # or each kernel in the mode of its targets only
    main: Effort  # where the targets are to be met
    rest: Effort
    small: Effort
    growth: Effort


FULL = Plan(
    large=LARGE,
    prime=(1237, 811),
    sides=(1, 2, 4, 8, 16, 32, 64, 128),
    megapixels=(1, 2, 5, 10, 20, 50, 100, 200),
    every_mode=True,
    main=Effort(rounds=15, seconds=0.6),
    rest=Effort(rounds=7, seconds=0.25),
    small=Effort(rounds=25, seconds=0.03),
    growth=Effort(rounds=9, seconds=1.5),
)
QUICK = Plan(
    large=(3000, 2000),
    prime=None,
    sides=(1, 8, 32, 128),
    megapixels=(1, 5, 25),
    every_mode=False,
    main=Effort(rounds=5, seconds=0.1),
    rest=Effort(rounds=5, seconds=0.1),
    small=Effort(rounds=9, seconds=0.005),
    growth=Effort(rounds=5, seconds=0.1),
)
SMALL_MODES = ("L", "RGB")
# Of each kind one, to show that the time grows with the pixels: methods, of which the first row is taken.
GROWING = ("invert", "point", "color_matrix", "histogram", "convolve", "gaussian_blur", "median_filter")


def contenders(kernel: Kernel) -> dict[str, Run]:
    runs = {
        "pilview": kernel.pilview,
        "opencv": kernel.opencv,
        "numpy": kernel.numpy,
        "pillow": kernel.pillow,
    }
    return {name: run for name, run in runs.items() if run}


def rehearse(kernels: Sequence[Kernel]) -> None:
    """Runs everything once on tiny images, so that a mistake in the table shows at once."""
    for kernel in kernels:
        for mode in kernel.modes:
            for size in ((1, 1), (16, 16)):
                scene = Scene(mode, size)
                for name, run in (contenders(kernel) | {"peak": kernel.peak or kernel.pilview}).items():
                    try:
                        run(scene)
                        scene.restore()
                    except Exception as error:
                        error.add_note(f"in the benchmark's row {kernel.name!r}: {name}, {mode}, {size}")
                        raise


def large(kernels: Sequence[Kernel], plan: Plan) -> Iterator[tuple[str, Cases]]:
    for mode in sorted({mode for kernel in kernels for mode in kernel.modes}):
        rows = [k for k in kernels if mode == k.mode or (plan.every_mode and mode in k.modes)]
        for size in filter(None, (plan.large, plan.prime)):
            if rows:
                progress(setting(mode, size))
                yield setting(mode, size), on_size(rows, mode, size, plan)


def on_size(rows: Sequence[Kernel], mode: str, size: Size, plan: Plan) -> Cases:
    """All on the same memory, an image in one block; pilview also on an image as Pillow makes it."""
    scene, scattered = Scene(mode, size).complete(), Scene(mode, size, blocks=True).complete()
    cases: Cases = {}
    for kernel in rows:
        turns = {name: on([scene], run) for name, run in contenders(kernel).items()}
        if size == plan.large:
            turns["blocks"] = on([scattered], kernel.pilview)
            if plain := plain_pass(kernel.compared_with):
                turns["limit"] = on([scene], plain)
        cases[kernel.name] = race(turns, plan.main if mode == kernel.mode else plan.rest)
    return cases


def small(kernels: Sequence[Kernel], plan: Plan) -> Iterator[tuple[str, Cases]]:
    """Beside Pillow. A turn runs on many images, since one call is too short to be timed."""
    beside = [kernel for kernel in kernels if kernel.pillow]
    for mode in sorted({*SMALL_MODES, *(kernel.mode for kernel in beside)}):
        rows = [k for k in beside if mode == k.mode or (mode in SMALL_MODES and mode in k.modes)]
        for side in plan.sides if rows else ():
            size = (side, side)
            progress(setting(mode, size))
            scenes = [Scene(mode, size).complete() for _ in range(max(1, min(64, 2**18 // side**2)))]
            yield setting(mode, size), {kernel.name: beside_pillow(kernel, scenes, plan) for kernel in rows}


def beside_pillow(kernel: Kernel, scenes: Sequence[Scene], plan: Plan) -> Times:
    turns: dict[str, Turn] = {
        name: on(scenes, run) for name, run in contenders(kernel).items() if name in ("pilview", "pillow")
    }
    return race(turns, plan.small)


def growth(kernels: Sequence[Kernel], plan: Plan) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Seconds by kernel and megapixels; and what did not fit into memory."""
    first = {method: kernel for kernel in reversed(kernels) for method in kernel.measures}
    rows = [first[method] for method in GROWING if method in first and "RGB" in first[method].modes]
    found: dict[str, dict[str, float]] = defaultdict(dict)
    notes = []
    for megapixels in plan.megapixels if rows else ():
        needed = 2 * 4 * megapixels * 10**6  # the image, and its original to restore it from
        if needed > 0.7 * available():
            notes.append(
                f"{megapixels} megapixels need {needed / 1e9:.1f} GB, which this machine had not free"
            )
            continue
        progress(f"{megapixels} megapixels")
        width = isqrt(megapixels * 10**6 * 3 // 2)
        scene = Scene("RGB", (width, megapixels * 10**6 // width))
        turns = {kernel.name: on([scene], kernel.pilview) for kernel in rows}
        if plain := plain_pass("inplace"):
            turns[PLAIN_PASS] = on([scene], plain)
        times = race(turns, plan.growth)
        for name, seconds in times.items():
            found[name][str(megapixels)] = seconds
    return dict(found), notes


def available() -> float:
    """Bytes of memory that are free; no bound where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("inf")
    sizes = (line.split()[1] for line in lines if line.startswith("MemAvailable"))
    return float(next(sizes, "inf")) * 1024


def progress(what: str) -> None:
    print(f"timing {what} ...", file=sys.stderr)
