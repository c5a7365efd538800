"""`map_rows` and `map_rows2` on every kind of image: which rows, what data, which refusals."""

from __future__ import annotations

import ctypes
import threading
from array import array
from collections.abc import Callable
from ctypes import c_int, c_void_p
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cffi import FFI
from PIL import Image
from PIL import _imaging as core
from scipy import LowLevelCallable

import pilview

from . import memory
from .images import WRITABLE_CASES, build, make
from .modes import MODES
from .row_functions import ROW, address, lib, path

__all__ = ["lib", "path"]  # fixtures


@pytest.mark.parametrize(("kind", "mode"), WRITABLE_CASES)
def test_a_row_is_the_pixels_as_pillow_keeps_them(
    lib: ctypes.CDLL, tmp_path: Path, kind: str, mode: str, threads: int
) -> None:
    size = MODES[mode].pixelsize
    img = build(kind, mode, (23, 19), tmp_path)
    expected = [bytearray(row) for row in memory.raw_rows(img)]
    v = pilview.view(img)
    data = c_int(size)
    for part, rows, columns in [
        (v, slice(None), slice(None)),
        (v[3:17:2, 5:20], slice(3, 17, 2), slice(5, 20)),
        (v[::-3, 2:3], slice(None, None, -3), slice(2, 3)),
        (v[4], slice(4, 5), slice(None)),
        (v[:, 7], slice(None), slice(7, 8)),
        (v.crop((1, 2, 22, 3)), slice(2, 3), slice(1, 22)),
        (v[5:5], slice(5, 5), slice(None)),
        (v[:, 5:5], slice(None), slice(5, 5)),
    ]:
        part.map_rows(lib.stamp, ctypes.byref(data))
        x0, x1, _ = columns.indices(23)
        for y, row in enumerate(range(*rows.indices(19))):
            for i in range((x1 - x0) * size):
                expected[row][x0 * size + i] ^= (7 * i + 31 * y + 1) & 255
    assert memory.raw_rows(img) == expected


def test_rows_are_numbered_and_each_comes_once(threads: int) -> None:
    img = make("I", (3, 2000))
    seen: list[int] = []
    pilview.view(img)[100:].map_rows(ROW(lambda row, width, y, data: seen.append(y)))
    assert sorted(seen) == list(range(1900))


@pytest.mark.parametrize("make_data", [c_int, lambda n: array("i", [n]), lambda n: np.array([n], np.int32)])
def test_data_reaches_the_function(lib: ctypes.CDLL, make_data: Callable[[int], Any]) -> None:
    img = make("RGB", (9, 5))
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    data = make_data(4)
    ffi = FFI()
    stamp_with_data = LowLevelCallable(
        ROW(address(lib.stamp)), ctypes.cast(ctypes.pointer(c_int(4)), c_void_p)
    )
    calls: list[Callable[[], object]] = [
        lambda: v.map_rows(lib.stamp, data),
        lambda: v.map_rows(lib.stamp, data=memoryview(data)),
        lambda: v.map_rows(lib.stamp, ctypes.addressof(c_int.from_buffer(data))),
        lambda: v.map_rows(lib.stamp, ctypes.pointer(c_int(4))),
        lambda: v.map_rows(lib.stamp, ctypes.cast(ctypes.pointer(c_int(4)), c_void_p)),
        lambda: v.map_rows(lib.stamp, (c_int * 1)(4)),
        lambda: v.map_rows(lib.stamp, ffi.new("int *", 4)),
        lambda: v.map_rows(lib.stamp, ffi.new("int[]", [4])),
        lambda: v.map_rows(lib.stamp, ffi.cast("uintptr_t", ctypes.addressof(c_int.from_buffer(data)))),
        lambda: v.map_rows(stamp_with_data),
    ]
    for call in calls:
        call()
        assert memory.raw_bytes(img) != before
        v.map_rows(lib.stamp, data)
        assert memory.raw_bytes(img) == before


