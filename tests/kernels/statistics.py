"""Numbers about the pixels."""

from __future__ import annotations

from .case import EIGHT_BIT, Case

BIG = (1237, 811)

CASES = [
    Case(
        "histogram",
        lambda v: v.histogram(),
        lambda img: img.histogram(),
        EIGHT_BIT,
        returns=True,
        big=BIG,
    ),
    *(
        Case(
            "histogram",
            lambda v, mask: v.histogram(mask),
            lambda img, mask: img.histogram(mask),
            EIGHT_BIT,
            label=f"masked by {mode}",
            others=(mode,),
            returns=True,
            big=BIG,
        )
        for mode in ("L", "1")
    ),
]
