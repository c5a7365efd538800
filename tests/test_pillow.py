"""Getting at Pillow's memory: what is accepted, what is refused, and how."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import PIL
import pytest
from PIL import Image, ImageDraw, ImageFile

import pilview

from . import memory
from .images import CASES, KINDS, SIZES, build, make
from .modes import MODES

POINTERS = {"image8": 4096, "image32": 4096, "image": 4096}
REAL = make("RGB", (4, 4))


class FakeCore:
    """Everything that a careless reader would believe."""

    mode, size, bands, readonly = "RGB", (4, 4), 3, 0
    unsafe_ptrs = tuple(POINTERS.items())
    ptr = getattr(REAL.im, "ptr", None)  # even a real capsule, of another object
    id = 4096


class FakeImage(Image.Image):
    """A real subclass with a core that is not Pillow's."""

    _mode, _size = "RGB", (4, 4)

    def __init__(self, core: object) -> None:
        self.__dict__["core"] = core

    im = property(lambda self: self.__dict__["core"])
    mode = property(lambda self: "RGB")
    size = property(lambda self: (4, 4))
    readonly = property(lambda self: 0)

    def load(self) -> None:
        return None


NOT_IMAGES: list[Any] = [
    None,
    "photo.png",
    b"photo.png",
    Path("photo.png"),
    3,
    object(),
    Image,
    Image.Image,
    SimpleNamespace(im=FakeCore(), mode="RGB", size=(4, 4), readonly=0, load=lambda: None),
    SimpleNamespace(im=REAL.im, mode="RGB", size=(4, 4), readonly=0, load=lambda: None),
    REAL.im,
    FakeCore(),
    [[1, 2], [3, 4]],
    bytearray(16),
]
FAKE_CORES: list[Any] = [
    FakeCore(),
    None,
    4096,
    {"image8": 4096},
    object(),
    "core",
    getattr(REAL.im, "ptr", 0),
]


@pytest.mark.parametrize("thing", NOT_IMAGES, ids=lambda thing: type(thing).__name__)
@pytest.mark.parametrize("call", [pilview.view, pilview.unsafe_ptrs, pilview.contiguous])
def test_what_is_no_pillow_image_is_a_type_error(call: Any, thing: Any) -> None:
    with pytest.raises(TypeError, match="Image"):
        call(thing)


@pytest.mark.parametrize("call", [pilview.view, pilview.unsafe_ptrs, pilview.contiguous, pilview.asarray])
def test_a_duck_typed_core_with_numbers_in_unsafe_ptrs_is_a_type_error(call: Any) -> None:
    with pytest.raises(TypeError, match="Pillow"):
        call(FakeImage(FakeCore()))


@pytest.mark.parametrize("core", FAKE_CORES, ids=lambda core: type(core).__name__)
@pytest.mark.parametrize("call", [pilview.view, pilview.unsafe_ptrs, pilview.contiguous, pilview.asarray])
def test_an_image_whose_core_is_not_pillows_is_refused(call: Any, core: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        call(FakeImage(core))


class Liar(Image.Image):
    """Python says 4000 x 4000, the core 4 x 4."""

    size = property(lambda self: (4000, 4000))


def lying_size() -> Image.Image:
    img = Liar()
    img.__dict__.update(make("RGB", (4, 4)).__dict__)
    return img


def stale_size() -> Image.Image:
    img = make("RGB", (4, 4))
    img._size = (4000, 4000)
    return img


def stale_mode() -> Image.Image:
    img = make("L", (4, 4))
    img.im = make("RGB", (4, 4)).im  # Pillow's own code does this for a moment in `putalpha`
    return img


@pytest.mark.parametrize("lie", [lying_size, stale_size, stale_mode])
def test_an_image_that_disagrees_with_its_core_is_refused_or_read_as_the_core_is(lie: Any) -> None:
    try:
        v = pilview.view(lie())
    except (TypeError, ValueError, pilview.UnsupportedPillowError):
        return
    assert v.tobytes() == memory.packed(make("RGB", (4, 4)))


def test_subclasses_of_image_are_images() -> None:
    class Photo(Image.Image):
        pass

    img = Photo()
    plain = make("RGB", (7, 5))
    img.__dict__.update(plain.__dict__)
    assert pilview.view(img).tobytes() == memory.packed(plain)


@pytest.mark.parametrize("call", [pilview.view, pilview.unsafe_ptrs, pilview.contiguous, pilview.asarray])
def test_a_closed_image_is_a_value_error(call: Any) -> None:
    img = make("RGB")
    img.close()
    with pytest.raises(ValueError, match="closed"):
        call(img)


@pytest.mark.parametrize("call", [pilview.view, pilview.unsafe_ptrs, pilview.contiguous])
def test_an_image_without_pixels_is_refused(call: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"\w"):
        call(Image.Image())


def test_writable_takes_only_none_or_a_bool() -> None:
    with pytest.raises(TypeError):
        pilview.view(make("L"), writable=cast(bool, "yes"))
    with pytest.raises(TypeError):
        pilview.view(make("L"), True)  # type: ignore[call-arg]


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_unsafe_ptrs_are_pillows_own(kind: str, mode: str, tmp_path: Path) -> None:
    for size in KINDS[kind].sizes(SIZES):
        img = build(kind, mode, size, tmp_path)
        ptrs = pilview.unsafe_ptrs(img)
        assert [name for name, _ in ptrs] == ["image8", "image32", "image"]
        assert dict(ptrs) == memory.pointers(img)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            own = getattr(img.im, "unsafe_ptrs", ptrs)  # Pillow 12 has none
        assert ptrs == own
        alias = "image32" if MODES[mode].pixelsize == 4 else "image8"
        assert dict(ptrs)[alias] == dict(ptrs)["image"] != 0


@pytest.mark.parametrize("mode", MODES)
def test_no_warning_gets_out(mode: str) -> None:
    img = make(mode)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        v = pilview.view(img)
        pilview.unsafe_ptrs(img)
        memoryview(v).release()
        pilview.info()
        v.tobytes()
    assert [str(warning.message) for warning in caught] == []


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "tiff", "bmp", "ppm"])
def test_lazy_files_are_loaded(suffix: str, tmp_path: Path) -> None:
    source = Image.radial_gradient("L")
    path = tmp_path / f"gradient.{suffix}"
    source.save(path)
    with Image.open(path) as img, Image.open(path) as loaded:
        loaded.load()
        assert pilview.view(img).tobytes() == memory.packed(loaded)


