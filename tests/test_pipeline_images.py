"""Pipelines at work: on images, views and boxes, in threads."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image, ImageFilter

import pilview
from pilview import Pipeline

from .images import make
from .memory import packed, pillow_version

TABLE = [(value * 7 + 3) % 256 for value in range(256)]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "CMYK"])
@pytest.mark.parametrize("blocks", [False, True])
def test_it_does_what_the_kernels_do(mode: str, blocks: bool) -> None:
    img, by_hand = make(mode, (67, 41), blocks=blocks), make(mode, (67, 41), blocks=blocks)
    pipeline = Pipeline().median_filter(3).point(TABLE).filter(ImageFilter.SHARPEN).threshold(90)
    assert pipeline(img) is img
    pilview.view(by_hand).median_filter(3).point(TABLE).filter(ImageFilter.SHARPEN).threshold(90)
    assert packed(img) == packed(by_hand)


def test_the_empty_pipeline_changes_nothing() -> None:
    img = make("RGB")
    before = packed(img)
    assert Pipeline()(img) is img
    assert packed(img) == before


def test_a_box_is_the_part_that_changes() -> None:
    img, by_hand = make("RGB", (40, 30)), make("RGB", (40, 30))
    assert Pipeline().invert().median_filter()(img, box=(3, 4, 20, 25)) is img
    pilview.view(by_hand).crop((3, 4, 20, 25)).invert().median_filter()
    assert packed(img) == packed(by_hand)
    with pytest.raises(ValueError, match="box"):
        Pipeline().invert()(img, box=(3, 4, 200, 25))


def test_views_are_taken_too() -> None:
    img = make("RGB", (40, 30))
    v = pilview.view(img)
    expected = [255 - value for value in v["R"].tobytes()]
    green = v["G"].tobytes()
    band = v["R"]
    assert Pipeline().invert()(band) is band
    assert list(v["R"].tobytes()) == expected
    assert v["G"].tobytes() == green
    part = v[::2]
    assert Pipeline().fill((1, 2, 3))(part, box=(0, 0, 2, 1)) is part
    assert v[0, 1] == (1, 2, 3)
    assert v[0, 2] != (1, 2, 3)


def test_a_readonly_image_becomes_writable_by_pillows_own_copy() -> None:
    img = Image.frombuffer("L", (5, 4), bytes(range(20)), "raw", "L", 0, 1)
    assert img.readonly
    assert Pipeline().invert()(img) is img
    assert img.tobytes() == bytes(255 - value for value in range(20))


def test_a_new_size_is_a_new_image() -> None:
    img = make("RGB", (40, 30))
    expected = make("RGB", (40, 30))
    pilview.view(expected).invert()
    made = Pipeline().invert().resize(scale=0.5, resample="bilinear").median_filter()(img)
    assert made is not img
    assert packed(img) == packed(expected), "the steps before the new size were in place"
    expected = expected.resize((20, 15), Image.Resampling.BILINEAR)
    pilview.view(expected).median_filter()
    assert made.size == (20, 15)
    assert packed(made) == packed(expected)


@pytest.mark.parametrize(
    ("pipeline", "size"),
    [
        (Pipeline().resize((7, 9)), (7, 9)),
        (Pipeline().resize((20, None)), (20, 15)),
        (Pipeline().resize((None, 60)), (80, 60)),
        (Pipeline().resize((1, None)), (1, 1)),
        (Pipeline().resize(scale=2), (80, 60)),
        (Pipeline().resize(scale=0.001), (1, 1)),
        (Pipeline().reduce(2), (20, 15)),
        (Pipeline().reduce((4, 1)), (10, 30)),
        (Pipeline().transpose("rotate_270"), (30, 40)),
        (Pipeline().transpose(Image.Transpose.FLIP_LEFT_RIGHT), (40, 30)),
    ],
    ids=str,
)
def test_sizes_are_what_was_asked_for(pipeline: Pipeline, size: tuple[int, int]) -> None:
    assert pipeline(make("RGB", (40, 30))).size == size


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I", "F", "I;16"])
def test_new_sizes_have_pillows_bytes(mode: str) -> None:
    img = make(mode, (40, 30))
    # Before 12.3 Pillow took NEAREST for I;16 where no filter is given.
    resample = Image.Resampling.BICUBIC if mode == "I;16" else None
    if resample and pillow_version() < (11, 0):
        pytest.skip("this Pillow weighs no pixels of 16 bits")
    assert packed(Pipeline().resize((17, 11))(img)) == packed(img.resize((17, 11), resample))
    assert packed(Pipeline().transpose("transverse")(img)) == packed(
        img.transpose(Image.Transpose.TRANSVERSE)
    )
    if mode not in ("1", "P", "I;16"):  # which Pillow can't reduce
        assert packed(Pipeline().reduce((3, 7))(img)) == packed(img.reduce((3, 7)))


@pytest.mark.parametrize("format", ["PNG", "GIF", None])
def test_new_sizes_keep_the_palette(format: str | None) -> None:
    img = make("RGB", (40, 30)).quantize(16)
    if format:
        file = io.BytesIO()
        img.save(file, format, transparency=3)
        img = Image.open(file)
    made = Pipeline().transpose("transverse")(img)
    expected = img.transpose(Image.Transpose.TRANSVERSE)
    assert colours(made) == colours(expected)
    assert packed(made.convert("RGBA")) == packed(expected.convert("RGBA"))


def colours(img: Image.Image) -> bytes:
    """Those that are told: some versions of Pillow fill up with black."""
    return bytes(img.getpalette() or []).rstrip(b"\0")


def test_a_new_size_does_not_go_with_a_box_or_a_view() -> None:
    img = make("RGB", (40, 30))
    before = packed(img)
    pipeline = Pipeline().invert().resize(scale=2)
    with pytest.raises(ValueError, match="box"):
        pipeline(img, box=(0, 0, 2, 2))
    with pytest.raises(ValueError, match="view"):
        pipeline(pilview.view(img))
    assert packed(img) == before


def test_one_pipeline_serves_several_threads() -> None:
    pipeline = Pipeline().median_filter(3).invert()
    expected = packed(pipeline(make("RGB", (90, 70))))
    results: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: results.append(packed(pipeline(make("RGB", (90, 70))))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8
