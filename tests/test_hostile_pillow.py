"""What Python can do to Pillow itself, without ctypes: no address comes from there but Pillow's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL import _imaging as core

import pilview

from . import memory
from .images import make
from .scripts import run

# A core whose memory is gone, and a class that passes its capsule off as its own.
FORGE = """
import gc, types
from PIL import Image
import pilview

real = Image.core
freed = real.new("RGB", (500, 500)).ptr
gc.collect()

class Core:
    mode, size, bands, readonly = "RGB", (500, 500), 3, 0
    putpixel = unsafe_ptrs = None
    def __init__(self, *_): pass
    def __getattribute__(self, name):
        return freed if name == "ptr" else object.__getattribute__(self, name)

class Imaging:
    def __getattr__(self, name): return getattr(real, name)
    def new(self, mode, size): return Core(mode, size)

def image():
    img = Image.new("RGB", (1, 1))
    setattr(img, "_im" if "im" in vars(Image.Image) else "im", Core())
    return img

def refused(*errors):
    try:
        pilview.view(image())
    except (pilview.UnsupportedPillowError, *errors) as error:
        print(type(error).__name__)
"""
# How the class might look like Pillow's: by a getter that C made, for it or for another class.
DISGUISES = {
    "none": "",
    "its own getter of C, for another name": "Core.ptr = vars(Core)['__dict__']",
    "Pillow's getter": "Core.ptr = vars(type(real.new('L', (1, 1))))['ptr']",
    "a class for the getter's type": """
class Descriptor:
    __objclass__, __name__ = Core, "ptr"
    def __get__(self, core, kind=None): return self if core is None else freed
Core.ptr = Descriptor()
types.GetSetDescriptorType = Descriptor
""",
    "a metaclass that shows another dict": """
class Meta(type):
    @property
    def __dict__(cls): return vars(type(real.new('L', (1, 1))))
own = {name: value for name, value in vars(Core).items() if name not in ("__dict__", "__weakref__")}
Core = Meta("Core", (), own)
""",
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_class_written_in_python_is_no_core_whatever_it_looks_like(disguise: str) -> None:
    """Nor is it at first, when pilview finds out which class is Pillow's: `Image.core` is an attribute."""
    said = run(
        FORGE
        + DISGUISES[disguise]
        + "\nImage.core = Imaging()\nrefused()\nImage.core = real\nrefused(TypeError)"
    )
    assert said.split() == ["UnsupportedPillowError", "TypeError"]


def test_a_core_that_is_pillows_at_first_only_is_refused() -> None:
    said = run(
        FORGE
        + """
class Imaging(Imaging):
    asked = 0
    def new(self, mode, size):
        self.asked += 1
        return real.new(mode, size) if self.asked < 3 else Core()
Image.core = Imaging()
refused()
Image.core = real
assert pilview.view(Image.new("L", (2, 2), 7)).tobytes() == bytes([7] * 4)
    """
    )
    assert said == "UnsupportedPillowError"


def test_a_core_of_another_size_than_asked_for_is_not_probed() -> None:
    said = run(
        FORGE
        + """
Core = lambda mode, size: real.new(mode, (1, 1))
Image.core = Imaging()
try:
    pilview.view(Image.Image())
except pilview.UnsupportedPillowError as error:
    print(error)
    """
    )
    assert "size" in said


@pytest.mark.parametrize("answer", ["Core()", "real.new('L', (1, 1))", "real.map_buffer(bytes(9), *more)"])
def test_what_says_that_maps_are_marked_read_only_must_be_a_map(answer: str) -> None:
    """Else memory that must not be written would be, in a Pillow that does not mark it."""
    said = run(
        FORGE
        + f"""
Imaging.map_buffer = lambda self, buffer, *more: {answer}
Imaging.new = lambda self, mode, size: real.new(mode, size)
Core.readonly = 1
Image.core = Imaging()
try:
    pilview.view(Image.Image())
except pilview.UnsupportedPillowError as error:
    print("refused")
    """
    )
    assert said == "refused"


def test_memory_goes_to_pillows_own_function_and_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no end that Python could see: a row's gap may be nobody's."""
    seen: list[Any] = []

    class Imaging:
        def __getattr__(self, name: str) -> Any:
            return getattr(core, name)

        def map_buffer(self, *arguments: Any) -> Any:
            seen.extend(arguments)

    monkeypatch.setattr(Image, "core", Imaging())
    with pytest.raises(pilview.UnsupportedPillowError, match="map_buffer"):
        pilview.from_buffer("L", (4, 4), bytearray(16))
    assert seen == []


NONSENSE: list[Any] = [
    None,
    0,
    -1,
    2**70,
    "RGBA",
    b"x",
    (),
    (9999, 9999),
    {},
    1.5,
    object(),
    Image,
    make("F").im,
]
ATTRIBUTES = [
    "_im",
    "im",
    "_mode",
    "mode",
    "_size",
    "size",
    "readonly",
    "palette",
    "info",
    "tile",
    "map",
    "fp",
    "pyaccess",
]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_no_attribute_of_an_image_leads_out_of_its_core(attribute: str) -> None:
    for value in NONSENSE:
        img: Any = make("RGB", (7, 5))
        try:
            setattr(img, attribute, value)
        except AttributeError:
            continue  # a property
        try:
            v = pilview.view(img)
            seen = v.tobytes()
        except (TypeError, ValueError, AttributeError):
            continue
        assert (v.mode, v.size) == (img.im.mode, img.im.size)
        assert seen == memory.packed(Image.new(v.mode, (0, 0))._new(img.im))


@pytest.mark.parametrize("offset", [-1, 54, 10**6, 2**62, 2**63 - 1])
@pytest.mark.parametrize("stride", [-8, 0, 8, 10**6, 2**31 - 1])
def test_no_tile_of_a_file_leads_out_of_its_map(offset: int, stride: int, tmp_path: Path) -> None:
    make("L", (8, 5)).save(tmp_path / "file.bmp")
    with Image.open(tmp_path / "file.bmp") as opened:
        img: Any = opened
        img.tile = [("raw", (0, 0, 8, 5), offset, ("L", stride, 1))]
        try:
            v = pilview.view(img)
        except (OSError, ValueError, OverflowError, MemoryError):
            return  # Pillow's own
        except pilview.LayoutError:
            assert memory.pillow_version() < (12, 3), "this Pillow looks itself"
            return
        assert v.tobytes() == memory.packed(img)


@pytest.mark.parametrize("value", ["", "0", "-1", "1", "7", "4096", "65536", "x", "avx512", "\udcff"])
def test_no_environment_variable_leads_anywhere_else(value: str) -> None:
    names = [f"PILVIEW_{name}" for name in ("NUM_THREADS", "CPU", "LAYOUT")]
    names += [f"PILLOW_{name}" for name in ("ALIGNMENT", "BLOCK_SIZE", "BLOCKS_MAX")] + ["RAYON_NUM_THREADS"]
    said = run(
        """
        import warnings
        warnings.simplefilter("ignore")
        from PIL import Image
        import pilview
        img = Image.linear_gradient("L").resize((301, 203))
        v = pilview.view(img)
        try:
            v.invert()
        except ValueError as error:
            assert "PILVIEW_NUM_THREADS" in str(error), error
        assert v.tobytes() == img.tobytes()
        print("same")
        """,
        env=dict.fromkeys(names, value),
    )
    assert said == "same"
