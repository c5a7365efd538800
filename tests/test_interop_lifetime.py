"""Whoever is dropped first, the memory stays until the last one is gone: every protocol, in every order."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

import pilview

from . import memory
from .images import make
from .test_from_buffer_sources import OldTensor, Tensor
from .test_numpy import Interface

ORDERS = list(permutations(("image", "view", "consumer")))


class OldConsumerOf:
    """Hides from NumPy that a view knows the newer struct."""

    def __init__(self, view: pilview.ImageView) -> None:
        self.export, self.__dlpack_device__ = view.__dlpack__, view.__dlpack_device__

    def __dlpack__(self, **_: Any) -> Any:
        return self.export()


def chunk_bytes(array: Any) -> bytes:
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    return b"".join(chunk.values.to_numpy().tobytes() for chunk in chunks)


Make = Callable[[pilview.ImageView], Any]
Read = Callable[[Any], bytes]
CONSUMERS: dict[str, tuple[Make, Read]] = {
    "memoryview": (memoryview, lambda m: bytes(m.tobytes())),
    "strided memoryview": (lambda v: memoryview(v.strided), lambda m: bytes(m.tobytes())),
    "numpy.asarray": (lambda v: np.asarray(v.strided), np.ndarray.tobytes),
    "pilview.asarray": (lambda v: pilview.asarray(v, copy=False), np.ndarray.tobytes),
    "array interface": (lambda v: np.asarray(Interface(v.strided)), np.ndarray.tobytes),
    "numpy.from_dlpack": (np.from_dlpack, np.ndarray.tobytes),
    "numpy.from_dlpack of old": (lambda v: np.from_dlpack(OldConsumerOf(v)), np.ndarray.tobytes),
    "numpy.from_dlpack, copied": (lambda v: np.from_dlpack(v, copy=True), np.ndarray.tobytes),
    "a part of an array": (lambda v: np.from_dlpack(v)[:, :], np.ndarray.tobytes),
    "pyarrow.array": (pa.array, chunk_bytes),
    "pyarrow.chunked_array": (pa.chunked_array, chunk_bytes),
    "a block": (lambda v: v.blocks[0], pilview.ImageView.tobytes),
    "Image.fromarray": (lambda v: Image.fromarray(v.strided), Image.Image.tobytes),
}


def churn() -> None:
    """Overwrites what the allocator has just been given back."""
    gc.collect()
    for _ in range(20):
        bytearray(b"\x55" * 64 * 64 * 4)


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("name", CONSUMERS)
def test_the_pixels_live_as_long_as_anybody_has_them(name: str, order: tuple[str, ...]) -> None:
    consume, read = CONSUMERS[name]
    img = make("RGBA", (64, 64))
    expected, ref = memory.raw_bytes(img), weakref.ref(img)
    view = pilview.view(img)
    held: dict[str, Any] = {"consumer": consume(view), "view": view, "image": img}
    del img, view
    reads: dict[str, Read] = {
        "image": Image.Image.tobytes,
        "view": pilview.ImageView.tobytes,
        "consumer": read,
    }
    for gone in order:
        assert {who: reads[who](thing) for who, thing in held.items()} == dict.fromkeys(held, expected)
        del held[gone]
        churn()
    assert ref() is None


@pytest.mark.parametrize("name", CONSUMERS)
def test_the_view_can_be_released_when_its_consumers_are_gone(name: str) -> None:
    consume, _ = CONSUMERS[name]
    v = pilview.view(make("RGBA", (64, 64)))
    consumer = consume(v)
    del consumer
    gc.collect()
    v.release()


WRITERS = [name for name in CONSUMERS if "numpy" in name or name in ("pilview.asarray", "array interface")]


@pytest.mark.parametrize("name", [name for name in WRITERS if "copied" not in name])
def test_what_is_written_through_a_protocol_is_in_pillow(name: str) -> None:
    img = make("RGBA", (64, 64))
    consume, _ = CONSUMERS[name]
    array = consume(pilview.view(img))
    if name.endswith("of old"):  # NumPy takes these for read-only, which they may be.
        assert not array.flags.writeable
        return
    array[3, 4] = (1, 2, 3, 4)
    assert img.getpixel((4, 3)) == (1, 2, 3, 4)


def planes() -> Any:
    return np.zeros((70, 80, 4), np.uint8)[3:67, 9:73]


OWNERS: dict[str, Callable[[], Any]] = {
    "bytearray": lambda: bytearray(64 * 64 * 4),
    "strided array": planes,
    "array from bottom to top": lambda: planes()[::-1],
    "DLPack tensor": lambda: Tensor(planes()),
    "old DLPack tensor": lambda: OldTensor(planes()),
    "Arrow array": lambda: pa.array(np.zeros(64 * 64 * 4, np.uint8)),
}


@pytest.mark.parametrize("order", list(permutations(("owner", "image", "view"))), ids="-".join)
@pytest.mark.parametrize("name", OWNERS)
def test_foreign_memory_lives_as_long_as_its_image(name: str, order: tuple[str, ...]) -> None:
    owner = OWNERS[name]()
    img = pilview.from_buffer("RGBA", (64, 64), owner)
    memory.poke(img, bytes(range(256)) * 64)
    held: dict[str, Any] = {"owner": owner, "image": img, "view": pilview.view(img)}
    del owner, img
    for gone in order:
        seen = [thing.tobytes() for who, thing in held.items() if who != "owner"]
        assert set(seen) <= {bytes(range(256)) * 64}
        del held[gone]
        churn()
