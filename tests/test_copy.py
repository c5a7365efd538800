"""tobytes, copy_to, copy_from, packed and cast: the values out of the image and back."""

from __future__ import annotations

import array
import sys
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pilview

from . import memory, model
from .images import CASES, KINDS, SIZES, WRITABLE_CASES, build, make
from .modes import MODES, MODES_4BYTE
from .scripts import run


def dtype(mode: str) -> np.dtype[Any]:
    return np.dtype(
        {"B": "u1", "i": "i4", "f": "f4"}.get(MODES[mode].format, MODES[mode].format.replace("H", "u2"))
    )


def array_of(mode: str, values: bytes, size: tuple[int, int]) -> Any:
    bands = len(MODES[mode].bands)
    shape = (size[1], size[0], bands) if bands > 1 else (size[1], size[0])
    return np.frombuffer(bytearray(values), dtype=dtype(mode)).reshape(shape)


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_copy_to_flat_and_shaped_memory(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        v = pilview.view(img)
        flat = bytearray(b"\xee" * v.nbytes)
        v.copy_to(flat)
        assert bytes(flat) == memory.packed(img)
        shaped = array_of(mode, bytes(v.nbytes), size)
        v.copy_to(shaped)
        assert shaped.tobytes() == memory.packed(img)


@pytest.mark.parametrize(("kind", "mode"), WRITABLE_CASES)
def test_copy_from_flat_and_shaped_memory(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        source = memory.packed(build("one_block", mode, size, tmp_path, seed=1))
        for buffer in (source, bytearray(source), array_of(mode, source, size), array.array("B", source)):
            img = build(kind, mode, size, tmp_path)
            padding = memory.padding(img)
            pilview.view(img).copy_from(buffer)
            assert memory.packed(img) == source
            assert memory.padding(img) == padding


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "F", "I;16B"])
def test_strided_arrays_are_copied_both_ways(mode: str, blocks: bool) -> None:
    size = (101, 97) if blocks else (6, 7)
    img = make(mode, size, blocks=blocks)
    shape = pilview.view(img).shape
    planar_order = tuple(range(len(shape)))[::-1]
    targets: list[Any] = [
        np.zeros(tuple(n * 2 for n in shape), dtype(mode))[tuple(slice(None, None, 2) for _ in shape)],
        np.zeros(shape, dtype(mode))[::-1, ::-1],
        np.zeros(shape[::-1], dtype(mode)).transpose(planar_order),
        np.zeros(shape, dtype(mode), order="F"),
        np.zeros((shape[0], shape[1] + 5, *shape[2:]), dtype(mode))[:, 2:-3],
    ]
    if len(shape) == 3:
        targets.append(np.moveaxis(np.zeros((shape[2], *shape[:2]), dtype(mode)), 0, 2))
    expected = array_of(mode, memory.packed(img), size)
    for target in targets:
        pilview.view(img).copy_to(target)
        assert target.tobytes() == expected.tobytes()
        other = make(mode, size, blocks=blocks, seed=1)
        pilview.view(other).copy_from(target)
        assert memory.packed(other) == memory.packed(img)


def test_gaps_in_the_target_stay_as_they_were() -> None:
    img = make("RGB", (6, 7))
    outer: Any = np.full((14, 12, 6), 0xEE, np.uint8)
    pilview.view(img).copy_to(outer[::2, ::2, ::2])
    assert outer[::2, ::2, ::2].tobytes() == memory.packed(img)
    outer[::2, ::2, ::2] = 0xEE
    assert bool((outer == 0xEE).all())


def test_selections_are_copied() -> None:
    img = make("RGBA", (20, 20))
    v = pilview.view(img)
    keys: list[Any] = [(slice(2, 9), slice(3, 17, 2)), (slice(None, None, -1),), (slice(None), 3), (5,)]
    keys += [(slice(None), slice(None), 1), (slice(None), slice(None), slice(None, None, -1)), (slice(3, 3),)]
    for key in keys:
        part = v[key]
        expected = model.Region.of(img, key).tobytes()
        assert part.tobytes() == expected
        target = bytearray(part.nbytes)
        part.copy_to(target)
        assert bytes(target) == expected


