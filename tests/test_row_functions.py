"""The objects that row functions come as, and what their types say."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, c_double, c_int, c_long, c_ssize_t, c_uint8, c_void_p
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cffi import FFI
from numba import cfunc, types
from scipy import LowLevelCallable

import pilview

from . import memory
from .compiled import build, module
from .images import make
from .row_functions import ROW, address, lib, path

__all__ = ["lib", "path"]  # fixtures

CYTHON = """
# cython: language_level=3
from libc.stdint cimport intptr_t

cdef api void invert(void *row, Py_ssize_t width, Py_ssize_t y, void *data) noexcept nogil:
    cdef Py_ssize_t x
    for x in range(width):
        (<unsigned char *>row)[x] = 255 - (<unsigned char *>row)[x]

cdef api void invert_typed(unsigned char *row, intptr_t width, intptr_t y, const int *data) noexcept nogil:
    cdef Py_ssize_t x
    for x in range(width):
        row[x] = 255 - row[x]

cdef api void wrong(void *row, int width, Py_ssize_t y, void *data) noexcept nogil:
    pass

cdef api int gives(void *row, Py_ssize_t width, Py_ssize_t y, void *data) noexcept nogil:
    return 3
"""

SETUP = """
from Cython.Build import cythonize
from setuptools import Extension, setup

setup(name="rows", ext_modules=cythonize([Extension("cyrows", ["cyrows.pyx"])]))
"""

DECLARATION = "void {}(void *row, intptr_t width, intptr_t y, void *data);"


@cfunc(types.void(types.CPointer(types.uint8), types.intp, types.intp, types.voidptr))
def numba_invert(row, width, _y, _data):  # type: ignore[no-untyped-def]
    for x in range(width):
        row[x] = 255 - row[x]


@pytest.fixture(scope="module")
def cython(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("cyrows")
    (folder / "cyrows.pyx").write_text(CYTHON)
    (folder / "setup.py").write_text(SETUP)
    build(folder)
    return module(folder, "cyrows")


def typed(lib: ctypes.CDLL, *argtypes: Any) -> Any:
    """A library's function with argtypes; a new object each time."""
    function = lib["invert"]
    function.argtypes = argtypes
    return function


def cffi_function(path: Path) -> Any:
    ffi = FFI()
    ffi.cdef(DECLARATION.format("invert"))
    return ffi.dlopen(str(path)).invert


def in_python(row: memoryview, _y: int) -> None:
    row[:] = bytes(255 - value for value in row)


KINDS: dict[str, Callable[[ctypes.CDLL, Path, Any], Any]] = {
    "address": lambda lib, path, cython: address(lib.invert),
    "numpy address": lambda lib, path, cython: np.uintp(address(lib.invert)),
    "ctypes": lambda lib, path, cython: lib.invert,
    "ctypes argtypes": lambda lib, path, cython: typed(lib, POINTER(c_uint8), c_ssize_t, c_long, c_void_p),
    "ctypes prototype": lambda lib, path, cython: ROW(address(lib.invert)),
    "ctypes callback": lambda lib, path, cython: ROW(
        lambda row, width, y, data: in_python(memoryview((c_uint8 * width).from_address(row)).cast("B"), y)
    ),
    "cffi": lambda lib, path, cython: cffi_function(path),
    "numba": lambda lib, path, cython: numba_invert,
    "cython": lambda lib, path, cython: cython.__pyx_capi__["invert"],
    "cython typed": lambda lib, path, cython: cython.__pyx_capi__["invert_typed"],
    "scipy of ctypes": lambda lib, path, cython: LowLevelCallable(ROW(address(lib.invert))),
    "scipy of cffi": lambda lib, path, cython: LowLevelCallable(cffi_function(path)),
    "scipy of cython": lambda lib, path, cython: LowLevelCallable(cython.__pyx_capi__["invert"]),
    "scipy of numba": lambda lib, path, cython: LowLevelCallable(numba_invert.ctypes),
    "python": lambda lib, path, cython: in_python,
    "python callable": lambda lib, path, cython: partial(in_python),
}


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_functions_of_every_kind_are_called_for_every_row(
    lib: ctypes.CDLL, path: Path, cython: Any, kind: str, blocks: bool
) -> None:
    img = make("L", (101, 97), blocks=blocks)
    before = memory.packed(img)
    v = pilview.view(img)
    assert v.map_rows(KINDS[kind](lib, path, cython)) is v
    assert memory.packed(img) == bytes(255 - value for value in before)


OTHERS = CFUNCTYPE(None, c_void_p, c_void_p, c_ssize_t, c_ssize_t, c_void_p)
WRONG: dict[str, Callable[[ctypes.CDLL, Path, Any], Any]] = {
    "two rows": lambda lib, path, cython: OTHERS(lambda *_: None),
    "short ints": lambda lib, path, cython: typed(lib, c_void_p, c_int, c_ssize_t, c_void_p),
    "floats": lambda lib, path, cython: typed(lib, c_void_p, c_double, c_ssize_t, c_void_p),
    "few": lambda lib, path, cython: typed(lib, c_void_p, c_ssize_t, c_ssize_t),
    "result": lambda lib, path, cython: CFUNCTYPE(c_int, c_void_p, c_ssize_t, c_ssize_t, c_void_p)(
        lambda *_: 0
    ),
    "with the GIL": lambda lib, path, cython: ctypes.pythonapi.PyObject_Repr,
    "cython": lambda lib, path, cython: cython.__pyx_capi__["wrong"],
    "cython result": lambda lib, path, cython: cython.__pyx_capi__["gives"],
    "scipy": lambda lib, path, cython: LowLevelCallable(cython.__pyx_capi__["wrong"]),
    "numba": lambda lib, path, cython: cfunc(types.float64(types.float64))(lambda x: x),
    "cffi": lambda lib, path, cython: FFI().callback("void(void *, int, int, void *)", lambda *_: None),
    "cffi variadic": lambda lib, path, cython: FFI().cast(
        "void(*)(void *, intptr_t, intptr_t, void *, ...)", address(lib.invert)
    ),
    "cffi pointer": lambda lib, path, cython: FFI().cast("void *", address(lib.invert)),
    "another capsule": lambda lib, path, cython: make("L").im.ptr,
    "pilview's capsule": lambda lib, path, cython: vars(pilview)["_C_API"],
    "text": lambda lib, path, cython: "invert",
    "bool": lambda lib, path, cython: True,
    "float": lambda lib, path, cython: 4711.0,
    "nothing": lambda lib, path, cython: None,
}


@pytest.mark.parametrize("kind", WRONG)
def test_functions_of_another_type_are_refused(lib: ctypes.CDLL, path: Path, cython: Any, kind: str) -> None:
    img = make("L")
    before = memory.raw_bytes(img)
    with pytest.raises(TypeError, match=r"void fn\(void \*row, intptr_t|GIL"):
        pilview.view(img).map_rows(WRONG[kind](lib, path, cython))
    assert memory.raw_bytes(img) == before


def test_functions_of_one_row_do_not_take_two() -> None:
    for one in (ROW(lambda *_: None), numba_invert):
        with pytest.raises(TypeError, match="const void"):
            pilview.view(make("L")).map_rows2(one, make("L"))
