"""Assignment from other memory: images, views and buffers, overlapping or not."""

from __future__ import annotations

import array
from typing import Any

import numpy as np
import pytest

import pilview

from . import memory, model
from .images import make
from .modes import MODES

EVERY = slice(None)


@pytest.mark.parametrize("mode", MODES)
def test_images_views_and_buffers_are_assigned(mode: str) -> None:
    source = make(mode, (6, 7), seed=1)
    values = memory.packed(source)
    spec = MODES[mode]
    shape = pilview.view(source).shape
    native = spec.format if len(spec.format) == 1 else None
    others: list[Any] = [source, pilview.view(source), make(mode, (6, 7), seed=1, blocks=True)]
    others.append(
        np.frombuffer(values, dtype=spec.format.replace("B", "u1").replace("i", "i4")).reshape(shape)
    )
    if native is not None:
        cast: Any = memoryview(values).cast
        others.append(cast(native, shape))
    for other in others:
        img = make(mode, (6, 7))
        padding = memory.padding(img)
        pilview.view(img)[...] = other
        assert memory.packed(img) == values
        assert memory.padding(img) == padding


def test_selections_take_other_selections() -> None:
    source = make("RGB", (20, 20), seed=1)
    img = make("RGB", (20, 20))
    expected = memory.values(img)
    v = pilview.view(img)
    v[2:8, 1:5] = pilview.view(source)[10:4:-1, 3:15:3]
    model.put(
        expected,
        (slice(2, 8), slice(1, 5)),
        memory.values(source)[10:4:-1] and [line[3:15:3] for line in memory.values(source)[10:4:-1]],
    )
    v["G"] = pilview.view(source)["B"]
    for line, other in zip(expected, memory.values(source), strict=True):
        for pixel, theirs in zip(line, other, strict=True):
            pixel[1] = theirs[2]
    v[0] = pilview.view(source)[19]
    expected[0] = memory.values(source)[19]
    assert memory.values(img) == expected


OVERLAPS: list[tuple[model.Key, model.Key]] = [
    ((slice(1, None),), (slice(None, -1),)),
    ((slice(None, -1),), (slice(1, None),)),
    ((EVERY, slice(3, None)), (EVERY, slice(None, -3))),
    ((EVERY, slice(None, -3)), (EVERY, slice(3, None))),
    ((slice(2, None), slice(3, None)), (slice(None, -2), slice(None, -3))),
    ((slice(None, -2), slice(None, -3)), (slice(2, None), slice(3, None))),
    ((EVERY,), (slice(None, None, -1),)),
    ((EVERY, slice(None, None, -1)), (EVERY, EVERY)),
    ((slice(None, None, -1), slice(None, None, -1)), (EVERY, EVERY)),
    ((slice(0, 40, 2),), (slice(0, 20),)),
    ((EVERY, EVERY), (EVERY, EVERY)),
]


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "F"])
def test_overlapping_memory_is_assigned_as_if_copied_first(mode: str, blocks: bool) -> None:
    for target, source in OVERLAPS:
        img = make(mode, (101, 97), blocks=blocks)
        expected = memory.values(img)
        model.put(expected, target, model.take(memory.values(img), source))
        v = pilview.view(img)
        v[target] = v[source]
        assert memory.values(img) == expected, (target, source)


def test_bands_of_one_image_are_swapped_as_if_copied_first() -> None:
    img = make("RGB", (20, 20))
    expected = [[pixel[::-1] for pixel in line] for line in memory.values(img)]
    v = pilview.view(img)
    v[...] = v[:, :, ::-1]
    assert memory.values(img) == expected


def test_an_image_assigned_to_its_own_view_changes_nothing() -> None:
    img = make("RGB", (20, 20))
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    v[...] = img
    v[...] = v
    v[...] = memoryview(v)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("blocks", [False, True])
def test_a_memoryview_of_the_same_pixels_overlaps_too(blocks: bool) -> None:
    img = make("L", (101, 97), blocks=blocks)
    expected = memory.values(img)[::-1]
    v = pilview.view(img)
    v[...] = memoryview(v[::-1])
    assert memory.values(img) == expected


def wrong_shapes() -> list[Any]:
    return [
        make("RGB", (7, 6)),
        make("RGB", (6, 6)),
        make("L", (6, 7)),
        make("RGBA", (6, 7)),
        make("RGB", (0, 0)),
        pilview.view(make("RGB", (7, 6))),
        pilview.view(make("F", (6, 7))),
        memoryview(bytes(6 * 7 * 3 - 1)),
        memoryview(bytes(6 * 7 * 3)).cast("B", (6, 7, 3)),
        np.zeros((7, 6, 3), np.uint16),
        np.zeros((7, 6, 3), np.float32),
        np.zeros((7, 6, 4), np.uint8),
        np.zeros((7, 6, 3), np.int8),
    ]


@pytest.mark.parametrize("i", range(len(wrong_shapes())))
def test_another_shape_or_format_is_refused_and_pixels_stay(i: int) -> None:
    img = make("RGB", (6, 7))
    before = memory.raw_bytes(img)
    with pytest.raises((ValueError, TypeError), match=r"\d"):
        pilview.view(img)[...] = wrong_shapes()[i]
    assert memory.raw_bytes(img) == before


def test_a_buffer_of_the_other_byte_order_is_refused_or_swapped() -> None:
    img = make("I;16", (6, 7))
    swapped: Any = np.arange(42, dtype=">u2").reshape(7, 6)
    try:
        pilview.view(img)[...] = swapped
    except (ValueError, TypeError):
        return
    assert memory.values(img) == swapped.tolist()


def test_arrays_of_the_standard_library_are_buffers() -> None:
    img = make("I", (6, 7))
    v = pilview.view(img)
    data = array.array("i", range(-20, 22))
    v[...] = memoryview(data).cast("B").cast("i", (7, 6))
    assert v.tolist() == [list(range(y * 6 - 20, y * 6 - 14)) for y in range(7)]
