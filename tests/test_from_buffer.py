"""from_buffer: a writable Pillow image over memory of one's own."""

from __future__ import annotations

import array
import ctypes
import gc
import mmap
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

import pilview

from . import memory
from .images import random_pixels
from .modes import MODES
from .scripts import run


@pytest.mark.parametrize("mode", MODES)
def test_pixels_are_the_bytes_of_the_buffer(mode: str) -> None:
    spec = MODES[mode]
    for size in [(1, 1), (3, 5), (17, 1), (31, 37)]:
        raw = random_pixels(spec, size)
        if mode == "1":  # rows at Pillow's own stride, 4 bytes a pixel
            buffer = bytearray(size[0] * 4 * size[1])
            for y in range(size[1]):
                buffer[y * size[0] * 4 : y * size[0] * 4 + size[0]] = raw[y * size[0] : (y + 1) * size[0]]
        else:
            buffer = bytearray(raw)
        img = pilview.from_buffer(mode, size, buffer)
        assert isinstance(img, Image.Image)
        assert (img.mode, img.size) == (mode, size)
        assert not img.readonly
        assert memory.raw_bytes(img) == raw
        v = pilview.view(img)
        assert not v.readonly
        assert v.tobytes() == memory.packed(img)


@pytest.mark.parametrize(("offset", "gap"), [(0, 0), (1, 0), (3, 5), (16, 64)])
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "F", "LA"])
def test_stride_and_offset_place_the_rows(mode: str, offset: int, gap: int) -> None:
    spec, (w, h) = MODES[mode], (6, 7)
    stride = w * spec.pixelsize + gap
    buffer = bytearray(b"\xee" * (offset + stride * h))
    img = pilview.from_buffer(mode, (w, h), buffer, stride=stride, offset=offset)
    memory.poke(img, random_pixels(spec, (w, h)))
    for y, row in enumerate(memory.raw_rows(img)):
        at = offset + y * stride
        assert buffer[at : at + len(row)] == row
    v = pilview.view(img)
    v[3, 2] = v[6, 5]
    assert img.getpixel((2, 3)) == img.getpixel((5, 6))
    v[...] = 0
    if spec.has_padding:
        return
    assert [b for b in buffer if b not in (0, 0xEE)] == []
    assert buffer.count(0xEE) == offset + gap * h


def test_drawing_changes_the_callers_bytearray() -> None:
    buffer = bytearray(8 * 6 * 4)
    img = pilview.from_buffer("RGBA", (8, 6), buffer)
    ImageDraw.Draw(img).rectangle((2, 1, 5, 4), fill=(9, 8, 7, 6))
    at = (1 * 8 + 2) * 4
    assert buffer[at : at + 4] == bytes((9, 8, 7, 6))
    assert buffer.count(9) == 16
    img.putpixel((0, 0), (1, 2, 3, 4))
    assert buffer[:4] == bytes((1, 2, 3, 4))
    img.paste((5, 5, 5, 5), (7, 5, 8, 6))
    assert buffer[-4:] == bytes((5, 5, 5, 5))


def test_the_buffer_changes_the_image() -> None:
    buffer = bytearray(12)
    img = pilview.from_buffer("L", (4, 3), buffer)
    buffer[5] = 200
    assert img.getpixel((1, 1)) == 200


def test_kernels_change_the_callers_memory_in_place() -> None:
    buffer = bytearray(range(12))
    pilview.view(pilview.from_buffer("L", (4, 3), buffer)).invert()
    assert buffer == bytes(255 - i for i in range(12))


def test_pillow_reads_it_like_any_image() -> None:
    buffer = bytearray(random_pixels(MODES["RGB"], (8, 6)))
    img = pilview.from_buffer("RGB", (8, 6), buffer)
    copy = img.copy()
    assert ImageOps.mirror(img).tobytes() == ImageOps.mirror(copy).tobytes()
    assert img.convert("L").tobytes() == copy.convert("L").tobytes()