@pytest.mark.parametrize("blocks", [False, True])
def test_views_and_images_and_their_memoryviews_are_sources_and_targets(blocks: bool) -> None:
    img = make("RGB", (101, 97), blocks=blocks)
    v = pilview.view(img)
    for wrap in (lambda other: other, pilview.view, lambda other: memoryview(pilview.view(other))):
        other = make("RGB", (101, 97), blocks=not blocks, seed=1)
        v.copy_to(wrap(other))
        assert memory.packed(other) == memory.packed(img)
        again = make("RGB", (101, 97), blocks=blocks, seed=2)
        pilview.view(again).copy_from(wrap(other))
        assert memory.packed(again) == memory.packed(img)


def test_copies_inside_one_image_are_as_if_copied_first() -> None:
    for blocks in (False, True):
        img = make("L", (101, 97), blocks=blocks)
        v = pilview.view(img)
        expected = memory.values(img)[::-1]
        v[::-1].copy_to(v)
        assert memory.values(img) == expected
        v.copy_from(v[::-1])
        assert memory.values(img) == expected[::-1]


def test_overlap_through_a_foreign_buffer_is_as_if_copied_first() -> None:
    buffer = bytearray(range(200))
    img = pilview.from_buffer("L", (10, 10), buffer)
    pilview.view(img).copy_from(memoryview(buffer)[1:101])
    assert buffer == bytearray(range(1, 101)) + bytearray(range(100, 200))
    pilview.view(img).copy_to(memoryview(buffer)[3:103])
    assert buffer[3:103] == bytearray(range(1, 101))


@pytest.mark.parametrize("size", [(6, 7), (2000, 600)])
def test_big_and_small_copies_agree_whatever_the_threads(size: tuple[int, int], threads: int) -> None:
    img = make("RGB", size, blocks=True)
    v = pilview.view(img)
    expected = memory.packed(img)
    assert v.tobytes() == expected
    target = bytearray(v.nbytes)
    v.copy_to(target)
    assert target == expected
    other = make("RGB", size, seed=1)
    pilview.view(other).copy_from(target)
    assert memory.packed(other) == expected


@pytest.mark.parametrize("delta", [-1, 1])
def test_memory_of_another_length_is_a_value_error(delta: int) -> None:
    img = make("RGB", (6, 7))
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    target = bytearray(b"\xee" * (v.nbytes + delta))
    with pytest.raises(ValueError, match=str(v.nbytes)):
        v.copy_to(target)
    assert set(target) == {0xEE}
    with pytest.raises(ValueError, match=str(v.nbytes)):
        v.copy_from(target)
    assert memory.raw_bytes(img) == before


def test_readonly_memory_and_views_are_refused() -> None:
    img = make("RGB", (6, 7))
    v = pilview.view(img)
    for target in (bytes(v.nbytes), memoryview(bytes(v.nbytes)), pilview.view(img, writable=False)):
        with pytest.raises((pilview.ReadOnlyError, BufferError)):
            v.copy_to(target)
    with pytest.raises(pilview.ReadOnlyError):
        pilview.view(img, writable=False).copy_from(bytes(v.nbytes))
    frozen: Any = np.zeros((7, 6, 3), np.uint8)
    frozen.flags.writeable = False
    with pytest.raises((pilview.ReadOnlyError, BufferError)):
        v.copy_to(frozen)


@pytest.mark.parametrize(
    "thing", [None, 3, "text", [1, 2, 3], object()], ids=lambda thing: type(thing).__name__
)
def test_what_has_no_buffer_is_a_type_error(thing: Any) -> None:
    v = pilview.view(make("RGB", (6, 7)))
    with pytest.raises(TypeError):
        v.copy_to(thing)
    with pytest.raises(TypeError):
        v.copy_from(thing)


@pytest.mark.parametrize("mode", MODES_4BYTE)
@pytest.mark.parametrize("blocks", [False, True])
def test_packed_is_pillows_int32(mode: str, blocks: bool) -> None:
    img = make(mode, (37, 41), blocks=blocks)
    p = pilview.view(img).packed
    assert (p.shape, p.format, p.itemsize) == ((41, 37), "i", 4)
    assert p.tobytes() == memory.raw_bytes(img)
    assert p.tolist() == np.frombuffer(memory.raw_bytes(img), "i4").reshape(41, 37).tolist()
    p[3, 5] = -2
    assert memory.raw_rows(img)[3][20:24] == (-2).to_bytes(4, __import__("sys").byteorder, signed=True)


