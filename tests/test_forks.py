"""Forks while the pool is warm and while kernels run; pools of processes and of threads; asyncio.

Every child runs kernels that are large enough for the pool, under an alarm that would kill it. In sum 60 are
forked; PILVIEW_TEST_FORKS sets another number.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import pilview

from . import memory
from .images import make
from .scripts import run

FORKS = int(os.environ.get("PILVIEW_TEST_FORKS") or 60)
BIG = (1500, 1000)  # over 3 MiB: work for several threads

# What a forked child does: `known` is an image that nobody changes, which the parent's kernels have been on.
CHILD = f"""
import os, signal, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from PIL import Image
import pilview
pilview.set_num_threads(4)
known = pilview.view(Image.new("RGB", {BIG}, (10, 20, 30)))
known.invert()  # the pool is warm
used = []  # views that other threads are in the middle of a call on, each with a colour for it

def child():
    signal.alarm(60)
    # First what the parent's threads had locked or on loan at the fork: none of them is here to give it back.
    for view, colour in used:
        assert view.fill(colour).tobytes() == bytes(colour) * (view.nbytes // len(colour))
    known.invert()
    fresh = pilview.view(Image.new("RGB", {BIG}, (1, 2, 3))).invert()
    fresh.add_modulo(known)
    right = fresh.tobytes() == bytes((8, 17, 26)) * {BIG[0] * BIG[1]} and known[0, 0] == (10, 20, 30)
    os._exit(0 if right else 3)

def fork(n):
    for _ in range(n):
        pid = os.fork()
        if pid == 0:
            try:
                child()
            finally:
                os._exit(4)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert code == 0, code
"""

# Threads that are in the middle of something when their process is forked.
BUSY = f"""
shared = pilview.view(Image.new("RGB", {BIG}))
lent = pilview.view(Image.new("L", (8, 64)))
used += [(shared, (7, 8, 9)), (lent, (7,))]
stop = threading.Event()
began = threading.Semaphore(0)

def kernels():
    mine = pilview.view(Image.new("RGB", {BIG}))
    began.release()
    while not stop.is_set():
        shared.invert()
        mine.blend(shared, 0.5)

def row_functions():
    began.release()
    while not stop.is_set():
        lent.map_rows(lambda row, y: None)

threads = [threading.Thread(target=work, daemon=True) for work in (kernels, kernels, row_functions)]
for thread in threads:
    thread.start()
    began.acquire()
"""

PLACES = {
    "from_a_warm_pool": "fork({n})",
    "while_others_run_kernels": BUSY + "fork({n})",
    "inside_of_a_thread_while_others_run_kernels": BUSY
    + """
failed = []
def work():
    try:
        fork({n})
    except BaseException as error:
        failed.append(error)
inside = threading.Thread(target=work)
inside.start()
inside.join()
assert not failed, failed
""",
    "inside_of_a_row_function": BUSY
    + """
pilview.view(Image.new("L", (8, {n}))).map_rows(lambda row, y: fork(1))
""",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("place", PLACES)
def test_forked_children_run_kernels_and_none_hangs(place: str) -> None:
    n = -(-FORKS // len(PLACES))
    ends = "\nstop.set()\n[thread.join() for thread in threads]" if BUSY in PLACES[place] else ""
    out = run(CHILD + PLACES[place].replace("{n}", str(n)) + ends + "\nprint('fine')", timeout=60 + 2 * n)
    assert out == "fine"


# A module, as children that are not forked import what they call.
JOBS = f"""
import os
from PIL import Image
import pilview

def job(n):
    pilview.set_num_threads(2)
    v = pilview.view(Image.new("RGB", {BIG}, (n, n, n))).invert()
    return v[3, 3][0], len(v.tobytes()), os.getpid()

def main(method):
    import multiprocessing, warnings
    from concurrent.futures import ProcessPoolExecutor
    warnings.simplefilter("ignore", DeprecationWarning)
    job(0)  # the pool is warm
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        done = pool.map_async(job, range(6)).get(60)
    with ProcessPoolExecutor(2, context) as executor:
        done += executor.map(job, range(6), timeout=60)
    assert [value for value, _, _ in done] == [255 - n for n in range(6)] * 2
    assert os.getpid() not in [pid for _, _, pid in done]
    print("fine")
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_pools_of_processes_run_kernels(method: str, tmp_path: Path) -> None:
    (tmp_path / "jobs.py").write_text(JOBS)
    source = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import jobs; jobs.main({method!r})"
    assert run(source, timeout=180) == "fine"


def test_pools_of_threads_run_kernels() -> None:
    img = make("RGB", BIG)
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    with ThreadPoolExecutor(4) as executor:
        for done in executor.map(lambda _: v.invert(), range(40), timeout=60):
            assert done is v
    assert memory.raw_bytes(img) == before


def test_the_event_loop_runs_while_kernels_do() -> None:
    """A turn of it sees the first row and the last one differ in whether they are inverted."""
    img = make("RGB", BIG)
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    # Read by one call that keeps the GIL: if kernels kept it too, it would never come in between.
    ends = memoryview(v[:: BIG[1] - 1])
    whole = ends.tobytes(), bytes(value ^ 0xFF for value in ends.tobytes())
    amid = 0

    async def main() -> None:
        nonlocal amid
        while not amid:  # On a busy machine more than once, perhaps; until the time is over if never.
            tasks = [asyncio.ensure_future(asyncio.to_thread(v.gaussian_blur, 0)) for _ in range(4)]
            tasks += [asyncio.ensure_future(asyncio.to_thread(v.invert)) for _ in range(40)]
            while not all(task.done() for task in tasks):
                amid += ends.tobytes() not in whole
                await asyncio.sleep(0)
            assert [task.result() for task in tasks] == [v] * 44

    asyncio.run(asyncio.wait_for(main(), 60))
    assert amid
    assert memory.raw_bytes(img) == before
