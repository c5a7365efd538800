"""Fair timing: contenders take turns, so that they share the noise of the machine."""

import gc
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from statistics import median
from time import perf_counter
from timeit import Timer
from typing import TypeAlias, TypeVar

from kernels.kernel import Run, Scene

Name = TypeVar("Name", bound=Hashable)
Turn: TypeAlias = Callable[[], float]  # takes one turn, and returns the seconds of one run

SHORTEST = 200e-6  # statements that are quicker than this are repeated: the clock and the loop must not count


@dataclass(frozen=True)
class Effort:
    """How many turns a contender gets, and about how many seconds: slow ones get fewer turns."""

    rounds: int
    seconds: float


def race(turns: Mapping[Name, Turn], effort: Effort) -> dict[Name, float]:
    """The median time in seconds of one run of each contender.

    Each round has its own order, so that nobody always follows the same other. The first turn of each does
    not count, unless it took all of the time that there is: then it is the only one.
    """
    times: dict[Name, list[float]] = {}
    every: dict[Name, int] = {}
    enabled = gc.isenabled()
    gc.disable()
    for name, turn in turns.items():
        start = perf_counter()
        seconds = turn()
        spent = (perf_counter() - start) / effort.seconds
        times[name] = [seconds] if spent > 1 else []
        every[name] = max(ceil(effort.rounds * spent), 1)
    order = Random(0)
    for number in range(effort.rounds):
        due = [name for name in turns if number % every[name] == 0 and every[name] <= effort.rounds]
        for name in order.sample(due, len(due)):
            times[name].append(turns[name]())
    if enabled:
        gc.enable()
    return {name: median(values) for name, values in times.items()}


def on(scenes: Sequence[Scene], run: Run) -> Turn:
    """A turn is a run on each of `scenes`, which all show their own pixels again when it begins."""

    def turn() -> float:
        for scene in scenes:
            scene.restore()
        start = perf_counter()
        for scene in scenes:
            run(scene)
        return (perf_counter() - start) / len(scenes)

    return turn


def timed(timer: Timer) -> Turn:
    """A turn is as many runs as the clock needs, after one that does not count."""
    number = 1
    while (time := timer.timeit(number)) < SHORTEST:
        number = max(2 * number, min(10 * number, round(number * SHORTEST / time)))

    def turn() -> float:
        timer.timeit(1)
        return timer.timeit(number) / number

    return turn


def call(function: Callable[..., object], *args: object) -> Turn:
    """Times `function(*args)`, without the cost of a lambda around it."""
    names = [f"a{i}" for i in range(len(args))]
    return timed(
        Timer(f"f({', '.join(names)})", globals={"f": function, **dict(zip(names, args, strict=True))})
    )


def statement(text: str, **names: object) -> Turn:
    return timed(Timer(text, globals=names))
