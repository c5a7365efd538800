"""The examples that are compiled first, built and run as their readers would."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image, ImageOps

import pilview

from . import memory
from .compiled import copy_and_build, load, module
from .images import make

EXAMPLES = Path(__file__).parent.parent / "examples"
PHOTOGRAPH = EXAMPLES / "astronaut.png"


def run(script: Path, *arguments: object) -> str:
    process = subprocess.run(
        [sys.executable, "-W", "error", str(script), *map(str, arguments)],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def imported(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_cython(tmp_path: Path) -> None:
    folder = copy_and_build(EXAMPLES / "cython", tmp_path)
    printed = run(folder / "times.py", 300, 200)
    assert [line.split("  ")[0] for line in printed.splitlines()] == [
        "Python loop",
        "Cython loop",
        "Cython loop, prange",
        "Cython function, map_rows",
    ]


def test_c_extension(tmp_path: Path) -> None:
    invert = module(copy_and_build(EXAMPLES / "c-extension", tmp_path), "invert").invert
    for img in (
        make("L", (101, 97), blocks=True),
        make("RGBA", (31, 17)),
        make("I;16", (5, 3)),
        make("L", (0, 3)),
    ):
        before = memory.raw_bytes(img)
        invert(img)
        assert memory.raw_bytes(img) == bytes(255 - value for value in before)
    expected = Image.open(PHOTOGRAPH).convert("L")
    img = expected.copy()
    invert(pilview.view(img).crop((100, 50, 300, 90)))
    expected.paste(ImageOps.invert(expected.crop((100, 50, 300, 90))), (100, 50))
    assert img.tobytes() == expected.tobytes()


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = copy_and_build(EXAMPLES / "led-matrix", tmp_path_factory.mktemp("matrix"))
    in_cython = module(folder, "matrix_cython")
    return [module(folder, "matrix_cpp").set_pixels, in_cython.set_pixels, in_cython.set_pixels_as_before]


@pytest.mark.parametrize("way", [0, 1, 2])
def test_led_matrix(matrix: list[Any], way: int) -> None:
    sources = [
        Image.open(PHOTOGRAPH),
        make("RGB", (101, 397), blocks=True),
        Image.new("RGB", (3000, 2500), "red"),
    ]
    assert len(pilview.view(sources[1]).blocks) > 1
    assert len(pilview.view(sources[2]).blocks) > 1
    for img in sources:
        for x, y in [(0, 0), (-30, 20), (7, -90), (200, 0)]:
            canvas = Image.new("RGB", (64, 32))
            canvas.paste(img, (x, y))
            assert matrix[way](64, 32, x, y, img) == canvas.tobytes()
    with pytest.raises(ValueError, match="an RGB image is needed"):
        matrix[way](64, 32, 0, 0, make("L"))


def test_numba(tmp_path: Path) -> None:
    run(EXAMPLES / "numba_rows.py", tmp_path)
    fractal = Image.open(tmp_path / "mandelbrot.png")

    def iterations(x: int, y: int) -> int:
        c = z = complex(-2.0 + x * (3.0 / 900), -1.0 + y * (3.0 / 900))
        n = 0
        while n < 255 and z.real * z.real + z.imag * z.imag < 4:
            z, n = complex(z.real * z.real - z.imag * z.imag + c.real, 2.0 * z.real * z.imag + c.imag), n + 1
        return n

    for x, y in [(0, 0), (600, 300), (450, 10), (899, 599), (130, 287)]:
        assert fractal.getpixel((x, y)) == iterations(x, y)
    mask = fractal.resize((512, 512)).point(lambda n: 0 if n > 250 else 255)
    expected = Image.open(PHOTOGRAPH).point(lambda v: min(v + 60, 255))
    expected.paste(0, None, ImageOps.invert(mask))
    assert Image.open(tmp_path / "brighter.png").tobytes() == expected.tobytes()


@pytest.mark.parametrize("blocks", [False, True])
def test_numba_loops_work_in_the_images_memory(blocks: bool) -> None:
    brighten = imported(EXAMPLES / "numba_rows.py").brighten
    img = make("RGB", (101, 97), blocks=blocks)
    expected = img.point(lambda v: min(v + 9, 255))
    for block in pilview.view(img).blocks:
        brighten(pilview.asarray(block, copy=False), 9)
    assert img.tobytes() == expected.tobytes()


def test_ctypes_and_cffi() -> None:
    assert run(EXAMPLES / "ctypes_rows.py").split("\n")[0] == str([y % 256 for y in range(250, 260)])


@pytest.fixture(scope="module")
def rust(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Built as a wheel, apart from pilview's own build: under the same name its pilview is another."""
    folder = tmp_path_factory.mktemp("rust")
    root = EXAMPLES.parent
    process = subprocess.run(
        [
            *(sys.executable, "-m", "maturin", "build", "--release", "--locked", "--compatibility", "off"),
            *("--interpreter", sys.executable, "--out", folder, "--target-dir", root / "target" / "example"),
        ],
        cwd=EXAMPLES / "rust-extension",
        env={**os.environ, "PYO3_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(folder)
    return load(next(folder.rglob("rust_extension*.so")))


def test_a_rust_extension(rust: Any) -> None:
    img = make("RGB", (101, 97), blocks=True)
    padding = memory.raw_bytes(img)[3::4]
    expected = bytearray()
    data = img.tobytes()
    for r, g, b in zip(data[::3], data[1::3], data[2::3], strict=True):
        gray = (299 * r + 587 * g + 114 * b) // 1000
        expected += bytes((min(gray, 235) + 20, gray, max(gray - 20, 0)))
    rust.sepia(img)
    assert img.tobytes() == expected
    assert memory.raw_bytes(img)[3::4] == padding
    flat = make("L", (101, 97), blocks=True)
    assert rust.histogram(flat) == flat.histogram()
    assert rust.histogram(make("L", (0, 3))) == [0] * 256
    before = img.copy()
    rust.invert(img, (10, 20, 60, 70))
    before.paste(ImageOps.invert(before.crop((10, 20, 60, 70))), (10, 20))
    assert img.tobytes() == before.tobytes()
    assert memory.raw_bytes(img)[3::4] == padding


def test_a_rust_extension_refuses_as_pilview_does(rust: Any) -> None:
    frozen = Image.frombuffer("L", (2, 2), bytes(4))
    for function, arguments, error, part in [
        ("sepia", (3,), TypeError, "int"),
        ("sepia", (make("L"),), ValueError, "RGB"),
        ("invert", (make("F"), (0, 0, 1, 1)), ValueError, "invert"),
        ("invert", (make("L"), (0, 0, 99, 1)), ValueError, "box"),
        ("invert", (frozen, (0, 0, 1, 1)), BufferError, "read-only"),
    ]:
        with pytest.raises(error, match=part):
            getattr(rust, function)(*arguments)


def test_a_rust_extension_has_no_symbols_of_the_python_module(rust: Any) -> None:
    assert b"PyInit_rust_extension" in Path(rust.__file__).read_bytes()
    assert b"PyInit__pilview" not in Path(rust.__file__).read_bytes()
