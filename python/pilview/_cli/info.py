"""`pilview info`: how each image lies in memory."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from .. import _pilview
from .._names import shown
from .errors import FAILED, FINE
from .table import table


def run(arguments: argparse.Namespace) -> int:
    found, code = [], FINE
    for file in arguments.files:
        try:
            found.append(describe(file))
        except Exception as error:  # a broken file can be anything to Pillow
            from .._pipeline.report import told  # noqa: PLC0415  # only for a message

            print(f"pilview info: {shown(file)}: {told(error, Path(file))}", file=sys.stderr)
            code = FAILED
    if arguments.json:
        import json  # noqa: PLC0415  # the table is there sooner without it

        print(json.dumps(found, indent=2))
    elif found:
        print(table(HEADS, [row(one) for one in found], right=("Mpx", "blocks", "pitch")))
    return code


def describe(file: str) -> dict[str, Any]:
    """What there is to say about one image, as JSON."""
    with Image.open(file) as img:
        v = _pilview.view(img)  # which reads the pixels
        blocks = v.blocks
        return {
            "file": file,
            "format": img.format,
            "mode": v.mode,
            "size": list(v.size),
            "megapixels": round(v.width * v.height / 1e6, 3),
            "shape": list(v.shape),
            "value": v.format,
            "blocks": len(blocks),
            # From one row to the next, in bytes.
            "pitch": blocks[0].strides[0] if blocks else None,
            "readonly": v.readonly,
            "access": _pilview.info()["access"],
            "zero_copy": zero_copy(v),
        }


def zero_copy(v: _pilview.ImageView) -> list[str]:
    """In which shapes the memory can be had without a copy."""
    ways = ["rows"]
    if len(v.blocks) == 1:
        ways.append("strides")
    if v.c_contiguous:
        ways.append("flat")
    else:
        try:
            packed = v.packed.c_contiguous
        except _pilview.ModeError:
            packed = False
        if packed:
            ways.append("packed")
    return ways


HEADS = ("file", "format", "mode", "size", "Mpx", "blocks", "pitch", "memory", "access", "zero-copy")


def row(one: dict[str, Any]) -> list[str]:
    width, height = one["size"]
    return [
        shown(one["file"]),
        one["format"] or "-",
        one["mode"],
        f"{width}x{height}",
        f"{one['megapixels']:.1f}",
        str(one["blocks"]),
        "-" if one["pitch"] is None else str(one["pitch"]),
        "read-only" if one["readonly"] else "writable",
        one["access"],
        ", ".join(one["zero_copy"]),
    ]
