"""The state machine: rules in random order, each with what it must do to the model or raise."""

from __future__ import annotations

import gc
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from PIL import Image

import pilview

from .. import memory, model
from ..images import KINDS, build, make, random_pixels
from ..kernels.case import Case
from ..kernels.table import CASES
from ..modes import MODES
from .changes import CHANGES, FILES, SEVERAL_BLOCKS, SMALL, file, value, values
from .exports import PROTOCOLS, Protocol, write
from .pixels import Export, Held, Shown

MOST = 5  # things of a kind that are held at a time
SLICES = [
    *(slice(None), slice(None), slice(1, None), slice(None, -1), slice(1, 4)),
    *(slice(None, None, 2), slice(None, None, -1), slice(-2, None, -2), slice(2, 2)),
]
PILLOW = memory.pillow_version()
# Without those that this Pillow has other bytes for, or none. `test_state_machine.py` skips a test for each.
KERNELS = {
    mode: [case for case in CASES if mode in case.modes and case.first(mode) <= PILLOW] for mode in MODES
}
KERNELS_OF_BANDS = [case for case in KERNELS["L"] if case.single_bands]
NUMBERS = st.integers(0, 600)
DATA = st.data()


def step(rule: Callable[..., bool | None]) -> Callable[..., None]:
    """Counts what was done; a rule returns True where there was nothing to do."""

    @wraps(rule)
    def counted(self: Surface, **drawn: Any) -> None:
        if not rule(self, **drawn):
            Surface.steps[rule.__name__] += 1

    return counted


def raises(fault: type[BaseException] | None) -> AbstractContextManager[Any]:
    return pytest.raises(fault) if fault else nullcontext()


def refusal(shown: Shown) -> type[BaseException] | None:
    """What a write through the view raises."""
    if shown.released:
        return pilview.ReleasedError
    if shown.readonly:
        return pilview.ReadOnlyError
    return pilview.StaleViewError if shown.stale else None


