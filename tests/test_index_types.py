"""What the stub says that an index gives is what it gives. mypy reads the claims, pytest runs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_type

import numpy as np
import pytest

import pilview
from pilview import ImageView

from .images import make

VIEWS: dict[str, Callable[[], ImageView]] = {
    "image of bands": lambda: pilview.view(make("RGBA", (6, 7))),
    "image of one band": lambda: pilview.view(make("L", (6, 7))),
    "image of floats": lambda: pilview.view(make("F", (6, 7))),
    "whole pixels": lambda: pilview.view(make("RGB", (6, 7))).packed,
    "row of pixels": lambda: pilview.view(make("RGB", (6, 7)))[3],
    "column of pixels": lambda: pilview.view(make("RGB", (6, 7)))[:, 2],
    "row of values": lambda: pilview.view(make("L", (6, 7)))[3],
    "column of a band": lambda: pilview.view(make("RGB", (6, 7)))[::-1, 2, 1],
}


@pytest.fixture(params=VIEWS)
def v(request: pytest.FixtureRequest) -> ImageView:
    return VIEWS[request.param]()


def test_a_band_or_a_slice_is_a_view(v: ImageView) -> None:
    assert isinstance(assert_type(v[...], ImageView), ImageView)
    assert isinstance(assert_type(v[1:3], ImageView), ImageView)
    assert isinstance(assert_type(v[1:3,], ImageView), ImageView)
    assert isinstance(assert_type(v[1:3, ...], ImageView), ImageView)
    assert isinstance(assert_type(v[..., ::2], ImageView), ImageView)
    if v.format == "B":
        assert isinstance(assert_type(v[v.bands[0]], ImageView), ImageView)


def test_what_begins_with_a_slice_is_a_view(v: ImageView) -> None:
    if v.ndim > 1:
        assert isinstance(assert_type(v[:, 1], ImageView), ImageView)
        assert isinstance(assert_type(v[:, ::-1], ImageView), ImageView)
        assert isinstance(assert_type(v[:, ..., 1], ImageView), ImageView)
        assert isinstance(assert_type(v[..., :, 0], ImageView), ImageView)
        assert isinstance(assert_type(v[..., :, :1], ImageView), ImageView)
    if v.ndim > 2:
        assert isinstance(assert_type(v[:, 1, 2], ImageView), ImageView)
        assert isinstance(assert_type(v[:, 1, 2:], ImageView), ImageView)
        assert isinstance(assert_type(v[2, :, 2], ImageView), ImageView)
        assert isinstance(assert_type(v[2, :, 2:], ImageView), ImageView)


def test_a_pixel_is_a_number_or_a_tuple(v: ImageView) -> None:
    if v.ndim > 2:
        values = assert_type(v[2, 1, 1:3], tuple[int, ...])
        assert isinstance(values, tuple)
        assert {type(value) for value in values} == {int}
        assert type(assert_type(v[2, 1, 0], int)) is int
    if v.ndim > 1:
        pixel = assert_type(v[2, 1], Any)
        assert isinstance(pixel, int | float | tuple)


def test_an_int_is_a_view_of_a_row_or_a_pixel_of_one(v: ImageView) -> None:
    got = assert_type(v[2], ImageView | Any)
    is_image = v.ndim > 2 or (v.ndim == 2 and v.shape == (v.height, v.width))
    assert isinstance(got, ImageView) == is_image
    if not is_image:
        assert type(got) is (tuple if v.ndim == 2 else int)
    if v.ndim > 1:  # of a row of pixels some values of a pixel
        assert isinstance(assert_type(v[2, :], ImageView | Any), ImageView) == is_image


def test_numpys_ints_are_indices_too(v: ImageView) -> None:
    at = np.int64(1)
    assert v[at] == v[1]
    if v.ndim > 1:
        assert assert_type(v[at, at], Any) == v[1, 1]
        assert isinstance(assert_type(v[:, at], ImageView), ImageView)
