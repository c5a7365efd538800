"""pilview.h, and extensions that were compiled with an older or a newer one."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import weakref
import zipfile
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pilview

from . import memory
from .compiled import build, module
from .images import CASES, KINDS, make
from .images import build as build_image
from .modes import MODES
from .scripts import run

HEADER = Path(pilview.get_include()) / "pilview.h"

# describe, hold and give back, one after the other, as extensions do it.
SOURCE = """
#include "pilview.h"
#include <string.h>

static PilviewImage held[4];

static PyObject *acquire(PyObject *self, PyObject *args)
{
    PyObject *object;
    int slot, flags;
    if (!PyArg_ParseTuple(args, "iOi", &slot, &object, &flags)) {
        return NULL;
    }
    PilviewImage *image = &held[slot];
    if (pilview_acquire(object, flags, image) < 0) {
        return NULL;
    }
    PyObject *rows = PyList_New(0);
    for (Py_ssize_t y = 0; y < image->height; y++) {
        PyObject *row = PyBytes_FromStringAndSize((char *)image->rows[y], image->width * image->pixelsize);
        PyList_Append(rows, row);
        Py_DECREF(row);
    }
    return Py_BuildValue("nniiNLIST", image->width, image->height, image->pixelsize, image->bands, rows MORE);
}

static PyObject *put(PyObject *self, PyObject *args)
{
    int slot, x, y, value;
    if (!PyArg_ParseTuple(args, "iiii", &slot, &x, &y, &value)) {
        return NULL;
    }
    unsigned char *byte = (unsigned char *)held[slot].rows[y] + x;
    unsigned char before = *byte;
    *byte = (unsigned char)value;
    return PyLong_FromLong(before);
}

static PyObject *release(PyObject *self, PyObject *args)
{
    int slot, raising = 0;
    if (!PyArg_ParseTuple(args, "i|i", &slot, &raising)) {
        return NULL;
    }
    if (raising) {
        PyErr_SetString(PyExc_LookupError, "the extension's own");
    }
    if (pilview_release(&held[slot]) < 0 || raising) {
        return NULL;
    }
    return PyBool_FromLong(held[slot].owner == NULL);
}

