"""Who keeps the memory alive, and for how long."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image

import pilview

from . import memory
from .images import make
from .scripts import run

USES: list[Callable[[pilview.ImageView], object]] = [
    lambda v: v.shape,
    lambda v: v.strides,
    lambda v: v.suboffsets,
    lambda v: v.format,
    lambda v: v.itemsize,
    lambda v: v.ndim,
    lambda v: v.nbytes,
    lambda v: v.readonly,
    lambda v: v.c_contiguous,
    lambda v: v.image,
    lambda v: v.strided,
    lambda v: v.blocks,
    lambda v: v.packed,
    lambda v: v.cast("I"),
    lambda v: v.crop((0, 0, 1, 1)),
    lambda v: v.row(0),
    lambda v: v.tolist(),
    lambda v: v.tobytes(),
    lambda v: v.copy_to(bytearray(140)),
    lambda v: v.copy_from(bytes(140)),
    lambda v: v.invert(),
    lambda v: v.threshold(3),
    lambda v: v.point(list(range(256))),
    lambda v: v.fill(0),
    len,
    list,
    lambda v: v[0, 0],
    lambda v: v[0],
    lambda v: v[...],
    lambda v: v["R"],
    lambda v: v.__setitem__((0, 0), (1, 2, 3, 4)),
    lambda v: v.__setitem__(..., 0),
    lambda v: v.__enter__(),
    lambda v: v.row_pointers,
    lambda v: v.__dlpack__(),
    lambda v: v.__dlpack__(copy=True),
    lambda v: v.__dlpack_device__(),
    lambda v: v.__arrow_c_array__(),
    lambda v: v.__arrow_c_stream__(),
    memoryview,
    pilview.asarray,
]


@pytest.mark.parametrize("i", range(len(USES)))
def test_every_use_after_release_is_a_released_error(i: int) -> None:
    v = pilview.view(make("RGBA", (7, 5)))
    v.release()
    with pytest.raises(pilview.ReleasedError, match="released"):
        USES[i](v)


def test_release_is_idempotent_like_memoryviews() -> None:
    v = pilview.view(make("L"))
    v.release()
    v.release()


def test_with_releases_at_the_end() -> None:
    img = make("RGB")
    with pilview.view(img) as v:
        assert isinstance(v, pilview.ImageView)
        v[0, 0] = (1, 2, 3)
    with pytest.raises(pilview.ReleasedError):
        v[0, 0]
    assert img.getpixel((0, 0)) == (1, 2, 3)


def test_with_lets_exceptions_through() -> None:
    with pytest.raises(ZeroDivisionError), pilview.view(make("RGB")) as v:
        raise ZeroDivisionError
    with pytest.raises(pilview.ReleasedError):
        v[0, 0]


def test_release_while_a_buffer_is_exported_is_a_buffer_error() -> None:
    v = pilview.view(make("RGB"))
    m = memoryview(v)
    with pytest.raises(BufferError, match="export"):
        v.release()
    assert v[0, 0] == tuple(m[0, 0, c] for c in range(3))
    m.release()
    v.release()


def test_with_while_a_buffer_is_exported_is_a_buffer_error() -> None:
    with pytest.raises(BufferError), pilview.view(make("RGB")) as v:
        m = memoryview(v)
    m.release()
    v.release()


def test_a_row_outlives_its_view_and_image() -> None:
    img = make("L", (64, 64))
    expected = memory.raw_rows(img)[3]
    v = pilview.view(img)
    row = v.row(3)
    with suppress(BufferError):
        v.release()
    del v
    img.close()
    del img
    _churn()
    assert row.tobytes() == expected


def test_views_of_a_view_are_released_each_for_itself() -> None:
    img = make("RGB", (64, 64))
    values = memory.packed(img)
    v = pilview.view(img)
    parts = [v[1:], v["R"], v.crop((0, 0, 3, 3)), v.packed, v.strided, v.blocks[0], v[2]]
    held = [part.tobytes() for part in parts]
    m = memoryview(v)
    parts[0].release()  # another view's buffer is no reason to refuse
    m.release()
    v.release()
    _churn()
    assert [part.tobytes() for part in parts[1:]] == held[1:]
    assert memory.packed(img) == values
    parts[1].fill(0)
    assert set(memory.packed(img)[::3]) == {0}


@pytest.mark.parametrize("mode", ["L", "RGB", "F"])
@pytest.mark.parametrize("blocks", [False, True])
def test_exports_outlive_view_image_and_core(mode: str, blocks: bool) -> None:
    img = make(mode, (101, 97), blocks=blocks)
    expected = memory.values(img)
    v = pilview.view(img)
    things: list[Any] = [memoryview(v), memoryview(v[::-1]), v[:], *[memoryview(part) for part in v.blocks]]
    img.close()
    del v, img
    gc.collect()
    _churn()
    assert things[0].tolist() == expected
    assert things[1].tolist() == expected[::-1]
    assert things[2].tolist() == expected
    assert [line for part in things[3:] for line in part.tolist()] == expected


def test_a_view_keeps_a_mapped_buffer_alive() -> None:
    buffer = bytearray(range(100))
    img = pilview.from_buffer("L", (10, 10), buffer)
    v = pilview.view(img)
    del img
    with pytest.raises(BufferError):
        buffer.clear()
    assert v.tobytes() == bytes(range(100))


def test_a_view_does_not_keep_more_than_it_needs() -> None:
    img = make("L")
    ref = weakref.ref(img)
    v = pilview.view(img)
    v.release()
    del img
    gc.collect()
    assert ref() is None


def test_cycles_through_an_image_are_collected() -> None:
    class Photo(Image.Image):
        pass

    for hold in (lambda v: v, memoryview, lambda v: v[1:], lambda v: [v], lambda v: v.row(0), iter):
        img = Photo()
        img.__dict__.update(make("RGB").__dict__)
        img.info["view"] = hold(pilview.view(img))
        ref = weakref.ref(img)
        del img
        gc.collect()
        assert ref() is None


def test_exports_outlive_the_interpreter() -> None:
    out = run(
        """
        import atexit, sys
        from PIL import Image
        import pilview

        img = Image.new("RGB", (64, 64), "red")
        v = pilview.view(img)
        img.info["view"] = v
        m = memoryview(v)
        parts = [v[1:], v["R"], v.row(3), iter(v), *v.blocks]
        sys.keep = [img, v, m, parts]
        big = pilview.view(Image.new("RGBA", (2000, 1000))).invert()
        sys.keep.append(big)

        class Late:
            def __del__(self, v=v, m=m):
                v.tobytes(), v[0, 0], m[0, 0, 0], v.invert()

        sys.late = Late()
        atexit.register(lambda: big.invert() and print("done"))
        """
    )
    assert out == "done"


def _churn() -> None:
    """Overwrites what the allocator has just been given back."""
    gc.collect()
    for size in (64 * 64 * 4, 4096, 101 * 97 * 4):
        for _ in range(20):
            bytearray(b"\x55" * size)
