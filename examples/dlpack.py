"""A Pillow image as a DLPack tensor: the same pixels in Pillow, NumPy and JAX.

Needs numpy and jax. torch.from_dlpack(v) works like np.from_dlpack(v): see docs/dlpack.md.
"""

import mmap

import jax.numpy as jnp
import numpy as np
from PIL import Image, ImageDraw

import pilview


def main() -> None:
    img = Image.new("RGB", (640, 480), (10, 20, 30))
    v = pilview.view(img)

    # NumPy reads and writes Pillow's memory.
    tensor = np.from_dlpack(v)
    tensor[100:200, 100:200] = (200, 100, 0)
    print("NumPy wrote, Pillow reads:", img.getpixel((150, 150)))
    ImageDraw.Draw(img).rectangle((0, 0, 50, 50), fill="blue")
    print("Pillow drew, NumPy reads:", tensor[25, 25].tolist())

    # The tensor keeps the pixels when image and view are gone.
    del img, v
    print("still there:", tensor[150, 150].tolist())

    # A view of a read-only image gives a read-only tensor.
    fixed = np.from_dlpack(pilview.view(Image.new("L", (8, 8)), writable=False))
    print("writable:", fixed.flags.writeable)

    # JAX shares pixels without gaps that begin at a multiple of 64 bytes, such as a page; others it copies.
    page = mmap.mmap(-1, 512 * 512 * 4)
    canvas = pilview.from_buffer("RGBA", (512, 512), page)
    pixels = pilview.view(canvas)
    array = jnp.from_dlpack(pixels)
    shared = array.unsafe_buffer_pointer() == np.from_dlpack(pixels).ctypes.data
    pixels.fill((1, 2, 3, 4))
    print("JAX shares:", shared, "and sums", int(jnp.sum(array, dtype=jnp.int32)))

    # The other way: an image over a tensor's memory.
    board = np.zeros((100, 100, 4), np.uint8)
    part = pilview.from_buffer("RGB", (50, 50), board[25:75, 25:75])
    ImageDraw.Draw(part).ellipse((0, 0, 49, 49), fill=(9, 9, 9))
    print("Pillow drew into NumPy's array:", board[50, 50].tolist(), board[0, 0].tolist())


if __name__ == "__main__":
    main()
