"""from_buffer over parts of arrays, DLPack tensors, Arrow arrays, shared memory."""

from __future__ import annotations

import ctypes
import gc
import mmap
import sys
from array import array as typed_array
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import shared_memory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image, ImageDraw

import pilview

from . import memory
from .images import make, random_pixels
from .modes import MODES

DRAWN = [mode for mode in MODES if mode != "1"]


class Tensor:
    """Speaks DLPack and nothing else, as other libraries' tensors do."""

    def __init__(self, array: Any, **changes: Any) -> None:
        self.array, self.changes = array, changes

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**{**options, **self.changes})

    def __dlpack_device__(self) -> tuple[int, int]:
        device: tuple[int, int] = self.array.__dlpack_device__()
        return device


class OldTensor:
    """From before DLPack had versions."""

    def __init__(self, array: Any) -> None:
        self.array, self.__dlpack_device__ = array, array.__dlpack_device__

    def __dlpack__(self, stream: Any = None) -> Any:
        return self.array.__dlpack__()


def canvas(mode: str, size: tuple[int, int]) -> Any:
    """A larger array and the part of it that has `size` pixels of `mode`."""
    kind = {1: np.uint8, 2: np.uint16}.get(MODES[mode].pixelsize, np.int32)
    whole = np.full((size[1] + 5, size[0] + 7), 0x0E, kind)
    return whole, whole[2 : 2 + size[1], 3 : 3 + size[0]]


@pytest.mark.parametrize("mode", DRAWN)
def test_a_part_of_an_array_is_drawn_on_and_nothing_beside_it(mode: str) -> None:
    for size in [(1, 1), (3, 5), (17, 1), (31, 37)]:
        whole, part = canvas(mode, size)
        raw = random_pixels(MODES[mode], size)
        img = pilview.from_buffer(mode, size, part)
        memory.poke(img, raw)
        assert part.tobytes() == memory.raw_bytes(img) == raw
        inside = np.zeros(whole.shape, bool)
        inside[2 : 2 + size[1], 3 : 3 + size[0]] = True
        assert (whole[~inside] == 0x0E).all()
        upside = pilview.from_buffer(mode, size, part[::-1])
        assert memory.raw_rows(upside) == memory.raw_rows(img)[::-1]


@pytest.mark.parametrize("wrap", [Tensor, OldTensor])
@pytest.mark.parametrize("mode", DRAWN)
def test_a_tensors_memory_is_drawn_on(mode: str, wrap: Any) -> None:
    size = (6, 7)
    _, part = canvas(mode, size)
    for array in (part, np.ascontiguousarray(part), part[::-1]):
        array[...] = 0
        img = pilview.from_buffer(mode, size, wrap(array))
        raw = random_pixels(MODES[mode], size)
        memory.poke(img, raw)
        assert array.tobytes() == raw


def test_pixels_may_be_an_axis_of_bytes_or_numbers_or_part_of_a_row() -> None:
    whole: Any = np.zeros((9, 20, 4), np.uint8)
    for part in (whole[2:8, 5:15], whole.reshape(9, 80)[2:8, 20:60], whole.view(np.int32)[2:8, 5:15, 0]):
        img = pilview.from_buffer("RGB", (10, 6), part)
        whole[...] = 0
        ImageDraw.Draw(img).rectangle((0, 0, 9, 5), fill=(1, 2, 3))
        assert (whole[2:8, 5:15] == (1, 2, 3, 255)).all()
        assert np.count_nonzero(whole) == 10 * 6 * 4
    tall: Any = np.zeros((3, 5, 4, 2), np.uint8)[::2]
    assert pilview.from_buffer("RGBA", (10, 2), tall).size == (10, 2)


def test_a_view_of_an_image_can_be_an_image_of_its_own() -> None:
    img = make("RGBA", (20, 10))
    part = pilview.from_buffer("RGBA", (5, 4), pilview.view(img).strided[3:7, 2:7])
    part.paste((9, 9, 9, 9), (0, 0, 5, 4))
    assert img.crop((2, 3, 7, 7)).tobytes() == bytes([9]) * 80
    with pytest.raises(pilview.LayoutError, match=r"v\.strided"):
        pilview.from_buffer("RGBA", (5, 4), pilview.view(img)[3:7, 2:7])


