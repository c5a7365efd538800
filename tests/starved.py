"""Calls in forked children that are given no memory, or just a little: see `test_limits.py`."""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image

import pilview

from . import memory
from .images import arena
from .kernels.case import Case
from .kernels.table import CASES
from .modes import MODES

Call = Callable[[], object]

# Long rows, or many of them: what grows with either is then large. Over 3 MB in modes of 4 bytes, which
# is worth threads.
SHAPES = {"wide": (400_000, 2), "tall": (40, 22_000), "square": (900, 900)}
# Each kernel with its first parameters, or with all.
ALL = bool(os.environ.get("PILVIEW_LIMITS"))
# Bytes that are left: half a megabyte, with nothing in stock; and none but what the allocator has in stock.
LEFT = (1 << 19, 0) if ALL else (1 << 19,)


def image(mode: str, size: tuple[int, int], seed: int = 0) -> Image.Image:
    """Bytes that are all there and no two neighbours alike, of any mode; numbers for F."""
    img = pilview.new(mode, size)
    count = size[0] * size[1] * MODES[mode].pixelsize
    raw = bytes((i * 167 + seed + (i >> 8) * 59) % 256 for i in range(1 << 16)) * (count // (1 << 16) + 1)
    if mode == "F":
        raw = memory.encode("f", 1.5 + seed) * (count // 4)
    memory.poke(img, raw[:count])
    return img


def kernels(shape: str) -> Iterator[tuple[str, pilview.ImageView, Call]]:
    """In a mode of bytes, and in F. On every Pillow, as nothing is compared with what Pillow makes of it."""
    size, seen = SHAPES[shape], set[str]()
    for case in CASES:
        # Those of several calls are not for here, and one takes too long.
        several = case.kernel in ("autocontrast", "equalize") and case.label not in ("cutoff=5", "as it is")
        known = not ALL and case.kernel in seen
        first = next((mode for mode in ("RGB", "RGBA", "L", "I;16") if mode in case.modes), case.modes[0])
        if several or known or case.label == "27, 50":
            continue
        seen.add(case.kernel)
        for mode in {first: 0, **({"F": 0} if "F" in case.modes else {})}:
            yield kernel(case, mode, size)


def kernel(case: Case, mode: str, size: tuple[int, int]) -> tuple[str, pilview.ImageView, Call]:
    img = image(mode, size)
    others: list[Any] = [image(other or mode, size, i) for i, other in enumerate(case.others, 1)]
    changed = v = pilview.view(img)
    if case.into:
        changed = pilview.view(image(mode, case.oracle(img).size))
        others.insert(0, changed)
    return f"{case} {mode}", changed, lambda: case.run(v, *others)


def uses(shape: str) -> Iterator[tuple[str, pilview.ImageView, Call]]:
    """All else that may need memory."""
    img, other = image("RGB", SHAPES[shape]), image("RGB", SHAPES[shape], 1)
    with arena(block_size=1 << 18):
        blocks = img.copy()
    v, mask = pilview.view(img), image("L", SHAPES[shape])
    table: dict[str, Call] = {
        "view": lambda: pilview.view(blocks),
        "blocks": lambda: pilview.view(blocks).blocks,
        "slice": lambda: v[::-1, ::2],
        "autocontrast": lambda: v.autocontrast(2, mask=mask, preserve_tone=True),
        "equalize": lambda: v.equalize(mask),
        "tobytes": v.tobytes,
        "tolist": v.tolist,
        "overlapping assignment": lambda: v.__setitem__(slice(1, None), v[:-1]),
        "assignment": lambda: v.__setitem__(..., other),
        "copy of another layout": lambda: v.copy_from(bytes(v.nbytes)),
        "comparison": lambda: v == pilview.view(other)[::-1],
        "asarray": lambda: pilview.asarray(v, copy=True),
        "new": lambda: pilview.new("RGB", SHAPES[shape]),
        "contiguous": lambda: pilview.contiguous(blocks),
        "DLPack copy": lambda: v.__dlpack__(copy=True),
        "Arrow stream": lambda: pilview.view(blocks).__arrow_c_stream__(),
        "map_rows": lambda: v[:2].map_rows(lambda row, y: None),
        "Pipeline": lambda: pilview.Pipeline().gaussian_blur(2).resize((99, 99))(img),
    }
    for name, call in table.items():
        yield name, v, call


def used() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def wait_for_idle_helpers() -> None:
    """A thread that has not begun needs memory of the C library, which ends the process if there is none."""
    while True:
        states = [
            (task / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
            for task in Path("/proc/self/task").iterdir()
            if int(task.name) != os.getpid()
        ]
        if states == ["S"] * (pilview.get_num_threads() - 1):
            return


def taken_from_stock() -> list[bytes]:
    """What the allocator has and gives to calls that ask for much, as far as it is in large pieces."""
    before, taken = used(), []
    while used() == before:
        taken.append(bytes(1 << 15))
    return taken


def starved(v: pilview.ImageView, call: Call, left: int) -> str:
    """What comes of the call, in a child: an exception, or what it should not be."""
    before = v.tobytes()
    pilview.view(pilview.new("RGB", (1200, 1200))).invert()
    wait_for_idle_helpers()
    stock = taken_from_stock() if left else []
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (used() + left, hard))
    try:
        call()
        outcome = "done"
    except MemoryError:
        outcome = "MemoryError"
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    del stock
    if outcome == "MemoryError" and v.tobytes() != before:
        return "MemoryError, and pixels have changed"
    v.fill(7)
    return outcome


def in_child(work: Callable[[], str]) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(60)
        os.write(writer, work().encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitpid(child, 0)[1]
    return said if status == 0 else f"ended by signal {os.waitstatus_to_exitcode(status)}"


def main(calls: Callable[[str], Iterator[tuple[str, pilview.ImageView, Call]]], shape: str) -> None:
    outcomes = {
        f"{name}, {left} bytes left": in_child(lambda v=v, call=call, left=left: starved(v, call, left))  # type: ignore[misc]
        for name, v, call in calls(shape)
        for left in LEFT
    }
    print(json.dumps(outcomes))
