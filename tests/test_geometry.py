"""What kernels of geometry refuse, and what is special to them."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageChops

import pilview

from . import memory
from .images import make


def unchanged(*images: Image.Image) -> list[bytes]:
    return [memory.raw_bytes(img) for img in images]


@pytest.mark.parametrize(("method", "error"), [(7, ValueError), (-1, ValueError), ("ROTATE_90", TypeError)])
def test_a_method_that_is_none_is_refused_with_all_that_are(method: Any, error: type[Exception]) -> None:
    img, dst = make("RGB", (5, 5)), make("RGB", (5, 5), seed=1)
    before = unchanged(img, dst)
    with pytest.raises(error, match=r"FLIP_LEFT_RIGHT, .*TRANSVERSE"):
        pilview.view(img).transpose_into(dst, method)
    assert unchanged(img, dst) == before


@pytest.mark.parametrize("method", Image.Transpose)
def test_a_dst_of_another_size_is_refused_with_the_size_it_should_have(method: Image.Transpose) -> None:
    img, dst = make("RGB", (5, 4)), make("RGB", (5, 3))
    wanted = img.transpose(method).size
    before = unchanged(img, dst)
    with pytest.raises(ValueError, match=rf"\(5, 3\).*\({wanted[0]}, {wanted[1]}\)"):
        pilview.view(img).transpose_into(dst, method)
    assert unchanged(img, dst) == before


def test_a_dst_of_another_mode_is_refused() -> None:
    img = make("RGB", (5, 5))
    for mode in ("RGBA", "YCbCr", "L", "F"):
        dst = make(mode, (5, 5))
        before = unchanged(img, dst)
        with pytest.raises(pilview.ModeError, match=rf"{mode}\b.*RGB\b"):
            pilview.view(img).transpose_into(dst, 2)
        assert unchanged(img, dst) == before
    with pytest.raises(TypeError, match="bytes"):
        pilview.view(img).transpose_into(b"", 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", Image.Transpose)
def test_a_dst_that_shares_memory_is_refused(method: Image.Transpose) -> None:
    img = make("L", (8, 8))
    v = pilview.view(img)
    before = unchanged(img)
    for src, dst in ((v, v), (v[:5, :5], v[2:7, 3:]), (v[:4, :4], v[3:7, 3:7]), (v[::2, ::2], v[:4, 4:])):
        with pytest.raises(ValueError, match="memory"):
            src.transpose_into(dst, method)
    with pytest.raises(ValueError, match="memory"):
        v.transpose_into(img, method)
    assert unchanged(img) == before


def test_one_half_of_an_image_can_be_turned_into_the_other() -> None:
    img = make("RGB", (20, 10))
    expected = img.crop((0, 0, 10, 10)).transpose(Image.Transpose.ROTATE_90).convert("RGB")
    v = pilview.view(img)
    v[:, :10].transpose_into(v[:, 10:], Image.Transpose.ROTATE_90)
    assert img.crop((10, 0, 20, 10)) == expected


def test_bands_are_transposed_into_bands() -> None:
    img, dst = make("RGB", (9, 30)), make("L", (30, 9))
    pilview.view(img)["G"].transpose_into(dst, Image.Transpose.TRANSPOSE)
    assert dst.tobytes() == img.getchannel("G").transpose(Image.Transpose.TRANSPOSE).tobytes()
    rgba = make("RGBA", (30, 9))
    alpha = rgba.getchannel("A").tobytes()
    pilview.view(img).transpose_into(pilview.view(rgba)["RGB"], Image.Transpose.ROTATE_270)
    assert rgba.convert("RGB").tobytes() == img.transpose(Image.Transpose.ROTATE_270).tobytes()
    assert rgba.getchannel("A").tobytes() == alpha


@pytest.mark.parametrize("dst_key", [(slice(None, None, -1), slice(None, None, -1)), (slice(None, None, 2),)])
@pytest.mark.parametrize("method", Image.Transpose)
def test_dst_may_be_stepped_and_backwards(method: Image.Transpose, dst_key: Any) -> None:
    for mode in ("L", "RGB", "I;16"):
        img = make(mode, (37, 41))
        large = make(mode, (200, 200), blocks=True)
        expected = img.transpose(method)
        dst = pilview.view(large)[dst_key][: expected.height, : expected.width]
        padding = memory.padding(large)
        pilview.view(img)[::-1, ::-1].transpose_into(dst, method)
        turned = img.transpose(Image.Transpose.ROTATE_180).transpose(method)
        assert dst.tobytes() == memory.packed(turned)
        assert memory.padding(large) == padding


@pytest.mark.parametrize("given", [1.5, "1", None])
def test_roll_takes_ints(given: Any) -> None:
    img = make("RGB")
    before = unchanged(img)
    for by in ((given, 0), (0, given)):
        with pytest.raises(TypeError, match="give an int"):
            pilview.view(img).roll(*by)
    assert unchanged(img) == before


@pytest.mark.parametrize("by", [(2**63 + 3, -(2**64) - 1), (-(2**63), 2**63 - 1), (2**200, -(2**200))])
def test_roll_takes_ints_of_any_size(by: tuple[int, int]) -> None:
    img = make("RGB", (7, 5))
    expected = ImageChops.offset(img, by[0] % 7, by[1] % 5)
    pilview.view(img).roll(*by)
    assert img.tobytes() == expected.tobytes()
    pilview.view(make("RGB", (0, 0))).roll(*by)
