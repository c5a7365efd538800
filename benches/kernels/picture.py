"""What the benchmark's images show, since some kernels are faster on some contents."""

from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

PHOTOGRAPH = Path(__file__).parents[2] / "examples" / "astronaut.png"
SIDE = 2048
CONTENTS = (
    "Images show the shipped photograph, enlarged four times with noise as a camera has it (deviation 3), "
    "tiled; alpha and masks are discs with soft edges: about half opaque, a quarter clear."
)


@cache
def tile(mode: str) -> Image.Image:
    if mode == "RGBA":
        img = tile("RGB").copy()
        img.putalpha(mask())
        return img
    if mode != "RGB":
        return tile("RGB").convert(mode)
    with Image.open(PHOTOGRAPH) as photograph:
        enlarged = photograph.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(0).normal(0, 3, (SIDE, SIDE, 3))
    return Image.fromarray((np.asarray(enlarged) + noise).round().clip(0, 255).astype(np.uint8))


@cache
def turned(mode: str) -> Image.Image:
    """Another picture of the same kind."""
    return tile(mode).transpose(Image.Transpose.ROTATE_180)


@cache
def mask() -> Image.Image:
    """255 near the centre, 0 far from it."""
    distance = Image.radial_gradient("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return distance.point(lambda d: (250 - d) * 5)


def cover(img: Image.Image, part: Image.Image) -> Image.Image:
    """Tiles `img` with `part`, from its centre, so that small images show something too."""
    left_edges, top_edges = (range(-SIDE // 2, side, SIDE) for side in img.size)
    for left, top in product(left_edges, top_edges):
        img.paste(part, (left, top))
    return img
