"""C code that walked `dict(img.im.unsafe_ptrs)` until Pillow 12 removed it, with ctypes and with cffi.

Needs cffi for its second half.
"""

import ctypes

import cffi
from PIL import Image

import pilview


def main() -> None:
    img = Image.new("RGB", (3000, 2000), (1, 2, 3))  # In two blocks: only the row pointers lead to all rows.

    # ctypes. The addresses are good while the view lives.
    v = pilview.view(img)
    rows = ctypes.cast(v.row_pointers, ctypes.POINTER(ctypes.POINTER(ctypes.c_uint8)))
    rows[1999][2999 * 4] = 200
    print("ctypes:", img.getpixel((2999, 1999)))

    # cffi: the line that has changed is the first. It was `dict(img.im.unsafe_ptrs)`.
    pointers = dict(pilview.unsafe_ptrs(img))
    ffi = cffi.FFI()
    image32 = ffi.cast("uint32_t **", pointers["image32"])
    for y in range(img.height):
        image32[y][7] = 0xFF0000FF
    print("cffi:", img.getpixel((7, 0)), img.getpixel((7, 1999)))


if __name__ == "__main__":
    main()