def test_an_arrow_array_is_drawn_on_where_its_owner_lets() -> None:
    numbers = pa.array(np.zeros(64, np.uint8))
    pilview.from_buffer("L", (8, 8), numbers).putpixel((1, 0), 200)
    assert numbers[1].as_py() == 200
    pilview.from_buffer("L", (8, 4), numbers[32:]).putpixel((2, 0), 100)
    assert numbers[34].as_py() == 100
    pixels = pa.FixedSizeListArray.from_arrays(numbers, 4)
    pilview.from_buffer("RGB", (4, 3), pixels[4:]).putpixel((1, 0), (1, 2, 3))
    assert pixels[5].as_py() == [1, 2, 3, 255]
    floats = pa.array([0.0] * 12, pa.float32())
    pilview.from_buffer("F", (4, 3), floats).putpixel((3, 2), 0.5)
    assert floats[11].as_py() == 0.5
    assert pilview.from_buffer("I;16", (4, 3), pa.array([7] * 12, pa.uint16())).getpixel((0, 0)) == 7


def test_read_only_memory_is_refused_whatever_the_protocol() -> None:
    frozen = np.zeros((4, 4), np.uint8)
    frozen.flags.writeable = False
    fixed = pa.Array.from_buffers(pa.uint8(), 16, [None, pa.py_buffer(bytes(16))])
    sources: list[Any] = [frozen, frozen[:, :2], Tensor(frozen), fixed, memoryview(bytes(64))[::2]]
    for source in sources:
        with pytest.raises(pilview.ReadOnlyError, match="read-only"):
            pilview.from_buffer("L", (2, 4), source)


class MuteArray:
    """An Arrow array that does not tell whether it may be written."""

    def __init__(self, array: Any, schema: Any = None) -> None:
        self.array, self.schema = array, array if schema is None else schema

    def __arrow_c_array__(self) -> tuple[Any, Any]:
        return self.schema.__arrow_c_array__()[0], self.array.__arrow_c_array__()[1]


class TellingArray(MuteArray):
    def buffers(self) -> list[Any]:
        buffers: list[Any] = self.array.buffers()
        return buffers


def test_an_arrow_array_that_says_nothing_is_taken_for_read_only() -> None:
    array = pa.array(np.zeros(64, np.uint8))
    with pytest.raises(pilview.ReadOnlyError):
        pilview.from_buffer("L", (8, 8), MuteArray(array))
    assert pilview.from_buffer("L", (8, 8), TellingArray(array)).size == (8, 8)


def test_an_arrow_array_that_lies_about_its_type_reaches_no_memory_but_its_own() -> None:
    array = pa.array(np.zeros(64, np.uint8))
    lie = TellingArray(array, schema=pa.array([0], pa.int32()))
    with pytest.raises(pilview.ReadOnlyError):
        pilview.from_buffer("I", (8, 8), lie)
    for other in (pa.array(["a"]), pa.array([1.0]), pa.array([1, None], pa.uint8()), pa.array([[1]])):
        with pytest.raises(ValueError, match="numbers"):
            pilview.from_buffer("L", (1, 1), other)
    pair = array.__arrow_c_array__()

    class Released(MuteArray):
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return pair

    for _ in range(2):
        with pytest.raises((pilview.ReadOnlyError, ValueError)):
            pilview.from_buffer("L", (8, 8), Released(array))


@pytest.mark.parametrize("start", [2**63 + 2**48, 2**64 - 64, 2**62, 0])
def test_an_arrow_array_whose_sizes_wrap_around_reaches_no_memory_but_its_own(start: int) -> None:
    """Its values begin far behind the buffer and end in it, if sums are taken modulo 2**64."""
    memory = bytearray(64)
    buffer = pa.py_buffer(memory)
    skipped = (start - buffer.address) % 2**64 // 4
    length = (buffer.address + 16 - start) % 2**64 // 4
    if skipped + length >= 2**63:
        pytest.skip("Arrow has no such sizes")
    empty = pa.binary(0)  # as many as one likes, in no memory
    child = pa.Array.from_buffers(empty, skipped + length, [None, buffer], null_count=0)
    struct = pa.struct([("", empty)])
    array = pa.Array.from_buffers(struct, length, [None], offset=skipped, null_count=0, children=[child])

    class Wrapping(MuteArray):
        def buffers(self) -> list[Any]:
            return [memory]

    lie = Wrapping(array, schema=pa.array([[1]], pa.list_(pa.int32(), 1)))
    with pytest.raises((ValueError, pilview.ReadOnlyError)):
        pilview.from_buffer("L", (4, 4), lie)


