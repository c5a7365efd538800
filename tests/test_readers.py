"""Readers beside writers: pilview's own calls see whole kernels; memoryview, NumPy and Pillow what is there.

That race is the caller's (README, "Limits", and the docstring of ImageView), but nothing crashes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pilview

from .images import make
from .together import in_threads

SIZE = (640, 400)  # over 32 KiB: kernels run without the GIL
View = pilview.ImageView


def flat(data: bytes) -> bool:
    return data.count(data[:1]) == len(data)


def into(v: View, copy: Callable[[View, View], object]) -> bool:
    target = pilview.view(Image.new("L", v.size))
    copy(target, v)
    return flat(target.tobytes())


def filled(v: View) -> bool:
    buffer = bytearray(v.nbytes)
    v.copy_to(buffer)
    return flat(bytes(buffer))


# Of an image that is of one value between any two kernels: whether it was so when it was read.
WHOLE: dict[str, Callable[[View], bool]] = {
    "tobytes": lambda v: flat(v.tobytes()),
    "tobytes of a part": lambda v: flat(v[10:-10, ::2].tobytes()),
    "tolist": lambda v: len({value for row in v.tolist() for value in row}) == 1,
    "copy_to": filled,
    "copy of an array": lambda v: flat(pilview.asarray(v, copy=True).tobytes()),
    "histogram": lambda v: max(v.histogram()) == SIZE[0] * SIZE[1],
    "getcolors": lambda v: len(v.getcolors() or ()) == 1,
    "extrema": lambda v: len({*(v.extrema() or ())}) == 1,
    "stddev": lambda v: v.stddev() == [0.0],
    "assignment": lambda v: into(v, lambda target, v: target.__setitem__(..., v)),
    "kernel of two": lambda v: into(v, lambda target, v: target.add(v)),
    "mask": lambda v: into(v, lambda target, v: target.paste(255, (0, 0, *SIZE), v)),
    "resize_into": lambda v: into(v, lambda target, v: v.resize_into(target, Image.Resampling.BOX)),
}

RACES: dict[str, Callable[[View], object]] = {
    "memoryview": lambda v: memoryview(v).tobytes(),
    "rows": lambda v: [bytes(v.row(y)) for y in range(0, SIZE[1], 7)],
    "values": lambda v: memoryview(v)[7, 9],
    "array": lambda v: int(pilview.asarray(v).sum()),
    "blocks": lambda v: [int(np.asarray(block).max()) for block in v.blocks],
    "dlpack": lambda v: np.from_dlpack(v.blocks[0]).tobytes(),
    "written array": lambda v: pilview.asarray(v).__setitem__(slice(5, 9), 3),
    "pillow": lambda v: (v.image.tobytes(), v.image.getpixel((3, 4)), v.image.histogram()),
    "pillow's copy": lambda v: v.image.resize((50, 40)),
}


def beside_writers(read: Callable[[View], object]) -> list[object]:
    """What `read` gave, in three threads, while five others write."""
    v = pilview.view(pilview.new("L", SIZE))
    results: list[object] = []

    def work(i: int) -> None:
        for n in range(40):
            if i % 2:
                v.fill(i * 16 + n % 2)
            elif i == 2:
                v.invert()
            else:
                results.append(read(v))

    in_threads(work)
    return results


@pytest.mark.parametrize("name", WHOLE)
def test_pilviews_own_readers_see_no_half_of_a_kernel(name: str) -> None:
    results = beside_writers(WHOLE[name])
    assert len(results) == 120
    assert all(results), "torn"


@pytest.mark.parametrize("name", RACES)
def test_other_readers_race_but_nothing_crashes(name: str) -> None:
    assert len(beside_writers(RACES[name])) == 120


def test_buffers_come_and_go_while_kernels_run() -> None:
    v = pilview.view(make("RGB", SIZE))
    kept: list[Any] = []

    def work(i: int) -> None:
        for _ in range(50):
            if i % 2:
                v.rotate_180()
            else:
                kept.append(memoryview(v[i:]))
                kept.append(v["R"].strided.__array_interface__["data"])
                del kept[:-20]

    in_threads(work)
    kept.clear()
    v.release()
