"""One image onto another: what is refused, conversions, boxes, masks of views, images onto themselves."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

import pilview

from . import memory
from .images import make
from .modes import MODES

SIZE = (31, 17)


@pytest.mark.parametrize(
    ("kernel", "arguments", "error", "match"),
    [
        ("paste", (make("RGB", (3, 3)), (0, 0, 4, 3)), ValueError, "4 x 3.*image of 3 x 3"),
        ("paste", (make("RGB", (3, 3)), (0, 0), make("L", (3, 4))), ValueError, "mask of 3 x 4"),
        ("paste", ((1, 2, 3), (0, 0, 4, 4), make("L", (3, 4))), ValueError, "mask of 3 x 4"),
        ("paste", ((1, 2, 3),), ValueError, "fill"),
        ("paste", ((1, 2, 3), (0, 0)), ValueError, "box of four"),
        ("paste", ((1, 2, 3), (0, 0, 1)), ValueError, "two ints or four"),
        ("paste", ((1, 2, 3), (0, 0, 1, 1, 1)), ValueError, "two ints or four"),
        ("paste", ((1, 2, 3), (0, 0, 1.5, 1)), TypeError, "ints"),
        ("paste", ((1, 2, 3), 5), TypeError, "ints"),
        ("paste", ((1, 2, 300), (0, 0, 1, 1)), ValueError, "0 to 255"),
        ("paste", ((1, 2), (0, 0, 1, 1)), ValueError, "2 values"),
        ("paste", (None, (0, 0, 1, 1)), TypeError, "colour"),
        ("paste", (make("RGB"), (0, 0), 3), TypeError, "mask"),
        ("paste", (make("RGB"), (0, 0), make("P")), pilview.ModeError, "mask.*RGBa"),
        ("paste", (make("RGB"), (0, 0), make("La")), pilview.ModeError, "mask.*RGBa"),
        ("paste", (make("RGB"), (0, 0), make("I")), pilview.ModeError, "mask.*RGBa"),
        ("paste", (make("RGB"), make("L"), make("L")), ValueError, "give one"),
        ("paste", (pilview.view(make("L")),), pilview.ModeError, "RGB.* L"),
        ("paste", (pilview.view(make("RGB")).packed,), pilview.ModeError, "same mode"),
        ("alpha_composite", (make("RGBA"),), pilview.ModeError, "RGB.*RGBA"),
        ("alpha_composite", ((1, 2, 3),), TypeError, "image"),
        ("put_alpha", (3,), pilview.ModeError, "RGBA"),
        ("put_alpha", (make("L"),), pilview.ModeError, "convert"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    kernel: str, arguments: tuple[Any, ...], error: type[Exception], match: str
) -> None:
    img = make("RGB")
    before = memory.raw_bytes(img)
    with pytest.raises(error, match=match):
        getattr(pilview.view(img), kernel)(*arguments)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize(
    ("kernel", "arguments", "error", "match"),
    [
        ("alpha_composite", (make("RGB"),), pilview.ModeError, "RGBA.*RGB"),
        ("alpha_composite", (make("LA"),), pilview.ModeError, "LA"),
        ("alpha_composite", (pilview.view(make("RGBA"))["RGB"],), pilview.ModeError, "whole"),
        ("alpha_composite", (make("RGBA"), (0, 0, 0)), ValueError, "two ints"),
        ("alpha_composite", (make("RGBA"), (0, 0), (0, 0, 1)), ValueError, "two ints or four"),
        ("alpha_composite", (make("RGBA"), (0, 0), (-1, 0)), ValueError, "from 0 on"),
        ("alpha_composite", (make("RGBA"), (0, 0), (3, 0, 2, 2)), ValueError, "from 0 on"),
        ("alpha_composite", (make("RGBA"), "ab"), TypeError, "ints"),
        ("put_alpha", (256,), ValueError, "0 to 255"),
        ("put_alpha", (-1,), ValueError, "0 to 255"),
        ("put_alpha", (2.0,), TypeError, "int"),
        ("put_alpha", ("a",), TypeError, "int"),
        ("put_alpha", (make("L", (3, 3)),), ValueError, "7 x 5.*3 x 3"),
        ("put_alpha", (make("P"),), pilview.ModeError, "mode L or 1"),
        ("put_alpha", (make("RGB"),), pilview.ModeError, "mode L or 1"),
        ("put_alpha", (make("F"),), pilview.ModeError, "mode L or 1"),
    ],
)
def test_what_does_not_fit_an_image_with_alpha_is_refused(
    kernel: str, arguments: tuple[Any, ...], error: type[Exception], match: str
) -> None:
    img = make("RGBA")
    before = memory.raw_bytes(img)
    with pytest.raises(error, match=match):
        getattr(pilview.view(img), kernel)(*arguments)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("mode", ["I", "F", "I;16", "I;16B"])
@pytest.mark.parametrize("mask", ["L", "LA", "RGBa"])
def test_wide_values_take_no_weights(mode: str, mask: str) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    with pytest.raises(pilview.ModeError, match="mask of mode 1"):
        pilview.view(img).paste(make(mode), (0, 0), make(mask))
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("mode", ["I", "F", "I;16", "I;16B", "I;16L"])
def test_wide_colours_are_pasted_through_a_mask(mode: str) -> None:
    img, mask = make(mode, SIZE), make("1", SIZE)
    color = -1.5 if mode == "F" else 12345
    before, there = memory.values(img), memory.values(mask)
    pilview.view(img).paste(color, (0, 0), mask)
    for row, olds, masks in zip(memory.values(img), before, there, strict=True):
        assert row == [color if there else old for old, there in zip(olds, masks, strict=True)]


@pytest.mark.parametrize("mode", ["I", "F", "I;16", "I;16B", "I;16L", "I;16N"])
def test_wide_colours_are_pasted_into_a_box(mode: str) -> None:
    img = make(mode, SIZE)
    color = -1.5 if mode == "F" else 12345
    expected = memory.values(img)
    for row in expected[2:9]:
        row[3:] = [color] * (SIZE[0] - 3)
    pilview.view(img).paste(color, (3, 2, 99, 9))
    assert memory.values(img) == expected


@pytest.mark.parametrize("to", ["L", "RGB", "RGBA", "1", "P", "CMYK", "I", "LA"])
@pytest.mark.parametrize("of", ["1", "L", "LA", "P", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr", "I", "F"])
@pytest.mark.parametrize("box", [None, (-3, 2), (-50, 0)])
def test_images_of_other_modes_are_converted_as_pillow_does(to: str, of: str, box: Any) -> None:
    img, source = make(to, SIZE), make(of, SIZE)
    if of == "LA":
        source = make("L", SIZE).convert("LA")
        source.putalpha(77)
    if of == "P":
        source.putpalette([i * 7 % 256 for i in range(768)])
    expected = make(to, SIZE)
    try:
        expected.paste(source, box)
    except ValueError:
        if box == (-50, 0):  # All of it is cut off: nothing is converted.
            before = memory.raw_bytes(img)
            pilview.view(img).paste(source, box)
            assert memory.raw_bytes(img) == before
            return
        with pytest.raises(ValueError, match="conversion"):
            pilview.view(img).paste(source, box)
        return
    padding = memory.padding(img)
    pilview.view(img).paste(source, box)
    assert memory.packed(img) == memory.packed(expected)
    assert memory.padding(img) == padding


def test_an_image_of_another_mode_may_lie_anywhere() -> None:
    img = make("RGB", SIZE)
    before = img.tobytes()
    for box in ((10**30, 0), (-(10**30), 3), (0, -(2**31))):
        assert pilview.view(img).paste(make("L", SIZE), box, make("L", SIZE)).tobytes() == before


def test_gray_with_alpha_is_pasted_as_colour_whatever_its_padding() -> None:
    img, source = make("RGB", SIZE), make("LA", SIZE)
    gray = source.getchannel("L")
    mask = make("L", SIZE)
    expected = img.copy()
    expected.paste(Image.merge("RGB", [gray] * 3), (0, 0), mask)
    assert pilview.view(img).paste(source, (0, 0), mask).tobytes() == expected.tobytes()
    assert pilview.view(img).paste(source).tobytes() == Image.merge("RGB", [gray] * 3).tobytes()


BOXES = [(-40, 0), (0, 20), (31, 17), (-5, -5), (25, 12), (10**30, 0), (-(10**30), 3)]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("mask", [None, "L"])
def test_what_lies_outside_is_cut_off(box: tuple[int, int], mask: str | None) -> None:
    img, source = make("RGB", SIZE), make("RGB", SIZE, seed=1)
    through = make(mask, SIZE) if mask else None
    expected = make("RGB", SIZE)
    if abs(box[0]) < 1000:
        expected.paste(source, box, through)
    assert pilview.view(img).paste(source, box, through).tobytes() == expected.tobytes()
    above = make("RGBA", SIZE)
    expected, img = make("RGBA", SIZE, seed=2), make("RGBA", SIZE, seed=2)
    if abs(box[0]) < 1000:
        expected.alpha_composite(above, box)
    assert pilview.view(img).alpha_composite(above, box).tobytes() == expected.tobytes()


@pytest.mark.parametrize("box", [(2, 3, 9, 8), (-5, 3, 100, 4), (9, 3, 2, 8), (40, 40, 50, 50)])
@pytest.mark.parametrize(
    ("mode", "color"), [("RGB", (1, 2, 3)), ("RGBA", (1, 2, 3)), ("L", 7), ("RGB", "red")]
)
def test_a_box_is_filled_with_a_colour(box: tuple[int, int, int, int], mode: str, color: Any) -> None:
    img, expected = make(mode, SIZE), make(mode, SIZE)
    expected.paste(color, box)
    assert pilview.view(img).paste(color, box).tobytes() == expected.tobytes()


def test_the_mask_may_come_in_place_of_the_box() -> None:
    img, source, mask = make("RGB", SIZE), make("RGB", SIZE, seed=1), make("L", SIZE)
    expected = img.copy()
    expected.paste(source, mask)
    assert pilview.view(img).paste(source, mask).tobytes() == expected.tobytes()


def test_bands_are_masks_and_sources() -> None:
    img, other = make("RGBA", SIZE), make("RGBA", SIZE, seed=1)
    red, green, blue, alpha = img.split()
    expected = blue.copy()
    expected.paste(other.getchannel("G"), (0, 0), other.getchannel("A"))
    v, w = pilview.view(img), pilview.view(other)
    v["B"].paste(w["G"], (0, 0), w["A"])
    assert img.tobytes() == Image.merge("RGBA", (red, green, expected, alpha)).tobytes()
    v["GB"].paste(w["RG"])
    assert img.getchannel("B").tobytes() == other.getchannel("G").tobytes()
    v["RGB"].paste((9, 8, 7), (0, 0), w["A"][::-1])
    assert img.getchannel("A").tobytes() == alpha.tobytes()


@pytest.mark.parametrize("band", range(4))
@pytest.mark.parametrize("colour", [None, (1, 2, 3)])
def test_every_band_is_a_mask_by_itself(band: int, colour: tuple[int, ...] | None) -> None:
    """The first too, behind whose bytes the others lie within the same four."""
    img, other, masks = make("RGB", SIZE), make("RGB", SIZE, seed=1), make("RGBA", SIZE, seed=2)
    source = colour or other
    expected = img.copy()
    expected.paste(source, (0, 0, *SIZE), masks.getchannel(band))
    mask = pilview.view(masks)[:, :, band]
    assert pilview.view(img).paste(source, (0, 0), mask).tobytes() == expected.tobytes()


def test_a_colour_takes_the_alpha_of_gray_masks_too() -> None:
    img, mask = make("RGB", SIZE), make("LA", SIZE)
    expected = img.copy()
    expected.paste((1, 2, 3), (0, 0, *SIZE), mask.getchannel("A"))
    assert pilview.view(img).paste((1, 2, 3), (0, 0), mask).tobytes() == expected.tobytes()


@pytest.mark.parametrize("shift", [(0, 0), (3, 2), (-4, 1), (0, -3), (5, 0)])
def test_an_image_onto_itself_is_as_if_it_had_been_copied(shift: tuple[int, int]) -> None:
    for mask in (None, "L"):
        img, source = make("RGBA", SIZE, blocks=True), make("RGBA", SIZE)
        through = make(mask, SIZE) if mask else None
        expected = source.copy()
        expected.paste(source, shift, through)
        assert pilview.view(img).paste(img, shift, through).tobytes() == expected.tobytes()
    img, expected = make("RGBA", SIZE), make("RGBA", SIZE)
    expected.paste(make("RGBA", SIZE), shift, make("RGBA", SIZE))
    assert pilview.view(img).paste(img, shift, img).tobytes() == expected.tobytes()
    img, expected = make("RGBA", SIZE), make("RGBA", SIZE)
    expected.alpha_composite(make("RGBA", SIZE), shift)
    assert pilview.view(img).alpha_composite(img, shift).tobytes() == expected.tobytes()
    img = make("RGBA", SIZE)
    blue = img.getchannel("B")
    v = pilview.view(img)
    v.put_alpha(v["B"])
    assert img.getchannel("A").tobytes() == blue.tobytes()
    v.put_alpha(v["B"][::-1, ::-1])
    assert img.getchannel("A").tobytes() == blue.transpose(Image.Transpose.ROTATE_180).tobytes()


def test_selections_with_alpha_take_one() -> None:
    for mode in ("LA", "RGBA", "PA", "RGBa"):
        img = make(mode)
        name = MODES[mode].bands[-1]
        pilview.view(img)[name].put_alpha(9)
        assert set(memory.packed(img)[len(MODES[mode].bands) - 1 :: len(MODES[mode].bands)]) == {9}
    with pytest.raises(pilview.ModeError, match="RGBA"):
        pilview.view(make("RGBA"))["RGB"].put_alpha(9)
