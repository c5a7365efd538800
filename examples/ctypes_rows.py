"""Row addresses for ctypes and cffi, as code used them before Pillow 12, and C functions for rows."""

import ctypes
import importlib.util
import tempfile
from pathlib import Path
from types import ModuleType

from cffi import FFI
from PIL import Image

import pilview

C_SOURCE = """
#include <stdint.h>

/* Every channel times data[0] / 256; of RGB, four bytes a pixel. */
void darken(void *row, intptr_t width, intptr_t y, void *data)
{
    uint8_t *bytes = row;
    int factor = *(int *)data;
    for (intptr_t i = 0; i < 4 * width; i++) {
        bytes[i] = bytes[i] * factor / 256;
    }
}
"""


def first_red(img: Image.Image) -> list[int]:
    """The red of the first pixel of each row, with ctypes."""
    # It was: dict(img.im.unsafe_ptrs)["image32"]
    address = dict(pilview.unsafe_ptrs(img))["image32"]
    rows = ctypes.cast(address, ctypes.POINTER(ctypes.POINTER(ctypes.c_uint8)))
    return [rows[y][0] for y in range(img.height)]


def paint_column(img: Image.Image, x: int, rgb: int) -> None:
    """One column, with cffi, through the address of the row pointers."""
    v = pilview.view(img)  # The address is valid while the view lives.
    rows = FFI().cast("uint32_t **", v.row_pointers)
    for y in range(v.height):
        rows[y][x] = rgb


def compiled() -> ModuleType:
    """The C source above as a module of cffi's."""
    ffi = FFI()
    ffi.cdef("void darken(void *row, intptr_t width, intptr_t y, void *data);")
    ffi.set_source("_darken", C_SOURCE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(ffi.compile(tmpdir=folder))
        spec = importlib.util.spec_from_file_location("_darken", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


ROW = ctypes.CFUNCTYPE(
    None, ctypes.POINTER(ctypes.c_uint32), ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p
)


@ROW
def frame(row, width, y, _data):  # type: ignore[no-untyped-def]
    """A ctypes callback is C to pilview. It is Python all the same: its threads take turns at the GIL."""
    row[0] = row[width - 1] = 0xFFFFFF


def main() -> None:
    img = Image.open(Path(__file__).with_name("astronaut.png"))
    v = pilview.view(img)
    paint_column(img, 0, 0x0000FF)
    assert first_red(img) == [255] * img.height
    darken = compiled()
    v.map_rows(darken.lib.darken, darken.ffi.new("int *", 128))
    assert first_red(img) == [127] * img.height
    v[100:200, 100:200].map_rows(frame)
    assert img.getpixel((100, 150)) == img.getpixel((199, 150)) == (255, 255, 255)
    # Python functions get a memoryview and the row's number.
    v.map_rows(lambda row, y: row.__setitem__(0, y % 256))
    print(first_red(img)[250:260])


if __name__ == "__main__":
    main()
