"""Numba on Pillow's pixels: a compiled row function, and loops over arrays that share the image's memory."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numba import carray, cfunc, njit, prange, types  # pyright: ignore[reportPrivateImportUsage]
from PIL import Image

import pilview

ROW = types.void(types.CPointer(types.uint8), types.intp, types.intp, types.CPointer(types.float64))


@cfunc(ROW)
def mandelbrot(row, width, y, box):  # type: ignore[no-untyped-def]
    """Iterations at each pixel; `box` is left, top, and the size of a pixel."""
    left, top, pixel = box[0], box[1], box[2]
    for x in range(width):
        re = cr = left + x * pixel
        im = ci = top + y * pixel
        n = 0
        while n < 255 and re * re + im * im < 4.0:
            re, im = re * re - im * im + cr, 2.0 * re * im + ci
            n += 1
        row[x] = n


@njit(parallel=True)  # type: ignore[untyped-decorator]
def brighten(pixels: npt.NDArray[np.uint8], amount: int) -> None:
    for y in prange(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            for band in range(pixels.shape[2]):
                pixels[y, x, band] = min(255, pixels[y, x, band] + amount)


@cfunc(types.void(types.voidptr, types.voidptr, types.intp, types.intp, types.voidptr))
def blacken(row, mask, width, _y, _data):  # type: ignore[no-untyped-def]
    """Where the mask is 0. Pixels of RGB are four bytes, one of them without a meaning."""
    pixels, opaque = carray(row, width, np.uint32), carray(mask, width, np.uint8)
    for x in range(width):
        if opaque[x] == 0:
            pixels[x] = 0


def main(folder: Path) -> None:
    # On all of pilview's threads, without the GIL; `data` reaches the function as its last argument.
    fractal = Image.new("L", (900, 600))
    pilview.view(fractal).map_rows(mandelbrot, np.array([-2.0, -1.0, 3.0 / 900]))
    fractal.save(folder / "mandelbrot.png")

    photograph = Image.open(Path(__file__).with_name("astronaut.png"))
    v = pilview.view(photograph)
    brighten(pilview.asarray(v, copy=False), 40)
    # A large image lies in several blocks, which are an array each; this works for every image.
    for block in v.blocks:
        brighten(pilview.asarray(block), 20)
    mask = fractal.resize(photograph.size).point([0 if n > 250 else 255 for n in range(256)])
    v.map_rows2(blacken, mask)
    photograph.save(folder / "brighter.png")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
