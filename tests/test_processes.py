"""Environment, forks and signals, each in a process of its own."""

from __future__ import annotations

import os
import sys

import pytest

from .scripts import run

PRINT_THREADS = "import pilview; print(pilview.get_num_threads(), pilview.info()['threads'])"


@pytest.mark.parametrize("n", ["1", "3"])
def test_the_environment_sets_the_thread_count(n: str) -> None:
    assert run(PRINT_THREADS, env={"PILVIEW_NUM_THREADS": n}) == f"{n} {n}"


@pytest.mark.parametrize("n", ["0", "-3", "many", "99999999999999999999", "2.5"])
def test_nonsense_in_the_environment_is_a_value_error_that_names_the_variable(n: str) -> None:
    out = run(
        """
        from PIL import Image
        import pilview
        for call in (pilview.get_num_threads, pilview.view(Image.new("RGB", (2000, 1000))).invert):
            try:
                call()
            except ValueError as error:
                print("PILVIEW_NUM_THREADS" in str(error))
        pilview.set_num_threads(2)
        print(pilview.get_num_threads())
        pilview.view(Image.new("RGB", (2000, 1000))).invert()
        """,
        env={"PILVIEW_NUM_THREADS": n},
    )
    assert out.split() == ["True", "True", "2"]


def test_an_empty_variable_is_none() -> None:
    assert int(run(PRINT_THREADS, env={"PILVIEW_NUM_THREADS": ""}).split()[0]) >= 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no CPU affinity")
def test_the_thread_count_follows_the_affinity() -> None:
    out = run(
        """
        import os
        os.environ.pop("PILVIEW_NUM_THREADS", None)
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        import pilview
        print(pilview.get_num_threads())
        """,
        env={"PILVIEW_NUM_THREADS": ""},
    )
    assert out == "1"


def test_import_starts_no_thread() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("counts threads in /proc")
    out = run(
        """
        import os
        from PIL import Image
        before = os.listdir("/proc/self/task")  # Pillow 10.4 imports NumPy, which has threads of its own
        import pilview
        pilview.view(Image.new("L", (16, 16))).invert()  # small work stays on the calling thread
        print(len(os.listdir("/proc/self/task")) - len(before))
        """
    )
    assert out == "0"


FORK = """
import os, signal, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from PIL import Image
import pilview
pilview.set_num_threads(4)
img = Image.new("RGB", (1500, 1000), (10, 20, 30))
v = pilview.view(img)
v.invert()  # the pool is warm
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_builds_its_own_pool() -> None:
    out = run(
        FORK
        + """
for depth in range(3):
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)
        v.invert()
        assert v[999, 1499] == (10, 20, 30), v[999, 1499]
        assert v.tobytes() == bytes((10, 20, 30)) * 1500000
        v.invert()
        grandchild = os.fork()
        if grandchild == 0:
            signal.alarm(20)
            v.invert()
            os._exit(0 if v[5, 5] == (10, 20, 30) else 3)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
    v.invert().invert()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert v[0, 0] == (245, 235, 225)
print("fine")
"""
    )
    assert out == "fine"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_while_kernels_run_is_not_stuck() -> None:
    out = run(
        FORK
        + """
import threading
stop = False
def hammer():
    mine = pilview.view(Image.new("RGB", (1500, 1000)))
    while not stop:
        mine.invert()
        v.invert()
threads = [threading.Thread(target=hammer, daemon=True) for _ in range(2)]
[thread.start() for thread in threads]
for _ in range(10):
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)
        # First what the threads hammer on: none of them is here to unlock it.
        assert v.fill((7, 8, 9)).tobytes() == bytes((7, 8, 9)) * 1500000
        fresh = pilview.view(Image.new("RGB", (1500, 1000)))
        fresh.invert()
        os._exit(0 if fresh[5, 5] == (255, 255, 255) else 3)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code == 0, code
stop = True
[thread.join() for thread in threads]
print("fine")
"""
    )
    assert out == "fine"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_multiprocessing_children_run_kernels() -> None:
    out = run(
        FORK
        + """
import multiprocessing
def job(n):
    signal.alarm(20)
    return pilview.view(Image.new("RGB", (1500, 1000), (n, n, n))).invert()[3, 3][0]
with multiprocessing.get_context("fork").Pool(3) as pool:
    print(pool.map(job, range(6)))
"""
    )
    assert out == str([255 - n for n in range(6)])


@pytest.mark.skipif(sys.platform == "win32", reason="signals to oneself are POSIX")
@pytest.mark.parametrize("kernel", ["v.invert()", "v.tobytes()", "v[...] = 'red'", "v.copy_to(w)"])
def test_ctrl_c_stops_a_run_of_kernels(kernel: str) -> None:
    out = run(
        f"""
        import os, signal, threading, time
        from PIL import Image
        import pilview
        v = pilview.view(Image.new("RGB", (4000, 3000)))
        w = pilview.view(Image.new("RGB", (4000, 3000)))
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        end = time.monotonic() + 20
        try:
            while time.monotonic() < end:
                {kernel}
        except KeyboardInterrupt:
            print("stopped")
        v.invert()
        v.tobytes()
        """
    )
    assert out == "stopped"


# One kernel that takes some tenths of a second: tables for single bands of every third column.
LONG_KERNEL = """
import os, signal, threading, time
from PIL import Image
import pilview
pilview.set_num_threads(1)
img = Image.new("RGBA", (8000, 16000))
v = pilview.view(img)
tables = [(value * factor + 1) % 256 for factor in (1, 3, 5, 7) for value in range(256)]
def run():
    threading.Timer(0.03, os.kill, (os.getpid(), signal.SIGINT)).start()
    v[:, ::3].point(tables)
def rows_done():
    return sum(v[y, 0] != (0, 0, 0, 0) for y in range(16000))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals to oneself are POSIX")
def test_ctrl_c_stops_inside_of_one_kernel_between_rows_and_releases_the_image() -> None:
    out = run(
        LONG_KERNEL
        + """
try:
    run()
    time.sleep(1)  # the kernel was quicker than the signal: it must come here
except KeyboardInterrupt:
    print(0 < rows_done() < 16000)
v.fill((1, 1, 1, 1))
print(rows_done())
"""
    )
    assert out.split() == ["True", "16000"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals to oneself are POSIX")
def test_a_handler_that_does_not_raise_runs_when_the_kernel_is_done() -> None:
    out = run(
        LONG_KERNEL
        + """
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(rows_done()))
run()
time.sleep(0.2)
print(rows_done(), seen)
"""
    )
    assert out == "16000 [16000]"
