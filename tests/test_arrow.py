"""Views as Arrow arrays and streams: pyarrow reads Pillow's memory, where it lies."""

from __future__ import annotations

import ctypes
import gc
import json
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from PIL import Image

import pilview

from . import capsules, memory
from .images import CASES, HAS_ARROW, KINDS, SIZES, build, make
from .modes import MODES, MODES_BANDS
from .scripts import run
from .test_dlpack import NATIVE
from .test_strided import uneven

TYPES = {"B": pa.uint8(), "H": pa.uint16(), "i": pa.int32(), "f": pa.float32()}


def values_of(chunk: Any) -> Any:
    return chunk.values if pa.types.is_fixed_size_list(chunk.type) else chunk


def address(chunk: Any) -> int:
    """Where an array's first value lies."""
    values = values_of(chunk)
    first: int = values.buffers()[1].address + values.offset * values.type.bit_width // 8
    return first


def packed_runs(img: Image.Image) -> list[tuple[int, int]]:
    """Address and bytes of each piece of memory in which rows follow each other."""
    runs: list[tuple[int, int]] = []
    line = img.width * MODES[img.mode].pixelsize
    for row in memory.row_addresses(img) if line else []:
        if runs and sum(runs[-1]) == row:
            runs[-1] = (runs[-1][0], runs[-1][1] + line)
        else:
            runs.append((row, line))
    return runs


