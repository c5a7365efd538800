"""The C structs inside of DLPack and Arrow capsules, read with ctypes: a consumer that shares no code."""

from __future__ import annotations

import ctypes
from typing import Any

_api = ctypes.pythonapi
_api.PyCapsule_GetPointer.restype = ctypes.c_void_p
_api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_api.PyCapsule_GetName.restype = ctypes.c_char_p
_api.PyCapsule_GetName.argtypes = [ctypes.py_object]
_api.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]

READ_ONLY, IS_COPIED = 1, 2


class Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device", ctypes.c_int32 * 2),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class Unversioned(ctypes.Structure):
    _fields_ = [("tensor", Tensor), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p)]


class Versioned(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_uint32 * 2),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", Tensor),
    ]


class Schema(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_void_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


class Array(ctypes.Structure):
    pass


Array._fields_ = [
    *((name, ctypes.c_int64) for name in ("length", "null_count", "offset", "n_buffers", "n_children")),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


class Stream(ctypes.Structure):
    _fields_ = [
        ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Schema))),
        ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Array))),
        ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


def name(capsule: Any) -> str:
    text = _api.PyCapsule_GetName(capsule)
    assert isinstance(text, bytes)
    return text.decode()


def look(capsule: Any, struct: type[Any]) -> Any:
    """The struct that a capsule holds, where it lies."""
    return struct.from_address(_api.PyCapsule_GetPointer(capsule, name(capsule).encode()))


def tensor(capsule: Any) -> tuple[Any, Tensor]:
    """The managed tensor of a DLPack capsule, and the tensor in it."""
    managed = look(capsule, Versioned if "versioned" in name(capsule) else Unversioned)
    return managed, managed.tensor


def take(capsule: Any) -> Any:
    """Consumes a DLPack capsule; what comes back has to be given to `release`."""
    managed, _ = tensor(capsule)
    used = {"dltensor": b"used_dltensor", "dltensor_versioned": b"used_dltensor_versioned"}[name(capsule)]
    assert _api.PyCapsule_SetName(capsule, used) == 0  # The capsule keeps a pointer to this literal.
    _names.append(used)
    return managed


_names: list[bytes] = []


def release(struct: Any) -> None:
    """Calls a struct's deleter or release function. ctypes lets go of the GIL for it."""
    function = struct.deleter if hasattr(struct, "deleter") else struct.release
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(function)(ctypes.addressof(struct))
