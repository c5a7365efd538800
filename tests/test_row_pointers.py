"""Pillow's table of row pointers, for code that walks it in C."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import cffi
import pytest

import pilview

from . import memory
from .images import CASES, KINDS, SIZES, build, make
from .test_strided import uneven


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_both_ways_lead_to_pillows_table(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        pillows = memory.pointers(img)
        pointers = pilview.unsafe_ptrs(img)
        assert [name for name, _ in pointers] == ["image8", "image32", "image"]
        assert dict(pointers) == {name: pillows[name] for name, _ in pointers}
        assert pilview.view(img).row_pointers == pillows["image"]


def test_a_sub_views_pointers_begin_at_its_first_row() -> None:
    v = pilview.view(uneven("RGB"))
    size = ctypes.sizeof(ctypes.c_void_p)
    for part, row in ((v[10:20], 10), (v[10:], 10), (v[::-1], 96), (v[5], 5), (v[3:9].strided, 3)):
        assert part.row_pointers == v.row_pointers + row * size
    part = v[10:20, 7:9, 1]
    assert part.row_pointers == v[10:20].row_pointers
    first = ctypes.c_size_t.from_address(part.row_pointers).value + part.suboffsets[0]
    assert ctypes.c_ubyte.from_address(first).value == part[0, 0]
    assert v[3:3].row_pointers == v.row_pointers
    v.release()
    with pytest.raises(pilview.ReleasedError):
        v.row_pointers  # noqa: B018


def test_ctypes_walks_the_rows() -> None:
    img = make("L", (9, 7))
    v = pilview.view(img)
    rows = ctypes.cast(v.row_pointers, ctypes.POINTER(ctypes.POINTER(ctypes.c_ubyte)))
    assert [rows[y][: v.width] for y in range(v.height)] == memory.values(img)
    rows[3][4] = 200
    assert img.getpixel((4, 3)) == 200


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_cffi_code_for_the_removed_attribute_runs_unchanged(mode: str) -> None:
    """As programs did with `dict(img.im.unsafe_ptrs)` before Pillow 12."""
    img = uneven(mode)
    ffi: Any = cffi.FFI()
    image32 = ffi.cast("uint32_t **", dict(pilview.unsafe_ptrs(img))["image32"])
    for y in range(img.height):
        image32[y][5] = 0x04030201
    assert all(row[5] == [1, 2, 3, 4][: len(img.getbands())] for row in memory.values(img))