class Surface(RuleBasedStateMachine):
    """Each step ends with a look at all pixels, through everything that shows them."""

    steps: ClassVar[Counter[str]] = Counter()
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.images: list[Held] = []
        self.views: list[Shown] = []
        self.exports: list[Export] = []

    has_images = precondition(lambda self: self.images)
    has_views = precondition(lambda self: self.views)
    has_exports = precondition(lambda self: self.exports)

    def hold(self, held: Held) -> Held:
        if len(self.images) == MOST:
            self.images.pop(0).img = None
        self.images.append(held)
        return held

    def show(self, shown: Shown) -> None:
        if len(self.views) == MOST:
            self.views.pop(0).v = None
        self.views.append(shown)

    def hand_out(self, export: Export) -> None:
        if len(self.exports) == MOST:
            self.exports.pop(0).drop()
        self.exports.append(export)

    # Open and view

    @rule(data=DATA, kind=st.sampled_from(list(KINDS)), seed=st.integers(0, 3))
    @step
    def open(self, data: st.DataObject, kind: str, seed: int) -> None:
        mode = data.draw(st.sampled_from(KINDS[kind].modes))
        sizes = KINDS[kind].sizes([*SMALL, SEVERAL_BLOCKS[MODES[mode].pixelsize]])
        # A folder for each, as writing to a file changes the images that Pillow has mapped from it.
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        img = build(kind, mode, data.draw(st.sampled_from(sizes)), folder, seed)
        held = self.hold(Held.of(img))
        self.show(Shown.of(pilview.view(img), held, readonly=held.readonly))

    @rule(which=st.sampled_from(FILES))
    @step
    def open_file(self, which: tuple[str, str]) -> None:
        expected, img = Image.open(file(*which)), Image.open(file(*which))
        v = pilview.view(img)  # It is lazy, and loaded here.
        assert memory.packed(img) == memory.packed(expected)
        held = self.hold(Held.of(img))
        self.show(Shown.of(v, held, readonly=held.readonly))

    @rule(mode=st.sampled_from([mode for mode in MODES if mode != "1"]), seed=st.integers(0, 3))
    @step
    def from_buffer(self, mode: str, seed: int) -> None:
        """The caller's memory shows the pixels as any export does, padding too."""
        buffer = bytearray(random_pixels(MODES[mode], (7, 5), seed))
        img = pilview.from_buffer(mode, (7, 5), buffer)
        shown = Shown.of(pilview.view(img), self.hold(Held.of(img)), readonly=False)
        self.show(shown)
        self.hand_out(Export("buffer", buffer, bytes, shown, list(range(len(buffer))), 1))

    @has_images
    @rule(data=DATA, writable=st.sampled_from([None, None, True, False]))
    @step
    def view(self, data: st.DataObject, writable: bool | None) -> None:
        held = data.draw(st.sampled_from(self.images))
        with raises(None if held.pixels else ValueError):
            v = pilview.view(held.image, writable=writable)
        if held.pixels:
            if held.readonly and writable:
                held.replaced()
            self.show(Shown.of(v, held, readonly=held.readonly or writable is False))

    @has_views
    @rule(data=DATA)
    @step
    def slice(self, data: st.DataObject) -> None:
        shown = data.draw(st.sampled_from(self.views))
        key = self.key(data, shown)
        with raises(pilview.ReleasedError if shown.released else None):
            self.show(shown.part(shown.v[key], key))

    def key(self, data: st.DataObject, shown: Shown) -> model.Key:
        """A slice or an index an axis; an axis of rows or columns stays."""
        items = data.draw(st.tuples(*[st.sampled_from([*SLICES, 0, -1]) for _ in shown.shape]))
        kept = data.draw(st.sampled_from([axis for axis in shown.axes if axis != "b"]))
        return tuple(
            SLICES[0] if isinstance(item, int) and (length == 0 or axis == kept) else item
            for item, length, axis in zip(items, shown.shape, shown.axes, strict=True)
        )

    @has_views
    @rule(data=DATA, how=st.sampled_from(["band", "crop", "packed", "strided", "blocks"]))
    @step
    def part(self, data: st.DataObject, how: str) -> bool | None:
        shown = data.draw(st.sampled_from(self.views))
        all_of_it, plane = (SLICES[0],) * len(shown.shape), shown.axes[:2] == "yx"
        if shown.released:
            with raises(pilview.ReleasedError):
                getattr(shown.v, {"band": "tobytes", "crop": "__len__"}.get(how, how))()
        elif how == "band" and shown.is_image and "b" in shown.axes:
            band = data.draw(st.integers(0, shown.shape[2] - 1))
            self.show(shown.part(shown.v[shown.mode.bands[band]], (*all_of_it[:2], band)))
        elif how == "crop" and plane:
            height, width = shown.shape[:2]
            left, upper, lower = width // 3, height // 4, height - height // 5
            key = (slice(upper, lower), slice(left, width), *all_of_it[2:])
            self.show(shown.part(shown.v.crop((left, upper, width, lower)), key))
        elif how == "packed" and plane:
            with raises(None if shown.whole and shown.pixels.pixelsize == 4 else pilview.ModeError):
                self.show(shown.cast(shown.v.packed, "i"))
        elif how == "strided":
            with raises(None if shown.evenly_spaced() else pilview.LayoutError):
                self.show(shown.part(shown.v.strided, all_of_it))
        elif how == "blocks" and "y" in shown.axes:
            start = 0
            for block in shown.v.blocks:
                part = shown.part(block, (slice(start, start + len(block)), *all_of_it[1:]))
                start += len(block)
            assert start == shown.shape[0]
            self.show(part)
        else:
            return True
        return None

    # Write

    @has_views
    @rule(
        data=DATA, how=st.sampled_from(["value", "fill", "array", "bytes", "view", "image"]), number=NUMBERS
    )
    @step
    def assign(self, data: st.DataObject, how: str, number: int) -> bool | None:
        shown = data.draw(st.sampled_from(self.views))
        fault, data_of = refusal(shown), values(shown, number)
        if how in ("value", "fill"):
            one: Any = value(shown, number)
            if "b" in shown.axes:
                one = tuple(value(shown, number + band) for band in range(shown.shape[-1]))
            if one == ():
                return True
            each = b"".join(map(shown.encoded, one if isinstance(one, tuple) else (one,)))
            data_of = each * (len(data_of) // len(each))
            with raises(fault):
                shown.v.fill(one) if how == "fill" else shown.v.__setitem__(..., one)
        elif how == "array":
            array = np.frombuffer(data_of, np.dtype(shown.format)).reshape(shown.shape)
            with raises(fault):
                shown.v[...] = array
        elif how == "bytes":
            with raises(fault):
                shown.v.copy_from(data_of)
        elif how == "view":
            other = data.draw(st.sampled_from(self.views))
            if not shown.released and not other.released and not shown.fits(other):
                fault = ValueError
            fault = pilview.ReleasedError if other.released else fault
            data_of = other.tobytes()
            with raises(fault):
                shown.v[...] = other.v
        else:
            held = data.draw(st.sampled_from(self.images)) if self.images else None
            if not held or not held.pixels or shown.released:
                return True
            other = Shown.of(None, held, readonly=True)
            data_of = other.tobytes()
            fault = fault if shown.fits(other) else ValueError
            with raises(fault):
                shown.v[...] = held.image
        if not fault:
            shown.put(data_of)
        return None

    @has_views
    @rule(data=DATA, number=NUMBERS)
    @step
    def pixel(self, data: st.DataObject, number: int) -> bool | None:
        """One value: read and set."""
        shown = data.draw(st.sampled_from(self.views))
        if not shown.flat:
            return True
        index = tuple(number * 7 % length for length in shown.shape)
        place, new = model.take(shown.places, index), value(shown, number)
        before = shown.pixels.at([place], shown.itemsize)
        with raises(pilview.ReleasedError if shown.released else None):
            assert shown.encoded(shown.v[index]) == before
        with raises(refusal(shown)):
            shown.v[index] = new
            shown.pixels.set(place, shown.encoded(new))
        return None

    @has_views
    @rule(data=DATA)
    @step
    def copy_out(self, data: st.DataObject) -> bool | None:
        shown, other = data.draw(st.tuples(*[st.sampled_from(self.views)] * 2))
        if shown.released or other.released:
            return True
        flat = bytearray(shown.v.nbytes)
        shown.v.copy_to(flat)
        assert flat == shown.tobytes()
        assert shown.v.shape == shown.shape
        if shown.native:
            assert shown.v.tolist() == memoryview(shown.v).tolist()
        with raises(refusal(other) if shown.fits(other) else ValueError):
            shown.v.copy_to(other.v)
            other.put(bytes(flat))
        return None

    # Kernels

    @has_views
    @rule(data=DATA, seed=st.integers(0, 3))
    @step
    def kernel(self, data: st.DataObject, seed: int) -> bool | None:
        return self.of(data, seed, lambda case: not (case.others or case.returns or case.into))

    @has_views
    @rule(data=DATA, seed=st.integers(0, 3))
    @step
    def kernel_of_two(self, data: st.DataObject, seed: int) -> bool | None:
        return self.of(data, seed, lambda case: bool(case.others) and not case.returns)

    @has_views
    @rule(data=DATA, seed=st.integers(0, 3))
    @step
    def kernel_into(self, data: st.DataObject, seed: int) -> bool | None:
        return self.of(data, seed, lambda case: case.into)

    @has_views
    @rule(data=DATA, seed=st.integers(0, 3))
    @step
    def statistics(self, data: st.DataObject, seed: int) -> bool | None:
        return self.of(data, seed, lambda case: case.returns)

    def of(self, data: st.DataObject, seed: int, family: Callable[[Case], bool]) -> bool | None:
        shown = data.draw(st.sampled_from(self.views))
        mode = shown.mode.name if shown.is_image else "L"
        known = KERNELS[mode] if shown.is_image else KERNELS_OF_BANDS if shown.is_band else []
        known = [case for case in known if shown.mode.name in case.modes]
        cases = {str(case): case for case in known if family(case) and (case.empty or not shown.empty)}
        if not cases:
            return True
        case = cases[data.draw(st.sampled_from([*cases]))]
        size = (shown.shape[1], shown.shape[0])
        img = shown.alone(mode)
        others: list[Any] = [
            make(other or mode, size, seed=seed + i + 1) for i, other in enumerate(case.others)
        ]
        given = list(others)
        partners = [other for other in self.views if other.pairs_with(shown)]
        if None in case.others and partners:
            # Another part of the same image, perhaps; or this one.
            partner, at = data.draw(st.sampled_from(partners)), case.others.index(None)
            given[at], others[at] = partner.v, partner.alone(mode)
        self.run(case, shown, given, case.expected(img, *others))
        return None

    def run(self, case: Case, shown: Shown, given: list[Any], expected: Any) -> None:
        gone = pilview.ReleasedError if shown.released else None
        if case.returns:
            with raises(gone):
                assert case.run(shown.v, *given) == expected
        elif case.into:
            dst = Held.of(make(expected.mode, expected.size, seed=9))
            target = Shown.of(pilview.view(dst.image), dst, readonly=False)
            with raises(gone):
                assert case.run(shown.v, target.v, *given) is shown.v
                target.put(memory.packed(expected))
            self.hold(dst)
            self.show(target)
        else:
            with raises(refusal(shown)):
                assert case.run(shown.v, *given) is shown.v
                shown.put(memory.packed(expected))

    @has_views
    @rule(
        data=DATA,
        bad=st.sampled_from([lambda v: v.blend(v, float("nan")), lambda v: v.crop((0, 0, 9999, 1))]),
    )
    @step
    def bad_argument(self, data: st.DataObject, bad: Callable[[Any], Any]) -> None:
        with raises(ValueError):
            bad(data.draw(st.sampled_from(self.views)).v)

    # Exports

    @has_views
    @rule(data=DATA, protocol=st.sampled_from(PROTOCOLS))
    @step
    def export(self, data: st.DataObject, protocol: Protocol) -> bool | None:
        shown = data.draw(st.sampled_from(self.views))
        if not protocol.takes(shown):
            return True
        with raises(pilview.ReleasedError if shown.released else protocol.fault(shown)):
            self.hand_out(protocol.export(shown))
        return None

    @has_exports
    @rule(data=DATA, number=NUMBERS)
    @step
    def write_export(self, data: st.DataObject, number: int) -> bool | None:
        exports = [export for export in self.exports if export.indexable and export.places]
        if not exports:
            return True
        export = data.draw(st.sampled_from(exports))
        write(export, number * 31 % len(export.places), value(export.shown, number))
        return None

    # The end of things, in any order

    @has_views
    @rule(data=DATA)
    @step
    def release(self, data: st.DataObject) -> None:
        shown = data.draw(st.sampled_from(self.views))
        held = shown.exports and not shown.released
        with raises(BufferError if held else None):
            shown.v.release()
        shown.released = shown.released or not held

    @has_images
    @rule(data=DATA, change=st.sampled_from(list(CHANGES)), number=NUMBERS)
    @step
    def change(self, data: st.DataObject, change: str, number: int) -> bool | None:
        held = data.draw(st.sampled_from(self.images))
        if not held.pixels or 0 in held.pixels.size:
            return True
        before = held.image.im
        # What Pillow can't do it refuses itself.
        with suppress(ValueError, OSError):
            CHANGES[change](held.image, number)
        if change == "close":
            held.pixels = None
        elif held.image.im is before:
            held.look()
        else:
            held.replaced()
        return None

    @has_views
    @rule(
        data=DATA,
        what=st.sampled_from(["image", "view", "export"]),
        collected=st.sampled_from([0, 0, 0, 1, 2]),
    )
    @step
    def drop(self, data: st.DataObject, what: str, collected: int) -> bool | None:
        if what == "view":
            shown = data.draw(st.sampled_from(self.views))
            self.views.remove(shown)
            shown.v = None
        elif what == "image" and self.images:
            held = data.draw(st.sampled_from(self.images))
            self.images.remove(held)
            held.img = None
        elif what == "export" and self.exports:
            export = data.draw(st.sampled_from(self.exports))
            self.exports.remove(export)
            export.drop()
        else:
            return True
        gc.collect(collected)
        # What was freed is overwritten.
        for size in (140, 1160, 3480, 4096):
            _ = [bytearray(b"\x55" * size) for _ in range(9)]
        return None

    @invariant()
    def everything_shows_its_pixels(self) -> None:
        for held in self.images:
            if held.pixels:
                assert memory.raw_bytes(held.image) == held.pixels.raw, held
        for shown in self.views:
            if not shown.released:
                assert shown.v.tobytes() == shown.tobytes(), shown
                assert shown.v.readonly is shown.readonly
        for export in self.exports:
            assert export.read is None or export.read(export.thing) == export.expected(), export
