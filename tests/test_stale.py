"""What a view does when Pillow has given its image other memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import pilview

from . import memory
from .images import make

WRITES: list[Callable[[pilview.ImageView], object]] = [
    lambda v: v.invert(),
    lambda v: v.threshold(3),
    lambda v: v.point(list(range(256))),
    lambda v: v.fill(0),
    lambda v: v.__setitem__((0, 0), (1, 2, 3, 4)),
    lambda v: v.__setitem__((0, 0, 0), 1),
    lambda v: v.__setitem__(..., 0),
    lambda v: v.__setitem__(slice(1, 3), "red"),
    lambda v: v.copy_from(bytes(v.nbytes)),
    lambda v: v["R"].invert(),
    lambda v: v[1:3].__setitem__(..., 0),
]


def test_a_closed_image_can_still_be_read_but_not_written() -> None:
    img = make("RGBA", (7, 5))
    v = pilview.view(img)
    values = v.tobytes()
    img.close()
    for write in WRITES:
        with pytest.raises(pilview.StaleViewError, match="view"):
            write(v)
    assert v.tobytes() == values
    assert v.tolist()[0][0] == list(v[0, 0])
    assert memoryview(v).tobytes() == values


def replace_by_thumbnail(img: Image.Image) -> None:
    img.thumbnail((3, 3))


def replace_by_putalpha(img: Image.Image) -> None:
    img.im = img.im.copy()
    img.putalpha(7)


def replace_by_copy(img: Image.Image) -> None:
    img._copy()


def replace_by_frombytes(img: Image.Image) -> None:
    img.im = Image.frombytes(img.mode, img.size, bytes(len(img.tobytes()))).im


@pytest.mark.parametrize(
    "replace",
    [replace_by_thumbnail, replace_by_putalpha, replace_by_copy, replace_by_frombytes, Image.Image.close],
)
def test_writing_to_memory_that_pillow_has_replaced_is_a_stale_view_error(replace: Any) -> None:
    img = make("RGBA", (7, 5))
    v = pilview.view(img)
    band = v["R"]
    values = v.tobytes()
    replace(img)
    after = None if replace is Image.Image.close else memory.raw_bytes(img)
    for write in WRITES:
        with pytest.raises(pilview.StaleViewError):
            write(v)
    with pytest.raises(pilview.StaleViewError):
        band[...] = 0
    assert v.tobytes() == values
    assert after is None or memory.raw_bytes(img) == after


def test_putalpha_in_place_keeps_the_views_memory_and_loses_no_write() -> None:
    """Pillow adds an alpha band to RGB by renaming the mode: the pixels stay where they are."""
    img = make("RGB", (7, 5))
    core, v = img.im, pilview.view(img)
    img.putalpha(7)
    assert img.mode == "RGBA"
    if img.im is core:
        expected = bytes(255 - b for b in v.tobytes())
        v.invert()
        assert pilview.view(img)["RGB"].tobytes() == expected
    else:
        with pytest.raises(pilview.StaleViewError):
            v.invert()
    assert pilview.view(img)["A"].tolist() == [[7] * 7] * 5


def frames(path: Path, sizes: list[tuple[int, int]]) -> Path:
    first, *others = (
        Image.new("RGB", size, color) for size, color in zip(sizes, ["red", "lime"], strict=True)
    )
    first.save(path, save_all=True, append_images=others)
    return path


def test_seek_to_a_frame_of_another_size_makes_views_stale(tmp_path: Path) -> None:
    with Image.open(frames(tmp_path / "frames.tiff", [(7, 5), (9, 6)])) as img:
        v = pilview.view(img)
        img.seek(1)
        second = pilview.view(img)
        assert second.shape == (6, 9, 3)
        assert v.tobytes() == b"\xff\0\0" * 35
        with pytest.raises(pilview.StaleViewError):
            v[0, 0] = (9, 9, 9)
        second[0, 0] = (9, 9, 9)
        assert img.getpixel((0, 0)) == (9, 9, 9)


def test_seek_to_a_frame_of_the_same_size_loses_no_write(tmp_path: Path) -> None:
    """Pillow loads such a frame into the memory that it has: the old view shows the new frame."""
    with Image.open(frames(tmp_path / "frames.tiff", [(7, 5), (7, 5)])) as img:
        v = pilview.view(img)
        core = img.im
        img.seek(1)
        assert pilview.view(img)[0, 0] == (0, 255, 0)
        if img.im is core:
            v[0, 0] = (9, 9, 9)
            assert img.getpixel((0, 0)) == (9, 9, 9)
        else:
            with pytest.raises(pilview.StaleViewError):
                v[0, 0] = (9, 9, 9)


def test_pillows_copy_on_write_makes_views_stale() -> None:
    img = Image.frombuffer("L", (4, 3), bytes(12), "raw", "L", 0, 1)
    v = pilview.view(img)
    img.putpixel((0, 0), 9)
    assert v.tobytes() == bytes(12)
    with pytest.raises((pilview.StaleViewError, pilview.ReadOnlyError)):
        v[0, 0] = 1
    assert pilview.view(img)[0, 0] == 9


def test_a_view_whose_image_turns_readonly_later_does_not_lose_writes() -> None:
    img = make("L", (4, 3))
    v = pilview.view(img)
    img.readonly = 1
    try:
        v[0, 0] = 7
    except (pilview.ReadOnlyError, pilview.StaleViewError):
        return
    assert img.getpixel((0, 0)) == 7


def test_a_stale_error_says_what_to_call() -> None:
    img = make("L")
    v = pilview.view(img)
    img.close()
    with pytest.raises(pilview.StaleViewError, match=r"pilview\.view"):
        v.invert()
