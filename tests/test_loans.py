"""Images in use by row functions: others wait, calls from inside are refused, nothing deadlocks."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from ctypes import CFUNCTYPE, c_ssize_t, c_void_p
from pathlib import Path
from typing import Any

import pytest

import pilview

from . import memory
from .compiled import library
from .images import make
from .scripts import run

ROW = CFUNCTYPE(None, c_void_p, c_ssize_t, c_ssize_t, c_void_p)
WATCHDOG = 30

CHANGES: list[Callable[[pilview.ImageView], object]] = [
    lambda v: v.invert(),
    lambda v: v.threshold(3),
    lambda v: v.fill(0),
    lambda v: v[1:3].invert(),
    lambda v: v.__setitem__(..., 0),
    lambda v: v.__setitem__((0, 0), 1),
    lambda v: v.__setitem__((slice(0, 2), 0), bytes(2)),
    lambda v: v.copy_from(make("L")),
    lambda v: pilview.view(v.image).invert(),
    lambda v: v.map_rows(lambda row, y: None),
    lambda v: v.map_rows(ROW(lambda *_: None)),
]
READS: list[Callable[[pilview.ImageView], object]] = [
    lambda v: v.tobytes(),
    lambda v: v[0, 0],
    lambda v: v.copy_to(bytearray(35)),
    lambda v: v == make("L", seed=5),
    lambda v: pilview.view(make("L", seed=5)).map_rows2(lambda row, other, y: None, v),
]


def refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except pilview.BusyError as error:
        return "comes from inside" in str(error)
    return False


@pytest.mark.parametrize("python", [True, False])
@pytest.mark.parametrize("call", [*CHANGES, *READS])
def test_calls_on_the_same_image_from_inside_are_refused(
    call: Callable[[pilview.ImageView], object], python: bool
) -> None:
    v = pilview.view(make("L"))
    before = memory.packed(v.image)
    answers = []

    def inside(*_: object) -> None:
        answers.append(refused(lambda: call(v)))

    v.map_rows(inside if python else ROW(inside))
    assert answers == [True] * 5
    assert memory.packed(v.image) == before
    assert not refused(lambda: call(v))


@pytest.mark.parametrize("call", READS)
def test_the_image_that_is_read_may_be_read_from_inside(call: Callable[[pilview.ImageView], object]) -> None:
    v, other = pilview.view(make("L")), pilview.view(make("L", seed=2))
    answers = []

    def inside(*_: object) -> None:
        answers.append((refused(lambda: call(other)), refused(other.invert)))

    v.map_rows2(inside, other)
    assert answers == [(False, True)] * 5


def test_other_images_may_be_changed_from_inside(threads: int) -> None:
    v = pilview.view(make("RGB", (40, 300)))
    others = [pilview.view(make("L", seed=seed)) for seed in range(300)]
    expected = [bytes(255 - value for value in memory.packed(other.image)) for other in others]
    v.map_rows(lambda row, y: others[y].invert())
    assert [memory.packed(other.image) for other in others] == expected
    # A C function that finds its way back to Python may do so too, on whatever thread.
    v.map_rows(ROW(lambda row, width, y, data: others[y].invert() and None))
    v.map_rows(ROW(lambda row, width, y, data: others[y].invert() and None))
    assert [memory.packed(other.image) for other in others] == expected


def test_a_row_function_on_another_thread_of_the_pool_is_refused_too() -> None:
    v = pilview.view(make("L", (2000, 3000)))
    before = pilview.get_num_threads()
    pilview.set_num_threads(4)
    names, answers = set(), []

    def inside(*_: object) -> None:
        names.add(threading.get_ident())
        answers.append(refused(v.invert))
        if len(names) < 2:
            time.sleep(0.01)  # a busy machine wakes helpers late

    try:
        v.map_rows(ROW(inside))
    finally:
        pilview.set_num_threads(before)
    assert len(names) > 1
    assert answers == [True] * 3000


@pytest.mark.parametrize("python", [True, False])
@pytest.mark.parametrize("call", [CHANGES[0], CHANGES[5], CHANGES[9], READS[0], READS[1]])
def test_other_threads_wait(call: Callable[[pilview.ImageView], object], python: bool) -> None:
    v = pilview.view(make("L"))
    began, order = threading.Event(), []
    errors: list[BaseException] = []

    def other() -> None:
        began.wait()
        try:
            call(v)
        except BaseException as error:
            errors.append(error)
        order.append("other")

    def inside(*_: object) -> None:
        began.set()
        threading.Event().wait(0.05)
        order.append("row")

    thread = threading.Thread(target=other, daemon=True)
    thread.start()
    v.map_rows(inside if python else ROW(inside))
    thread.join(WATCHDOG)
    assert errors == []
    assert order == ["row"] * 5 + ["other"]


def test_two_threads_that_want_each_others_image_do_not_deadlock() -> None:
    views = [pilview.view(make("L", seed=seed)) for seed in range(2)]
    both = threading.Barrier(2)
    answers: list[bool] = []

    def work(mine: pilview.ImageView, its: pilview.ImageView) -> None:
        def inside(_row: memoryview, y: int) -> None:
            if y == 0:
                both.wait()
            answers.append(refused(its.invert))
            if y == 4:
                both.wait()

        mine.map_rows(inside)

    threads = [threading.Thread(target=work, args=(views[i], views[1 - i]), daemon=True) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WATCHDOG)
        assert not thread.is_alive(), "hangs"
    assert answers == [True] * 10


def test_many_threads_of_row_functions_and_kernels_are_each_whole() -> None:
    img = make("L", (500, 400))
    before = memory.packed(img)
    v = pilview.view(img)
    invert = [bytes.maketrans(bytes(range(256)), bytes(range(255, -1, -1)))]

    def in_python(row: memoryview, _y: int) -> None:
        row[:] = row.tobytes().translate(invert[0])

    def body(i: int) -> None:
        for _ in range(6):
            if i % 2:
                v.invert()
            else:
                v.map_rows(in_python)

    threads = [threading.Thread(target=body, args=(i,), daemon=True) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WATCHDOG)
        assert not thread.is_alive(), "hangs"
    assert memory.packed(img) == before


def test_the_view_can_be_released_from_inside() -> None:
    img = make("L", (7, 5))
    v = pilview.view(img)
    v.map_rows(ROW(lambda *_: v.release()))
    v = pilview.view(img)
    with pytest.raises(pilview.ReleasedError):
        v.map_rows(lambda row, y: v.release())
    pilview.view(img).invert()


def test_a_row_can_be_kept() -> None:
    v = pilview.view(make("L", (7, 5)))
    rows: list[Any] = []
    v.map_rows(lambda row, y: rows.append(row))
    rows[3][2] = 77
    assert v[3, 2] == 77
    image = v.image
    del v
    assert memory.raw_rows(image)[3][2] == rows[3][2] == 77


@pytest.mark.skipif(sys.platform == "win32", reason="signals to oneself are POSIX")
@pytest.mark.parametrize("function", ["c.pause", "lambda row, y: time.sleep(0.002)"])
def test_ctrl_c_stops_between_rows_and_gives_the_image_back(function: str, tmp_path: Path) -> None:
    source = """
    #include <time.h>
    void pause(void *row, long long width, long long y, void *data)
    {
        struct timespec time = {0, 2000000};
        nanosleep(&time, 0);
    }
    """
    out = run(
        f"""
        import ctypes, os, signal, threading, time
        from PIL import Image
        import pilview
        pilview.set_num_threads(2)
        c = ctypes.CDLL({str(library(source, tmp_path))!r})
        v = pilview.view(Image.new("L", (3, 20000)))
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        start = time.monotonic()
        try:
            v.map_rows({function})
        except KeyboardInterrupt:
            print("stopped", time.monotonic() - start < 10)
        v.invert()
        """
    )
    assert out == "stopped True"


@pytest.mark.skipif(sys.platform == "win32", reason="signals to oneself are POSIX")
def test_ctrl_c_ends_a_wait_for_another_threads_loan() -> None:
    out = run(
        """
        import os, signal, threading, time
        from PIL import Image
        import pilview
        v = pilview.view(Image.new("L", (3, 1)))
        began, end = threading.Event(), threading.Event()
        def hold(row, y):
            began.set()
            end.wait()
        thread = threading.Thread(target=v.map_rows, args=(hold,))
        thread.start()
        began.wait()
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            v.invert()
        except KeyboardInterrupt:
            print("stopped")
        end.set()
        thread.join()
        v.invert()
        """
    )
    assert out == "stopped"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_knows_of_no_loans() -> None:
    out = run(
        """
        import os, warnings
        from PIL import Image
        import pilview
        warnings.simplefilter("ignore")
        v = pilview.view(Image.new("L", (3, 1)))
        def fork(row, y):
            child = os.fork()
            if child == 0:
                v.invert()
                os._exit(v[0, 0] & 7)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        v.map_rows(fork)
        v.invert()
        """
    )
    assert out == "7"
