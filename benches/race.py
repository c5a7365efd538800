"""Fair timing: contenders take turns, so that they share the noise of the machine."""

from collections.abc import Callable, Hashable, Mapping
from random import Random
from statistics import median
from timeit import Timer
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)

SHORTEST = 200e-6  # what is quicker than this is repeated: the clock and the loop must not count


def race(contenders: Mapping[Name, Timer], rounds: int) -> dict[Name, float]:
    """The median time in seconds of one run of each contender.

    Each round has its own order, so that nobody always follows the same other. Each turn starts with a run
    that does not count: what the one before left in the caches is not to count either.
    """
    numbers = {name: repetitions(timer) for name, timer in contenders.items()}
    times: dict[Name, list[float]] = {name: [] for name in contenders}
    order = Random(0)
    for _ in range(rounds):
        for name in order.sample(list(contenders), len(contenders)):
            contenders[name].timeit(1)
            times[name].append(contenders[name].timeit(numbers[name]) / numbers[name])
    return {name: median(values) for name, values in times.items()}


def repetitions(timer: Timer) -> int:
    number = 1
    while (time := timer.timeit(number)) < SHORTEST:
        number = max(2 * number, min(10 * number, round(number * SHORTEST / time)))
    return number


def call(function: Callable[..., object], *args: object) -> Timer:
    """Times `function(*args)`, without the cost of a lambda around it."""
    names = [f"a{i}" for i in range(len(args))]
    return Timer(f"f({', '.join(names)})", globals={"f": function, **dict(zip(names, args, strict=True))})


def statement(text: str, **names: object) -> Timer:
    return Timer(text, globals=names)
