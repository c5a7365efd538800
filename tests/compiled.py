"""Compiles what the tests need compiled: extension modules by setup.py, plain C libraries."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType


def load(path: Path) -> ModuleType:
    """The extension module in this file."""
    name = path.name.split(".")[0]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(folder: Path) -> None:
    """Runs `setup.py build_ext --inplace`."""
    made = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--inplace"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr


def module(folder: Path, name: str) -> ModuleType:
    """A module that `build` made."""
    return load(next(path for path in folder.glob(f"{name}.*") if path.suffix in {".so", ".pyd"}))


def copy_and_build(source: Path, folder: Path) -> Path:
    """The same elsewhere, so that nothing is left beside the sources."""
    target = folder / source.name
    shutil.copytree(source, target)
    build(target)
    return target


def library(source: str, folder: Path) -> Path:
    """A shared library of plain C, by the compiler that extension modules are compiled with."""
    (folder / "rows.c").write_text(source)
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    made = folder / "rows.so"
    subprocess.run([*compiler, "-shared", "-fPIC", "-O2", "rows.c", "-o", str(made)], cwd=folder, check=True)
    return made
