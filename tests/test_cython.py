"""The seed of it all: Cython code that declares a memoryview takes an image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pilview

from . import memory
from .compiled import build, module
from .images import make

SOURCE = """
# cython: language_level=3, boundscheck=True
from cython cimport view
from cython.parallel cimport prange


def invert_direct(unsigned char[:, :] m):
    cdef Py_ssize_t y, x
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            m[y, x] = 255 - m[y, x]


def invert_gray(unsigned char[::view.indirect, ::1] m):
    cdef Py_ssize_t y, x
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            m[y, x] = 255 - m[y, x]


def invert_rgba(unsigned char[::view.indirect, :, ::1] m):
    cdef Py_ssize_t y, x, c
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            for c in range(m.shape[2]):
                m[y, x, c] = 255 - m[y, x, c]


def invert_any(unsigned char[::view.generic, ::view.generic] m):
    cdef Py_ssize_t y, x
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            m[y, x] = 255 - m[y, x]


def negate_packed(int[:, :] m):
    cdef Py_ssize_t y, x
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            m[y, x] = ~m[y, x]


def double_float(float[::view.indirect, :] m):
    cdef Py_ssize_t y, x
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            m[y, x] = m[y, x] * 2


def sum_const(const unsigned char[::view.indirect, ::1] m):
    cdef Py_ssize_t y, x
    cdef long total = 0
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            total += m[y, x]
    return total


def sum_direct(const unsigned char[:, :] m):
    cdef Py_ssize_t y, x
    cdef long total = 0
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            total += m[y, x]
    return total


def sum_bands(const unsigned char[::view.indirect, :, ::1] m):
    cdef Py_ssize_t y, x, c
    cdef long total = 0
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            for c in range(m.shape[2]):
                total += m[y, x, c]
    return total


def sum_any(const unsigned char[::view.generic, ::view.generic, ::view.generic] m):
    cdef Py_ssize_t y, x, c
    cdef long total = 0
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            for c in range(m.shape[2]):
                total += m[y, x, c]
    return total


def sum_packed(const int[::view.indirect, ::1] m):
    cdef Py_ssize_t y, x
    cdef long long total = 0
    for y in range(m.shape[0]):
        for x in range(m.shape[1]):
            total += m[y, x]
    return total


def invert_parallel(unsigned char[::view.indirect, ::1] m):
    cdef Py_ssize_t y, x
    for y in prange(m.shape[0], nogil=True):
        for x in range(m.shape[1]):
            m[y, x] = 255 - m[y, x]


def invert_into(const unsigned char[::view.indirect, ::1] a, unsigned char[::view.indirect, ::1] b):
    cdef Py_ssize_t y, x
    for y in prange(a.shape[0], nogil=True):
        for x in range(a.shape[1]):
            b[y, x] = 255 - a[y, x]


def gray_into(
    const unsigned char[::view.indirect, :, ::1] a, unsigned char[::view.generic, ::view.generic] b
):
    cdef Py_ssize_t y, x
    for y in prange(a.shape[0], nogil=True):
        for x in range(a.shape[1]):
            b[y, x] = (a[y, x, 0] + a[y, x, 1] + a[y, x, 2]) // 3


def row_sum(const unsigned char[::1] m):
    cdef Py_ssize_t x
    cdef long total = 0
    for x in range(m.shape[0]):
        total += m[x]
    return total
"""

SETUP = """
import sys

from Cython.Build import cythonize
from setuptools import Extension, setup

OPENMP = ["-fopenmp"] if sys.platform == "linux" else []
setup(
    name="consumer",
    ext_modules=cythonize(
        [Extension("consumer", ["consumer.pyx"], extra_compile_args=OPENMP, extra_link_args=OPENMP)]
    ),
)
"""


@pytest.fixture(scope="session")
def consumer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A real extension module, compiled from the Cython source above."""
    folder: Path = tmp_path_factory.mktemp("cython")
    (folder / "consumer.pyx").write_text(SOURCE)
    (folder / "setup.py").write_text(SETUP)
    build(folder)
    return module(folder, "consumer")


def inverted(data: bytes | bytearray) -> bytes:
    return bytes(255 - b for b in data)


BLOCKS = pytest.mark.parametrize("blocks", [False, True])


def test_a_plain_declaration_takes_an_image_in_one_block(consumer: Any) -> None:
    img = make("L", (37, 41))
    before = memory.packed(img)
    consumer.invert_direct(pilview.view(img))
    assert memory.packed(img) == inverted(before)


def test_a_plain_declaration_takes_a_band_a_crop_and_the_blocks(consumer: Any) -> None:
    img = make("RGB", (37, 41))
    before = memory.packed(img)
    v = pilview.view(img)
    consumer.invert_direct(v["R"])
    consumer.invert_direct(v["R"][3:9, ::-2])
    consumer.invert_direct(v["R"][3:9, ::-2])
    expected = bytearray(before)
    expected[::3] = inverted(expected[::3])
    assert memory.packed(img) == expected
    big = make("L", (101, 97), blocks=True)
    before = memory.packed(big)
    for part in pilview.view(big).blocks:
        consumer.invert_direct(part)
    assert memory.packed(big) == inverted(before)


