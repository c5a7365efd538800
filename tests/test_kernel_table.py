"""Every kernel of the table gives Pillow's bytes, where it was told to, and changes nothing else."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import pilview

from . import memory, model
from .images import EMPTY_SIZES, KINDS, SIZES, WRITABLE_KINDS, Size, build, make
from .kernels.case import Case
from .kernels.table import CASES
from .modes import MODES

SELECTED = (61, 83)
PILLOW = memory.pillow_version()


def compared(case: Case, *mode: str) -> Any:
    """The parameters of a test that compares with Pillow: skipped where it has other bytes, or none."""
    first = min(case.first(one) for one in mode or case.modes)
    reason = f"before {first[0]}.{first[1]} Pillow {case.before}"
    skip = pytest.mark.skipif(first > PILLOW, reason=reason)
    return pytest.param(case, *mode, id="-".join((str(case), *mode)), marks=skip)


PAIRS = [compared(case, mode) for case in CASES for mode in case.modes]
REFUSED = [
    pytest.param(case, mode, id=f"{case}-{mode}")
    for case in {case.kernel: case for case in CASES}.values()
    for mode in MODES
    if not any(mode in other.modes + other.beyond for other in CASES if other.kernel == case.kernel)
]


def others(case: Case, mode: str, size: Size) -> list[Image.Image]:
    return [make(other or mode, size, blocks=bool(i % 2), seed=i + 1) for i, other in enumerate(case.others)]


def check(case: Case, v: pilview.ImageView, img: Image.Image, more: list[Image.Image]) -> None:
    """The kernel on `v`, which shows the pixels of `img`, does what Pillow does to `img`."""
    expected = case.expected(img, *more)
    if case.returns:
        before = v.tobytes()
        got = case.run(v, *more)
        assert got == expected
        assert type(got) is type(expected)
        assert v.tobytes() == before
    elif case.into:
        before = v.tobytes()
        dst = make(img.mode, expected.size, blocks=True, seed=9)
        padding = memory.padding(dst)
        assert case.run(v, pilview.view(dst), *more) is v
        assert memory.packed(dst) == memory.packed(expected)
        assert memory.padding(dst) == padding
        assert v.tobytes() == before
    else:
        assert case.run(v, *more) is v
        assert v.tobytes() == memory.packed(expected)


def sizes(case: Case) -> list[Size]:
    return [size for size in SIZES if case.empty or size not in EMPTY_SIZES]


@pytest.mark.parametrize(("case", "mode"), PAIRS)
def test_whole_images_have_pillows_bytes(case: Case, mode: str, tmp_path: Path) -> None:
    for kind, size in product(("one_block", "blocks", "mapped_bytearray_up", "from_buffer_odd"), sizes(case)):
        if size in KINDS[kind].sizes([size]):
            img = build(kind, mode, size, tmp_path)
            padding = memory.padding(img)
            check(case, pilview.view(img), make(mode, size), others(case, mode, size))
            assert memory.padding(img) == padding, (kind, size)


KEYS: list[model.Key] = [
    (slice(3, 70), slice(5, 57)),
    (slice(None, None, 3), slice(None, None, 2)),
    (slice(None, None, -2), slice(None, None, -3)),
    (slice(50, 50),),
    (slice(None), slice(0, 0)),
]


def flat(nested: Any) -> list[int]:
    return [place for part in nested for place in flat(part)] if isinstance(nested, list) else [nested]


# A slice can't be a key itself before Python 3.12: what it looks like is.
PLACES: dict[tuple[str, Size, str], array[int]] = {}


def places(mode: str, size: Size, key: model.Key = ()) -> array[int]:
    """Where the bytes of a selection's values are among those of all rows, padding included."""
    name = mode, size, repr(key)
    if name not in PLACES:
        if len(PLACES) > 500:
            PLACES.clear()  # Drawn ones do not come again.
        spec, (width, height) = MODES[mode], size
        starts = range(0, width * height * spec.pixelsize, spec.pixelsize)
        pixels: list[Any] = [[start + offset for offset in spec.offsets] for start in starts]
        if len(spec.offsets) == 1:
            pixels = flat(pixels)
        rows = [pixels[y * width : (y + 1) * width] for y in range(height)]
        selected = flat(model.take(rows, key))
        PLACES[name] = array("I", (start + i for start in selected for i in range(spec.itemsize)))
    return PLACES[name]


def image_of(mode: str, size: Size, values: bytes) -> Image.Image:
    """An image with these bytes for values."""
    img = make(mode, size)
    memory.poke(img, changed(memory.raw_bytes(img), places(mode, size), values))
    return img


def changed(raw: bytes, at: array[int], values: bytes) -> bytes:
    new = bytearray(raw)
    for place, value in zip(at, values, strict=True):
        new[place] = value
    return bytes(new)


