"""One loop over 24 megapixels of mode L: in Python, in Cython, in Cython on all processors.

python setup.py build_ext --inplace && python times.py
"""

import sys
from collections.abc import Callable
from time import perf_counter

from contrast import __pyx_capi__, contrast, contrast_parallel
from PIL import Image

import pilview


def contrast_in_python(img: Image.Image) -> None:
    px = img.load()
    assert px is not None
    for y in range(img.height):
        for x in range(img.width):
            v = px[x, y]
            assert isinstance(v, int)
            px[x, y] = v * v * (765 - 2 * v) // 65025


def by_row_function(img: Image.Image) -> None:
    pilview.view(img).map_rows(__pyx_capi__["contrast_row"])


WAYS: dict[str, Callable[[Image.Image], None]] = {
    "Python loop": contrast_in_python,
    "Cython loop": lambda img: contrast(pilview.view(img)),
    "Cython loop, prange": lambda img: contrast_parallel(pilview.view(img)),
    "Cython function, map_rows": by_row_function,
}


def main(width: int = 6000, height: int = 4000) -> None:
    original = Image.effect_noise((width, height), 80)
    expected = original.point([v * v * (765 - 2 * v) // 65025 for v in range(256)])
    for name, way in WAYS.items():
        best = float("inf")
        for _ in range(1 if way is contrast_in_python else 5):
            img = original.copy()
            start = perf_counter()
            way(img)
            best = min(best, perf_counter() - start)
            assert img.tobytes() == expected.tobytes()
        print(f"{name:26} {1000 * best:10.2f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
