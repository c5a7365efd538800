"""The same bytes whatever vector code is in use: each level that can be had, in its own process."""

from __future__ import annotations

import pytest

from .scripts import run

COMPARE = """
import random
from PIL import Image, ImageChops
import pilview
random.seed(1)
curve = [random.randrange(256) for _ in range(4 * 256)]
step = [255 if value >= 77 else 0 for value in range(256)]
for mode in ("L", "LA", "RGB", "RGBA"):
    for size in ((1, 1), (7, 3), (63, 5), (2477, 1621)):
        n = len(Image.new(mode, (1, 1)).getbands())
        img = Image.frombytes(mode, size, random.randbytes(size[0] * size[1] * n))
        for kernel, expected in (
            (lambda v: v.invert(), ImageChops.invert(img)),
            (lambda v: v.threshold(77), img.point(step * n)),
            (lambda v: v.point(curve[:256]), img.point(curve[:256] * n)),
            (lambda v: v.point(curve[:256 * n]), img.point(curve[:256 * n])),
            (lambda v: v.fill(tuple(range(9, 9 + n))), Image.new(mode, size, tuple(range(9, 9 + n)))),
        ):
            changed = img.copy()
            v = kernel(pilview.view(changed))
            assert v.tobytes() == expected.tobytes(), (mode, size)
            back = Image.new(mode, size)
            pilview.view(back).copy_from(v.tobytes())
            assert back.tobytes() == expected.tobytes(), (mode, size)
print(pilview.info()["cpu"])
"""


@pytest.mark.parametrize("level", ["baseline", "avx2", ""])
def test_kernels_match_pillow_on_every_kind_of_processor(level: str) -> None:
    used = run(COMPARE, env={"PILVIEW_CPU": level})
    assert level != "baseline" or used == "baseline"
    assert level != "avx2" or used in ("baseline", "AVX2")
