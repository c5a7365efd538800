"""Bands of colour: what is refused, selections of bands, tables of every kind."""

from __future__ import annotations

from array import array
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageFilter

import pilview

from . import memory
from .images import make
from .kernels.colour import LUTS, MATRICES, lut

NAN = float("nan")
IDENTITY = (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)


def table(**changed: Any) -> SimpleNamespace:
    """What a Color3DLUT is to a kernel."""
    return SimpleNamespace(**{"size": (2, 2, 2), "channels": 3, "mode": None, "table": [0.5] * 24} | changed)


@pytest.mark.parametrize(
    ("kernel", "argument", "error", "match"),
    [
        ("color_matrix", IDENTITY[:11], ValueError, "11 values"),
        ("color_matrix", (*IDENTITY, 1), ValueError, "more than 12"),
        ("color_matrix", (0.3, 0.6, 0.1, 0), ValueError, "grayscale"),
        ("color_matrix", (NAN, *IDENTITY[1:]), ValueError, "finite"),
        ("color_matrix", (1e39, *IDENTITY[1:]), ValueError, "finite"),
        ("color_matrix", ("1", *IDENTITY[1:]), TypeError, "number"),
        ("color_matrix", 1, TypeError, "sequence of 12"),
        ("swap_bands", "BG", ValueError, 'such as "BGR"'),
        ("swap_bands", "BGRR", ValueError, "3 of the names"),
        ("swap_bands", "BGA", ValueError, "R, G, B"),
        ("swap_bands", "bgr", ValueError, "R, G, B"),
        ("swap_bands", "", ValueError, "R, G, B"),
        ("swap_bands", 3, TypeError, "string"),
        ("color_lut_3d", None, TypeError, "Color3DLUT"),
        ("color_lut_3d", ImageFilter.BLUR, TypeError, "Color3DLUT"),
        ("color_lut_3d", lut(2, 4), pilview.ModeError, "4"),
        ("color_lut_3d", table(mode="RGBA"), pilview.ModeError, r"img\.filter"),
        ("color_lut_3d", table(size=(2, 2, 66)), ValueError, "2 to 65"),
        ("color_lut_3d", table(size=(1, 2, 2)), ValueError, "2 to 65"),
        ("color_lut_3d", table(channels=5), ValueError, "3 or 4"),
        ("color_lut_3d", table(table=[0.5] * 23), ValueError, "23 values"),
        ("color_lut_3d", table(table=[0.5] * 25), ValueError, "more than 24"),
        ("color_lut_3d", table(table=[NAN] * 24), ValueError, "nan"),
        ("color_lut_3d", table(table=["1"] * 24), TypeError, "numbers"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    kernel: str, argument: Any, error: type[Exception], match: str
) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(error, match=match):
        getattr(pilview.view(img), kernel)(argument)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("attribute", ["size", "channels", "table", "mode"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_what_a_table_raises_comes_out_unchanged(attribute: str, error: type[BaseException]) -> None:
    def boom(_self: object) -> None:
        raise error("mine")

    named = {name: value for name, value in vars(table()).items() if name != attribute}
    lut = type("Table", (), named | {attribute: property(boom)})()
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(error, match="mine"):
        pilview.view(img).color_lut_3d(lut)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize(
    ("mode", "bands", "kernel", "arguments"),
    [
        ("RGB", "RG", "color_matrix", (IDENTITY,)),
        ("RGB", "RG", "grayscale", ()),
        ("CMYK", "CMYK", "grayscale", ()),
        ("RGB", "RG", "color_lut_3d", (LUTS["5"],)),
        ("RGBA", "RGB", "premultiply", ()),
        ("RGBA", "A", "unpremultiply", ()),
        ("RGBX", "RGBX", "premultiply", ()),
        ("PA", "PA", "premultiply", ()),
    ],
)
def test_selections_without_the_bands_are_refused(
    mode: str, bands: str, kernel: str, arguments: tuple[Any, ...]
) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    with pytest.raises(pilview.ModeError, match=f"{kernel}.* it takes"):
        getattr(pilview.view(img)[bands], kernel)(*arguments)
    with pytest.raises(pilview.ModeError, match="packed"):
        getattr(pilview.view(img).packed, kernel)(*arguments)
    assert memory.raw_bytes(img) == before


def test_a_matrix_takes_the_bands_in_the_order_of_the_selection() -> None:
    matrix = MATRICES["beyond"]
    img = make("RGBA", (31, 17))
    turned = Image.merge("RGB", img.split()[2::-1])
    expected = turned.convert("RGB", matrix).split()[::-1]
    pilview.view(img)["BGR"].color_matrix(matrix)
    assert img.tobytes() == Image.merge("RGBA", (*expected, img.getchannel("A"))).tobytes()


def test_a_table_takes_the_bands_in_the_order_of_the_selection() -> None:
    img = make("CMYK", (31, 17))
    bands = img.split()
    expected = Image.merge("RGB", bands[3:0:-1]).filter(LUTS["5"]).split()[::-1]
    pilview.view(img)["KYM"].color_lut_3d(LUTS["5"])
    assert img.tobytes() == Image.merge("CMYK", (bands[0], *expected)).tobytes()


def test_bands_are_weighted_and_multiplied_by_their_names() -> None:
    img, other = make("RGBA", (31, 17)), make("RGBA", (31, 17))
    pilview.view(img).grayscale()
    pilview.view(other)["BGR"].grayscale()
    assert img.tobytes() == other.tobytes()
    red = img.convert("RGBa").getchannel("R")
    green = img.getchannel("G")
    pilview.view(img)["RA"].premultiply()
    assert img.getchannel("R").tobytes() == red.tobytes()
    assert img.getchannel("G").tobytes() == green.tobytes()


def test_bands_are_swapped_within_the_selection() -> None:
    img = make("RGBA", (31, 17))
    red, green, blue, alpha = img.split()
    pilview.view(img)["GA"].swap_bands("AG")
    assert img.tobytes() == Image.merge("RGBA", (red, alpha, blue, green)).tobytes()
    pilview.view(img)["BGR"].swap_bands("RRG")  # B and G become R, R becomes G
    assert img.tobytes() == Image.merge("RGBA", (alpha, red, red, green)).tobytes()


@pytest.mark.parametrize("kind", ["list", "tuple", "float", "double", "ints", "numpy half"])
def test_a_table_may_be_of_any_kind(kind: str) -> None:
    values = [(i * 7 % 11) / 8 - 0.25 for i in range(2 * 3 * 4 * 3)]
    made: Any = tuple(values) if kind == "tuple" else values
    if kind in ("float", "double"):
        made = array(kind[0], values)
    elif kind == "ints":
        made = [round(value) for value in values]
    elif kind == "numpy half":
        made = pytest.importorskip("numpy").array(values, "e")
    img = make("RGB", (31, 17))
    found = ImageFilter.Color3DLUT((2, 3, 4), made, _copy_table=False)
    expected = img.filter(found)
    assert pilview.view(img).filter(found).tobytes() == memory.packed(expected)


def test_a_table_for_the_images_own_mode_is_taken() -> None:
    img = make("RGB", (31, 17))
    named = ImageFilter.Color3DLUT(5, LUTS["5"].table, target_mode="RGB")
    expected = img.filter(named)
    assert pilview.view(img).color_lut_3d(named).tobytes() == memory.packed(expected)


def test_premultiplied_colours_come_back_where_alpha_lets_them() -> None:
    img = make("RGBA", (31, 17))
    img.putalpha(255)
    before = img.tobytes()
    assert pilview.view(img).premultiply().unpremultiply().tobytes() == before
    assert img.mode == "RGBA"