static PyMethodDef methods[] = {
    {"acquire", acquire, METH_VARARGS, NULL},
    {"put", put, METH_VARARGS, NULL},
    {"release", release, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "NAME", NULL, -1, methods};

PyMODINIT_FUNC PyInit_NAME(void)
{
    return pilview_import() < 0 ? NULL : PyModule_Create(&definition);
}
"""

SETUP = """
from setuptools import Extension, setup
setup(name="NAME", ext_modules=[Extension("NAME", ["NAME.c"], include_dirs=["."])])
"""


def compiled(folder: Path, name: str, header: str, *, has_mode: bool = True) -> Path:
    """The source above with this header."""
    folder = folder / name
    folder.mkdir()
    (folder / "pilview.h").write_text(header)
    source = SOURCE.replace("NAME", name).replace("LIST", "si" if has_mode else "")
    source = source.replace(" MORE", ", image->mode, image->readonly" if has_mode else "")
    (folder / f"{name}.c").write_text(source)
    (folder / "setup.py").write_text(SETUP.replace("NAME", name))
    build(folder)
    return folder


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module(compiled(tmp_path_factory.mktemp("c"), "user", HEADER.read_text()), "user")


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_an_image_is_described_as_it_lies_in_memory(
    user: ModuleType, kind: str, mode: str, tmp_path: Path
) -> None:
    for dimensions in KINDS[kind].sizes([(13, 7), (1, 1), (0, 5), (5, 0)]):
        img = build_image(kind, mode, dimensions, tmp_path)
        spec, rows = MODES[mode], [bytes(row) for row in memory.raw_rows(img)]
        expected = (*dimensions, spec.pixelsize, len(spec.bands), rows, mode)
        assert user.acquire(0, img, 0) == (*expected, 1)
        assert user.release(0)
        if not KINDS[kind].readonly:
            assert user.acquire(0, img, 1) == (*expected, 0)
            assert user.release(0)
    v = pilview.view(build_image(kind, mode, (13, 7), tmp_path))
    rows = [bytes(row) for row in memory.raw_rows(v.image)]
    size = spec.pixelsize
    for part, ys, xs in [
        (v[2:6, 3:9], slice(2, 6), slice(3, 9)),
        (v[::-2], slice(None, None, -2), slice(0, 13)),
        (v[3], slice(3, 4), slice(0, 13)),
        (v[2:2], slice(2, 2), slice(0, 13)),
        (v[:, 4:4], slice(0, 7), slice(4, 4)),
    ]:
        assert user.acquire(0, part, 0)[4] == [row[xs.start * size : xs.stop * size] for row in rows[ys]]
        assert user.release(0)


def test_what_is_written_is_in_the_image(user: ModuleType) -> None:
    img = make("L", (101, 97), blocks=True)
    user.acquire(0, img, 1)
    user.put(0, 5, 90, 77)
    user.release(0)
    user.acquire(0, pilview.view(img)[10:, 20:], 1)
    user.put(0, 5, 80, 78)
    user.release(0)
    assert (img.getpixel((5, 90)), img.getpixel((25, 90))) == (77, 78)


@pytest.mark.parametrize(
    ("make_object", "flags", "error", "part"),
    [
        (lambda: 3, 0, TypeError, "int"),
        (lambda: pilview.view(make("RGB"))["R"], 0, pilview.LayoutError, "bands"),
        (lambda: pilview.view(make("RGB"))[:, ::2], 0, pilview.LayoutError, "column"),
        (lambda: pilview.view(make("L"), writable=False), 1, pilview.ReadOnlyError, "writable=True"),
        (lambda: make("L"), 8, SystemError, "PILVIEW_WRITE"),
    ],
)
def test_refusals_hold_nothing(
    user: ModuleType, make_object: Callable[[], Any], flags: int, error: type[Exception], part: str
) -> None:
    with pytest.raises(error, match=part):
        user.acquire(0, make_object(), flags)
    assert user.release(0)


def test_released_and_stale_views_are_refused(user: ModuleType) -> None:
    img = make("L")
    v, released = pilview.view(img), pilview.view(img)
    released.release()
    with pytest.raises(pilview.ReleasedError):
        user.acquire(0, released, 0)
    img.im = img.im.copy()
    with pytest.raises(pilview.StaleViewError):
        user.acquire(0, v, 1)


def test_a_lost_write_is_an_error_unless_there_is_one_already(user: ModuleType) -> None:
    for raising in (0, 1):
        img = make("L")
        user.acquire(0, img, 1)
        img.im = img.im.copy()
        with pytest.raises(LookupError if raising else pilview.StaleViewError):
            user.release(0, raising)
        assert user.release(0), "it is released all the same"
    img = make("L")
    user.acquire(0, img, 0)
    img.im = img.im.copy()
    assert user.release(0)


@pytest.mark.parametrize("order", list(permutations(("image", "view", "extension"))), ids="-".join)
def test_the_memory_outlives_the_image(user: ModuleType, order: tuple[str, ...]) -> None:
    img = make("L", (500, 300))
    gone = weakref.ref(img)
    held: dict[str, Any] = {"image": img, "view": pilview.view(img)[100:], "extension": None}
    img.putpixel((499, 299), 0)
    user.acquire(0, held["view"], 1)
    del img
    for n, who in enumerate(order):
        if "extension" in held:
            assert user.put(0, 499, 199, n + 1) == n
        del held[who]
        if who == "extension":
            user.release(0)
        gc.collect()
    assert gone() is None


def test_readers_share_and_the_own_thread_is_refused(user: ModuleType) -> None:
    img = make("L")
    v = pilview.view(img)
    user.acquire(0, img, 0)
    user.acquire(1, img, 0)
    v.tobytes()
    for call in (v.invert, lambda: user.acquire(2, img, 1), lambda: v.__setitem__((0, 0), 1)):
        with pytest.raises(pilview.BusyError):
            call()
    user.release(0)
    user.release(1)
    user.acquire(0, img, 1)
    for call in (v.tobytes, lambda: user.acquire(2, img, 0), lambda: v[0, 0]):
        with pytest.raises(pilview.BusyError):
            call()
    user.release(0)
    v.invert()


def test_other_threads_wait_and_any_thread_may_release(user: ModuleType) -> None:
    img = make("L")
    order: list[str] = []

    def change() -> None:
        pilview.view(img).invert()
        order.append("kernel")

    user.acquire(0, img, 1)
    thread = threading.Thread(target=change, daemon=True)
    thread.start()
    thread.join(0.1)
    assert thread.is_alive()
    order.append("released")
    releasing = threading.Thread(target=user.release, args=(0,))
    releasing.start()
    releasing.join()
    thread.join(30)
    assert order == ["released", "kernel"]


def test_an_extension_of_an_older_header_works(tmp_path: Path) -> None:
    """Forged: the last members of both structs are not known yet, and the version is lower."""
    header = HEADER.read_text()
    older, count = re.subn(
        r"    const char \*mode;.*?\n} PilviewImage;", "} PilviewImage;", header, flags=re.DOTALL
    )
    assert count == 1
    older = older.replace("#define PILVIEW_API_VERSION 1", "#define PILVIEW_API_VERSION 0")
    user = module(compiled(tmp_path, "older", older, has_mode=False), "older")
    img = make("RGB", (5, 3))
    rows = [bytes(row) for row in memory.raw_rows(img)]
    # The slots lie side by side, so that a member too much would overwrite the next one.
    for slot in (1, 0, 2):
        assert user.acquire(slot, img, 0) == (5, 3, 4, 3, rows)
    assert [user.release(slot) for slot in (0, 1, 2)] == [True] * 3
    pilview.view(img).invert()


NEWER = [
    ("    int readonly;", "    int readonly;\n    double added;"),
    (
        "    int (*release)(PilviewImage *image);",
        "    int (*release)(PilviewImage *image);\n    void (*added)(void);",
    ),
    ("#define PILVIEW_API_VERSION 1", "#define PILVIEW_API_VERSION 2"),
]


def test_an_extension_that_forgets_to_import_works_from_its_first_image_on(tmp_path: Path) -> None:
    header = HEADER.read_text() + "\n#define pilview_import() 0\n"  # for the source only
    user = module(compiled(tmp_path, "forgetful", header), "forgetful")
    assert user.release(0), "nothing is held"
    assert user.acquire(0, make("L", (5, 3)), 0)[5:] == ("L", 1)
    assert user.release(0)


def test_an_extension_of_a_newer_header_says_what_it_needs(tmp_path: Path) -> None:
    header = HEADER.read_text()
    for old, new in NEWER:
        assert old in header
        header = header.replace(old, new)
    folder = compiled(tmp_path, "newer", header)
    with pytest.raises(ImportError, match=r"version 1\.1 .* needs 1\.2; install a later pilview"):
        module(folder, "newer")
    # Unless it says that it can do without what is new.
    folder = compiled(tmp_path, "careful", "#define PILVIEW_API_NEEDED 1\n" + header)
    user = module(folder, "careful")
    img = make("L", (5, 3))
    assert user.acquire(0, img, 0)[5:] == ("L", 1)
    assert user.release(0)


def test_an_extension_of_another_abi_says_what_to_do(tmp_path: Path) -> None:
    for abi, advice in [(0, "compile the extension again"), (2, "install a later pilview")]:
        header = HEADER.read_text().replace("#define PILVIEW_ABI 1", f"#define PILVIEW_ABI {abi}")
        name = f"abi{abi}"
        with pytest.raises(ImportError, match=advice):
            module(compiled(tmp_path, name, header), name)


def test_the_header_is_cpp_too_and_warns_of_nothing(tmp_path: Path) -> None:
    for suffix, standard in [("c", "c99"), ("cpp", "c++11")]:
        name = f"strict_{suffix}"
        (tmp_path / f"{name}.{suffix}").write_text(
            '#include "pilview.h"\n'
            "int use(PyObject *object);\n"
            "int use(PyObject *object) { PilviewImage image; return pilview_import() < 0 "
            "|| pilview_acquire(object, PILVIEW_READ, &image) < 0 || pilview_release(&image); }\n"
        )
        flags = ["-Wall", "-Wextra", "-Werror", f"-std={standard}"]
        (tmp_path / "setup.py").write_text(
            f"from setuptools import Extension, setup\nimport pilview\n"
            f"setup(name='x', ext_modules=[Extension('{name}', ['{name}.{suffix}'], "
            f"include_dirs=[pilview.get_include()], extra_compile_args={flags})])"
        )
        build(tmp_path)


def test_wheel_and_sdist_have_all_that_is_built_from_them(tmp_path: Path) -> None:
    for kind in (["build", "--release", "--interpreter", sys.executable], ["sdist"]):
        process = subprocess.run(
            [sys.executable, "-m", "maturin", *kind, "--out", tmp_path],
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "PYO3_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.returncode == 0, process.stderr
    wheel = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        sdist = archive.getnames()
    for file in (HEADER, HEADER.parent.parent / "__init__.pxd"):
        name = file.relative_to(HEADER.parent.parent.parent).as_posix()
        assert file.is_file()
        assert name in wheel
        assert any(other.endswith(f"/python/{name}") for other in sdist)
    # Crates of their own, which cargo leaves out of a package.
    for name in ("examples/rust-extension/src/lib.rs", "fuzz/fuzz_targets/rows.rs"):
        assert any(other.endswith(f"/{name}") for other in sdist), f"the source distribution has no {name}"


def test_the_c_interface_is_imported_by_name_from_a_fresh_process(user: ModuleType, tmp_path: Path) -> None:
    shutil.copy(str(user.__file__), tmp_path)
    out = run(
        "import user; from PIL import Image; print(user.acquire(0, Image.new('L', (2, 1), 3), 0))",
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert out == "(2, 1, 1, 1, [b'\\x03\\x03'], 'L', 1)"