@pytest.mark.parametrize(("mode", "formats"), [("RGBA", "Iif"), ("RGB", "Iif"), ("F", "Iif"), ("I", "Iif")])
def test_cast_reads_whole_pixels_as_another_format(mode: str, formats: str) -> None:
    img = make(mode, (6, 7))
    for fmt in formats:
        c = pilview.view(img).cast(fmt)  # type: ignore[arg-type]
        assert (c.shape, c.format) == ((7, 6), fmt)
        assert c.tobytes() == memory.raw_bytes(img)
        assert memoryview(c).tobytes() == memory.raw_bytes(img)
    assert pilview.view(img).cast("I")[2, 3] == np.frombuffer(memory.raw_rows(img)[2], "u4")[3]


def test_cast_of_small_pixels() -> None:
    img = make("L", (6, 7))
    signed = pilview.view(img).cast("b")
    assert signed.tolist() == np.frombuffer(memory.raw_bytes(img), "i1").reshape(7, 6).tolist()
    signed[0, 0] = -1
    assert img.getpixel((0, 0)) == 255
    with pytest.raises((ValueError, OverflowError)):
        signed[0, 0] = 200
    img = make("I;16", (6, 7))
    assert pilview.view(img).cast("h")[1, 1] == np.frombuffer(memory.raw_rows(img)[1], "i2")[1]


@pytest.mark.parametrize("fmt", ["B", "H", "d", "x", "", "II", ">i", "q"])
def test_cast_to_another_size_or_no_format_is_refused(fmt: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        pilview.view(make("RGBA")).cast(fmt)


@pytest.mark.parametrize("mode", ["L", "1", "P", "I;16"])
def test_packed_refuses_smaller_pixels(mode: str) -> None:
    with pytest.raises(pilview.ModeError, match=r"\b4\b"):
        _ = pilview.view(make(mode)).packed


def test_packed_refuses_band_selections() -> None:
    v = pilview.view(make("RGBA"))
    for part in (v["R"], v[:, :, ::-1], v[:, :, 1:]):
        with pytest.raises(pilview.ModeError, match=r"\w"):
            _ = part.packed
        with pytest.raises(pilview.ModeError, match=r"\w"):
            part.cast("I")


def test_packed_and_cast_of_crops_and_steps() -> None:
    img = make("RGBA", (20, 20))
    raw = np.frombuffer(memory.raw_bytes(img), "i4").reshape(20, 20)
    v = pilview.view(img)
    assert v[2:9, 3:15:2].packed.tolist() == raw[2:9, 3:15:2].tolist()
    assert v.packed[::-1, ::-1].tolist() == raw[::-1, ::-1].tolist()
    assert v.cast("I")[5].tolist() == np.frombuffer(memory.raw_rows(img)[5], "u4").tolist()


def test_planes_that_overlap_the_view_are_written_as_if_it_had_been_copied_first() -> None:
    v = pilview.view(make("RGB", (3, 1)))
    v[...] = np.array([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], np.uint8)
    v.copy_to(pilview.asarray(v).transpose(0, 2, 1))
    assert v.tolist() == [[[1, 4, 7], [2, 5, 8], [3, 6, 9]]]


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
@pytest.mark.parametrize(
    "work",
    ["v[:, ::-1].copy_to(v)", "v[...] = v[::-1]", "v.tolist()", "v.tobytes()", "pilview.contiguous(img)"],
)
def test_a_copy_without_memory_for_it_is_a_memory_error(work: str) -> None:
    if work == "v.tobytes()" and sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("a free-threaded CPython has reserved memory for objects before the limit is set")
    out = run(
        f"""
        import resource
        from PIL import Image
        import pilview
        img = Image.new("L", (20000, 10000))
        v = pilview.view(img)
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 2**26, resource.RLIM_INFINITY))
        try:
            {work}
        except MemoryError:
            print("refused", v[0, 0], img.getpixel((0, 0)))
        """
    )
    assert out == "refused 0 0"
