"""Attributes: what a view says about itself, for every mode, size and storage kind."""

from __future__ import annotations

from pathlib import Path

import pytest

import pilview

from . import memory, model
from .images import CASES, KINDS, MAPS_ARE_FLAGGED, READONLY_KINDS, SIZES, WRITABLE_KINDS, build, make
from .modes import MODES


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_attributes_describe_the_memory(kind: str, mode: str, tmp_path: Path) -> None:
    spec = MODES[mode]
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        v = pilview.view(img)
        bands = (len(spec.bands),) if len(spec.bands) > 1 else ()
        shape = (size[1], size[0], *bands)
        assert v.shape == shape
        assert v.ndim == len(shape)
        assert v.format == spec.format
        assert v.itemsize == spec.itemsize
        assert v.nbytes == size[0] * size[1] * len(spec.bands) * spec.itemsize
        assert v.readonly is KINDS[kind].readonly
        assert (v.mode, v.size, v.width, v.height) == (mode, size, size[0], size[1])
        assert v.bands == spec.bands == img.getbands()
        assert v.image is img
        assert len(v) == size[1]
        assert v.strides[0] == model.POINTER
        assert v.strides[1] == spec.pixelsize
        assert v.strides[2:] == ((spec.offsets[1] - spec.offsets[0],) if bands else ())
        assert v.suboffsets == (0, -1, -1)[: len(shape)]
        assert v.c_contiguous is model.Region.of(img).contiguous("C")


