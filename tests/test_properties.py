"""Random modes, sizes, storage and selections against nested lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pilview

from . import memory, model
from .images import WRITABLE_KINDS, build
from .modes import MODES, MODES_8BIT

COMMON = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
KINDS = st.sampled_from(WRITABLE_KINDS)
MODE = st.sampled_from(list(MODES))
SIZE = st.tuples(st.integers(0, 23), st.integers(0, 23))
# 4096 bytes a block: only wide rows make several blocks of a small image.
WIDE = st.tuples(st.integers(600, 1100), st.integers(1, 9))
STEP = st.integers(-4, 4).filter(bool)


def slices(bound: int) -> st.SearchStrategy[slice]:
    end = st.none() | st.integers(-bound - 2, bound + 2)
    return st.builds(slice, end, end, st.none() | STEP)


@st.composite
def keys(draw: st.DrawFn, shape: tuple[int, ...]) -> model.Key:
    """An index or a slice for the first axes of `shape`; never a single pixel."""
    parts: list[int | slice] = []
    for length in shape[: draw(st.integers(1, len(shape)))]:
        index = st.integers(-length, length - 1) if length else st.nothing()
        parts.append(draw(slices(length) | index))
    if len(parts) >= 2 and isinstance(parts[0], int) and isinstance(parts[1], int):
        parts[0] = draw(slices(shape[0]))
    return tuple(parts)


@st.composite
def cases(draw: st.DrawFn, modes: st.SearchStrategy[str] = MODE) -> tuple[Any, pilview.ImageView]:
    img = build(draw(KINDS), draw(modes), draw(SIZE | WIDE), Path(), draw(st.integers(0, 3)))
    return img, pilview.view(img)


def as_list(got: Any) -> Any:
    if isinstance(got, pilview.ImageView):
        return got.tolist()
    return list(got) if isinstance(got, tuple) else got


@COMMON
@given(st.data())
def test_selections_are_those_of_nested_lists(data: st.DataObject) -> None:
    img, v = data.draw(cases())
    nested: Any = memory.values(img)
    part: Any = v
    for _ in range(data.draw(st.integers(1, 3))):
        if not isinstance(part, pilview.ImageView) or part.ndim < 2:
            break
        key = data.draw(keys(part.shape))
        part, nested = part[key], model.take(nested, key)
    assert as_list(part) == nested
    if isinstance(part, pilview.ImageView) and part.format[0] not in "<>":
        assert memoryview(part).tolist() == nested
        assert len(part) == len(nested)
        assert part == part[...]


@COMMON
@given(st.data())
def test_selections_know_their_bytes(data: st.DataObject) -> None:
    img, v = data.draw(cases())
    key = data.draw(keys(v.shape))
    part = v[key]
    region = model.Region.of(img, key)
    assert part.shape == region.shape
    assert part.tobytes() == region.tobytes()
    assert part.nbytes == len(region.tobytes())
    assert part.c_contiguous is region.contiguous("C")
    flat = bytearray(part.nbytes)
    part.copy_to(flat)
    assert flat == region.tobytes()
    assert b"".join(block.tobytes() for block in part.blocks) == region.tobytes()


@COMMON
@given(st.data())
def test_copies_between_selections_change_what_they_say(data: st.DataObject) -> None:
    mode, size = data.draw(MODE), data.draw(SIZE | WIDE)
    target = build(data.draw(KINDS), mode, size, Path(), 0)
    same_image = data.draw(st.booleans())
    source = target if same_image else build(data.draw(KINDS), mode, size, Path(), 1)
    height, width = data.draw(st.integers(0, size[1])), data.draw(st.integers(0, size[0]))

    def place(length: int, bound: int) -> slice:
        start = data.draw(st.integers(0, bound - length))
        if length and data.draw(st.booleans()):
            return slice(start + length - 1, start - 1 if start else None, -1)
        return slice(start, start + length)

    to = (place(height, size[1]), place(width, size[0]))
    of = (place(height, size[1]), place(width, size[0]))
    expected, padding = memory.values(target), memory.padding(target)
    model.put(expected, to, model.take(memory.values(source), of))
    pilview.view(target)[to] = pilview.view(source)[of]
    assert memory.values(target) == expected
    assert memory.padding(target) == padding


@COMMON
@given(st.data(), st.sampled_from(["invert", "threshold", "point", "fill"]), st.integers(0, 255))
def test_kernels_change_what_they_say(data: st.DataObject, kernel: str, number: int) -> None:
    img, v = data.draw(cases(st.sampled_from(MODES_8BIT)))
    key = data.draw(keys(v.shape))
    expected, padding = memory.values(img), memory.padding(img)
    table = [(value * 7 + number) % 256 for value in range(256)]
    change = {
        "invert": lambda value: 255 - value,
        "threshold": lambda value: 255 if value >= number else 0,
        "point": table.__getitem__,
        "fill": lambda value: number,
    }[kernel]
    selected = model.take(expected, key)
    model.put(expected, key, _map(selected, change))
    part = v[key]
    if kernel == "fill":
        one = len(part.bands) == 1
        part.fill(number if one else (number,) * len(part.bands))
    elif kernel == "invert":
        part.invert()
    elif kernel == "threshold":
        part.threshold(number)
    else:
        part.point(table)
    assert memory.values(img) == expected
    assert memory.padding(img) == padding


def _map(nested: Any, change: Any) -> Any:
    return [_map(item, change) for item in nested] if isinstance(nested, list) else change(nested)
