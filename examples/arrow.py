"""A Pillow image of any size as an Arrow array: one chunk a block of memory, and no copy.

Needs pyarrow.
"""

import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

import pilview


def main() -> None:
    # One block of memory: one array.
    gray = Image.linear_gradient("L")
    array = pa.array(pilview.view(gray))
    print("L:", array.type, len(array), "largest", pc.max(array))  # pyright: ignore[reportAttributeAccessIssue]
    gray.putpixel((0, 0), 77)
    print("what is drawn later is seen:", array[0])

    # Several bands: a list of the 4 bytes that each pixel has in memory, as in Pillow's own export.
    colour = pa.array(pilview.view(Image.new("RGB", (4, 4), (1, 2, 3))))
    print("RGB:", colour.type, colour[0])
    print("whole pixels:", pa.array(pilview.view(Image.new("RGB", (4, 4), (1, 2, 3))).packed).type)

    # Several blocks: Pillow's own export refuses these.
    large = Image.new("RGB", (4000, 2500), (9, 8, 7))
    chunked = pa.chunked_array(pilview.view(large))
    print("large:", chunked.num_chunks, "chunks,", len(chunked), "pixels, the last", chunked[-1])

    # Rows of a part do not follow each other: each is a chunk.
    part = pa.chunked_array(pilview.view(large)[100:103, 50:60])
    print("a part:", part.num_chunks, "chunks of", len(part.chunk(0)))

    # The other way: an image over an array that pyarrow says may be written.
    numbers = pa.array([0] * 64, pa.uint8())
    pilview.from_buffer("L", (8, 8), numbers).paste(5, (0, 0, 4, 8))
    print("drawn into an array:", pc.sum(numbers))  # pyright: ignore[reportAttributeAccessIssue]


if __name__ == "__main__":
    main()