@pytest.mark.parametrize("mode", MODES)
def test_values_are_what_pillow_reads(mode: str) -> None:
    img = make(mode)
    if img.getpixel((0, 0)) is None:
        pytest.skip("this Pillow cannot read pixels of I;16N")
    v = pilview.view(img)
    for y in range(img.height):
        for x in range(img.width):
            assert v[y, x] == img.getpixel((x, y))


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_tolist_and_tobytes_give_the_values_without_padding(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        v = pilview.view(img)
        assert v.tolist() == memory.values(img)
        assert v.tobytes() == memory.packed(img)


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_no_pixel_is_copied(kind: str, mode: str, tmp_path: Path) -> None:
    img = build(kind, mode, (3, 5), tmp_path)
    before = memory.row_addresses(img)
    v = pilview.view(img)
    assert memory.row_addresses(img) == before
    changed = bytes(b ^ 0xFF for b in memory.raw_bytes(img))
    if not v.readonly:
        memory.poke(img, changed)  # behind pilview's back: the view has no pixels of its own
        assert v.tobytes() == memory.packed(img)


@pytest.mark.parametrize("kind", READONLY_KINDS)
def test_view_of_readonly_image_is_readonly(kind: str, tmp_path: Path) -> None:
    img = build(kind, "L", (3, 5), tmp_path)
    before = memory.raw_bytes(img)
    for v in (pilview.view(img), pilview.view(img)[1:], pilview.view(img)["L"], pilview.view(img)[0]):
        assert v.readonly is True
        assert memoryview(v).readonly
        with pytest.raises(pilview.ReadOnlyError):
            v[...] = 0
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("kind", READONLY_KINDS)
def test_writable_true_makes_pillows_copy_first(kind: str, tmp_path: Path) -> None:
    img = build(kind, "L", (3, 5), tmp_path)
    before = memory.raw_bytes(img)
    addresses = memory.row_addresses(img)
    held = img.im
    v = pilview.view(img, writable=True)
    assert not v.readonly
    assert not img.readonly
    assert img.im is not held
    assert memory.row_addresses(img) != addresses
    assert memory.raw_bytes(img) == before
    v[2, 1] = 255 - before[7]
    assert img.getpixel((1, 2)) == 255 - before[7]


@pytest.mark.parametrize("kind", WRITABLE_KINDS)
def test_writable_true_leaves_a_writable_image_in_place(kind: str, tmp_path: Path) -> None:
    img = build(kind, "RGB", (3, 5), tmp_path)
    core = img.im
    assert not pilview.view(img, writable=True).readonly
    assert img.im is core


@pytest.mark.parametrize("kind", [*WRITABLE_KINDS, *READONLY_KINDS])
def test_writable_false_is_readonly_whatever_the_image(kind: str, tmp_path: Path) -> None:
    img = build(kind, "L", (3, 5), tmp_path)
    was_readonly = bool(img.readonly)
    v = pilview.view(img, writable=False)
    assert v.readonly is True
    assert bool(img.readonly) is was_readonly
    with pytest.raises(pilview.ReadOnlyError):
        v.invert()
    with pytest.raises(pilview.ReadOnlyError):
        v[0, 0] = 1


@pytest.mark.parametrize("kind", ["bmp_file", "mapped", "frombuffer"])
def test_memory_that_is_only_said_to_be_writable_is_not_written(kind: str, tmp_path: Path) -> None:
    """`img.readonly = 0` is somebody's word; a mapped file or a bytes object does not know of it."""
    if kind != "bmp_file" and not MAPS_ARE_FLAGGED:
        pytest.skip("before 11.3 only the system knows what may be written, and it protects files only")
    img = build(kind, "L", (101, 97), tmp_path)
    before = memory.raw_bytes(img)
    img.readonly = 0
    v = pilview.view(img)
    assert v.readonly is True
    with pytest.raises(pilview.ReadOnlyError):
        v.invert()
    assert memory.raw_bytes(img) == before


def test_pythons_readonly_flag_is_obeyed() -> None:
    img = make("RGB")
    img.readonly = 1
    assert pilview.view(img).readonly is True


def test_repr_says_what_the_view_is() -> None:
    text = repr(pilview.view(make("RGB", (7, 5))))
    assert "ImageView" in text
    assert "RGB" in text
    assert "7" in text
    assert "5" in text


def test_repr_of_a_released_view_says_so() -> None:
    v = pilview.view(make("L"))
    v.release()
    assert "released" in repr(v)


@pytest.mark.parametrize("mode", MODES)
def test_equal_means_equal_values(mode: str) -> None:
    a, b = make(mode), make(mode)
    assert memory.row_addresses(a) != memory.row_addresses(b)
    assert pilview.view(a) == pilview.view(b)
    assert pilview.view(a) == pilview.view(make(mode, blocks=True))
    raw = bytearray(memory.raw_bytes(b))
    raw[-MODES[mode].pixelsize] ^= 0xFF
    memory.poke(b, bytes(raw))
    assert pilview.view(a) != pilview.view(b)


@pytest.mark.parametrize("mode", [name for name in MODES if MODES[name].has_padding])
def test_equal_does_not_look_at_padding(mode: str) -> None:
    a, b = make(mode), make(mode)
    spec = MODES[mode]
    raw = bytearray(memory.raw_bytes(b))
    raw[spec.offsets[0] + 1 if len(spec.offsets) == 2 else 3] ^= 0xFF  # a byte between or behind the bands
    memory.poke(b, bytes(raw))
    assert memory.raw_bytes(a) != memory.raw_bytes(b)
    assert pilview.view(a) == pilview.view(b)


def test_views_of_other_shapes_and_things_are_unequal() -> None:
    v = pilview.view(make("L", (7, 5)))
    assert v != pilview.view(make("L", (5, 7)))
    assert v != pilview.view(make("RGB", (7, 5)))
    assert v != v[:4]
    assert v != 3
    assert v != "L"
    assert v is not None
    assert v == v[:, :]


def test_a_view_equals_a_buffer_of_the_same_values() -> None:
    img = make("RGBA", (7, 5))
    v = pilview.view(img)
    same = memoryview(memory.packed(img)).cast("B", (5, 7, 4))
    assert v == same
    other = bytearray(memory.packed(img))
    other[3] ^= 1
    assert v != memoryview(other).cast("B", (5, 7, 4))


def test_readonly_views_of_bytes_are_hashed_like_memoryviews() -> None:
    for mode in ("L", "RGB"):
        img = make(mode, (101, 97), blocks=True)
        v = pilview.view(img, writable=False)
        assert hash(v) == hash(memory.packed(img))
        assert hash(v) == hash(pilview.view(make(mode, (101, 97)), writable=False))
        assert hash(v[3]) == hash(v[3].tobytes())
    for v in (pilview.view(make("L")), pilview.view(make("F"), writable=False)):
        with pytest.raises((TypeError, ValueError)):
            hash(v)


def test_view_class_cannot_be_made_or_derived_by_hand() -> None:
    with pytest.raises(TypeError):
        pilview.ImageView()
    with pytest.raises(TypeError):
        type("Derived", (pilview.ImageView,), {})
