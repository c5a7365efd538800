"""NumPy, scikit-image and OpenCV working in the pixels of a Pillow image, with no copy and none back.

Needs numpy, opencv-python-headless and scikit-image.
"""

from pathlib import Path

import cv2
import numpy as np
import skimage.draw
from PIL import Image

import pilview

HERE = Path(__file__).resolve().parent


def main() -> None:
    img = Image.open(HERE / "astronaut.png").convert("RGB")
    v = pilview.view(img)

    # NumPy takes strided buffers. An operation in place changes the image.
    a = np.asarray(v.strided)
    print("shape", a.shape, "strides", a.strides)
    before = img.getpixel((100, 100))
    np.subtract(255, a, out=a)
    print("inverted:", before, "->", img.getpixel((100, 100)))

    # scikit-image draws into arrays of any strides.
    skimage.draw.set_color(a, skimage.draw.disk((100, 100), 20), (255, 128, 0))
    print("a disk:", img.getpixel((100, 100)))

    # OpenCV wants pixels without gaps: all 4 bytes of each.
    pixels = np.asarray(v.packed.strided).view(np.uint8).reshape(img.height, img.width, 4)
    cv2.GaussianBlur(pixels, (0, 0), 5, dst=pixels)
    cv2.rectangle(pixels, (10, 10), (60, 60), (1, 2, 3, 255), thickness=-1)
    print("a rectangle:", img.getpixel((30, 30)))

    # An image too large for one of Pillow's blocks: an array a block, or one copy, made in parallel.
    large = Image.new("RGB", (4000, 2500), (10, 20, 30))
    for block in pilview.view(large).blocks:
        part = np.asarray(block)
        part += 5
    print("blocks:", len(pilview.view(large).blocks), "pixel:", large.getpixel((3999, 2499)))
    print("a copy:", pilview.asarray(large).shape)
    try:
        pilview.asarray(large, copy=False)
    except pilview.LayoutError as error:
        print("without a copy:", error)

    # Back to an image of its own.
    again = Image.fromarray(v.strided[10:60, 10:60])
    print("fromarray:", again.mode, again.size, again.getpixel((0, 0)))


if __name__ == "__main__":
    main()
