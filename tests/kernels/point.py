"""Value by value: `v -> f(v)`."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageChops

from ..modes import MODES
from .case import ALL_MODES, EIGHT_BIT, SIXTEEN_BIT, Case

TABLE = [(i * 37 + 11) % 256 for i in range(256)]


def colour(mode: str) -> Any:
    """One that fits the mode."""
    bands = len(MODES[mode].bands)
    if bands > 1:
        return tuple(range(60, 60 + bands))
    return {"F": -1.25, "I": -123456}.get(mode, 54321 if mode in SIXTEEN_BIT else 77)


def tables(bands: int) -> list[int]:
    """A table a band."""
    return [(i * 37 + 11 * (band + 1)) % 256 for band in range(bands) for i in range(256)]


CASES = [
    Case("invert", lambda v: v.invert(), ImageChops.invert, EIGHT_BIT + SIXTEEN_BIT),
    *(
        Case(
            "threshold",
            lambda v, t=t: v.threshold(t),
            lambda img, t=t: img.point(
                [255 if value >= t else 0 for value in range(256)] * len(img.getbands())
            ),
            EIGHT_BIT,
            label=str(t),
        )
        for t in (0, 1, 100, 255)
    ),
    Case(
        "point",
        lambda v: v.point(TABLE),
        lambda img: img.point(TABLE * len(img.getbands())),
        EIGHT_BIT,
        label="one table",
    ),
    Case(
        "point",
        lambda v: v.point(tables(len(v.bands))),
        lambda img: img.point(tables(len(img.getbands()))),
        EIGHT_BIT,
        label="a table a band",
    ),
    Case(
        "point",
        lambda v: v.point(lambda x: x * 1.5 + 7),
        lambda img: img.point(lambda x: x * 1.5 + 7),
        ("I", "F", "I;16", *EIGHT_BIT),
        beyond=("I;16L", "I;16N"),
        label="x * 1.5 + 7",
    ),
    Case(
        "fill",
        lambda v: v.fill(colour(v.mode) if v.ndim == 3 or len(MODES[v.mode].bands) == 1 else 77),
        lambda img: Image.new(img.mode, img.size, colour(img.mode)),
        ALL_MODES,
        single_bands=False,
        since={"I;16N": (9, 5)},
        before="cannot fill I;16N",
    ),
]