def test_the_buffer_stays_exported_while_the_image_lives() -> None:
    buffer = bytearray(12)
    img = pilview.from_buffer("L", (4, 3), buffer)
    with pytest.raises(BufferError):
        buffer.append(1)
    del img
    gc.collect()
    buffer.append(1)


def test_the_buffer_stays_exported_while_a_view_lives() -> None:
    buffer = bytearray(12)
    img = pilview.from_buffer("L", (4, 3), buffer)
    v = pilview.view(img)
    m = memoryview(v)
    img.close()
    del img
    gc.collect()
    with pytest.raises(BufferError):
        buffer.clear()
    assert m.tobytes() == bytes(12)
    m.release()
    v.release()
    del v
    gc.collect()
    buffer.clear()


def test_a_mapped_file_cannot_be_closed_while_the_image_lives() -> None:
    with mmap.mmap(-1, 4096) as file:
        img = pilview.from_buffer("RGBA", (32, 32), file)
        pilview.view(img)[0, 0] = (1, 2, 3, 4)
        assert file[:4] == bytes((1, 2, 3, 4))
        with pytest.raises(BufferError):
            file.close()
        del img
        gc.collect()


def test_arrays_and_memoryviews_are_buffers() -> None:
    data = array.array("I", [0] * 12)
    pilview.view(pilview.from_buffer("I", (4, 3), data))[1, 1] = 77
    assert data[5] == 77
    pixels: Any = np.zeros((3, 4), np.float32)
    pilview.view(pilview.from_buffer("F", (4, 3), pixels))[2, 3] = 0.5
    assert pixels[2, 3] == 0.5
    middle = bytearray(20)
    pilview.view(pilview.from_buffer("L", (4, 3), memoryview(middle)[4:16]))[...] = 1
    assert middle == bytes(4) + b"\1" * 12 + bytes(4)


@pytest.mark.parametrize("buffer", [bytes(12), memoryview(bytes(12)), memoryview(bytearray(12)).toreadonly()])
def test_readonly_memory_is_refused(buffer: Any) -> None:
    with pytest.raises(pilview.ReadOnlyError, match=r"read-only|readonly"):
        pilview.from_buffer("L", (4, 3), buffer)


def test_a_readonly_array_is_refused() -> None:
    frozen: Any = np.zeros((3, 4), np.uint8)
    frozen.flags.writeable = False
    with pytest.raises(pilview.ReadOnlyError):
        pilview.from_buffer("L", (4, 3), frozen)


@pytest.mark.parametrize(
    ("mode", "size", "length", "options"),
    [
        ("L", (4, 3), 11, {}),
        ("RGB", (4, 3), 47, {}),
        ("RGB", (4, 3), 36, {}),
        ("I;16", (4, 3), 23, {}),
        ("L", (4, 3), 12, {"offset": 1}),
        ("L", (4, 3), 12, {"stride": 5}),
        ("L", (4, 3), 100, {"stride": 3}),
        ("RGB", (4, 3), 100, {"stride": 12}),
        ("L", (4, 3), 100, {"stride": -4}),
        ("L", (4, 3), 100, {"offset": -1}),
        ("L", (4, 3), 100, {"offset": 101}),
        ("L", (-4, 3), 100, {}),
        ("L", (4, -3), 100, {}),
        ("L", (2**31 - 1, 2**31 - 1), 100, {}),
        ("L", (2**40, 1), 100, {}),
        ("L", (4, 3), 100, {"stride": 2**62}),
        ("L", (4, 3), 100, {"offset": 2**62}),
        ("L", (4, 2**30), 100, {"stride": 2**33}),
        ("L", (1, 1), 0, {}),
    ],
)
def test_sizes_that_do_not_fit_are_refused(
    mode: str, size: Any, length: int, options: dict[str, int]
) -> None:
    with pytest.raises((ValueError, OverflowError), match=r"\d|fit|range|large"):
        pilview.from_buffer(mode, size, bytearray(length), **options)


