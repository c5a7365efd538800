"""Times C functions that Numba compiles, through `map_rows`: `python benches/row_functions.py`.

`of_row_functions` races and judges by itself, so that a benchmark of more can take its claims.
"""

from collections.abc import Iterator

import numpy as np
from numba import cfunc, types
from PIL import Image

import pilview
from claims import LIMIT, Claim
from limits import flat, limit
from race import Effort, call, race

ROW = types.void(types.CPointer(types.uint8), types.intp, types.intp, types.voidptr)
SMALL = (300, 200)


@cfunc(ROW)
def invert(row, width, _y, _data):  # type: ignore[no-untyped-def]
    for i in range(4 * width):
        row[i] = ~row[i]


@cfunc(ROW)
def mandelbrot(row, width, y, _data):  # type: ignore[no-untyped-def]
    for x in range(width):
        re = cr = -2.0 + x * 0.01
        im = ci = -1.0 + y * 0.01
        n = 0
        while n < 255 and re * re + im * im < 4.0:
            re, im = re * re - im * im + cr, 2.0 * re * im + ci
            n += 1
        row[x] = n


def mandelbrot_in_python(img: Image.Image) -> None:
    px = img.load()
    assert px is not None
    for y in range(img.height):
        for x in range(img.width):
            re = cr = -2.0 + x * 0.01
            im = ci = -1.0 + y * 0.01
            n = 0
            while n < 255 and re * re + im * im < 4.0:
                re, im = re * re - im * im + cr, 2.0 * re * im + ci
                n += 1
            px[x, y] = n


def of_row_functions(effort: Effort) -> Iterator[Claim]:
    img = pilview.new("RGB", (6000, 4000), "orange")
    plain = limit("inplace")
    assert plain is not None
    turns = {"map_rows": call(pilview.view(img).map_rows, invert), "limit": call(plain, flat(img))}
    times = race(turns, effort)
    name = "`map_rows` of a Numba function"
    yield Claim(f"{name}, 24 megapixels RGB", LIMIT, times["map_rows"] / times["limit"], at_most=1.2)
    fractal, expected = Image.new("L", SMALL), Image.new("L", SMALL)
    turns = {
        "map_rows": call(pilview.view(fractal).map_rows, mandelbrot),
        "Python": call(mandelbrot_in_python, expected),
    }
    times = race(turns, effort)
    assert np.array_equal(pilview.asarray(fractal), pilview.asarray(expected))
    ratio = times["Python"] / times["map_rows"]
    yield Claim(f"{name}, Mandelbrot 300x200", "times as fast as a Python loop", ratio, at_least=20)


def main() -> None:
    for claim in of_row_functions(Effort(rounds=15, seconds=5)):
        print(f"{claim.subject}: {claim.what}: {claim.value}, to be {claim.target}".replace("`", ""))


if __name__ == "__main__":
    main()
