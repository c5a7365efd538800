"""Pixels at other places."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageOps

from .case import ALL_MODES, SIXTEEN_BIT, Case

BIG = (1237, 811)
ROLLS = ((3, 0), (0, 5), (-7, 11), (1000, -1001), (0, 0))
FEW = ("L", "RGB", "RGBA", "LA", "I;16B", "F")

CASES = [
    Case("flip_left_right", lambda v: v.flip_left_right(), ImageOps.mirror, ALL_MODES, big=BIG),
    Case("flip_top_bottom", lambda v: v.flip_top_bottom(), ImageOps.flip, ALL_MODES, big=BIG),
    Case(
        "rotate_180",
        lambda v: v.rotate_180(),
        lambda img: img.transpose(Image.Transpose.ROTATE_180),
        ALL_MODES,
        big=BIG,
    ),
    *(
        Case(
            "roll",
            lambda v, by=by: v.roll(*by),
            lambda img, by=by: ImageChops.offset(img, *by),
            ALL_MODES if by == (-7, 11) else FEW,
            beyond=ALL_MODES,
            label=f"{by[0]}, {by[1]}",
            big=BIG,
            since=dict.fromkeys(SIXTEEN_BIT, (13, 0)),
            before="takes 16 bits for 8",
        )
        for by in ROLLS
    ),
    *(
        Case(
            "transpose_into",
            lambda v, dst, method=method: v.transpose_into(dst, method),
            lambda img, method=method: img.transpose(method),
            ALL_MODES if method is Image.Transpose.ROTATE_90 else FEW,
            beyond=ALL_MODES,
            label=method.name,
            into=True,
            big=BIG,
        )
        for method in Image.Transpose
    ),
]