def test_an_arrow_type_that_was_taken_already_is_not_read() -> None:
    array = pa.array(np.zeros(64, np.uint8))
    schema, first = array.__arrow_c_array__()
    pa.Array._import_from_c_capsule(schema, first)

    class Reused(TellingArray):
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return schema, array.__arrow_c_array__()[1]

    with pytest.raises(ValueError, match="numbers"):
        pilview.from_buffer("L", (8, 8), Reused(array))


def test_what_an_arrow_arrays_owner_raises_comes_out() -> None:
    class Raising(MuteArray):
        def buffers(self) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pilview.from_buffer("L", (8, 8), Raising(pa.array(np.zeros(64, np.uint8))))


def test_tensors_that_can_not_be_shared_are_refused() -> None:
    array = np.zeros((4, 4), np.uint8)
    with pytest.raises(ValueError, match="copy"):
        pilview.from_buffer("L", (4, 4), Tensor(array, copy=True))

    class OnGpu(Tensor):
        def __dlpack_device__(self) -> tuple[int, int]:
            return (2, 0)

    with pytest.raises(ValueError, match=r"cpu\(\)"):
        pilview.from_buffer("L", (4, 4), OnGpu(array))
    for nonsense in (None, 3, "x", ctypes.c_int(1)):

        class Nonsense(Tensor):
            def __dlpack__(self, **_: Any) -> Any:
                return nonsense  # noqa: B023

        with pytest.raises(TypeError, match="capsule"):
            pilview.from_buffer("L", (4, 4), Nonsense(array))
    capsule: Any = array.__dlpack__()

    class Twice(Tensor):
        def __dlpack__(self, **_: Any) -> Any:
            return capsule

    assert pilview.from_buffer("L", (4, 4), Twice(array)).size == (4, 4)
    with pytest.raises(TypeError, match="taken"):
        pilview.from_buffer("L", (4, 4), Twice(array))


@pytest.mark.parametrize(
    ("mode", "array"),
    [
        ("RGB", np.zeros((3, 4, 3), np.uint8)),
        ("RGB", np.zeros((6, 8, 3), np.uint8)[::2, ::2]),
        ("RGB", np.zeros((30, 40, 3), np.uint8)),
        ("YCbCr", np.zeros((3, 4, 3), np.uint8)[::-1]),
        ("RGB", bytearray(3 * 4 * 3)),
        ("LA", np.zeros((3, 4, 2), np.uint8)),
        ("LA", bytearray(3 * 4 * 2)),
        ("PA", Tensor(np.zeros((3, 4, 2), np.uint8))),
        ("RGB", pa.FixedSizeListArray.from_arrays(pa.array(np.zeros(36, np.uint8)), 3)),
    ],
)
def test_packed_pixels_are_refused_with_the_calls_that_copy(mode: str, array: Any) -> None:
    packed = len(MODES[mode].offsets)
    with pytest.raises(ValueError, match=rf"packed {packed}-byte.*Image\.frombytes.*copy_from"):
        pilview.from_buffer(mode, (4, 3), array)


def test_the_calls_that_copy_do() -> None:
    array = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    assert Image.frombytes("RGB", (4, 3), array.tobytes()).getpixel((1, 0)) == (3, 4, 5)
    img = pilview.new("RGB", (4, 3))
    pilview.view(img).copy_from(array)
    assert memory.values(img) == array.tolist()