@pytest.mark.parametrize("mode", NATIVE)
def test_an_array_has_the_memory_and_the_type_of_the_mode(mode: str) -> None:
    img = make(mode, (6, 7))
    array = pa.array(pilview.view(img))
    assert len(array) == 42
    assert array.null_count == 0
    value = TYPES[MODES[mode].format]
    if mode in MODES_BANDS:
        assert array.type == pa.list_(pa.field(mode, pa.uint8(), nullable=False), 4)
        assert array.type.field(0).name == mode
        names = json.loads(array.type.field(0).metadata[b"image"])["bands"]
        assert len(names) == 4
        assert [names[offset] for offset in MODES[mode].offsets] == list(img.getbands())
        assert all(name == "X" for i, name in enumerate(names) if i not in MODES[mode].offsets)
    else:
        assert array.type == value
    assert address(array) == memory.row_addresses(img)[0]
    assert values_of(array).to_numpy().tobytes() == memory.raw_bytes(img)
    array.validate(full=True)


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_every_kind_of_image_streams_without_a_copy(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        v = pilview.view(img)
        runs = packed_runs(img)
        if mode not in NATIVE:
            for export in (v.__arrow_c_array__, v.__arrow_c_stream__):
                with pytest.raises(pilview.LayoutError, match="byte order"):
                    export()
            continue
        if any(start % MODES[mode].itemsize for start, _ in runs):
            with pytest.raises(pilview.LayoutError, match="odd"):
                v.__arrow_c_stream__()
            continue
        chunked = pa.chunked_array(v)
        chunked.validate(full=True)
        assert [(address(chunk), values_of(chunk).nbytes) for chunk in chunked.chunks] == runs
        assert len(chunked) == size[0] * size[1]
        whole = b"".join(values_of(chunk).to_numpy().tobytes() for chunk in chunked.chunks)
        assert whole == memory.raw_bytes(img)
        if len(runs) > 1:
            with pytest.raises(pilview.LayoutError, match=r"chunked_array.*contiguous"):
                pa.array(v)
        else:
            assert pa.array(v).equals(
                pa.concat_arrays(chunked.chunks) if runs else pa.array([], chunked.type)
            )


def test_one_chunk_a_block() -> None:
    for mode in ("L", "RGB", "F"):
        v = pilview.view(uneven(mode))
        assert [len(chunk) for chunk in pa.chunked_array(v).chunks] == [
            block.width * block.height for block in v.blocks
        ]


def test_what_pillow_refuses_arrives_in_chunks() -> None:
    img = Image.new("RGB", (3000, 2000), (1, 2, 3))
    if HAS_ARROW:
        with pytest.raises(ValueError, match=r"contiguous|block"):
            pa.array(img)
    chunked = pa.chunked_array(pilview.view(img))
    assert len(chunked) == 3000 * 2000
    assert chunked.num_chunks == 2
    assert chunked[-1].as_py() == [1, 2, 3, 255]
    moved = pa.array(pilview.view(pilview.contiguous(img)))
    assert address(moved) == memory.row_addresses(img)[0]


@pytest.mark.skipif(not HAS_ARROW, reason="this Pillow exports no Arrow arrays")
@pytest.mark.parametrize("mode", NATIVE)
def test_types_are_those_of_pillows_own_export(mode: str) -> None:
    img = make(mode)
    mine, pillows = pa.array(pilview.view(img)), pa.array(img)
    if mode in ("I;16", "I;16L", "I;16N"):  # Pillow calls values up to 65535 int16.
        assert (mine.type, pillows.type) == (pa.uint16(), pa.int16())
        mine = pa.array(pilview.view(img).cast("h"))
    assert mine.type == pillows.type
    assert mine.equals(pillows)
    if mode in MODES_BANDS:
        mine_field, pillows_field = mine.type.field(0), pillows.type.field(0)
        assert pillows_field.name in (mine_field.name, "pixel")  # the latter up to 11.3, without metadata
        if mode != "LAB" and pillows_field.metadata:  # whose bands Pillow spells in two ways
            assert mine_field.metadata == pillows_field.metadata


@pytest.mark.skipif(not HAS_ARROW, reason="this Pillow takes no Arrow arrays")
def test_pillow_takes_a_view_as_an_arrow_array() -> None:
    img = make("RGBA", (6, 7))
    other = Image.fromarrow(pilview.view(img)[2:5], "RGBA", (6, 3))
    assert other.tobytes() == img.crop((0, 2, 6, 5)).tobytes()
    assert memory.row_addresses(other) == memory.row_addresses(img)[2:5]


def test_whole_rows_of_a_part_are_chunks() -> None:
    img = make("RGBA", (6, 7))
    v = pilview.view(img)
    rows = memory.row_addresses(img)
    assert address(pa.array(v[2:5])) == rows[2]
    assert len(pa.array(v[2])) == 6
    chunks = pa.chunked_array(v[2:5, 1:4]).chunks
    assert [(address(chunk), len(chunk)) for chunk in chunks] == [(row + 4, 3) for row in rows[2:5]]
    assert [address(chunk) for chunk in pa.chunked_array(v[::-2]).chunks] == rows[::-2]
    assert [chunk.to_pylist() for chunk in pa.chunked_array(v[:, 3]).chunks] == [
        [list(row[3])] for row in memory.values(img)
    ]
    assert pa.array(v.packed).type == pa.int32()
    assert pa.array(v.cast("I")).type == pa.uint32()
    assert address(pa.array(v.cast("f"))) == rows[0]


def test_parts_of_pixels_are_refused() -> None:
    v = pilview.view(make("RGB", (6, 7)))
    for part in (v["R"], v["RG"], v[..., ::-1], v[:, ::2], v[:, ::-1], v[:, :, 0:2]):
        for export in (part.__arrow_c_array__, part.__arrow_c_stream__):
            with pytest.raises(pilview.LayoutError, match="whole pixels"):
                export()
    with pytest.raises(pilview.LayoutError, match="chunked_array"):
        v[:, 1:3].__arrow_c_array__()
    v.release()
    for export in (v.__arrow_c_array__, v.__arrow_c_stream__):
        with pytest.raises(pilview.ReleasedError):
            export()


def test_what_is_drawn_later_is_seen() -> None:
    img = make("L")
    array = pa.array(pilview.view(img))
    img.putpixel((3, 2), 123)
    assert array[2 * 7 + 3].as_py() == 123


def test_read_only_views_are_exported_as_arrow_only_reads() -> None:
    img = make("L")
    assert pa.array(pilview.view(img, writable=False)).equals(pa.array(pilview.view(img)))


def test_a_child_outlives_its_parent_and_the_view() -> None:
    img = make("RGB", (64, 64))
    expected = memory.raw_bytes(img)
    v = pilview.view(img)
    schema, array = v.__arrow_c_array__()
    parent = capsules.look(array, capsules.Array)
    moved = capsules.Array.from_buffer_copy(parent.children[0][0])
    parent.children[0][0].release = None
    img.close()
    del schema, array, parent, img
    gc.collect()
    with pytest.raises(BufferError):
        v.release()
    assert ctypes.string_at(moved.buffers[1], moved.length) == expected
    capsules.release(moved)
    assert not moved.release
    v.release()


def test_capsules_that_nobody_takes_let_go() -> None:
    v = pilview.view(make("RGB"))
    made = [(v.__arrow_c_array__(), v.__arrow_c_stream__()) for _ in range(100)]
    with pytest.raises(BufferError, match="200 exported"):
        v.release()
    del made
    v.release()


def test_a_stream_read_and_released_in_threads_without_the_gil() -> None:
    v = pilview.view(uneven("RGB"))
    blocks = len(v.blocks)
    seen: list[int] = []

    def read(capsule: Any) -> None:
        stream = capsules.look(capsule, capsules.Stream)
        at = ctypes.addressof(stream)
        schema = capsules.Schema()
        assert stream.get_schema(at, ctypes.byref(schema)) == 0
        assert schema.format == b"+w:4"
        capsules.release(schema)
        count = 0
        while True:
            array = capsules.Array()
            assert stream.get_next(at, ctypes.byref(array)) == 0
            if not array.release:
                break
            capsules.release(array)
            count += 1
        assert stream.get_last_error(at) is None
        capsules.release(stream)
        seen.append(count)

    threads = [threading.Thread(target=read, args=(v.__arrow_c_stream__(),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [blocks] * 20
    del threads
    v.release()


def test_arrays_may_be_released_after_the_interpreters_end() -> None:
    out = run(
        """
        import ctypes, sys
        import pyarrow as pa
        from PIL import Image
        import pilview
        from tests import capsules

        at_exit = ctypes.CDLL(None).__cxa_atexit
        at_exit.argtypes = [ctypes.c_void_p] * 3
        v = pilview.view(Image.new("RGB", (640, 480), "red"))
        _, capsule = v.__arrow_c_array__()
        array = capsules.look(capsule, capsules.Array)
        moved = capsules.Array.from_buffer_copy(array)
        array.release = None
        assert at_exit(moved.release, ctypes.addressof(moved), None) == 0
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(moved))  # it is read after all that `sys` keeps is gone
        sys.keep = [v.__arrow_c_array__(), v.__arrow_c_stream__(), pa.array(v), pa.chunked_array(v)]
        print("done")
        """
    )
    assert out == "done"