def test_a_second_image_is_read_row_by_row(lib: ctypes.CDLL, threads: int) -> None:
    img, mask = make("RGB", (31, 40)), make("L", (50, 60), blocks=True, seed=3)
    expected = [bytearray(row) for row in memory.raw_rows(img)]
    others = memory.raw_rows(mask)
    for other in (pilview.view(mask, writable=False)[10:50, 7:38], mask.crop((7, 10, 38, 50))):
        pilview.view(img).map_rows2(lib.add, other)
        for y, row in enumerate(expected):
            for x in range(31):
                row[4 * x] = (row[4 * x] + others[10 + y][7 + x] + y) & 255
        assert memory.raw_rows(img) == expected

    def add(row: memoryview, other: memoryview, y: int) -> None:
        assert other.readonly
        for x, value in enumerate(other):
            row[4 * x] = (row[4 * x] + value + y) & 255

    before = memory.raw_bytes(img)
    pilview.view(img).map_rows2(add, mask.crop((7, 10, 38, 50)))
    in_python = memory.raw_bytes(img)
    memory.poke(img, before)
    pilview.view(img).map_rows2(lib.add, mask.crop((7, 10, 38, 50)))
    assert memory.raw_bytes(img) == in_python


def test_two_parts_of_one_image_are_fine_if_they_share_nothing(lib: ctypes.CDLL) -> None:
    v = pilview.view(make("RGB", (10, 10)))
    before = v.tobytes()
    v[:5].map_rows2(lib.add, v[5:])
    v[:5, :4].map_rows2(lib.add, v[:5, 4:8])
    assert v.tobytes() != before
    overlapping: list[tuple[pilview.ImageView, pilview.ImageView | Image.Image]]
    overlapping = [(v, v), (v, v.image), (v[1:], v[:-1]), (v[:, 1:], v[:, :-1])]
    for one, other in overlapping:
        with pytest.raises(ValueError, match=r"share memory.*copy"):
            one.map_rows2(lib.add, other)
    v[1:].map_rows2(lambda row, other, y: row.__setitem__(slice(None), other), v[:-1])
    assert v[9].tobytes() == v[0].tobytes()


def test_rows_run_on_several_threads_even_of_a_small_image(lib: ctypes.CDLL) -> None:
    running = (c_int * 2)()
    before = pilview.get_num_threads()
    pilview.set_num_threads(3)
    try:
        pilview.view(make("L", (8, 4000))).map_rows(lib.meet, running)
        assert running[:] == [0, running[1]]
        assert running[1] > 1
        pilview.set_num_threads(1)
        running = (c_int * 2)()
        pilview.view(make("L", (8, 20))).map_rows(lib.meet, running)
        assert running[:] == [0, 0]
    finally:
        pilview.set_num_threads(before)


def test_the_gil_is_free_meanwhile_even_for_a_pixel(lib: ctypes.CDLL) -> None:
    go = (c_int * 2)()
    thread = threading.Timer(0.05, go.__setitem__, (0, 1))
    thread.start()
    pilview.view(make("L", (1, 1))).map_rows(lib.wait_for_go, go)
    thread.join()
    assert go[1] == 1


@pytest.mark.parametrize(
    ("call", "error", "parts"),
    [
        (lambda v, f: v.map_rows(0), ValueError, ["address", "0"]),
        (lambda v, f: v.map_rows(-5), ValueError, ["-5"]),
        (lambda v, f: v.map_rows(1 << 64), ValueError, [str(1 << 64)]),
        (lambda v, f: v.map_rows(f, 1 << 64), ValueError, [str(1 << 64)]),
        (lambda v, f: v.map_rows(f, "text"), TypeError, ["str", "buffer"]),
        (lambda v, f: v.map_rows(f, FFI().cast("double", 1.5)), TypeError, ["double", "pointer"]),
        (lambda v, f: v.map_rows(f, FFI().cast("int", 15)), TypeError, ["int", "pointer"]),
        (lambda v, f: v.map_rows(f, memoryview(bytes(9))[::2]), pilview.LayoutError, ["gaps"]),
        (lambda v, f: v.map_rows(print, b"data"), TypeError, ["functools.partial"]),
        (lambda v, f: v[:, ::2].map_rows(f), pilview.LayoutError, ["n-th column", "v["]),
        (lambda v, f: v[..., ::2].map_rows(f), pilview.LayoutError, ["bands", "v["]),
        (lambda v, f: v[:, ::-1].map_rows(f), pilview.LayoutError, ["right"]),
        (lambda v, f: v["R"].map_rows(print), pilview.LayoutError, ["bands"]),
        (lambda v, f: v["BGR"].map_rows(f), pilview.LayoutError, ["bands"]),
        (lambda v, f: v.map_rows2(print, v["R"]), pilview.LayoutError, ["bands"]),
        (lambda v, f: v.map_rows2(print, v[1:]), ValueError, ["7 x 4", "7 x 5", "crop"]),
        (lambda v, f: v.map_rows2(print, b"bytes"), TypeError, ["bytes", "view", "Image"]),
        (
            lambda v, f: pilview.view(v.image, writable=False).map_rows(f),
            pilview.ReadOnlyError,
            ["writable=True"],
        ),
    ],
)
def test_messages_say_what_was_given_and_what_helps(
    call: Callable[[Any, Any], object], error: type[Exception], parts: list[str]
) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(error) as caught:
        call(pilview.view(img), ROW(lambda *_: None))
    assert all(part in str(caught.value) for part in parts), str(caught.value)
    assert memory.raw_bytes(img) == before


