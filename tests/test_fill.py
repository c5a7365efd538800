"""What fill takes: Pillow's colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

import pilview

from . import memory
from .images import make
from .modes import MODES, MODES_BANDS

COLOURS: list[tuple[str, Any]] = [
    *((mode, color) for mode in ("L", "P", "1") for color in (0, 1, 255)),
    *((mode, color) for mode in ("RGB", "RGBA", "L") for color in ("red", "#0af", "rgb(1, 2, 3)")),
    ("RGB", (1, 2, 3)),
    ("RGBA", (1, 2, 3, 4)),
    ("RGBX", (1, 2, 3, 4)),
    ("CMYK", (1, 2, 3, 4)),
    ("YCbCr", (1, 2, 3)),
    ("HSV", (1, 2, 3)),
    ("LAB", (1, 2, 3)),
    ("LA", (1, 2)),
    ("La", (1, 2)),
    ("RGB", 0x332211),
    ("RGBA", 0x44332211),
    ("RGBA", 0x80000000),
    ("CMYK", 0x44332211),
    ("LA", 0x44332211),
    ("I", 70000),
    ("I", -1),
    ("F", 1.5),
    ("F", 7),
    ("I;16", 54321),
    ("I;16L", 258),
]


@pytest.mark.parametrize(("mode", "color"), COLOURS)
@pytest.mark.parametrize("blocks", [False, True])
def test_fill_is_pillows_new(mode: str, color: Any, blocks: bool) -> None:
    img = make(mode, (101, 97), blocks=blocks)
    padding = memory.padding(img)
    v = pilview.view(img)
    assert v.fill(color) is v
    assert memory.packed(img) == memory.packed(Image.new(mode, (101, 97), color))
    assert memory.padding(img) == padding


@pytest.mark.parametrize("mode", MODES_BANDS)
def test_fill_takes_lists_and_other_sequences(mode: str) -> None:
    color = list(range(5, 5 + len(MODES[mode].bands)))
    array_color: Any = np.array(color)
    givens: list[Any] = [color, tuple(color), array_color]
    for given in givens:
        img = make(mode)
        pilview.view(img).fill(given)
        assert memory.values(img) == [[color] * 7] * 5


@pytest.mark.parametrize(
    ("mode", "color"),
    [
        ("RGB", (1, 2)),
        ("RGB", (1, 2, 3, 4, 5)),
        ("RGB", ()),
        ("RGB", None),
        ("RGB", 1.5),
        ("RGB", (1, 2, "3")),
        ("RGB", (1, 2, None)),
        ("RGB", "no colour"),
        ("L", (1, 2)),
        ("L", 1.5),
        ("LA", (1, 2, 3)),
        ("I", "12"),
        ("F", None),
        ("F", (1, 2)),
    ],
)
def test_fill_refuses_what_is_no_colour_and_pixels_stay(mode: str, color: Any) -> None:
    img = make(mode)
    before = memory.raw_bytes(img)
    with pytest.raises((TypeError, ValueError)):
        pilview.view(img).fill(color)
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "RGBX", "CMYK", "HSV", "I", "F"])
def test_a_colour_name_is_what_pillow_makes_of_it_and_selected_bands_take_theirs(mode: str) -> None:
    expected = pilview.view(Image.new(mode, (3, 2), "orange"))
    v = pilview.view(Image.new(mode, (3, 2)))
    assert v.fill("orange") == expected
    for band in MODES[mode].bands:
        one = pilview.view(Image.new(mode, (3, 2)))
        assert one[band].fill("orange") == expected[band]
    backwards = pilview.view(Image.new(mode, (3, 2)))
    if len(v.bands) > 1:
        backwards[..., ::-1] = "orange"
        assert backwards == expected


def test_a_colour_name_for_what_is_no_colour_is_refused() -> None:
    rgb, palette = pilview.view(make("RGB")), pilview.view(make("P"))
    for v in (rgb.packed, rgb.cast("f"), palette):
        with pytest.raises(TypeError, match="no value here"):
            v.fill("red")
