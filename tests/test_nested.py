"""Calls from inside of calls: a row function, a callable of `point` or a buffer that wants the same image.

Each runs in a thread of its own under a watchdog: an error or a result, but no deadlock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pilview

from . import memory
from .images import make
from .together import in_threads

View = pilview.ImageView
Call = Callable[[View, View], object]

# Every way to an image's lock: what writes to `v` or reads it, with `other` of the same mode and size.
WRITES: dict[str, Call] = {
    "kernel": lambda v, other: v.invert(),
    "table": lambda v, other: v.point(list(range(256))),
    "callable": lambda v, other: v.point(lambda value: value),
    "filter": lambda v, other: v.gaussian_blur(2),
    "flip": lambda v, other: v.rotate_180(),
    "with another": lambda v, other: v.blend(other, 0.5),
    "with itself": lambda v, other: v.blend(v, 0.5),
    "paste": lambda v, other: v.paste(other, None, other),
    "a part": lambda v, other: v[1:3].fill(0),
    "another view": lambda v, other: pilview.view(v.image).invert(),
    "pixel": lambda v, other: v.__setitem__((0, 0), 1),
    "row": lambda v, other: v.__setitem__(0, bytes(7)),
    "everything": lambda v, other: v.__setitem__(..., other),
    "copy_from": lambda v, other: v.copy_from(bytes(35)),
    "resize into it": lambda v, other: other.resize_into(v),
    "transpose into it": lambda v, other: other.transpose_into(v, Image.Transpose.ROTATE_180),
    "row function": lambda v, other: v.map_rows(lambda row, y: None),
    "row function of two": lambda v, other: v.map_rows2(lambda row, other, y: None, other),
}
READS: dict[str, Call] = {
    "pixel": lambda v, other: v[0, 0],
    "tobytes": lambda v, other: v.tobytes(),
    "tolist": lambda v, other: v.tolist(),
    "copy_to": lambda v, other: v.copy_to(bytearray(35)),
    "comparison": lambda v, other: v == other,
    "histogram": lambda v, other: v.histogram(),
    "getcolors": lambda v, other: v.getcolors(),
    "extrema": lambda v, other: v.extrema(),
    "bbox": lambda v, other: v.bbox(),
    "mean": lambda v, other: v.mean(),
    "second image": lambda v, other: other.add(v),
    "mask": lambda v, other: other.paste(0, None, v),
    "assigned": lambda v, other: other.__setitem__(..., v),
    "resized": lambda v, other: v.resize_into(other),
    "second of a row function": lambda v, other: other.map_rows2(lambda row, other, y: None, v),
    "array": lambda v, other: pilview.asarray(v, copy=True),
    "packed dlpack": lambda v, other: v.__dlpack__(max_version=(1, 0), copy=True),
}
CALLS = {f"writes: {name}": call for name, call in WRITES.items()}
CALLS |= {f"reads: {name}": call for name, call in READS.items()}

# These share the memory and lock nobody out.
SHARES: list[Callable[[View], object]] = [
    memoryview,
    pilview.asarray,
    lambda v: v.row(0),
    lambda v: v.__dlpack__(max_version=(1, 0)),
    lambda v: v.image.tobytes(),
    lambda v: pilview.view(v.image).strided[1:].shape,
]


@pytest.mark.parametrize("name", CALLS)
def test_a_row_function_that_calls_for_its_own_image_gets_an_error(name: str) -> None:
    v, other = pilview.view(make("L")), pilview.view(make("L", seed=1))
    before = memory.packed(v.image)
    refused: list[str] = []

    def inside(_row: memoryview, _y: int) -> None:
        with pytest.raises(pilview.BusyError) as caught:
            CALLS[name](v, other)
        refused.append(str(caught.value))

    in_threads(lambda _: v.map_rows(inside), 1)
    assert len(refused) == 5
    assert all("comes from inside" in message for message in refused)
    assert memory.packed(v.image) == before
    in_threads(lambda _: CALLS[name](v, other), 1)


@pytest.mark.parametrize("name", READS)
def test_one_that_only_reads_may_be_read_from_inside(name: str) -> None:
    v, other = pilview.view(make("L")), pilview.view(make("L", seed=1))
    target = pilview.view(make("L", seed=2))
    in_threads(lambda _: target.map_rows2(lambda row, given, y: READS[name](v, other), v), 1)


def test_what_shares_the_memory_works_from_inside() -> None:
    v = pilview.view(make("L"))
    in_threads(lambda _: v.map_rows(lambda row, y: [share(v) for share in SHARES]), 1)


@pytest.mark.parametrize("name", CALLS)
def test_a_callable_of_point_may_call_for_the_same_image(name: str) -> None:
    """The table is made before the image is locked."""
    v, other = pilview.view(make("L")), pilview.view(make("L", seed=1))
    asked: list[int] = []

    def entry(value: int) -> int:
        if value < 2:
            CALLS[name](v, other)
        asked.append(value)
        return 255 - value

    in_threads(lambda _: v.point(entry), 1)
    assert asked == list(range(256))


class Calls(np.ndarray[Any, Any]):
    """An array that calls for an image whenever something is asked of it."""

    call: Any = None

    def __array_finalize__(self, _obj: object) -> None:
        self.call = None

    def __getattribute__(self, name: str) -> Any:
        call = super().__getattribute__("call")
        if call is not None and name != "call":
            call()
        return super().__getattribute__(name)

    def __buffer__(self, flags: int, /) -> memoryview:  # called by the interpreter from Python 3.12 on
        if self.call is not None:
            self.call()
        buffer: memoryview = super().__buffer__(flags)  # type: ignore[misc]
        return buffer


class Number:
    def __init__(self, call: Callable[[], object]) -> None:
        self.call = call

    def __index__(self) -> int:
        self.call()
        return 3


@pytest.mark.parametrize("name", CALLS)
def test_objects_that_call_for_the_image_they_are_given_to_do_not_deadlock(name: str) -> None:
    v, other = pilview.view(make("L")), pilview.view(make("L", seed=1))
    called: list[bool] = []

    def call() -> None:
        called.append(True)
        CALLS[name](v, other)

    number: Any = Number(call)

    def work(_: int) -> None:
        for use in (v.copy_from, v.copy_to, lambda given: v.__setitem__(..., given)):
            array = np.zeros((5, 7), np.uint8).view(Calls)
            array.call = call
            use(array)
        v.fill(number)
        v[number, number] = number
        assert v[number, 2] in range(256)
        v.threshold(number)

    in_threads(work, 1)
    assert called
