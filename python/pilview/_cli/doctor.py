"""`pilview doctor`: what a bug report needs, and whether views work here."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import sysconfig
from typing import Any

from PIL import Image, features

from .. import _pilview
from .errors import FAILED, FINE

# Packages that share pixels or show progress. They are looked up, not imported.
OTHERS = (
    "numpy",
    "opencv-python-headless",
    "opencv-python",
    "numba",
    "pyarrow",
    "jax",
    "torch",
    "dask",
    "tqdm",
)
# Libraries that Pillow reads and writes files with.
CODECS = ("libjpeg_turbo", "zlib", "zlib_ng", "libtiff", "webp", "avif", "jpg_2000")
PROBED = ("1", "L", "P", "LA", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16", "I;16B")


def run(arguments: argparse.Namespace) -> int:
    found = facts()
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        width = max(map(len, found))
        for name, value in found.items():
            print(f"{name.replace('_', ' '):{width}}  {_in_words(value)}")
    return FINE if found["views"] == "fine" else FAILED


def facts() -> dict[str, Any]:
    info = _pilview.info()
    return {
        "pilview": info["pilview"],
        "pillow": info["pillow"],
        "access": info["access"] or "none",
        "layout": info["layout"],
        "views": probe(),
        "threads": info["threads"],
        "processors": _processors(),
        "cpu": info["cpu"],
        "processor": _processor(),
        "python": info["python"],
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "system": platform.platform(),
        "codecs": _codecs(),
        "packages": _packages(),
        "environment": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith(("PILVIEW_", "PILLOW_"))
        },
        "folder": os.path.dirname(_pilview.__file__),
        "executable": sys.executable,
    }


def probe() -> str:
    """What is written through a view is what Pillow reads, in every mode: "fine", or what went wrong."""
    for mode in PROBED:
        img = Image.new(mode, (3, 2))
        try:
            v = _pilview.view(img)
            wanted = tuple(range(1, 1 + len(v.bands))) if v.ndim == 3 else 255 if mode == "1" else 1
            v[1, 2] = wanted
            got = img.getpixel((2, 1))
        except Exception as error:
            return f"{mode}: {type(error).__name__}: {error}"
        if got != wanted:
            return f"{mode}: wrote {wanted}, and Pillow reads {got}"
    return "fine"


def _processors() -> int | None:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _codecs() -> dict[str, str]:
    versions = {}
    for name in CODECS:
        check = features.version if name in features.get_supported() else None
        if check:
            versions[name] = check(name) or "there"
    return versions


def _packages() -> dict[str, str]:
    versions = {}
    for name in OTHERS:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items()) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
