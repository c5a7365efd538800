"""Objects that lie, raise or come back: nothing that Python can pass may crash or corrupt."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import pilview

from . import memory
from .images import make

Action = Callable[[], object]


class Key:
    """An index that does something else first."""

    def __init__(self, action: Action, value: Any = 1) -> None:
        self.action, self.value = action, value

    def __index__(self) -> int:
        self.action()
        return self.value  # type: ignore[no-any-return]


class Number(Key):
    """A value that does something else when it is read."""

    def __int__(self) -> int:
        return self.__index__()

    def __float__(self) -> float:
        return float(self.__index__())


class Colour(Sequence[int]):
    """A sequence of three items that does something else at the second."""

    def __init__(self, action: Action, length: int = 3) -> None:
        self.action, self.length = action, length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, i: Any) -> Any:
        if i == 1:
            self.action()
        if i >= 3:
            raise IndexError
        return 7


KEYS: list[Callable[[Action], Any]] = [
    Key,
    lambda act: (0, Key(act)),
    lambda act: (0, 0, Key(act)),
    lambda act: slice(Key(act), None),
    lambda act: slice(None, Key(act, 3), Key(act)),
    lambda act: (slice(None), slice(Key(act), None, Key(act, -1))),
]
VALUES: list[Callable[[Action], Any]] = [
    lambda act: (1, Number(act), 3),
    lambda act: [1, Number(act), 3],
    Colour,
    lambda act: Colour(act, 10**9),
]


def value_for(key: Any) -> Any:
    """A colour, or one number where the key goes down to a band."""
    plain = key(int)
    return 1 if isinstance(plain, tuple) and len(plain) == 3 else (1, 2, 3)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_releases_the_view_ends_in_released_error_or_a_value(key: Any) -> None:
    img = make("RGB", (64, 64))
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    with contextlib.suppress(pilview.ReleasedError, BufferError):
        v[key(v.release)]
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_releases_the_view_writes_where_it_was_asked_or_not_at_all(key: Any) -> None:
    img = make("RGB", (64, 64))
    before = memory.raw_bytes(img)
    expected = make("RGB", (64, 64))
    pilview.view(expected)[key(int)] = value_for(key)
    v = pilview.view(img)
    try:
        v[key(v.release)] = value_for(key)
    except (pilview.ReleasedError, BufferError):
        assert memory.raw_bytes(img) == before
    else:
        assert memory.raw_bytes(img) == memory.raw_bytes(expected)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_closes_the_image_reads_live_memory(key: Any) -> None:
    img = make("RGB", (64, 64))
    expected = memory.values(img)
    v = pilview.view(img)

    def close() -> None:
        img.close()
        gc.collect()
        _churn()

    v[key(close)]
    assert v.tolist() == expected


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_closes_the_image_makes_a_write_stale(key: Any) -> None:
    img = make("RGB", (64, 64))
    v = pilview.view(img)
    with pytest.raises(pilview.StaleViewError):
        v[key(img.close)] = value_for(key)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("action", ["release", "close"])
def test_a_value_that_ends_the_view_is_an_error_and_writes_nothing_elsewhere(value: Any, action: str) -> None:
    img = make("RGB", (64, 64))
    v = pilview.view(img)
    held = pilview.view(img)
    before = held.tobytes()
    act = v.release if action == "release" else img.close
    with contextlib.suppress(pilview.PilviewError, TypeError, ValueError, BufferError):
        v[0, 0] = value(act)
    assert held.tobytes()[3:] == before[3:]
    # A pixel of an image that is still there may be written before the release counts.
    assert action == "release" or held.tobytes() == before
    before = held.tobytes()
    with pytest.raises((pilview.PilviewError, TypeError, ValueError, BufferError)):
        v.fill(value(act))
    assert held.tobytes() == before


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, ZeroDivisionError])
def test_what_a_key_raises_comes_out_unchanged(key: Any, error: type[BaseException]) -> None:
    def boom() -> None:
        raise error("mine")

    v = pilview.view(make("RGB", (6, 7)))
    with pytest.raises(error, match="mine"):
        v[key(boom)]
    with pytest.raises(error, match="mine"):
        v[key(boom)] = 1


def test_what_a_value_raises_comes_out_unchanged_and_nothing_is_written() -> None:
    def boom() -> None:
        raise ZeroDivisionError("mine")

    img = make("RGB", (6, 7))
    before = memory.raw_bytes(img)
    v = pilview.view(img)
    values: list[Any] = [Colour(boom), (1, Number(boom), 2)]
    for value in values:
        with pytest.raises(ZeroDivisionError, match="mine"):
            v[0, 0] = value
        with pytest.raises(ZeroDivisionError, match="mine"):
            v[...] = value
        with pytest.raises(ZeroDivisionError, match="mine"):
            v.fill(value)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("lie", ["1", 1.5, None, [], 2**200])
def test_an_index_of_the_wrong_type_is_refused(lie: Any) -> None:
    v = pilview.view(make("RGB", (6, 7)))
    for key in (Key(int, lie), (0, Key(int, lie)), (0, 0, Key(int, lie))):
        with pytest.raises((TypeError, IndexError)):
            v[key]
    with pytest.raises((TypeError, IndexError)):
        v.row(Key(int, lie))


class Int(int):
    """An int whose value and index differ."""

    def __index__(self) -> int:
        return 10**9

    def __int__(self) -> int:
        return 10**9

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Tuple(tuple[Any, ...]):
    """A tuple that counts and iterates wrongly."""

    __slots__ = ()

    def __len__(self) -> int:
        return 10**6

    def __iter__(self) -> Iterator[Any]:
        return iter(range(10**6))

    def __getitem__(self, i: Any) -> Any:
        return 10**9


class Str(str):
    """A band name that is another one when asked."""

    def __str__(self) -> str:
        return "B"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("G")


def test_subclasses_that_lie_about_themselves_stay_inside_the_image() -> None:
    img = make("RGB", (6, 7))
    v = pilview.view(img)
    for key in (Int(3), (Int(3), Int(2)), Tuple((1, 2)), Tuple((1, 2, 0)), slice(Int(1), Int(3)), Str("R")):
        try:
            v[key]
        except (IndexError, TypeError, KeyError, ValueError):
            continue
    for value in (Tuple((1, 2, 3)), (Int(1), Int(2), Int(3)), Int(7)):
        try:
            v[0, 0] = value
        except (IndexError, TypeError, ValueError, OverflowError):
            continue
    assert len(v.tobytes()) == 6 * 7 * 3


def test_a_box_that_acts_up_is_refused_or_read_once() -> None:
    img = make("RGB", (6, 7))
    v = pilview.view(img)
    boxes: list[Any] = [Tuple((0, 0, 3, 3)), (0, 0, Int(3), 3), (Key(v.release, 0), 0, 3, 3)]
    for box in boxes:
        try:
            part = v.crop(box)
        except (ValueError, TypeError, BufferError):
            continue
        assert part.width <= 6
        assert part.height <= 7


def _churn() -> None:
    """Overwrites what the allocator has just been given back."""
    for _ in range(20):
        bytearray(b"\x55" * 64 * 64 * 4)