def selections(case: Case, mode: str) -> Iterator[tuple[model.Key, str]]:
    """Crops and steps, and single bands with the mode that shows them to Pillow."""
    for key in KEYS:
        if case.empty or key[-1] not in (slice(50, 50), slice(0, 0)):
            yield key, mode
    bands = len(MODES[mode].bands)
    if bands > 1 and case.single_bands and "L" in case.modes:
        for band in range(bands):
            yield (slice(None), slice(None), band), "L"
        yield (slice(40, 2, -1), slice(2, 60, 3), bands - 1), "L"


@pytest.mark.parametrize(("case", "mode"), PAIRS)
def test_selections_are_images_of_their_own(case: Case, mode: str) -> None:
    for key, shown_as in selections(case, mode):
        img = make(mode, SELECTED, blocks=True)
        before, at = memory.raw_bytes(img), places(mode, SELECTED, key)
        v = pilview.view(img)[key]
        alone = image_of(shown_as, v.size, bytes(map(before.__getitem__, at)))
        check(case, v, alone, others(case, shown_as, alone.size))
        assert memory.raw_bytes(img) == changed(before, at, v.tobytes()), key


def once_a_kernel() -> list[Any]:
    """All kernels with each of their parameters, in one mode that is worth threads."""
    best = [
        (case, next((mode for mode in ("RGB", "RGBA", "L", "I;16") if mode in case.modes), case.modes[0]))
        for case in CASES
    ]
    return [compared(case, mode) for case, mode in best]


@pytest.mark.parametrize(("case", "mode"), once_a_kernel())
def test_every_thread_count_gives_the_same_bytes_on_big_images(case: Case, mode: str) -> None:
    more = others(case, mode, case.big)
    expected = case.oracle(make(mode, case.big), *more)
    before = pilview.get_num_threads()
    try:
        for threads, blocks in ((1, False), (2, True), (5, False)):
            pilview.set_num_threads(threads)
            img = make(mode, case.big, blocks=blocks)
            if case.returns:
                assert case.run(pilview.view(img), *more) == expected
                continue
            dst = make(mode, expected.size) if case.into else img
            padding = memory.padding(dst)
            case.run(pilview.view(img), *([pilview.view(dst)] if case.into else []), *more)
            assert memory.packed(dst) == memory.packed(expected)
            assert memory.padding(dst) == padding
    finally:
        pilview.set_num_threads(before)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
@pytest.mark.parametrize("case", [compared(case) for case in CASES])
def test_drawn_images_have_pillows_bytes(case: Case, data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from([mode for mode in case.modes if case.first(mode) <= PILLOW]))
    side = st.integers(0 if case.empty else 1, 40)
    size = data.draw(st.tuples(side, side) | st.tuples(st.integers(500, 900), st.integers(1, 12)))
    kind = KINDS[data.draw(st.sampled_from(WRITABLE_KINDS))]
    if kind.sizes([size]) and mode in kind.modes:
        seed = data.draw(st.integers(0, 99))
        img = build(kind.name, mode, size, Path(), seed)
        before = memory.raw_bytes(img)
        key = data.draw(st.just((slice(None),)) | st.tuples(st.slices(size[1]), st.slices(size[0])))
        v = pilview.view(img)[key]
        if not case.empty and 0 in v.size:
            return
        at = places(mode, size, key)
        alone = image_of(mode, v.size, bytes(map(before.__getitem__, at)))
        check(case, v, alone, others(case, mode, alone.size))
        assert memory.raw_bytes(img) == changed(before, at, v.tobytes())


@pytest.mark.parametrize(("case", "mode"), REFUSED)
def test_other_modes_are_refused_and_stay(case: Case, mode: str) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    arguments: list[Any] = [pilview.view(make(mode))] if case.into else []
    with pytest.raises(pilview.ModeError, match=r"\w"):
        case.run(pilview.view(img), *arguments, *others(case, mode, img.size))
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("case", [case for case in CASES if not case.returns], ids=str)
def test_readonly_views_are_refused(case: Case) -> None:
    img = make(case.modes[0], (37, 41))
    before = memory.raw_bytes(img)
    v = pilview.view(img, writable=case.into)
    arguments: list[Any] = []
    if case.into:
        dst = make(img.mode, case.oracle(img, *others(case, img.mode, img.size)).size)
        arguments = [pilview.view(dst, writable=False)]
    with pytest.raises(pilview.ReadOnlyError, match="writable"):
        case.run(v, *arguments, *others(case, img.mode, img.size))
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("case", CASES, ids=str)
def test_released_views_are_refused(case: Case) -> None:
    img = make(case.modes[0], (37, 41))
    v = pilview.view(img)
    v.release()
    arguments: list[Any] = [pilview.view(make(img.mode, img.size))] if case.into else []
    with pytest.raises(pilview.ReleasedError):
        case.run(v, *arguments, *others(case, img.mode, img.size))
