"""A Pillow that does not exist yet: real cores whose `ptr` leads to a forged struct.

`python -m tests.drift` prints what `pilview.view` says of each: of the first images that it sees, by which
it gets to know Pillow, and of later ones. A forged struct ends where memory begins that can't be touched, and
wrong pointers lead there: who reads a byte too many, or follows what was not proved, is killed. Hence a
process of its own.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from PIL import _imaging as core

import pilview

from . import memory

POINTER = ctypes.sizeof(ctypes.c_void_p)
NAME = b"PIL Imaging" if memory.pillow_version() < (11, 0) else b"Pillow Imaging"
MODES = ("L", "RGB", "I;16", "F")
SIZE = 5, 4
PLACES: Any = [
    *((name, ctypes.c_void_p) for name in ("block", "blocks")),
    *((name, ctypes.c_int) for name in ("pixelsize", "linesize")),
]


class Head11(memory._Head11):
    _fields_ = PLACES


class Head12(memory._Head12):
    _fields_ = PLACES


Head: Any = Head12 if memory.pillow_version() >= (12, 0) else Head11
# pilview knows both, and may read as much as the longer one has.
LONGEST = max(ctypes.sizeof(Head11), ctypes.sizeof(Head12))

_libc = ctypes.CDLL(None)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_long,
]
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]


def fenced(data: bytes = b"") -> int:
    """The address of a copy, which ends where a page begins that can't be touched. Neither is given back."""
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    pages = _libc.mmap(None, 2 * mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_WRITE, private, -1, 0)
    fence: int = pages + mmap.PAGESIZE
    assert _libc.mprotect(fence, mmap.PAGESIZE, 0) == 0
    ctypes.memmove(fence - len(data), data, len(data))
    return fence - len(data)


FORBIDDEN = fenced()


class Struct:
    """What `ptr` is to lead to; begins as a copy of the real one."""

    def __init__(self, address: int) -> None:
        self.head = Head.from_buffer_copy(ctypes.string_at(address, ctypes.sizeof(Head)))
        self.name: bytes | None = NAME
        self.shift = 0
        self.answer: object = None  # instead of a capsule

    def set(self, **fields: int) -> None:
        for field, value in fields.items():
            setattr(self.head, field, value)

    def swap(self, first: str, second: str) -> None:
        values = getattr(self.head, first), getattr(self.head, second)
        self.set(**{first: values[1] or 0, second: values[0] or 0})

    def table(self, address: int) -> None:
        self.set(image=address, **{"image32" if self.head.image32 else "image8": address})

    def rows(self, *addresses: int) -> None:
        """Another table, of these rows."""
        self.table(fenced(b"".join(address.to_bytes(POINTER, sys.byteorder) for address in addresses)))

    def capsule(self) -> object:
        data = bytes(self.head)
        data = bytes(self.shift) + data if self.shift > 0 else data[-self.shift :]
        return self.answer or _new_capsule(fenced(data[:LONGEST].ljust(LONGEST, b"\xee")), self.name, None)


Drift = Callable[[Struct], object]


def swapped(first: str, second: str) -> Drift:
    return lambda struct: struct.swap(first, second)


def with_(attribute: str, value: object) -> Drift:
    return lambda struct: setattr(struct, attribute, value)