def test_a_plain_declaration_refuses_uneven_rows_with_the_way_out(consumer: Any) -> None:
    keep = [make("L", (101, 97), blocks=True, seed=seed) for seed in range(20)]
    uneven = [img for img in keep if len(pilview.view(img).blocks) > 1]
    assert uneven
    with pytest.raises(BufferError, match=r"contiguous|blocks|indirect"):
        consumer.invert_direct(pilview.view(uneven[0]))


@BLOCKS
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (101, 97)])
def test_an_indirect_declaration_takes_every_image(
    consumer: Any, blocks: bool, size: tuple[int, int]
) -> None:
    img = make("L", size, blocks=blocks)
    before = memory.packed(img)
    consumer.invert_gray(pilview.view(img))
    assert memory.packed(img) == inverted(before)
    consumer.invert_any(pilview.view(img))
    assert memory.packed(img) == before
    rgba = make("RGBA", size, blocks=blocks)
    before = memory.packed(rgba)
    consumer.invert_rgba(pilview.view(rgba))
    assert memory.packed(rgba) == inverted(before)
    v = pilview.view(rgba)
    consumer.invert_rgba(v[::-2])
    v[::-2].invert()
    assert memory.packed(rgba) == inverted(before)


@BLOCKS
@pytest.mark.parametrize("mode", ["RGB", "LA", "RGBA"])
def test_packed_pixels_are_ints(consumer: Any, blocks: bool, mode: str) -> None:
    img = make(mode, (37, 41))
    before = memory.raw_bytes(img)
    consumer.negate_packed(pilview.view(img).packed)
    assert memory.raw_bytes(img) == inverted(before)
    big = make(mode, (101, 97), blocks=blocks)
    before = memory.raw_bytes(big)
    for part in pilview.view(big).packed.blocks:
        consumer.negate_packed(part)
    assert memory.raw_bytes(big) == inverted(before)


@BLOCKS
def test_floats_are_floats(consumer: Any, blocks: bool) -> None:
    img = make("F", (101, 97), blocks=blocks)
    expected = [[value * 2 for value in line] for line in memory.values(img)]
    consumer.double_float(pilview.view(img))
    assert memory.values(img) == expected


def test_const_declarations_take_readonly_views(consumer: Any) -> None:
    img = make("L", (101, 97), blocks=True)
    v = pilview.view(img, writable=False)
    assert consumer.sum_const(v) == sum(memory.packed(img))
    assert consumer.row_sum(v.row(3)) == consumer.row_sum(v[3]) == sum(memory.raw_rows(img)[3])
    with pytest.raises((BufferError, ValueError)):
        consumer.invert_gray(v)


@BLOCKS
def test_every_const_declaration_takes_readonly_images(consumer: Any, blocks: bool) -> None:
    gray = pilview.view(make("L", (101, 97), blocks=blocks), writable=False)
    rgb = pilview.view(make("RGB", (101, 97), blocks=blocks), writable=False)
    data = memory.packed(gray.image), memory.packed(rgb.image)
    assert consumer.sum_const(gray) == sum(consumer.sum_direct(part) for part in gray.blocks) == sum(data[0])
    assert consumer.sum_bands(rgb) == consumer.sum_any(rgb) == sum(data[1])
    assert sum(consumer.sum_any(part) for part in rgb.blocks) == sum(data[1])
    assert consumer.sum_direct(rgb["G"].blocks[0][:1]) == sum(memory.raw_rows(rgb.image)[0][1::4])
    words = memoryview(memory.raw_bytes(rgb.image)).cast("i")
    assert consumer.sum_packed(rgb.packed) == sum(words)


@BLOCKS
def test_loops_run_in_parallel_in_place_and_from_one_image_to_another(consumer: Any, blocks: bool) -> None:
    img = make("L", (101, 97), blocks=blocks)
    before = memory.packed(img)
    consumer.invert_parallel(pilview.view(img))
    assert memory.packed(img) == inverted(before)
    other = make("L", (101, 97), blocks=not blocks, seed=4)
    consumer.invert_into(pilview.view(img, writable=False), pilview.view(other))
    assert memory.packed(other) == before
    rgb = make("RGB", (101, 97), blocks=blocks)
    consumer.gray_into(pilview.view(rgb), pilview.view(other))
    data = memory.packed(rgb)
    expected = bytes((r + g + b) // 3 for r, g, b in zip(data[::3], data[1::3], data[2::3], strict=True))
    assert memory.packed(other) == expected
    with pytest.raises((BufferError, ValueError)):
        consumer.invert_into(pilview.view(other), pilview.view(img, writable=False))


def test_a_wrong_type_is_refused_by_cython(consumer: Any) -> None:
    with pytest.raises(ValueError, match=r"dtype|dimensions"):
        consumer.invert_direct(pilview.view(make("F")))
    with pytest.raises(ValueError, match=r"dimensions"):
        consumer.invert_gray(pilview.view(make("RGB")))
