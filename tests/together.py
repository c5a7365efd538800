"""Runs the same work in many threads at once. A watchdog ends what hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable

WATCHDOG = 60


def in_threads(work: Callable[[int], object], count: int = 8, *, watchdog: float = WATCHDOG) -> None:
    """Calls `work(i)` in `count` threads at once; the first exception comes out, a hang fails."""
    errors: list[BaseException] = []
    start = threading.Barrier(count)

    def body(i: int) -> None:
        try:
            start.wait()
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=body, args=(i,), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(watchdog)
        assert not thread.is_alive(), "hangs"
    if errors:
        raise errors[0]