def test_a_truncated_file_raises_pillows_error_and_leaves_nothing_half_made() -> None:
    out = io.BytesIO()
    make("RGB", (64, 64)).save(out, "PNG")
    data = out.getvalue()[:-2000]
    with Image.open(io.BytesIO(data)) as own, pytest.raises(OSError, match="truncated") as pillows:
        own.load()
    with Image.open(io.BytesIO(data)) as img:
        with pytest.raises(OSError, match="truncated") as ours:
            pilview.view(img)
        assert type(ours.value) is type(pillows.value)
        assert str(ours.value) == str(pillows.value)
        assert not isinstance(ours.value, pilview.PilviewError)
        with pytest.raises(OSError, match=r"\w"):  # the second try is no more successful than Pillow's
            pilview.view(img)


def test_a_truncated_file_is_viewed_where_pillow_is_told_to_load_it(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    make("RGB", (64, 64)).save(out, "PNG")
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with Image.open(io.BytesIO(out.getvalue()[:-2000])) as img:
        assert pilview.view(img).shape == (64, 64, 3)


def test_an_error_in_load_passes_through_unchanged() -> None:
    class Lazy(Image.Image):
        def load(self) -> None:
            raise KeyError("disk on fire")

    img = Lazy()
    img.__dict__.update(make("L").__dict__)
    with pytest.raises(KeyError, match="disk on fire"):
        pilview.view(img)


def test_drawing_and_viewing_see_each_other() -> None:
    img = Image.new("RGB", (9, 7))
    v = pilview.view(img)
    ImageDraw.Draw(img).rectangle((2, 1, 4, 3), fill=(1, 2, 3))
    assert v[1, 2] == (1, 2, 3)
    assert v[4, 2] == (0, 0, 0)
    v[6, 8] = (7, 8, 9)
    assert img.getpixel((8, 6)) == (7, 8, 9)


def test_palette_images_are_viewed_as_indices() -> None:
    img = make("RGB", (7, 5)).quantize(8)
    v = pilview.view(img)
    assert v.mode == "P"
    assert v.tobytes() == img.tobytes()


def test_modes_with_other_pixels_are_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            img = Image.new("BGR;24", (3, 2))
        except ValueError:
            pytest.skip("this Pillow has no BGR modes any more")
        with pytest.raises(pilview.ModeError, match="BGR;24"):
            pilview.view(img)


def test_info_says_what_was_found() -> None:
    found = pilview.info()
    assert found["pilview"] == pilview.__version__
    assert found["pillow"] == PIL.__version__
    assert found["access"] in {"unsafe_ptrs", "capsule"}
    assert found["threads"] == pilview.get_num_threads()
    assert {"python", "layout", "cpu"} <= set(found)
    if memory.pillow_version() >= (12, 0):
        assert found["access"] == "capsule"
