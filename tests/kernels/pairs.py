"""Two images, value by value."""

from __future__ import annotations

from PIL import Image, ImageChops

from .case import EIGHT_BIT, SIXTEEN_BIT, Case

INTEGERS = (*SIXTEEN_BIT, "I")
NUMBERS = (*INTEGERS, "F")
# What Pillow has in 8-bit modes only, and which other modes the kernel takes besides.
CHOPS: dict[str, tuple[str, ...]] = {
    "add_modulo": INTEGERS,
    "subtract_modulo": INTEGERS,
    "multiply": SIXTEEN_BIT,
    "screen": SIXTEEN_BIT,
    "overlay": (),
    "hard_light": (),
    "soft_light": (),
    "lighter": NUMBERS,
    "darker": NUMBERS,
    "difference": NUMBERS,
}
SCALES = ((1.0, 0), (2.0, 0), (0.3, 17))
BIG = (1237, 811)

CASES = [
    *(
        Case(
            name,
            lambda v, other, name=name: getattr(v, name)(other),
            lambda img, other, name=name: getattr(ImageChops, name)(img, other),
            EIGHT_BIT,
            beyond=beyond,
            others=(None,),
            big=BIG,
        )
        for name, beyond in CHOPS.items()
    ),
    *(
        Case(
            f"bitwise_{name}",
            lambda v, other, name=name: getattr(v, f"bitwise_{name}")(other),
            lambda img, other, name=name: getattr(ImageChops, f"logical_{name}")(img, other),
            ("1",),
            beyond=tuple(mode for mode in (*EIGHT_BIT, *INTEGERS) if mode != "1"),
            others=(None,),
            big=BIG,
        )
        for name in ("and", "or", "xor")
    ),
    *(
        Case(
            name,
            lambda v, other, name=name, by=by: getattr(v, name)(other, *by),
            lambda img, other, name=name, by=by: getattr(ImageChops, name)(img, other, *by),
            EIGHT_BIT,
            beyond=NUMBERS,
            label=f"{by[0]}, {by[1]}",
            others=(None,),
            big=BIG,
        )
        for name in ("add", "subtract")
        for by in SCALES
    ),
    *(
        Case(
            "blend",
            lambda v, other, alpha=alpha: v.blend(other, alpha),
            lambda img, other, alpha=alpha: Image.blend(img, other, alpha),
            tuple(mode for mode in EIGHT_BIT if mode not in ("1", "P", "PA")),
            beyond=NUMBERS,
            label=str(alpha),
            others=(None,),
            big=BIG,
        )
        for alpha in (0.3, 1.9)
    ),
]
