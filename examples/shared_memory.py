"""Two processes draw into one image in shared memory, and read what the other drew. Needs Pillow only."""

from multiprocessing import get_context, shared_memory

from PIL import Image, ImageDraw

import pilview

SIZE = (320, 240)


def attach(block: shared_memory.SharedMemory) -> Image.Image:
    """An RGB image whose pixels, 4 bytes each, are the shared memory."""
    assert block.buf is not None, "it is closed"
    return pilview.from_buffer("RGB", SIZE, block.buf)


def draw_lower_half(name: str) -> None:
    """The other process."""
    block = shared_memory.SharedMemory(name)
    img = attach(block)
    print("the child reads:", img.getpixel((10, 10)), flush=True)
    ImageDraw.Draw(img).rectangle((0, 120, 319, 239), fill=(0, 0, 255))
    pilview.view(img).crop((0, 120, 160, 240)).invert()
    del img  # The memory can't be closed while an image has it.
    block.close()


def main() -> None:
    block = shared_memory.SharedMemory(create=True, size=SIZE[0] * SIZE[1] * 4)
    try:
        img = attach(block)
        ImageDraw.Draw(img).rectangle((0, 0, 319, 119), fill=(255, 128, 0))
        child = get_context("spawn").Process(target=draw_lower_half, args=(block.name,))
        child.start()
        child.join()
        print("the child ended with", child.exitcode)
        print("the parent reads:", img.getpixel((10, 10)), img.getpixel((10, 200)), img.getpixel((300, 200)))
        try:
            block.close()
        except BufferError:
            print("the memory stays while the image lives")
        del img
    finally:
        block.close()
        block.unlink()


if __name__ == "__main__":
    main()
