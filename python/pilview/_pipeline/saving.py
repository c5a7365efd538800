"""How an image is written: that no half file is ever there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from .refusals import advice


def save(
    img: Image.Image, path: Path, format: str, options: Mapping[str, Any], stopped: Callable[[], bool]
) -> bool:
    """Writes a file of another name beside `path` and renames it when it is whole; False where `stopped` says
    so first. Whatever happens, nothing else stays."""
    # Of a long name not all, as names end somewhere: at 255 bytes mostly.
    temporary = path.with_name(f".{path.name[:48]}.{secrets.token_hex(4)}.part")
    # Pillow takes from the name of a file of JPEG 2000 whether it is a bare stream.
    bare = {"no_jp2": True} if path.suffix.lower() == ".j2k" else {}
    try:
        with open(temporary, "xb+") as file:
            img.save(file, format, **bare, **options)
        if stopped():
            return False
        os.replace(temporary, path)
    except OSError as error:
        # Not of the system; and of these modes nothing is too much for any format.
        if error.errno is None and img.mode not in ("L", "RGB"):
            wrong = str(error) if "mode" in str(error) else f"{format} of mode {img.mode}: {error}"
            raise ValueError(f"{wrong}; {advice(img)}") from error
        if error.filename == str(temporary):
            error.filename, error.filename2 = str(path), None
        raise
    finally:
        temporary.unlink(missing_ok=True)
    return True
