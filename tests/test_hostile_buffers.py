"""Buffers that lie, act up or end the view that reads them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pilview

from . import memory
from .images import make

Action = Callable[[], object]


class Exporter:
    """A buffer that does something else when it is asked for, and again when it is given back."""

    def __init__(self, data: bytearray, action: Action) -> None:
        self.data, self.action = data, action

    def __buffer__(self, flags: int, /) -> memoryview:  # called by the interpreter from Python 3.12 on
        self.action()
        return memoryview(self.data)

    def __release_buffer__(self, buffer: memoryview, /) -> None:
        self.action()


def test_an_exporter_that_releases_the_view_or_closes_the_image_is_survived() -> None:
    for use in ("copy_from", "copy_to", "__eq__"):
        for action in ("release", "close"):
            img = make("RGB", (6, 7))
            v = pilview.view(img)
            act = v.release if action == "release" else img.close
            try:
                getattr(v, use)(Exporter(bytearray(6 * 7 * 3), act))
            except (pilview.PilviewError, BufferError, TypeError):
                continue


class LyingArray(np.ndarray[Any, np.dtype[Any]]):
    """Its own `tobytes` has nothing to do with its buffer."""

    answer: Any = b"short"

    def tobytes(self, *_: Any, **__: Any) -> Any:
        return self.answer() if callable(self.answer) else self.answer


@pytest.mark.parametrize("answer", [b"short", b"x" * 10**6, None, "text", bytearray(126), [1]], ids=type)
def test_an_array_that_lies_about_its_bytes_is_refused_or_read_through_its_buffer(answer: Any) -> None:
    img = make("RGB", (6, 7))
    before = memory.packed(img)
    planes: Any = np.full((3, 7, 6), 9, np.uint8).transpose(1, 2, 0).view(LyingArray)
    planes.answer = answer
    try:
        pilview.view(img).copy_from(planes)
    except (TypeError, ValueError, BufferError):
        assert memory.packed(img) == before
    else:
        assert memory.packed(img) == b"\x09" * 126


def test_views_cannot_be_made_past_their_constructor() -> None:
    for cls in (pilview.ImageView, type(pilview.view(make("L")))):
        with pytest.raises(TypeError):
            object.__new__(cls)
        with pytest.raises(TypeError):
            cls.__new__(cls)


def test_a_broken_array_interface_is_refused() -> None:
    class Broken:
        __array_interface__ = {"shape": (7, 6, 3), "typestr": "|u1", "data": (4096, False), "version": 3}  # noqa: RUF012

    v = pilview.view(make("RGB", (6, 7)))
    broken: Any = Broken()
    with pytest.raises((TypeError, ValueError)):
        v[...] = broken
    with pytest.raises(TypeError):
        v.copy_from(broken)


class TellsLies(np.ndarray[Any, Any]):
    """An array whose copy is not what its buffer is."""

    def tobytes(self, *_: Any, **__: Any) -> bytes:
        return b"short"


def test_a_planar_array_that_lies_about_its_bytes_is_copied_from_its_buffer() -> None:
    planes = np.arange(3 * 5 * 7, dtype=np.uint8).reshape(3, 5, 7).transpose(1, 2, 0)
    v = pilview.view(make("RGB"))
    v.copy_from(planes.view(TellsLies))
    assert v.tolist() == planes.tolist()


def test_an_object_with_another_buffer_each_time_is_asked_once() -> None:
    planes: Any = np.arange(3 * 5 * 7, dtype=np.uint8).reshape(3, 5, 7).transpose(1, 2, 0)

    class Changes:
        asked = 0

        def __buffer__(self, flags: int) -> memoryview:
            self.asked += 1
            return memoryview(planes if self.asked == 1 else b"short")

    v = pilview.view(make("RGB"))
    if sys.version_info < (3, 12):  # Classes have no buffers yet.
        with pytest.raises(TypeError):
            v.copy_from(Changes())
        return
    v.copy_from(Changes())
    assert v.tolist() == planes.tolist()