SWAPS = [
    ("image8", "image32"),
    ("image", "palette"),
    ("image", "block"),
    ("xsize", "ysize"),
    ("bands", "ysize"),
]
SAME = "the same struct"
DRIFTS: dict[str, Drift] = {
    SAME: lambda struct: None,
    **{f"shifted by {by}": with_("shift", by) for by in (4, 8, 12, 16, -4, -8)},
    **{f"{first} and {second} swapped": swapped(first, second) for first, second in SWAPS},
    "pixelsize and linesize swapped": swapped("pixelsize", "linesize"),
    "pixelsize is 8": lambda struct: struct.set(pixelsize=8),
    "pixels of 8 bytes": lambda struct: struct.set(pixelsize=8, linesize=8 * struct.head.xsize),
    "more columns": lambda struct: struct.set(xsize=1000, linesize=1000 * struct.head.pixelsize),
    "more rows": lambda struct: struct.set(ysize=100000),
    "sizes below zero": lambda struct: struct.set(xsize=-5, ysize=-3, linesize=-5 * struct.head.pixelsize),
    "another type": lambda struct: struct.set(type=struct.head.type + 1),
    "another number of bands": lambda struct: struct.set(bands=struct.head.bands + 1),
    "lines with gaps": lambda struct: struct.set(linesize=struct.head.linesize + 1),
    "no table of rows": lambda struct: struct.set(image=0, image8=0, image32=0),
    "both tables at once": lambda struct: struct.set(image8=FORBIDDEN, image32=FORBIDDEN, image=FORBIDDEN),
    "one table where nothing is": lambda struct: struct.set(image=FORBIDDEN),
    "a table at an odd address": lambda struct: struct.table(FORBIDDEN + 1),
    "freed rows": lambda struct: struct.rows(*[0] * struct.head.ysize),
    "a freed row": lambda struct: struct.rows(FORBIDDEN, 0, *[FORBIDDEN] * (struct.head.ysize - 2)),
    "a freed last row": lambda struct: struct.rows(*[FORBIDDEN] * (struct.head.ysize - 1), 0),
    "rows at the end of all memory": lambda struct: struct.rows(
        *[2 ** (8 * POINTER) - 2] * struct.head.ysize
    ),
    "a capsule of another name": with_("name", b"Pillow Imaging 2"),
    "a capsule without a name": with_("name", None),
    "a number": with_("answer", FORBIDDEN),
    "a list": with_("answer", [FORBIDDEN]),
}


class Getter(ctypes.Structure):
    """`PyGetSetDef`: what a type's attribute is to C."""

    _fields_ = [(name, ctypes.c_void_p) for name in ("name", "get", "set", "doc", "closure")]


@contextmanager
def replaced(attribute: str, answer: Callable[[Callable[[], Any]], object]) -> Iterator[None]:
    """Meanwhile an attribute of every core is `answer(real)`, where `real` gives what Pillow says."""
    kind = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p)
    descriptor = vars(type(core.new("L", (1, 1))))[attribute]
    # Behind what every object has: the type, the name, the qualified name, and then the definition.
    definition = ctypes.c_void_p.from_address(id(descriptor) + object.__basicsize__ + 3 * POINTER)
    getter = Getter.from_address(definition.value or 0)
    assert ctypes.string_at(getter.name) == attribute.encode()
    before, real = getter.get, kind(getter.get)
    function = kind(lambda core, closure: answer(lambda: real(core, closure)))
    getter.get = ctypes.cast(function, ctypes.c_void_p).value
    try:
        yield
    finally:
        getter.get = before


def drifted(drift: Callable[[Struct], object]) -> Callable[[Callable[[], Any]], object]:
    def answer(real: Callable[[], Any]) -> object:
        struct = Struct(_pointer_of(real(), NAME))
        drift(struct)
        return struct.capsule()

    return answer


def said(img: Image.Image) -> str:
    """The name of what `view` raises, and its message; the pixels, if it does not."""
    try:
        return pilview.view(img).tobytes().hex()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main() -> None:
    """A line of JSON a drift: when, what, which mode, what pilview said. On stderr it is told beforehand."""
    for when in ("first", "later"):
        for what, drift in DRIFTS.items():
            if when == "first" and what == SAME:
                continue  # It would be the Pillow that is proved from then on.
            for mode in MODES:
                img = Image.new(mode, SIZE)
                print(when, what, mode, file=sys.stderr, flush=True)
                with replaced("ptr", drifted(drift)):
                    print(json.dumps([when, what, mode, said(img)]))
        for what, answer in {
            "an unknown mode": lambda real: "NEW;64",
            "an empty mode": lambda real: "",
        }.items():
            with replaced("mode", answer):
                print(json.dumps([when, what, "RGB", said(Image.new("RGB", SIZE))]))
        # With all as it was, pilview works; that also ends what it knows nothing of the Pillow at hand.
        print(json.dumps([when, "the real struct", "RGB", said(Image.new("RGB", SIZE, (1, 2, 3)))]))


if __name__ == "__main__":
    main()
