# cython: language_level=3
# distutils: language=c++
"""The same from Cython, twice: through pilview's C interface, and as before Pillow 12, by the address of `image32`."""

cimport pilview
from libc.stdint cimport uint32_t, uintptr_t

import pilview


cdef extern from "canvas.hpp":
    cdef cppclass Canvas:
        Canvas(int width, int height) except +
        const char *bytes()
        size_t size()

    void SetPixels(Canvas &canvas, int xstart, int ystart, const uint32_t *const *rows, int width, int height)


pilview.pilview_import()


# --8<-- [start:acquire]
def set_pixels(int width, int height, int xstart, int ystart, image):
    cdef pilview.PilviewImage pixels
    cdef Canvas *canvas = new Canvas(width, height)
    try:
        pilview.pilview_acquire(image, pilview.PILVIEW_READ, &pixels)
        try:
            if pixels.mode != b"RGB":
                raise ValueError("an RGB image is needed")
            SetPixels(canvas[0], xstart, ystart, <const uint32_t *const *>pixels.rows, pixels.width, pixels.height)
        finally:
            pilview.pilview_release(&pixels)
        return canvas.bytes()[:canvas.size()]
    finally:
        del canvas
# --8<-- [end:acquire]


# --8<-- [start:as-before]
def set_pixels_as_before(int width, int height, int xstart, int ystart, image):
    cdef Canvas *canvas = new Canvas(width, height)
    try:
        image.load()
        # It was: dict(image.im.unsafe_ptrs)["image32"]
        address = dict(pilview.unsafe_ptrs(image))["image32"]
        if address == 0:
            raise ValueError("an RGB image is needed")
        SetPixels(canvas[0], xstart, ystart, <const uint32_t *const *><uintptr_t>address, image.width, image.height)
        return canvas.bytes()[:canvas.size()]
    finally:
        del canvas
# --8<-- [end:as-before]