def test_user_data_and_data_exclude_each_other(lib: ctypes.CDLL) -> None:
    both = LowLevelCallable(ROW(address(lib.stamp)), ctypes.cast(ctypes.pointer(c_int(4)), c_void_p))
    with pytest.raises(ValueError, match="user_data"):
        pilview.view(make("RGB")).map_rows(both, c_int(4))


def test_packed_views_and_casts_are_rows_of_whole_pixels(lib: ctypes.CDLL) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    pilview.view(img).map_rows(lib.stamp, c_int(4))
    pilview.view(img).packed.map_rows(lib.stamp, c_int(4))
    pilview.view(img).cast("f").strided.map_rows(lib.stamp, c_int(4))
    pilview.view(img).map_rows(lib.stamp, c_int(4))
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("mode", MODES)
def test_python_functions_get_rows_as_row_gives_them(mode: str) -> None:
    img = make(mode, (7, 5))
    v = pilview.view(img)
    given = []
    v[1:4].map_rows(lambda row, y: given.append((y, row.format, row.shape, bytes(row))))
    assert given == [
        (y, row.format, row.shape, bytes(row)) for y, row in enumerate(v.row(y) for y in range(1, 4))
    ]


def test_an_exception_stops_the_rows_and_comes_out() -> None:
    seen = []

    def stop(_row: memoryview, y: int) -> None:
        seen.append(y)
        if y == 3:
            raise LookupError("enough")

    v = pilview.view(make("RGB"))
    with pytest.raises(LookupError, match="enough"):
        v.map_rows(stop)
    assert seen == [0, 1, 2, 3]
    v.invert()


def test_a_lost_write_is_an_error() -> None:
    img = make("RGB", (7, 5))
    v = pilview.view(img)
    seen = []

    def replace(_row: memoryview, y: int) -> None:
        seen.append(y)
        img.im = img.im.copy()

    with pytest.raises(pilview.StaleViewError):
        v.map_rows(replace)
    assert seen == [0]
    with pytest.raises(pilview.StaleViewError):
        v.map_rows(ROW(lambda *_: None))


def test_rows_that_share_memory_are_done_one_by_one(lib: ctypes.CDLL) -> None:
    base = bytearray(range(256))
    # Before Pillow 12.3 a stride may be shorter than a row.
    try:
        made = core.map_buffer(base, (64, 9), "raw", 0, ("L", 16, 1))
    except ValueError:
        pytest.skip("this Pillow maps no rows that overlap")
    img = Image.new("L", (0, 0))._new(made)
    pilview.view(img).map_rows(lib.invert)
    expected = bytearray(range(256))
    for y in range(9):
        expected[16 * y : 16 * y + 64] = bytes(255 - value for value in expected[16 * y : 16 * y + 64])
    assert base == expected


def test_row_pointers_are_pillows() -> None:
    for mode, blocks in [("L", False), ("RGB", True), ("I;16", True)]:
        img = make(mode, (101, 97), blocks=blocks)
        v = pilview.view(img)
        expected = memory.row_addresses(img)
        for part, rows in [(v, expected), (v[10:], expected[10:]), (v[7:9, 5:], expected[7:9])]:
            assert list((c_void_p * len(rows)).from_address(part.row_pointers)) == rows
        assert v.row_pointers == memory.pointers(img)["image"]
        upwards = v[::-1]
        assert c_void_p.from_address(upwards.row_pointers).value == expected[-1]
        v.release()
        with pytest.raises(pilview.ReleasedError):
            _ = v.row_pointers
