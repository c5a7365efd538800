"""Tone: exact formulas, what autocontrast takes, which bands, what is refused."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

import pilview

from . import memory
from .images import make
from .modes import MODES_8BIT

VALUES = range(256)
NAN, INF = float("nan"), float("inf")


def every_value() -> Image.Image:
    return Image.frombytes("L", (256, 1), bytes(VALUES))


def results(kernel: str, *arguments: Any) -> list[int]:
    found: list[int] = getattr(pilview.view(every_value()), kernel)(*arguments)[0].tolist()
    return found


@given(st.floats(-600, 600), st.floats(-600, 600))
def test_linear_is_as_near_as_can_be_to_the_exact_value(scale: float, offset: float) -> None:
    for v, got in zip(VALUES, results("linear", scale, offset), strict=True):
        assert got == min(max(math.floor(v * scale + offset + 0.5), 0), 255)
        exact = min(max(Fraction(v) * Fraction(scale) + Fraction(offset), Fraction(0)), Fraction(255))
        assert abs(got - exact) <= Fraction(1, 2) + Fraction(1, 10**9)


def nearest(exact: Decimal) -> int:
    return math.floor(exact + Decimal("0.5"))


@pytest.mark.parametrize("g", [0.01, 0.45, 1, 1.8, 2.2, 5])
def test_gamma_is_exact(g: float) -> None:
    with localcontext() as context:
        context.prec = 40
        exponent = 1 / Decimal(g)
        expected = [0] + [nearest(255 * (Decimal(v) / 255) ** exponent) for v in VALUES[1:]]
    assert results("gamma", g) == expected


@pytest.mark.parametrize(
    "arguments",
    [(), (10, 200), (10.5, 200.25, 2.2), (0, 255, 0.7, 30, 220), (-40, 300, 1.5), (200, 20, 1, 255, 10)],
)
def test_levels_are_exact(arguments: tuple[float, ...]) -> None:
    all_five = (*arguments, *(0, 255, 1, 0, 255)[len(arguments) :])
    in_black, in_white, gamma, out_black, out_white = map(Decimal, all_five)
    expected = []
    with localcontext() as context:
        context.prec = 40
        for v in VALUES:
            part = min(max((v - in_black) / (in_white - in_black), Decimal(0)), Decimal(1))
            power = part ** (1 / gamma) if part else Decimal(0)
            expected.append(nearest(out_black + (out_white - out_black) * power))
    assert results("levels", *arguments) == expected


def test_halves_are_rounded_up() -> None:
    assert results("linear", 0.5)[:6] == [0, 1, 1, 2, 2, 3]
    assert results("levels", 0, 510)[:6] == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("mode", "value", "arguments", "expected"),
    [
        ("I;16", 40000, (2,), 65535),
        ("I;16", 3, (1, -5), 0),
        ("I;16B", 5, (0.5,), 3),
        ("I", 2**31 - 1, (1, 1), 2**31 - 1),
        ("I", -7, (0.5,), -3),
        ("I", -(2**31), (3,), -(2**31)),
        ("F", 1.5, (2, 0.25), 3.25),
        ("F", 3e38, (10,), INF),
    ],
)
def test_wide_values_are_clipped_to_what_fits(
    mode: str, value: float, arguments: tuple[float, ...], expected: float
) -> None:
    v = pilview.view(pilview.new(mode, (3, 1), value))
    assert v.linear(*arguments).tolist() == [[expected] * 3]


@pytest.mark.parametrize("threshold", [-1000, -0.5, 0, 0.5, 127, 127.5, 128, 255, 255.5, 256, 10**6])
def test_solarize_takes_any_threshold(threshold: float) -> None:
    img = every_value()
    expected = ImageOps.solarize(img, threshold).tobytes()  # type: ignore[arg-type]
    assert pilview.view(img).solarize(threshold).tobytes() == expected


@pytest.mark.parametrize("kernel", ["solarize", "autocontrast", "equalize"])
def test_bands_that_are_selected_are_an_image_of_their_own(kernel: str) -> None:
    img = make("RGBA")
    alpha, rgb = img.getchannel("A"), img.convert("RGB")
    v = pilview.view(img)
    with pytest.raises(pilview.ModeError, match='v\\["RGB"\\]'):
        getattr(v, kernel)()
    getattr(v["RGB"], kernel)()
    assert img.convert("RGB").tobytes() == getattr(ImageOps, kernel)(rgb).tobytes()
    assert img.getchannel("A").tobytes() == alpha.tobytes()
    getattr(v["A"], kernel)()
    assert img.getchannel("A").tobytes() == getattr(ImageOps, kernel)(alpha).tobytes()


def narrow(mode: str, size: tuple[int, int] = (101, 97)) -> Image.Image:
    img = make(mode, size)
    return img.point([60 + v * v // 700 for v in VALUES] * len(img.getbands()))


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("cutoff", [0, 0.3, 7, 49.99, 50, 99, 100, (0, 0), (0, 31.7), (25, 0), (80, 80)])
@pytest.mark.parametrize("ignore", [None, 60, (), (60, 61, 153), [0, 255]])
def test_autocontrast_cuts_and_ignores_as_pillow(mode: str, cutoff: Any, ignore: Any) -> None:
    img = narrow(mode)
    for tone in (False, True):
        expected = ImageOps.autocontrast(img, cutoff, ignore, preserve_tone=tone)
        v = pilview.view(img.copy()).autocontrast(cutoff, ignore, preserve_tone=tone)
        assert v.tobytes() == memory.packed(expected)


@pytest.mark.parametrize("mask_mode", ["L", "1"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("share", [0, 3, 50])
def test_only_pixels_under_the_mask_are_looked_at(mode: str, mask_mode: str, share: int) -> None:
    img = narrow(mode, (61, 47))
    mask = Image.linear_gradient("L").resize(img.size).point([v * share // 10 > 1 and 9 for v in VALUES])
    mask = mask.convert(mask_mode)
    for chosen in (mask, pilview.view(mask)):
        for tone in (False, True):
            expected = ImageOps.autocontrast(img, 1, mask=mask, preserve_tone=tone)
            v = pilview.view(img.copy()).autocontrast(1, mask=chosen, preserve_tone=tone)
            assert v.tobytes() == memory.packed(expected)
        expected = ImageOps.equalize(img, mask)
        assert pilview.view(img.copy()).equalize(chosen).tobytes() == memory.packed(expected)


def test_the_mask_may_be_a_part_of_the_image_itself() -> None:
    img = narrow("RGB", (61, 47))
    mask = img.getchannel("G").point([v > 70 and 255 for v in VALUES])
    img.paste(Image.merge("RGB", (img.getchannel("R"), mask, img.getchannel("B"))))
    expected = ImageOps.equalize(img, mask)
    v = pilview.view(img)
    assert v.equalize(v["G"]).tobytes() == memory.packed(expected)


def test_a_mask_may_run_backwards() -> None:
    img, mask = narrow("RGB", (61, 47)), Image.linear_gradient("L").resize((61, 47)).rotate(90)
    mask = mask.resize((61, 47)).point([v > 99 and 255 for v in VALUES])
    turned = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for tone in (False, True):
        expected = ImageOps.autocontrast(img, mask=turned, preserve_tone=tone)
        v = pilview.view(img.copy()).autocontrast(mask=pilview.view(mask)[:, ::-1], preserve_tone=tone)
        assert v.tobytes() == memory.packed(expected)
        flipped = pilview.view(img.transpose(Image.Transpose.FLIP_LEFT_RIGHT))[:, ::-1]
        assert flipped.autocontrast(mask=turned, preserve_tone=tone).tobytes() == memory.packed(expected)


REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ("linear", (NAN,), {}, ValueError, "finite"),
    ("linear", (1, INF), {}, ValueError, "finite"),
    ("linear", (1e300,), {}, ValueError, "finite"),
    ("linear", (10**400,), {}, ValueError, "1329 bits.*finite"),
    ("linear", (1, -(10**400)), {}, ValueError, "finite"),
    ("linear", ("2",), {}, TypeError, "number"),
    ("gamma", (0,), {}, ValueError, "above 0"),
    ("gamma", (-1,), {}, ValueError, "above 0"),
    ("gamma", (NAN,), {}, ValueError, "finite"),
    ("gamma", (None,), {}, TypeError, "number"),
    ("levels", (5, 5), {}, ValueError, "two different"),
    ("levels", (255,), {}, ValueError, "two different"),
    ("levels", (0, 255, 0), {}, ValueError, "above 0"),
    ("levels", (0, 255, 1, -1), {}, ValueError, "0 to 255"),
    ("levels", (), {"out_white": 256}, ValueError, "0 to 255"),
    ("levels", (INF,), {}, ValueError, "finite"),
    ("levels", ("0",), {}, TypeError, "number"),
    ("solarize", (NAN,), {}, ValueError, "finite"),
    ("solarize", ("128",), {}, TypeError, "number"),
    ("posterize", (0,), {}, ValueError, "1 to 8"),
    ("posterize", (9,), {}, ValueError, "1 to 8"),
    ("posterize", (10**30,), {}, ValueError, "1 to 8"),
    ("posterize", (4.0,), {}, TypeError, "int"),
    ("autocontrast", (-1,), {}, ValueError, "0 to 100"),
    ("autocontrast", ((0, 101),), {}, ValueError, "0 to 100"),
    ("autocontrast", ((1, 2, 3),), {}, ValueError, "3 values"),
    ("autocontrast", (NAN,), {}, ValueError, "finite"),
    ("autocontrast", ("5",), {}, TypeError, "number"),
    ("autocontrast", (0, 256), {}, ValueError, "0 to 255"),
    ("autocontrast", (0, [3, -1]), {}, ValueError, "0 to 255"),
    ("autocontrast", (0, [3] * 300), {}, ValueError, "256"),
    ("autocontrast", (0, 1.5), {}, TypeError, "int"),
    ("autocontrast", (0, ["a"]), {}, TypeError, "int"),
    ("autocontrast", (), {"mask": Image.new("L", (3, 3))}, ValueError, "size"),
    ("autocontrast", (), {"mask": make("RGB")}, pilview.ModeError, "mask"),
    ("autocontrast", (), {"mask": 5}, TypeError, "mask"),
    ("equalize", (Image.new("L", (3, 3)),), {}, ValueError, "size"),
    ("equalize", (make("I;16"),), {}, pilview.ModeError, "mask"),
    ("equalize", ("mask",), {}, TypeError, "mask"),
]


@pytest.mark.parametrize(
    ("kernel", "arguments", "named", "error", "match"),
    REFUSED,
    ids=[f"{row[0]}-{i}" for i, row in enumerate(REFUSED)],
)
def test_arguments_that_make_no_sense_are_refused(
    kernel: str, arguments: tuple[Any, ...], named: dict[str, Any], error: type[Exception], match: str
) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(error, match=match):
        getattr(pilview.view(img), kernel)(*arguments, **named)
    assert memory.raw_bytes(img) == before


def test_preserve_tone_needs_a_tone() -> None:
    img = make("RGBA")
    before = memory.raw_bytes(img)
    for bands in ("RG", "ABGR"):
        with pytest.raises(pilview.ModeError, match="R, G and B"):
            pilview.view(img)[bands].autocontrast(preserve_tone=True)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("kernel", ["linear", "gamma", "levels", "solarize", "posterize"])
def test_places_in_a_palette_are_no_amounts(kernel: str) -> None:
    arguments = {"linear": (2,), "gamma": (2,), "posterize": (3,)}.get(kernel, ())
    v = pilview.view(make("PA"))
    with pytest.raises(pilview.ModeError, match="palette"):
        getattr(v["P"], kernel)(*arguments)
    assert getattr(v["A"], kernel)(*arguments).bands == ("A",)


def test_casts_are_refused() -> None:
    for mode in MODES_8BIT:
        v = pilview.view(make(mode))
        signed = v.cast("b") if v.ndim == 2 else v.cast("I")
        for kernel in ("solarize", "levels", "equalize", "autocontrast"):
            with pytest.raises(pilview.ModeError, match=r"\w"):
                getattr(signed, kernel)()
