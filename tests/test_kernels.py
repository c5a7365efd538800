"""The kernels give Pillow's bytes, where they were told to, and nothing else."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

import pilview

from . import memory, model
from .images import KINDS, SIZES, WRITABLE_CASES, WRITABLE_KINDS, build, make, mapped
from .modes import MODES, MODES_8BIT, MODES_16BIT, MODES_BANDS

BIG = (2477, 1621)  # prime sides, over 3 MB in every mode: work for several threads
TABLE = [(i * 37 + 11) % 256 for i in range(256)]


def table_for(mode: str) -> list[int]:
    return [(i * 37 + 11 * (band + 1)) % 256 for band in range(len(MODES[mode].bands)) for i in range(256)]


def color_for(mode: str) -> Any:
    bands = len(MODES[mode].bands)
    return {"F": -1.25, "I": -123456}.get(mode, tuple(range(60, 60 + bands)) if bands > 1 else 255)


def apply(v: pilview.ImageView, kernel: str) -> pilview.ImageView:
    if kernel == "invert":
        return v.invert()
    if kernel == "threshold":
        return v.threshold(100)
    if kernel == "point":
        return v.point(TABLE)
    return v.fill(color_for(v.mode) if v.ndim == 3 and len(v.bands) == len(MODES[v.mode].bands) else 77)


def pillows(img: Image.Image, kernel: str) -> Image.Image:
    if kernel == "invert":
        return ImageChops.invert(img)
    if kernel == "threshold":
        return img.point(lambda value: 255 if value >= 100 else 0)
    if kernel == "point":
        return img.point(TABLE * len(img.getbands()))
    return Image.new(img.mode, img.size, color_for(img.mode) if len(img.getbands()) > 1 else 77)


FUNCTIONS = {
    "invert": lambda value: 255 - value,
    "threshold": lambda value: 255 if value >= 100 else 0,
    "point": TABLE.__getitem__,
    "fill": lambda value: 77,
}
KERNELS = list(FUNCTIONS)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("kind", "mode"), [case for case in WRITABLE_CASES if MODES[case[1]].is_8bit])
def test_kernels_give_pillows_bytes_and_keep_the_padding(
    kernel: str, kind: str, mode: str, tmp_path: Path
) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        expected = memory.packed(pillows(build("one_block", mode, size, tmp_path), kernel))
        padding = memory.padding(img)
        v = pilview.view(img)
        assert apply(v, kernel) is v
        assert memory.packed(img) == expected, size
        assert memory.padding(img) == padding, size


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "HSV"])
def test_every_thread_count_gives_the_same_bytes_on_big_images(kernel: str, mode: str, threads: int) -> None:
    for blocks in (False, True):
        img = make(mode, BIG, blocks=blocks)
        expected = memory.packed(pillows(make(mode, BIG), kernel))
        padding = memory.padding(img)
        apply(pilview.view(img), kernel)
        assert memory.packed(img) == expected
        assert memory.padding(img) == padding


@pytest.mark.parametrize("kernel", ["invert", "fill"])
@pytest.mark.parametrize("mode", MODES_16BIT)
def test_16_bit_values_too(kernel: str, mode: str, tmp_path: Path) -> None:
    for kind in WRITABLE_KINDS:
        for size in KINDS[kind].sizes([*SIZES, (811, 701)]):
            img = build(kind, mode, size, tmp_path)
            values = memory.values(img)
            v = pilview.view(img)
            if kernel == "invert":
                expected = [[65535 - value for value in line] for line in values]
                assert memory.packed(ImageChops.invert(img)) == bytes(b ^ 0xFF for b in memory.packed(img))
                v.invert()
            else:
                expected = [[54321] * size[0] for _ in values]
                v.fill(54321)
            assert memory.values(img) == expected


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize(
    ("mode", "color"), [("I", -123456), ("I", 2**31 - 1), ("F", -1.25), ("F", 3), ("I", 0)]
)
def test_fill_of_32_bit_values(mode: str, color: Any, blocks: bool) -> None:
    img = make(mode, BIG, blocks=blocks)
    pilview.view(img).fill(color)
    assert memory.packed(img) == memory.packed(Image.new(mode, BIG, color))


KEYS: list[model.Key] = [
    (slice(3, 90), slice(5, 77)),
    (slice(None, None, 3), slice(None, None, 2)),
    (slice(None, None, -2), slice(None, None, -3)),
    (slice(None), 7),
    (11,),
    (slice(50, 50),),
    (slice(None), slice(0, 0)),
]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("blocks", [False, True])
def test_kernels_stay_inside_their_selection(kernel: str, mode: str, blocks: bool) -> None:
    bands = len(MODES[mode].bands)
    keys = list(KEYS)
    if bands > 1:
        keys += [
            (slice(None), slice(None), bands - 1),
            (slice(2, 60, 3), slice(40, 2, -1), 0),
            (5, slice(3, 9), 1),
        ]
        keys += [(slice(None), slice(None), slice(1, 2)), (slice(None), slice(None), slice(0, 2))]
        keys += [(slice(None), slice(None), slice(None, None, -1))]
    for key in keys:
        img = make(mode, (101, 97), blocks=blocks)
        expected, padding = memory.values(img), memory.padding(img)
        _each(expected, key, FUNCTIONS[kernel])
        v = pilview.view(img)[key]
        if kernel == "fill":  # 77 for every band that is selected
            one_band = bands == 1 or (len(key) == 3 and isinstance(key[2], int))
            v.fill(77 if one_band else (77,) * len(v.bands))
        else:
            apply(v, kernel)
        assert memory.values(img) == expected, key
        assert memory.padding(img) == padding, key


def _each(nested: Any, key: model.Key, change: Any) -> None:
    """`change(value)` for every selected value."""
    rows, columns, bands = (*key, slice(None), slice(None))[:3]
    for y in _indices(rows, len(nested)):
        for x in _indices(columns, len(nested[y])):
            pixel = nested[y][x]
            if not isinstance(pixel, list):
                nested[y][x] = change(pixel)
                continue
            for band in _indices(bands, len(pixel)):
                pixel[band] = change(pixel[band])


def _indices(item: int | slice, length: int) -> range:
    return range(length)[item] if isinstance(item, slice) else range(item, item + 1)


@pytest.mark.parametrize("mode", MODES_BANDS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_one_band_is_changed_and_the_others_stay(mode: str, kernel: str) -> None:
    for i, name in enumerate(MODES[mode].bands):
        img = make(mode, BIG if i == 0 else (37, 41), blocks=True)
        expected, padding = bytearray(memory.packed(img)), memory.padding(img)
        step = len(MODES[mode].bands)
        expected[i::step] = bytes(FUNCTIONS[kernel](value) for value in expected[i::step])
        apply(pilview.view(img)[name], kernel)
        assert memory.packed(img) == expected
        assert memory.padding(img) == padding


@pytest.mark.parametrize("kernel", KERNELS)
def test_bytes_between_and_around_mapped_rows_stay(kernel: str) -> None:
    for mode, stride in [("L", 13), ("RGB", 47), ("RGBA", 45), ("LA", 41)]:
        buffer = bytearray(range(256)) * 3
        before = bytes(buffer)
        img = pilview.from_buffer(mode, (10, 9), buffer, stride=stride, offset=7)
        spec = MODES[mode]
        apply(pilview.view(img), kernel)
        used = {
            7 + y * stride + x * spec.pixelsize + offset
            for y in range(9)
            for x in range(10)
            for offset in spec.offsets
        }
        assert all(buffer[i] == before[i] for i in range(len(buffer)) if i not in used)


def test_overlapping_rows_are_worked_on_like_one_after_another() -> None:
    """Pillow up to 11 maps rows that overlap; no thread may write what another one writes."""
    buffer = bytearray(range(256)) * 4096
    try:
        img = mapped(MODES["L"], (700_000, 3), buffer, stride=100_000)
        rows = memory.row_addresses(img)
    except ValueError:
        pytest.skip("this Pillow never lets rows overlap")
    if rows[1] - rows[0] != 100_000:
        pytest.skip("this Pillow never lets rows overlap")
    expected = bytearray(buffer)
    for y in range(3):
        part = expected[y * 100_000 : y * 100_000 + 700_000]
        expected[y * 100_000 : y * 100_000 + 700_000] = part.translate(bytes(255 - i for i in range(256)))
    try:
        pilview.view(img).invert()
    except (pilview.LayoutError, pilview.ReadOnlyError):
        return
    assert ctypes.string_at(rows[0], 900_000) == expected[:900_000]


@pytest.mark.parametrize("mode", MODES_8BIT)
def test_kernels_chain(mode: str) -> None:
    img = make(mode, (37, 41))
    before = memory.packed(img)
    v = pilview.view(img)
    assert v.invert().invert() is v
    assert memory.packed(img) == before
    v.invert().threshold(128).point(TABLE)
    assert set(memory.packed(img)) <= {TABLE[0], TABLE[255]}


@pytest.mark.parametrize("kernel", KERNELS)
def test_readonly_views_refuse_kernels(kernel: str) -> None:
    img = make("RGB", (37, 41))
    before = memory.raw_bytes(img)
    with pytest.raises(pilview.ReadOnlyError, match="writable"):
        apply(pilview.view(img, writable=False), kernel)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("mode", ["I", "F"])
def test_invert_and_threshold_refuse_modes_without_a_full_range(mode: str) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    with pytest.raises(pilview.ModeError, match=rf"(?i)\b{mode}\b"):
        pilview.view(img).invert()
    with pytest.raises(pilview.ModeError, match=rf"(?i)\b{mode}\b"):
        pilview.view(img).threshold(3)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("mode", MODES_16BIT)
def test_threshold_refuses_16_bits(mode: str) -> None:
    with pytest.raises(pilview.ModeError, match=r"I;16|H"):
        pilview.view(make(mode)).threshold(3)


def test_casts_refuse_kernels() -> None:
    v = pilview.view(make("RGBA"))
    for part in (v.packed, v.cast("I"), v.cast("f")):
        with pytest.raises(pilview.ModeError, match=r"\w"):
            part.invert()
        with pytest.raises(pilview.ModeError, match=r"\w"):
            part.threshold(3)


@pytest.mark.parametrize("t", [0, 1, 127, 254, 255, True])
def test_threshold_is_255_from_t_on(t: int) -> None:
    img = Image.new("L", (256, 1))
    img.putdata(list(range(256)))
    pilview.view(img).threshold(t)
    assert img.tobytes() == bytes(255 if value >= t else 0 for value in range(256))


@pytest.mark.parametrize("t", [-1, 256, 10**30, -(10**30)])
def test_threshold_out_of_range_is_refused(t: int) -> None:
    img = make("L")
    before = memory.raw_bytes(img)
    with pytest.raises((ValueError, OverflowError), match=r"\d"):
        pilview.view(img).threshold(t)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("t", [1.5, "1", None, [1]])
def test_threshold_of_the_wrong_type_is_refused(t: Any) -> None:
    with pytest.raises(TypeError):
        pilview.view(make("L")).threshold(t)