def test_a_size_that_just_fits_is_taken() -> None:
    assert pilview.from_buffer("L", (4, 3), bytearray(12)).size == (4, 3)
    assert pilview.from_buffer("L", (4, 3), bytearray(13), offset=1).size == (4, 3)
    assert pilview.from_buffer("L", (4, 3), bytearray(15), stride=5).size == (4, 3)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "1"])
def test_empty_images_need_no_bytes(mode: str, size: tuple[int, int]) -> None:
    img = pilview.from_buffer(mode, size, bytearray(0))
    assert img.size == size
    assert pilview.view(img).tobytes() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="others measure memory in other units")
def test_empty_images_cost_no_memory_however_long() -> None:
    """Pillow's own map_buffer writes a pointer a row: 1.6 GB for these."""
    run(
        "import pilview, resource; from PIL import Image\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
        "img = pilview.from_buffer('L', (0, 200_000_000), bytearray())\n"
        "assert img.size == (0, 200_000_000) and not img.readonly\n"
        "resident = int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize()\n"
        "assert resident < 500e6"
    )


@pytest.mark.parametrize("mode", ["XYZ", "", "rgb", "RGB ", "BGR;77", "RGB\0"])
def test_an_unknown_mode_is_a_mode_error(mode: str) -> None:
    with pytest.raises((pilview.ModeError, ValueError), match=r"\w"):
        pilview.from_buffer(mode, (1, 1), bytearray(100))


def test_mode_1_needs_pillows_stride() -> None:
    with pytest.raises(pilview.ModeError, match="1"):
        pilview.from_buffer("1", (4, 3), bytearray(100), stride=4)
    assert pilview.from_buffer("1", (4, 3), bytearray(48)).size == (4, 3)


@pytest.mark.parametrize(
    "thing",
    [None, 3, "text", [1, 2], object(), Image.new("L", (4, 3))],
    ids=lambda thing: type(thing).__name__,
)
def test_what_has_no_buffer_is_a_type_error(thing: Any) -> None:
    with pytest.raises(TypeError):
        pilview.from_buffer("L", (4, 3), thing)


@pytest.mark.parametrize(
    "array",
    [
        np.empty((4, 3), object),
        np.empty((4, 3), [("number", "u4"), ("reference", object)]),
        (ctypes.py_object * 12)(),
    ],
    ids=["objects", "structs", "ctypes"],
)
def test_references_to_python_objects_are_not_drawn_on(array: Any) -> None:
    with pytest.raises(ValueError, match="Python objects"):
        pilview.from_buffer("I", (3, 2), array)


def test_structs_of_numbers_are_bytes() -> None:
    array = np.zeros((4, 3), [("Only", "u1"), ("Other", "u1", (3,))])
    pilview.from_buffer("RGBA", (3, 4), array).putpixel((1, 2), (1, 2, 3, 4))
    assert array[2, 1].tobytes() == bytes((1, 2, 3, 4))


@pytest.mark.parametrize("thing", [np.array(3, np.int32), ctypes.c_int(3)])
def test_one_value_without_axes_is_refused(thing: Any) -> None:
    with pytest.raises(ValueError, match="no axes"):
        pilview.from_buffer("I", (1, 1), thing)


def test_memory_with_gaps_is_refused() -> None:
    things: list[Any] = [memoryview(bytearray(24))[::2], np.zeros((6, 8), np.uint8)[::2, ::2]]
    for thing in things:
        with pytest.raises((TypeError, BufferError, ValueError)):
            pilview.from_buffer("L", (4, 3), thing)


def test_a_refused_buffer_is_not_kept_exported() -> None:
    buffer = bytearray(11)
    with pytest.raises(ValueError, match=r"\d"):
        pilview.from_buffer("L", (4, 3), buffer)
    buffer.append(1)


def test_a_copy_of_the_image_is_independent() -> None:
    buffer = bytearray(12)
    copy = pilview.from_buffer("L", (4, 3), buffer).copy()
    pilview.view(copy)[...] = 9
    assert buffer == bytes(12)
