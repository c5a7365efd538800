"""A process that does each thing many times and prints by how much it has grown: see `test_leaks.py`."""

from __future__ import annotations

import ctypes
import gc
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image

import pilview

from .images import make

Action = Callable[[], object]

img, blocks, floats = make("RGB", (64, 9)), make("RGB", (300, 9), blocks=True), make("F", (7, 5))
other, small = make("RGB", (64, 9), seed=1), make("RGB", (7, 5))
closed, stale = make("RGB"), make("RGB")
v, w, of_blocks, of_small = (pilview.view(image) for image in (img, other, blocks, small))
of_floats, of_closed, of_stale, released = (pilview.view(image) for image in (floats, closed, stale, small))
readonly = pilview.view(img, writable=False)
exported = pilview.view(img)
big = pilview.view(make("RGB", (1100, 800)))  # over 3 MB: work for the pool
pilview.set_num_threads(2)  # where there is one processor there would be none
buffer, packed, table = bytearray(64 * 9 * 4), bytearray(v.nbytes), list(range(256))
held = memoryview(exported)
closed.close()
stale.im = stale.im.copy()
released.release()


def view_closed() -> None:
    """Of a new image each time: Pillow keeps one exception each, whose traceback grows when it is raised."""
    once = Image.new("L", (3, 2))
    once.close()
    pilview.view(once)


def fails(call: Action, fault: type[Exception]) -> Action:
    def act() -> None:
        try:
            call()
        except fault:
            return
        raise AssertionError(f"no {fault.__name__}")

    return act


