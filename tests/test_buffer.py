"""PEP 3118: every request, judged by CPython's own `_testbuffer` against row addresses read with ctypes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pilview

from . import memory, model
from .images import CASES, KINDS, SIZES, build, make
from .modes import MODES

_testbuffer: Any = pytest.importorskip("_testbuffer")

FULL_RO = model.INDIRECT | model.STRIDES | model.ND | model.FORMAT
RECORDS_RO = model.STRIDES | model.ND | model.FORMAT
ALL = model.all_flags()


NAMES = ["WRITABLE", "FORMAT", "ND", "STRIDES", "C_CONTIGUOUS", "F_CONTIGUOUS", "ANY_CONTIGUOUS", "INDIRECT"]


def name_of(flags: int) -> str:
    return "|".join(name for name in NAMES if flags & getattr(model, name)) or "SIMPLE"


def check(v: Any, region: model.Region, *, readonly: bool, table: bool = True) -> None:
    """Asks `v` for a buffer in every way there is; `region` says what it must be."""
    data = region.tobytes()
    nested = region.tolist()
    for flags in ALL:
        answer = region.answer(flags, readonly=readonly, table=table)
        where = f"{region.image.mode} {region.image.size} {region.shape} flags {name_of(flags)} ({flags:#x})"
        try:
            got = _testbuffer.ndarray(v, getbuf=flags)
        except BufferError as error:
            refusal = str(error)
            got = None
        if got is None:
            assert answer is None, f"refused without reason: {where}: {refusal}"
            assert refusal, where
            continue
        assert answer is not None, f"given although impossible: {where}: {got.strides} {got.suboffsets}"
        assert got.nbytes == len(data), where
        assert got.readonly is readonly, where
        assert got.format == (answer.format or ""), where
        assert got.shape == (answer.shape or ()), where
        if answer.strides is None:
            assert got.strides == (), where
        else:
            assert len(got.strides) == len(answer.strides), where
            for is_stride, stride in zip(got.strides, answer.strides, strict=True):
                assert stride is None or is_stride == stride, f"{where}: {got.strides}"
        assert got.suboffsets == (answer.suboffsets or ()), where
        if answer.shape is not None:
            assert got.ndim == len(answer.shape), where
            assert got.itemsize == region.itemsize, where
        if len(data) > 2000 and flags not in (FULL_RO, RECORDS_RO):
            continue  # the values of large images are compared once for each way to them
        assert got.tobytes() == data, where
        if answer.format is not None:
            assert got.tolist() == nested, where


def selections(shape: tuple[int, ...]) -> list[model.Key]:
    """A few selections of each sort that fit this shape."""
    h, w = shape[:2]
    every = slice(None)
    keys: list[model.Key] = [
        (),
        (slice(1, h - 1), slice(1, w - 1)),
        (slice(None, None, 2),),
        (slice(None, None, -1), slice(None, None, -1)),
        (slice(None, None, -3), slice(w, 0, -2)),
        (slice(h, None),),
        (every, slice(w, None)),
        (slice(h // 2, h // 2 + 1),),
    ]
    if h:
        keys.append((h // 2,))
        keys.append((h - 1, slice(None, None, -1)))
    if w:
        keys.append((every, w - 1))
        keys.append((slice(None, None, -1), 0))
    if len(shape) == 3:
        last = shape[2] - 1
        keys += [(every, every, 0), (every, every, last), (every, every, slice(None, None, -1))]
        keys += [(slice(1, None), slice(None, None, 2), slice(last, None))]
        if h:
            keys.append((0, every, last))
        if w:
            keys.append((every, 0, 0))
    return keys


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_every_request_is_answered_as_pep_3118_says(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        check(pilview.view(img), model.Region.of(img), readonly=KINDS[kind].readonly)


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_every_request_to_a_selection_is_answered_too(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes([(0, 5), (5, 0), (1, 1), (6, 5)]):
        img = build(kind, mode, size, tmp_path)
        v = pilview.view(img)
        for key in selections(v.shape):
            check(v[key] if key else v, model.Region.of(img, key), readonly=KINDS[kind].readonly)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "F", "I;16B"])
@pytest.mark.parametrize("kind", ["one_block", "blocks", "aligned_blocks", "mapped_up_odd"])
def test_selections_of_many_rows_cross_blocks(kind: str, mode: str, tmp_path: Path) -> None:
    img = build(kind, mode, (101, 97), tmp_path)
    v = pilview.view(img)
    for key in [(slice(3, 90, 7), slice(5, 60, 5)), (slice(None, None, -20), slice(None, None, -9))]:
        check(v[key], model.Region.of(img, key), readonly=KINDS[kind].readonly)


@pytest.mark.parametrize("mode", MODES)
def test_strided_never_has_suboffsets(mode: str) -> None:
    for size in SIZES:
        img = make(mode, size)
        v = pilview.view(img).strided
        assert v.suboffsets == ()
        check(v, model.Region.of(img), readonly=False, table=False)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "PA", "RGB", "CMYK", "I", "F", "I;16", "I;16B"])
def test_view_matches_cpythons_own_pil_array(mode: str) -> None:
    img = make(mode, (4, 3))
    spec = MODES[mode]
    v = pilview.view(img)
    items = np.frombuffer(memory.packed(img), spec.format.replace("H", "u2").replace("B", "u1")).tolist()
    theirs = _testbuffer.ndarray(
        items, shape=list(v.shape), format=spec.format, flags=_testbuffer.ND_PIL | _testbuffer.ND_WRITABLE
    )
    ours = _testbuffer.ndarray(v, getbuf=FULL_RO)
    assert ours.tolist() == theirs.tolist()
    assert ours.tobytes() == theirs.tobytes()
    assert (ours.shape, ours.format, ours.itemsize) == (theirs.shape, theirs.format, theirs.itemsize)
    assert ours.strides[0] == theirs.strides[0] == model.POINTER
    assert ours.suboffsets == theirs.suboffsets
    assert memoryview(v) == memoryview(theirs)
    assert pilview.view(img) == theirs
    reversed_rows = memoryview(v[::-1])
    assert reversed_rows.tobytes() == theirs[::-1].tobytes()


def test_a_memoryview_reads_and_writes_the_image() -> None:
    for blocks in (False, True):
        img = make("RGB", (101, 97), blocks=blocks)
        with memoryview(pilview.view(img)) as m:
            assert m.suboffsets == (0, -1, -1)
            m[96, 100, 2] = 255 - m[96, 100, 2]
            changed = m[96, 100, 2]
            assert m.tolist() == memory.values(img)
        pixel = img.getpixel((100, 96))
        assert isinstance(pixel, tuple)
        assert pixel[2] == changed


@pytest.mark.parametrize("mode", MODES)
def test_one_hidden_row_is_direct_memory(mode: str) -> None:
    img = make(mode, (7, 5))
    row = pilview.view(img)[3]
    assert row.suboffsets == ()
    assert memoryview(row).suboffsets == ()
    assert row.shape == pilview.view(img).shape[1:]
    check(row, model.Region.of(img, (3,)), readonly=False)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_one_row_that_is_kept_as_an_axis_still_has_its_table(mode: str) -> None:
    v = pilview.view(make(mode, (7, 5)))[3:4]
    m: Any = memoryview(v)
    assert m.suboffsets[0] == 0
    assert m.shape[0] == 1


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
@pytest.mark.parametrize("mode", ["L", "RGB", "F"])
def test_empty_images_have_a_table_too(mode: str, size: tuple[int, int]) -> None:
    m: Any = memoryview(pilview.view(make(mode, size)))
    assert m.shape[:2] == (size[1], size[0])
    assert m.suboffsets == (0, -1, -1)[: m.ndim]
    assert m.tobytes() == b""
    assert m.nbytes == 0


def test_a_refused_request_names_the_way_out() -> None:
    v = pilview.view(make("RGB", (101, 97), blocks=True))
    with pytest.raises(BufferError, match=r"contiguous|blocks|INDIRECT"):
        _testbuffer.ndarray(v, getbuf=RECORDS_RO)
    with pytest.raises(BufferError, match=r"tobytes|copy_to|packed|contiguous"):
        _testbuffer.ndarray(pilview.view(make("RGB", (7, 5))), getbuf=0)
    with pytest.raises(BufferError, match=r"writable"):
        _testbuffer.ndarray(pilview.view(make("RGB"), writable=False), getbuf=FULL_RO | model.WRITABLE)


def test_a_refused_request_leaves_nothing_exported() -> None:
    v = pilview.view(make("RGB", (101, 97), blocks=True))
    for flags in (0, RECORDS_RO, model.C_CONTIGUOUS | RECORDS_RO):
        with pytest.raises(BufferError):
            _testbuffer.ndarray(v, getbuf=flags)
    v.release()  # would raise BufferError


def test_buffers_keep_their_description_apart() -> None:
    """Two exports of one view with different requests must not overwrite each other's strides."""
    img = make("RGBA", (7, 5))
    v = pilview.view(img)
    table = _testbuffer.ndarray(v, getbuf=FULL_RO)
    plain = _testbuffer.ndarray(v, getbuf=RECORDS_RO)
    flat = _testbuffer.ndarray(v, getbuf=0)
    assert table.strides == (model.POINTER, 4, 1)
    assert plain.strides == (28, 4, 1)
    assert table.tolist() == plain.tolist() == memory.values(img)
    assert flat.tobytes() == table.tobytes() == plain.tobytes()


def test_the_exporter_of_a_buffer_is_its_view() -> None:
    v = pilview.view(make("RGB"))
    assert memoryview(v).obj is v
