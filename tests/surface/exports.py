"""All ways in which a view hands its memory out: when they work, and what is read through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

import pilview

from .pixels import Export, Short, Shown

Fault = type[Exception] | None


def always(shown: Shown) -> Fault:
    return None


def even(shown: Shown) -> Fault:
    return None if shown.evenly_spaced() else pilview.LayoutError


def tensor(shown: Shown) -> Fault:
    fits = shown.evenly_spaced() and shown.native and (shown.empty or shown.aligned())
    return None if fits else pilview.LayoutError


def row(shown: Shown) -> Fault:
    return None if shown.pixels_are_neighbours() else pilview.LayoutError


def arrow_array(shown: Shown) -> Fault:
    fits = shown.pixels_follow_each_other() and shown.native and shown.aligned()
    return None if fits else pilview.LayoutError


def arrow_chunks(shown: Shown) -> Fault:
    fits = shown.pixels_are_neighbours() and shown.native and shown.aligned()
    return None if fits else pilview.LayoutError


def of_blocks(arrays: list[Any]) -> bytes:
    return b"".join(array.tobytes() for array in arrays)


def of_arrow(array: Any) -> bytes:
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    flat = [chunk.values if pa.types.is_fixed_size_list(chunk.type) else chunk for chunk in chunks]
    return b"".join(values.to_numpy().tobytes() for values in flat)


def of_array(array: Any) -> bytes:
    return bytes(array.tobytes())


@dataclass(frozen=True)
class Protocol(Short):
    """`make(v)` gives what `read` reads."""

    name: str
    make: Callable[[Any], Any]
    read: Callable[[Any], bytes] | None
    fault: Callable[[Shown], Fault]
    # The view that was asked can't be released meanwhile.
    holds: bool = False
    # What was made has indices.
    writes: bool = False
    # It shows whole pixels, padding too.
    pixels: bool = False
    # It needs rows of pixels, and some.
    images: bool = False

    def __repr__(self) -> str:
        return self.name

    def takes(self, shown: Shown) -> bool:
        return not self.images or (shown.axes[:2] == "yx" and not shown.empty)

    def export(self, shown: Shown) -> Export:
        """What a view that it takes hands out."""
        thing = self.make(shown.v)
        places, itemsize = shown.flat, shown.itemsize
        if self.pixels:
            bases = shown.bases()[0] if self.name == "row" else [p for line in shown.bases() for p in line]
            places = [base + at for base in bases for at in range(0, shown.pixels.pixelsize, itemsize)]
        owner = shown if self.holds else None
        writes = self.writes and (shown.native or not isinstance(thing, memoryview))
        made = Export(self.name, thing, self.read, shown, places, itemsize, owner, writes)
        if owner:
            owner.exports.append(made)
        return made


PROTOCOLS = [
    Protocol("memoryview", memoryview, of_array, always, holds=True, writes=True),
    Protocol("strided memoryview", lambda v: memoryview(v.strided), of_array, even, writes=True),
    Protocol("numpy", lambda v: np.asarray(v.strided), of_array, even, writes=True),
    Protocol("asarray", lambda v: pilview.asarray(v, copy=False), of_array, even, writes=True),
    Protocol("dlpack", np.from_dlpack, of_array, tensor, holds=True, writes=True),
    Protocol("dlpack capsule", lambda v: v.__dlpack__(max_version=(1, 0)), None, tensor, holds=True),
    Protocol("blocks", lambda v: [np.asarray(block) for block in v.blocks], of_blocks, always),
    Protocol("row", lambda v: v.row(0), of_array, row, writes=True, pixels=True, images=True),
    Protocol("arrow", pa.array, of_arrow, arrow_array, holds=True, pixels=True, images=True),
    Protocol("arrow chunks", pa.chunked_array, of_arrow, arrow_chunks, holds=True, pixels=True, images=True),
]


def write(export: Export, position: int, value: Any) -> None:
    """Through the export itself; the model follows. A read-only one refuses, and nothing changes."""
    shape = export.thing.shape
    index = tuple(int(i) for i in np.unravel_index(position, shape))
    place = export.places[position]
    if export.shown.readonly:
        try:
            export.thing[index] = value
        except (TypeError, ValueError):
            return
        raise AssertionError(f"{export} is read-only and was written")
    export.thing[index] = value
    export.shown.pixels.set(place, export.shown.encoded(value))
