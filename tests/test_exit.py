"""The interpreter's end while daemon threads run kernels or Python, and what runs then: no crash, no hang.

Each is tried twice; PILVIEW_TEST_EXITS sets another number.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .compiled import library
from .scripts import run

EXITS = int(os.environ.get("PILVIEW_TEST_EXITS") or 2)

START = """
import atexit, ctypes, sys, threading, time, weakref
from PIL import Image
import pilview
pilview.set_num_threads(3)
v = pilview.view(Image.new("RGB", (1500, 1000)))
w = pilview.view(Image.new("RGB", (1500, 1000)))
began = threading.Semaphore(0)

class Linger:
    def __del__(self, sleep=time.sleep):
        sleep(0.1)  # The end has begun: a thread that wants the GIL now is ended by CPython, or hangs.
linger = Linger()

def daemon(work):
    def body():
        work()
        began.release()
        while True:
            work()
    threading.Thread(target=body, daemon=True).start()
    began.acquire()
"""

ENDS = {
    "kernels": "daemon(v.invert); daemon(lambda: v.blend(w, 0.5)); daemon(lambda: w.blend(v, 0.5))",
    "small_kernels": "s = pilview.view(Image.new('L', (8, 8))); daemon(s.invert); daemon(s.tobytes)",
    "long_kernels": "daemon(lambda: v.gaussian_blur(20)); daemon(lambda: w.rank_filter(7, 3))",
    "python_row_functions": """
def loop(row, y):
    for i in range(1000):
        pass
daemon(lambda: v.map_rows(loop))
daemon(v.invert)
""",
    "c_row_functions": "c = ctypes.CDLL(LIBRARY); daemon(lambda: v.map_rows(c.row)); daemon(v.invert)",
    "python_through_c": """
Row = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p)
function = Row(lambda *_: None)
daemon(lambda: v.map_rows(function))
""",
    "views": "small = Image.new('L', (8, 8)); daemon(lambda: pilview.view(small))",
    "lazy_files": """
import io
file = io.BytesIO()
Image.new("L", (8, 8)).save(file, "PPM")
daemon(lambda: pilview.view(Image.open(file)).release())
""",
    "properties": """
class Slow(Image.Image):
    @property
    def im(self):
        for i in range(1000):
            pass
        return self.__dict__.get("_im") or self.__dict__["im"]  # the latter before Pillow 11
    @im.setter
    def im(self, im):
        self._im = im
slow = Image.new("L", (8, 8))
slow.__class__ = Slow
daemon(lambda: pilview.view(slow))
""",
    "numbers": """
class Number:
    def __index__(self):
        for i in range(1000):
            pass
        return 1
s = pilview.view(Image.new("L", (8, 8)))
daemon(lambda: s[Number(), Number()])
""",
    "results": """
class Result:
    def __del__(self):
        for i in range(1000):
            pass
daemon(lambda: v.map_rows(lambda row, y: Result()))
""",
    # As before CPython 3.14 while `take_gil` knows of the end and `Py_IsInitialized` does not yet.
    "ended_by_pthread_exit": """
if sys.platform != "win32":
    def end(row, y):
        began.release()
        ctypes.CDLL(None).pthread_exit(None)
    threading.Thread(target=v.map_rows, args=(end,), daemon=True).start()
    began.acquire()
    time.sleep(0.1)
""",
    "waiting_for_a_loan": """
def hold(row, y):
    began.release()
    threading.Event().wait()
threading.Thread(target=v.map_rows, args=(hold,), daemon=True).start()
began.acquire()
threading.Thread(target=v.invert, daemon=True).start()
""",
    "dlpack_deleters": """
try:
    import numpy as np
except ImportError:
    np = None
one = pilview.new("L", (1500, 1000))
if np is None:
    daemon(lambda: pilview.view(one).__dlpack__(max_version=(1, 0)))
else:
    kept = [np.from_dlpack(pilview.view(one)) for _ in range(50)]
    daemon(lambda: np.from_dlpack(pilview.view(one)).sum())
cycle = [pilview.view(one).__dlpack__(max_version=(1, 0)), memoryview(pilview.view(one))]
cycle.append(cycle)
sys.modules["kept_to_the_very_end"] = cycle
""",
    "atexit": """
def at_exit():
    v.invert(); pilview.view(Image.new("RGB", (1500, 1000))).gaussian_blur(3).tobytes()
    v.map_rows(lambda row, y: None)
atexit.register(at_exit)
weakref.finalize(w.image, lambda: v.invert())
daemon(v.invert)
""",
    "finalisers": """
class Late:
    def __init__(self):
        self.view = pilview.view(Image.new("RGB", (1500, 1000)))
    def __del__(self):
        self.view.invert(); self.view.tobytes(); self.view.map_rows(lambda row, y: None); self.view.release()
late = Late()
late.cycle = late
v.image.info["view"] = v
daemon(w.invert)
""",
    # On loan to a thread that will not give it back.
    "finalisers_of_what_is_on_loan": """
import io
def hold(*_):
    began.release()
    threading.Event().wait()
class Endless(io.BytesIO):
    def read(self, *size):
        if threading.current_thread() is not threading.main_thread():
            hold()
        return super().read(*size)
file = Endless()
Image.new("L", (8, 8)).save(file, "PNG")
lazy = Image.open(file)
class Late:
    def __init__(self, call):
        self.call = call
    def __del__(self, refused=pilview.BusyError):
        try:
            self.call()
        except refused:
            pass
sys.modules["kept to the very end"] = Late(lambda view=pilview.view, lazy=lazy: view(lazy)), Late(v.invert)
threading.Thread(target=v.map_rows, args=(hold,), daemon=True).start()
threading.Thread(target=pilview.view, args=(lazy,), daemon=True).start()
began.acquire(); began.acquire()
""",
}


@pytest.mark.parametrize("end", ENDS)
def test_the_interpreter_ends_while_this_goes_on(end: str, tmp_path: Path) -> None:
    source = START + ENDS[end] + "\nprint('fine')\n"
    if "LIBRARY" in source:
        row = "void row(char *row, long long width, long long y, void *data) { row[0] ^= (char)y; }"
        source = source.replace("LIBRARY", repr(str(library(row, tmp_path))))
    for _ in range(EXITS):
        assert run(source) == "fine"
