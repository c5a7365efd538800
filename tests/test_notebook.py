"""What notebooks show: the pixels themselves, and facts about the memory that are true."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import pilview

from . import memory
from .drawn import drawn
from .images import READONLY_KINDS, SEVERAL_BLOCKS, build, make
from .modes import MODES


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    img = Image.open(io.BytesIO(png))
    assert img.format == "PNG"
    return img


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA"])
def test_small_images_are_shown_as_they_are(mode: str) -> None:
    img = make(mode, SEVERAL_BLOCKS, blocks=True)
    shown = opened(pilview.view(img)._repr_png_())
    assert shown.mode == mode
    assert memory.packed(shown.convert(mode)) == memory.packed(img)


@pytest.mark.parametrize("mode", ["P", "CMYK", "YCbCr", "HSV", "RGBX"])
def test_other_modes_are_shown_as_pillow_converts_them(mode: str) -> None:
    img = make(mode, (31, 17))
    if mode == "P":
        img.putpalette([i * 7 % 256 for i in range(768)])
    assert opened(pilview.view(img)._repr_png_()).convert("RGB").tobytes() == img.convert("RGB").tobytes()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(0, 0), (0, 3), (1, 1), (600, 3), SEVERAL_BLOCKS])
def test_every_image_and_part_is_shown(mode: str, size: tuple[int, int]) -> None:
    v = pilview.view(make(mode, size, blocks=True))
    parts = [v, v[::2, ::-1], v[1:1]]
    if 0 not in size:
        parts += [v[0], v[:, -1], v[..., 0], v[:, :, ::-1]] if v.ndim == 3 else [v[0], v[:, -1]]
    for part in parts:
        assert max(opened(part._repr_png_()).size) <= 512
        assert drawn(part).tag.endswith("svg")


@pytest.mark.parametrize("kind", READONLY_KINDS)
def test_readonly_images_are_shown_and_stay(kind: str, tmp_path: Path) -> None:
    img = build(kind, "L", (37, 23), tmp_path)
    before = memory.raw_bytes(img)
    html = pilview.view(img)._repr_html_()
    assert html is not None
    assert "read-only" in html
    assert memory.raw_bytes(img) == before


@pytest.mark.parametrize(
    ("mode", "values"), [("I", (-5, 0, 250)), ("F", (0.0, 0.5, 1.0)), ("I;16", (0, 9, 90))]
)
def test_wide_values_are_scaled_from_the_least_to_the_largest(mode: str, values: tuple[float, ...]) -> None:
    img = Image.new(mode, (3, 1))
    pilview.view(img)[0, 0], pilview.view(img)[0, 1], pilview.view(img)[0, 2] = values
    low, middle, high = opened(pilview.view(img)._repr_png_()).tobytes()
    assert (low, high) == (0, 255)
    assert abs(middle - 255 * (values[1] - values[0]) / (values[2] - values[0])) <= 1


@pytest.mark.parametrize(
    ("value", "grey"), [(math.inf, 255), (-math.inf, 0), (3.5, 255), (0, 0), (-3.5, 0), (1e-45, 255)]
)
def test_values_without_a_range_are_white_above_zero(value: float, grey: int) -> None:
    assert opened(pilview.view(Image.new("F", (5, 4), value))._repr_png_()).tobytes() == bytes([grey] * 20)


def test_values_that_are_not_finite_leave_the_others_their_range() -> None:
    img = Image.new("F", (5, 1))
    v = pilview.view(img)
    v[0, 0], v[0, 1], v[0, 2], v[0, 3], v[0, 4] = -math.inf, 1.0, 2.0, math.inf, math.nan
    assert opened(v._repr_png_()).tobytes()[:4] == bytes([0, 0, 255, 255])


@pytest.mark.parametrize("given", ["a colour", (1, 2, 3), 999, -1, bytes(999), None])
def test_a_transparency_that_is_none_is_passed_over(given: object) -> None:
    img = make("RGB", (40, 30)).quantize(16)
    img.info["transparency"] = given
    assert opened(pilview.view(img)._repr_png_()).size == (40, 30)


def test_a_stale_view_says_so() -> None:
    img = make("RGB", (40, 30))
    v = pilview.view(img)
    assert "writable" in (v._repr_html_() or "")
    img.thumbnail((20, 20))
    html = v._repr_html_() or ""
    assert "stale: Pillow has given the image other memory" in html
    assert "writable" not in html


def test_large_images_are_thinned_out() -> None:
    assert opened(pilview.view(Image.new("RGB", (4000, 1000)))._repr_png_()).size == (500, 125)


def test_a_released_view_shows_nothing() -> None:
    v = pilview.view(make("L"))
    v.release()
    assert v._repr_png_() is None
    assert v._repr_html_() is None


def test_the_tour_runs_and_shows_pictures(tmp_path: Path) -> None:
    tour = Path(__file__).parents[1] / "examples" / "tour.ipynb"
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", str(tour)]
    subprocess.run([*command, "--output-dir", str(tmp_path)], check=True, capture_output=True, timeout=300)
    cells = json.loads((tmp_path / tour.name).read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output["output_type"] == "error"]
    shown = [output["data"] for output in outputs if "text/html" in output.get("data", {})]
    assert len(shown) == 5
    assert all("image/png" in data and "<svg" in "".join(data["text/html"]) for data in shown)
