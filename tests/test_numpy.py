"""NumPy, scikit-image and OpenCV working in Pillow's pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.draw
import skimage.filters.rank
from PIL import Image

import pilview

from . import memory, model
from .images import CASES, KINDS, SIZES, build, make
from .modes import MODES
from .test_strided import uneven

FROM_ARRAY = ["L", "LA", "RGB", "RGBA", "I", "F", "I;16", "I;16B"]  # What Pillow makes of a shape and a type.


class Interface:
    """Somebody who knows the array interface only, and keeps what it belongs to."""

    def __init__(self, view: pilview.ImageView) -> None:
        self.view = view
        self.__array_interface__ = view.__array_interface__


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_the_array_interface_says_where_the_values_are(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        if model.Region.of(img).pitch() is None:
            continue
        v = pilview.view(img).strided
        interface = v.__array_interface__
        assert interface["version"] == 3
        assert interface["shape"] == v.shape
        assert np.dtype(interface["typestr"]) == np.dtype(v.format)
        assert interface["strides"] == v.strides
        assert interface["data"][1] is v.readonly
        if all(size):
            assert interface["data"][0] == memory.row_addresses(img)[0]
        a = np.asarray(Interface(v))
        assert a.tolist() == memory.values(img)
        assert a.flags.writeable is not v.readonly


def test_only_strided_views_have_an_array_interface() -> None:
    img = make("RGB")
    v = pilview.view(img)
    assert not hasattr(v, "__array_interface__")
    assert not hasattr(v[0], "__array_interface__")
    with pytest.raises(AttributeError, match=r"v\.strided"):
        v.__array_interface__  # noqa: B018
    for part in (v.strided, v.strided[1:, ::-1], v.strided["G"], *v.blocks):
        assert np.asarray(Interface(part)).tolist() == part.tolist()
    strided = v.strided
    strided.release()
    with pytest.raises(pilview.ReleasedError):
        strided.__array_interface__  # noqa: B018


def test_numpy_is_told_no_instead_of_given_a_wrong_array() -> None:
    """It takes no buffer of row pointers, and finds no other way to a view that is not strided."""
    for img in (make("RGB"), uneven("L")):
        with pytest.raises(BufferError, match="suboffsets"):
            np.asarray(pilview.view(img))


@pytest.mark.parametrize("mode", FROM_ARRAY)
def test_pillow_makes_an_image_of_a_strided_view(mode: str) -> None:
    img = make(mode)
    again = Image.fromarray(pilview.view(img).strided)
    assert again.mode == mode
    assert memory.packed(again) == memory.packed(img)
    assert not set(memory.row_addresses(again)) & set(memory.row_addresses(img)), "it has pixels of its own"
    part = Image.fromarray(pilview.view(img).strided[1:4, ::-1])
    assert memory.values(part) == [row[::-1] for row in memory.values(img)[1:4]]


def test_ufuncs_in_place_change_the_image() -> None:
    img = make("RGB", (9, 7))
    expected = 255 - np.array(memory.values(img), np.uint8)
    a: Any = np.asarray(pilview.view(img).strided)
    np.subtract(255, a, out=a)
    assert memory.values(img) == expected.tolist()
    a //= 2
    assert memory.values(img) == (expected // 2).tolist()
    a[..., 1] |= 1
    np.maximum(a[2:4], 100, out=a[2:4])
    expected = expected // 2
    expected[..., 1] |= 1
    np.maximum(expected[2:4], 100, out=expected[2:4])
    assert memory.values(img) == expected.tolist()


@pytest.mark.parametrize("mode", MODES)
def test_blocks_as_arrays_change_an_image_of_many_blocks(mode: str) -> None:
    img = uneven(mode)
    v = pilview.view(img)
    arrays: list[Any] = [np.asarray(block) for block in v.blocks]
    assert len(arrays) > 1
    assert np.concatenate(arrays).tolist() == memory.values(img)
    for array in arrays:
        np.multiply(array, 0, out=array, casting="unsafe")
    assert not np.any(memory.values(img))


@pytest.mark.parametrize("mode", ["L", "I;16"])
def test_opencv_writes_into_an_image_of_one_band(mode: str) -> None:
    img = make(mode, (64, 48))
    expected = np.array(memory.values(img), dtype=pilview.view(img).format)
    a: Any = np.asarray(pilview.view(img).strided)
    out = cv2.GaussianBlur(a, (5, 5), 0, dst=a)
    assert out.ctypes.data == memory.row_addresses(img)[0]
    assert memory.values(img) == cv2.GaussianBlur(expected, (5, 5), 0).tolist()
    cv2.circle(a, (20, 20), 9, (200,), thickness=-1)
    assert img.getpixel((20, 20)) == 200


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_opencv_writes_into_the_whole_pixels_of_a_colour_image(mode: str) -> None:
    img = make(mode, (64, 48))
    raw = np.frombuffer(memory.raw_bytes(img), np.uint8).reshape(48, 64, 4)
    pixels: Any = np.asarray(pilview.view(img).packed.strided).view(np.uint8).reshape(48, 64, 4)
    cv2.flip(pixels, 1, dst=pixels)
    assert memory.raw_bytes(img) == np.ascontiguousarray(raw[:, ::-1]).tobytes()
    cv2.rectangle(pixels, (10, 10), (20, 20), (1, 2, 3, 4), thickness=-1)
    assert pilview.view(img)[15, 15] == (1, 2, 3, 4)[: len(img.getbands())]
    part = np.asarray(pilview.view(img).packed.strided[5:15, 8:24]).view(np.uint8).reshape(10, 16, 4)
    cv2.bitwise_not(part, dst=part)
    assert pilview.view(img)[12, 12] == (254, 253, 252, 251)[: len(img.getbands())]


def test_scikit_image_draws_and_filters_into_an_image() -> None:
    img = Image.new("RGB", (64, 48))
    a: Any = np.asarray(pilview.view(img).strided)
    skimage.draw.set_color(a, skimage.draw.disk((24, 32), 10), (255, 128, 0))
    assert img.getpixel((32, 24)) == (255, 128, 0)
    assert img.getpixel((2, 2)) == (0, 0, 0)

    gray, filtered = make("L", (64, 48)), Image.new("L", (64, 48))
    footprint = np.ones((3, 3), np.uint8)
    source = np.array(memory.values(gray), np.uint8)
    out = np.asarray(pilview.view(filtered).strided)
    skimage.filters.rank.median(np.asarray(pilview.view(gray).strided), footprint, out=out)
    assert memory.values(filtered) == skimage.filters.rank.median(source, footprint).tolist()
    assert memory.values(gray) == source.tolist()
