"""One image onto another."""

from __future__ import annotations

from typing import Any

from PIL import Image

from ..modes import MODES, MODES_16BIT
from .case import ALL_MODES, EIGHT_BIT, Case
from .colour import relabelled
from .point import colour

BIG = (2477, 811)
MASKS = ("1", "L", "LA", "RGBA", "RGBa")
# Parts of views, boxes that reach out of the image on every side.
BOXES = ((-3, -2), (1, 2))


def pasted(img: Image.Image, *arguments: Any) -> Image.Image:
    """A copy, pasted onto. Pillow's `paste` converts what it is given of another mode."""
    made = relabelled(img, img.mode)
    made.paste(*arguments)
    return made


def composed(img: Image.Image, other: Image.Image, *places: Any) -> Image.Image:
    made = relabelled(img, img.mode)
    made.alpha_composite(other, *places)
    return made


def with_alpha(img: Image.Image, alpha: Any) -> Image.Image:
    """As `putalpha`, also of the modes whose alpha Pillow would convert first."""
    as_mode = {"La": "LA", "RGBa": "RGBA"}.get(img.mode, img.mode)
    made = relabelled(img, as_mode)
    made.putalpha(alpha)
    return relabelled(made, img.mode)


def colour_of(v: Any) -> Any:
    return colour(v.mode) if v.ndim == 3 or len(MODES[v.mode].bands) == 1 else 77


def blends(mask: str) -> tuple[str, ...]:
    return ALL_MODES if mask == "1" else EIGHT_BIT


CASES = [
    *(
        Case(
            "paste",
            lambda v, other, box=box: v.paste(other, box),
            lambda img, other, box=box: pasted(img, other, box),
            ALL_MODES,
            label=f"at {box}",
            others=(None,),
            big=BIG,
        )
        for box in BOXES
    ),
    *(
        Case(
            "paste",
            lambda v, other, mask: v.paste(other, (0, 0), mask),
            lambda img, other, mask: pasted(img, other, (0, 0), mask),
            blends(mask),
            label=f"through {mask}",
            others=(None, mask),
            big=BIG,
            since=dict.fromkeys(MODES_16BIT, (10, 4)),
            before="pastes half of each row of 16 bits",
        )
        for mask in MASKS
    ),
    *(
        Case(
            "paste",
            lambda v, mask: v.paste(colour_of(v), (-1, 1), mask),
            lambda img, mask: pasted(img, colour(img.mode), (-1, 1), mask),
            EIGHT_BIT if mask != "1" else (*EIGHT_BIT, "I", "F"),
            beyond=tuple(MODES_16BIT) if mask == "1" else (),
            label=f"a colour through {mask}",
            others=(mask,),
            single_bands=False,
            big=BIG,
        )
        for mask in MASKS
        if mask != "LA"  # Pillow refuses it for a colour
    ),
    *(
        Case(
            "alpha_composite",
            lambda v, other, places=places: v.alpha_composite(other, *places),
            lambda img, other, places=places: composed(img, other, *places),
            ("RGBA", "LA"),
            label=label,
            others=(None,),
            single_bands=False,
            big=BIG,
            since={"LA": (12, 0)},
            before="takes RGBA only",
        )
        for label, places in (
            ("", ()),
            ("at (2, 3)", ((2, 3),)),
            ("a part", ((1, 0), (0, 1, 60, 70))),
        )
    ),
    *(
        Case(
            "put_alpha",
            lambda v, alpha: v.put_alpha(alpha),
            with_alpha,
            ("LA", "La", "PA", "RGBA", "RGBa"),
            label=mode,
            others=(mode,),
            single_bands=False,
            big=BIG,
        )
        for mode in ("L", "1")
    ),
    Case(
        "put_alpha",
        lambda v: v.put_alpha(100),
        lambda img: with_alpha(img, 100),
        ("LA", "La", "PA", "RGBA", "RGBa"),
        label="100",
        single_bands=False,
        big=BIG,
    ),
]