def test_gaps_inside_of_rows_and_rows_that_overlap_are_refused() -> None:
    array: Any = np.zeros((8, 8, 4), np.uint8)
    overlapping = np.lib.stride_tricks.as_strided(array, (4, 4, 4), (4, 4, 1), writeable=True)
    repeated = np.lib.stride_tricks.as_strided(array, (4, 4, 4), (0, 4, 1), writeable=True)
    for source in (array[:4, ::2], array[:4, 3::-1], array.transpose(1, 0, 2)[:4, :4], overlapping, repeated):
        for shown in (source, Tensor(source)):
            with pytest.raises(pilview.LayoutError, match=r"copy_from"):
                pilview.from_buffer("RGBA", (4, 4), shown)


def test_shapes_strides_and_offsets_that_do_not_fit_are_refused() -> None:
    array: Any = np.zeros((8, 8, 4), np.uint8)
    for size in ((4, 5), (5, 4), (4, 0), (0, 4), (0, 0)):
        with pytest.raises(ValueError, match=r"rows of 16 bytes"):
            pilview.from_buffer("RGBA", size, array[:4, :4])
    for options in ({"stride": 32}, {"offset": 4}):
        with pytest.raises(ValueError, match="without gaps"):
            pilview.from_buffer("RGBA", (4, 4), array[:4, :4], **options)
    with pytest.raises(pilview.ModeError, match="mode L"):
        pilview.from_buffer("1", (4, 3), array[0], stride=4)
    for empty in (array[:, :0], array[:0], array[4:4, ::2]):
        assert pilview.from_buffer("RGBA", (0, 0), empty).size == (0, 0)
        with pytest.raises(ValueError, match="bytes"):
            pilview.from_buffer("RGBA", (1, 1), empty)


def test_owners_can_not_be_resized_or_closed_meanwhile() -> None:
    growing = bytearray(64)
    block: Any = shared_memory.SharedMemory(create=True, size=4096)
    try:
        images = [pilview.from_buffer("L", (8, 8), growing), pilview.from_buffer("L", (8, 8), block.buf)]
        for resize in (lambda: growing.append(0), growing.clear, block.close):
            with pytest.raises(BufferError):
                resize()
        images[1].putpixel((3, 0), 77)
        other: Any = shared_memory.SharedMemory(block.name)
        assert other.buf[3] == 77
        other.close()
        images.clear()
        gc.collect()
        growing.append(0)
    finally:
        block.close()
        block.unlink()


def test_a_refused_source_is_given_back() -> None:
    array = np.zeros((4, 4), np.uint8)
    before = sys.getrefcount(array)
    for source in (array, array[:, :2], Tensor(array), OldTensor(array)):
        for size in ((9, 9), (3, 3)):
            with pytest.raises(ValueError, match=r"\d"):
                pilview.from_buffer("F", size, source)
    del source
    gc.collect()
    assert sys.getrefcount(array) == before


@contextmanager
def shared(count: int) -> Iterator[memoryview]:
    owner = shared_memory.SharedMemory(create=True, size=count)
    try:
        assert owner.buf is not None
        yield owner.buf[:count]
    finally:
        owner.unlink()
        gc.collect()
        owner.close()


@pytest.mark.parametrize("mode", MODES)
def test_images_of_every_mode_lie_over_every_owner(mode: str) -> None:
    raw = random_pixels(MODES[mode], (13, 7))
    if mode == "1":  # at Pillow's own stride, 4 bytes a pixel
        raw = b"".join(raw[at : at + 13] + bytes(39) for at in range(0, len(raw), 13))
    with mmap.mmap(-1, len(raw)) as mapped, shared(len(raw)) as common:
        numbers = pa.array(np.zeros(len(raw), np.uint8))
        for owner in (typed_array("B", bytes(len(raw))), mapped, common, numbers):
            img = pilview.from_buffer(mode, (13, 7), owner)
            drawn = pilview.from_buffer(mode, (13, 7), bytearray(raw))
            memory.poke(img, memory.raw_bytes(drawn))
            assert bytes(owner.to_numpy() if owner is numbers else owner) == raw
            assert memory.raw_bytes(img) == memory.raw_bytes(drawn)
            del img
        common.release()


def test_ctypes_arrays_are_buffers() -> None:
    """They export no strides."""
    array = (ctypes.c_ubyte * 12)()
    pilview.from_buffer("L", (4, 3), array).putpixel((1, 1), 9)
    assert array[5] == 9
    pilview.view(make("L", (4, 3))).copy_to(array)