ACTIONS: dict[str, Action] = {
    # Views
    "view": lambda: pilview.view(img),
    "view, read-only": lambda: pilview.view(img, writable=False),
    "slice": lambda: v[1:5, ::-2],
    "row view": lambda: v[3],
    "band": lambda: v["G"],
    "crop": lambda: v.crop((1, 1, 9, 5)),
    "packed": lambda: v.packed,
    "cast": lambda: v.cast("I"),
    "strided": lambda: v.strided,
    "blocks": lambda: of_blocks.blocks,
    "iteration": lambda: list(of_small),
    "release": lambda: pilview.view(img).release(),
    # Exports
    "memoryview": lambda: memoryview(v),
    "memoryview of a part": lambda: memoryview(v[::2, 3:, 1]),
    "row": lambda: v.row(3),
    "asarray": lambda: pilview.asarray(v),
    "asarray, copied": lambda: pilview.asarray(of_blocks),
    "numpy.asarray": lambda: np.asarray(v.strided),
    "numpy.asarray of blocks": lambda: [np.asarray(block) for block in of_blocks.blocks],
    "array interface": lambda: v.strided.__array_interface__,
    "numpy.from_dlpack": lambda: np.from_dlpack(v),
    "DLPack capsule": lambda: v.__dlpack__(max_version=(1, 0)),
    "DLPack capsule of old": v.__dlpack__,
    "DLPack copy": lambda: v.__dlpack__(copy=True),
    "pyarrow.array": lambda: pa.array(v),
    "pyarrow.chunked_array": lambda: pa.chunked_array(of_blocks),
    "Arrow capsules": v.__arrow_c_array__,
    "Arrow stream": of_blocks.__arrow_c_stream__,
    "tobytes": v.tobytes,
    "tolist": of_small.tolist,
    "copy_to": lambda: v.copy_to(packed),
    "unsafe_ptrs": lambda: pilview.unsafe_ptrs(img),
    # Images
    "new": lambda: pilview.new("RGB", (64, 9)),
    "from_buffer": lambda: pilview.from_buffer("RGB", (64, 9), buffer),
    "contiguous": lambda: pilview.contiguous(blocks.copy()),
    # Writes and kernels
    "pixel": lambda: v.__setitem__((0, 0), v[1, 1]),
    "colour": lambda: v.__setitem__(..., "red"),
    "assign a view": lambda: v.__setitem__(..., w),
    "assign an image": lambda: v.__setitem__(..., other),
    "copy_from": lambda: v.copy_from(packed),
    "overlap": lambda: v.__setitem__(slice(1, None), v[:-1]),
    "==": lambda: v == w,
    "point": lambda: v.point(table),
    "blend": lambda: v.blend(other, 0.3),
    "gaussian_blur": lambda: of_small.gaussian_blur(1),
    "median_filter": lambda: of_small.median_filter(3),
    "resize_into": lambda: of_small.resize_into(w),
    "roll": lambda: of_small.roll(2, 1),
    "getcolors": lambda: v.getcolors(1000),
    "histogram": of_small.histogram,
    "map_rows": lambda: of_small.map_rows(lambda row, y: None),
    "invert, on the pool": big.invert,
    "box_blur, on the pool": lambda: big.box_blur(1),
    # Exceptions
    "ModeError": fails(of_floats.invert, pilview.ModeError),
    "ValueError": fails(lambda: v.threshold(300), ValueError),
    "ValueError of sizes": fails(lambda: v.add(small), ValueError),
    "ValueError of a closed image": fails(view_closed, ValueError),
    "TypeError": fails(lambda: pilview.view(3), TypeError),  # type: ignore[arg-type]
    "IndexError": fails(lambda: v[99], IndexError),
    "StaleViewError": fails(of_stale.invert, pilview.StaleViewError),
    "StaleViewError of a closed image": fails(of_closed.invert, pilview.StaleViewError),
    "ReadOnlyError": fails(readonly.invert, pilview.ReadOnlyError),
    "ReleasedError": fails(released.invert, pilview.ReleasedError),
    "LayoutError": fails(lambda: of_blocks.strided, pilview.LayoutError),
    "BufferError": fails(exported.release, BufferError),
    "BusyError": fails(lambda: of_small.map_rows(lambda row, y: of_small.invert()), pilview.BusyError),
    "an exception in a row function": fails(
        lambda: of_small.map_rows(lambda row, y: 1 // 0), ZeroDivisionError
    ),
}

# What takes milliseconds is done a tenth as often.
SLOW = {"box_blur, on the pool", "memory of C, slowly"}

# What the test must see.
LEAKS: dict[str, Action] = {
    "an object": lambda: ctypes.pythonapi.Py_IncRef(ctypes.py_object(pilview.view(img))),
    "memory of C": lambda: ctypes.CDLL(None).malloc(8),
    "memory of C, slowly": lambda: ctypes.CDLL(None).malloc(8),
    "a reference": lambda: ctypes.pythonapi.Py_IncRef(ctypes.py_object(img)),
    "an export": lambda: ctypes.pythonapi.Py_IncRef(ctypes.py_object(memoryview(v))),
}


class Mallinfo(ctypes.Structure):
    names = (
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost",
    )
    _fields_ = [(name, ctypes.c_size_t) for name in names]


def sizes() -> dict[str, int]:
    """What the process has now, in several units; as much of it as this system tells."""
    gc.collect()
    shared = (
        img,
        img.im,
        v,
        other,
        buffer,
        packed,
        exported,
        pilview.ImageView,
        pilview.StaleViewError,
        None,
    )
    found = {
        "blocks of Python": sys.getallocatedblocks(),
        "objects": len(gc.get_objects()),
        "references": sum(map(sys.getrefcount, shared)),
    }
    with suppress(AttributeError, OSError):
        tell = ctypes.CDLL(None).mallinfo2  # glibc, 2.33
        tell.restype = Mallinfo
        info = tell()
        found["bytes of C"] = info.uordblks + info.hblkhd
    statm = Path("/proc/self/statm")
    if statm.exists():
        found["resident bytes"] = int(statm.read_text(encoding="ascii").split()[1]) * 4096
    return found


def grown(action: Action, times: int) -> dict[str, int]:
    """By how much in how many calls."""
    for _ in range(times // 10):  # What is made once stays: tables, caches, pools.
        action()
    before = sizes()
    for _ in range(times):
        action()
    return {"calls": times} | {unit: size - before[unit] for unit, size in sizes().items()}


def main(times: int, actions: dict[str, Action]) -> None:
    sizes()
    found = {name: grown(action, times // 10 if name in SLOW else times) for name, action in actions.items()}
    names = [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]
    assert not names or actions is not ACTIONS or "pilview-0\n" in names, "there was no pool"
    print(json.dumps(found))
