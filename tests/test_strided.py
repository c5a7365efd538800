"""strided, blocks, asarray, contiguous and new: memory that NumPy can take."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image
from PIL import _imaging as core

import pilview

from . import memory, model
from .images import CASES, KINDS, SIZES, arena, build, make
from .modes import MODES

UNEVEN = (101, 97)  # in blocks of 4096 bytes


def uneven(mode: str) -> Image.Image:
    """An image whose rows are not evenly spaced (two blocks can happen to lie at one distance)."""
    keep: list[Image.Image] = []
    for seed in range(20):
        img = make(mode, UNEVEN, blocks=True, seed=seed)
        if model.Region.of(img).pitch() is None:
            return img
        keep.append(img)
    raise AssertionError("the allocator gives only evenly spaced blocks")


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_blocks_are_strided_and_make_up_the_view(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        v = pilview.view(img)
        parts = v.blocks
        assert isinstance(parts, tuple)
        assert sum(len(part) for part in parts) == len(v)
        assert b"".join(part.tobytes() for part in parts) == v.tobytes()
        for part in parts:
            assert part.suboffsets == ()
            assert part.shape[1:] == v.shape[1:]
            assert memoryview(part).suboffsets == ()
            assert np.asarray(memoryview(part)).tobytes() == part.tobytes()


def test_one_block_is_one_part_and_several_are_several() -> None:
    assert len(pilview.view(make("RGB", UNEVEN)).blocks) == 1
    assert len(pilview.view(uneven("RGB")).blocks) > 1
    assert len(pilview.view(uneven("RGB"))[::-1].blocks) > 1
    assert pilview.view(uneven("RGB"))[0].blocks[0].shape == (101, 3)


def test_strided_refuses_uneven_rows_and_names_the_ways_out() -> None:
    v = pilview.view(uneven("RGB"))
    with pytest.raises(pilview.LayoutError, match=r"contiguous.*blocks|blocks.*contiguous"):
        _ = v.strided
    assert v[3:5].strided.tolist() == v[3:5].tolist()


def test_numpy_shares_a_strided_view() -> None:
    img = make("RGB", (6, 7))
    a = np.asarray(memoryview(pilview.view(img).strided))
    assert a.shape == (7, 6, 3)
    assert a.strides == (24, 4, 1)
    a[2, 3] = (1, 2, 3)
    assert img.getpixel((3, 2)) == (1, 2, 3)


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_asarray_has_the_values_and_shares_memory_where_it_can(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        even = model.Region.of(img).pitch() is not None
        a = pilview.asarray(img)
        assert a.tolist() == memory.values(img)
        assert a.shape == pilview.view(img).shape
        if a.size:
            shared = a.__array_interface__["data"][0] == memory.row_addresses(img)[0]
            assert shared is even
        if even:
            assert a.flags.writeable is not KINDS[kind].readonly
        b = pilview.asarray(pilview.view(img))
        assert b.tolist() == memory.values(img)
        c = pilview.asarray(img, copy=True)
        assert c.tolist() == memory.values(img)
        assert c.flags.writeable
        assert c.dtype == a.dtype
        if not even:
            with pytest.raises(pilview.LayoutError, match=r"contiguous|copy"):
                pilview.asarray(img, copy=False)
        else:
            assert pilview.asarray(img, copy=False).tolist() == memory.values(img)


def test_asarray_copies_are_apart_from_the_image() -> None:
    for img, copy in ((make("RGB"), True), (uneven("RGB"), None), (uneven("RGB"), True)):
        before = memory.raw_bytes(img)
        a = pilview.asarray(img, copy=copy)
        a[...] = 0
        assert memory.raw_bytes(img) == before


def test_asarray_writes_through_where_it_shares() -> None:
    img = make("LA", (6, 7))
    a = cast("np.ndarray[Any, np.dtype[np.uint8]]", pilview.asarray(img, copy=False))
    a[2, 3] = (5, 6)
    assert img.getpixel((3, 2)) == (5, 6)
    assert pilview.view(img)[2, 3] == (5, 6)


def test_asarray_takes_selections() -> None:
    img = make("RGBA", (20, 20))
    v = pilview.view(img)
    full = pilview.asarray(img)
    assert pilview.asarray(v[3:9, ::-2]).tolist() == full[3:9, ::-2].tolist()
    assert pilview.asarray(v["G"]).tolist() == full[:, :, 1].tolist()
    assert pilview.asarray(v[4]).tolist() == full[4].tolist()
    assert pilview.asarray(v[:, 4]).tolist() == full[:, 4].tolist()
    assert pilview.asarray(v.packed).dtype == np.dtype("i4")


def test_asarray_of_a_shared_array_keeps_the_pixels_alive() -> None:
    img = make("RGB", (64, 64))
    expected = memory.values(img)
    a = pilview.asarray(img, copy=False)
    img.close()
    del img
    noise = [bytearray(b"\x55" * 64 * 64 * 4) for _ in range(20)]
    assert a.tolist() == expected
    assert len(noise) == 20


@pytest.mark.parametrize(
    "thing", [None, 3, "x", [[1]], np.zeros((2, 2))], ids=lambda thing: type(thing).__name__
)
def test_asarray_refuses_what_is_neither_image_nor_view(thing: Any) -> None:
    with pytest.raises(TypeError, match="Image"):
        pilview.asarray(thing)


@pytest.mark.parametrize("mode", MODES)
def test_contiguous_moves_an_image_once_and_keeps_its_pixels(mode: str) -> None:
    img = uneven(mode)
    raw, core = memory.raw_bytes(img), img.im
    before = pilview.view(img)
    assert pilview.contiguous(img) is img
    assert img.im is not core
    assert model.Region.of(img).pitch() is not None
    assert memory.packed(img) == before.tobytes()
    assert memory.raw_bytes(img) == raw
    assert pilview.view(img).strided.tobytes() == before.tobytes()
    moved = img.im
    assert pilview.contiguous(img) is img
    assert img.im is moved


def test_contiguous_leaves_even_images_where_they_are(tmp_path: Path) -> None:
    for kind in ("one_block", "aligned", "mapped", "mapped_up_odd"):
        img = build(kind, "RGB", (6, 7), tmp_path)
        core = img.im
        assert pilview.contiguous(img) is img
        assert img.im is core


def test_views_made_before_a_move_are_stale() -> None:
    img = uneven("RGB")
    old = pilview.view(img)
    values = old.tobytes()
    pilview.contiguous(img)
    for write in (old.invert, lambda: old.__setitem__(..., 0), lambda: old.copy_from(values)):
        with pytest.raises(pilview.StaleViewError, match=r"view"):
            write()
    assert old.tobytes() == values


def test_contiguous_keeps_palette_and_info() -> None:
    source = uneven("P")
    source.putpalette([i * 3 % 256 for i in range(768)])
    source.info["transparency"] = 5
    before = source.convert("RGBA").tobytes()
    pilview.contiguous(source)
    assert source.convert("RGBA").tobytes() == before
    assert source.mode == "P"
    assert source.info == {"transparency": 5}


@pytest.mark.parametrize("mode", MODES)
def test_new_is_pillows_new_in_one_block(mode: str) -> None:
    color: Any = 7 if mode not in ("PA",) else 0
    with arena(block_size=4096):
        for size in SIZES:
            img = pilview.new(mode, size, color)
            own = Image.new(mode, size, color)
            assert type(img) is Image.Image
            assert (img.mode, img.size) == (mode, size)
            assert memory.packed(img) == memory.packed(own)
            assert not pilview.view(img).readonly
            assert pilview.view(img).strided.tobytes() == memory.packed(own)
            assert len(pilview.view(img).blocks) <= 1 or not img.height


def test_new_takes_a_size_as_a_list_and_other_ints() -> None:
    """Pillow does; the image is over one of its blocks of 16 MB."""
    sizes: list[Any] = [[2500, 2000], (np.int64(2500), np.int64(2000))]
    for size in sizes:
        assert len(pilview.view(pilview.new("RGB", size)).blocks) == 1


def test_new_leaves_the_block_size_as_it_is_or_as_others_set_it_meanwhile() -> None:
    class Colour(str):
        __slots__ = ()

        def lower(self) -> str:  # which Pillow calls
            core.set_block_size(1 << 20)
            return super().lower()

    with arena(block_size=4096):
        pilview.new("L", (300, 300), "red")
        assert core.get_block_size() == 4096
        pilview.new("L", (300, 300), Colour(f"#{os.urandom(3).hex()}"))  # one that Pillow has not kept
        assert core.get_block_size() == 1 << 20


@pytest.mark.parametrize("color", [0, None, "red", (1, 2, 3), 0x030201])
def test_new_takes_pillows_colours(color: Any) -> None:
    img = pilview.new("RGB", (3, 5), color)
    if color is not None:
        assert img.tobytes() == Image.new("RGB", (3, 5), color).tobytes()
    assert img.size == (3, 5)


def test_new_images_can_do_what_pillows_can() -> None:
    img = pilview.new("P", (8, 8), 3)
    img.putpalette([5, 6, 7] * 256)
    assert img.convert("RGB").getpixel((0, 0)) == (5, 6, 7)
    img = pilview.new("RGB", (8, 8), "blue")
    assert img.resize((4, 4)).getpixel((1, 1)) == (0, 0, 255)
    assert img.copy() == img


@pytest.mark.parametrize(
    ("mode", "size"), [("XYZ", (3, 3)), ("", (3, 3)), ("RGB", (-1, 3)), ("RGB", (3, -1)), ("BGR;77", (1, 1))]
)
def test_new_refuses_unknown_modes_and_sizes(mode: str, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        pilview.new(mode, size)


@pytest.mark.parametrize("size", [(2**31, 1), (2**40, 2**40), (100_000, 100_000)])
def test_new_refuses_more_than_one_block_can_hold(size: tuple[int, int]) -> None:
    with pytest.raises((MemoryError, ValueError, OverflowError)):
        pilview.new("RGB", size)


@pytest.mark.parametrize("size", [3, (3,), (1, 2, 3), "ab", (1.5, 2), None])
def test_new_refuses_what_is_no_size(size: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        pilview.new("RGB", size)
