"""C functions that Numba compiles, run over the rows by `map_rows`."""

import numpy as np
from numba import cfunc, types
from PIL import Image

import pilview
from kernels.kernel import Size
from limits import flat, limit
from race import Effort, call, race
from results import Cases

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


def measure(large: Size, effort: Effort) -> Cases:
    """A row function that does next to nothing, beside the memory; and one that computes, beside Python."""
    img = pilview.new("RGB", large, "orange")
    turns = {"pilview": call(pilview.view(img).map_rows, invert)}
    if plain := limit("inplace"):
        turns["limit"] = call(plain, flat(img))
    fractal, expected = Image.new("L", SMALL), Image.new("L", SMALL)
    loops = {
        "pilview": call(pilview.view(fractal).map_rows, mandelbrot),
        "python": call(mandelbrot_in_python, expected),
    }
    found = {"invert": race(turns, effort), "Mandelbrot": race(loops, effort)}
    assert np.array_equal(pilview.asarray(fractal), pilview.asarray(expected))
    return found
