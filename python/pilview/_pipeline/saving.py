"""How an image is written: what is kept of its file, and that no half file is ever there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

# Tags of a TIFF that say how its pixels lie in the file, which is no news about the picture: size,
# compression, strips, tiles, palettes and the like; and the profile, which is kept by itself.
LAYOUT_TAGS = {
    *(254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317, 320),
    *(322, 323, 324, 325, 330, 338, 339, 347, 513, 514, 529, 530, 531, 532, 34675),
}
# Entries of `Image.info` that writers take as options of the same name.
KEPT = ("icc_profile", "xmp", "dpi")
# Before the EXIF in JPEG, and in what Pillow reads from PNG.
EXIF_HEAD = b"Exif\0\0"


def kept_options(img: Image.Image, format: str) -> dict[str, Any]:
    """The options of `Image.save` that keep what the file of `img` says besides its pixels."""
    options = {name: img.info[name] for name in KEPT if img.info.get(name)}
    exif = img.info.get("exif") or exif_of_tags(img)
    if exif:
        bare = exif.removeprefix(EXIF_HEAD)
        options["exif"] = bare if format in ("WEBP", "AVIF") else EXIF_HEAD + bare
    tables = getattr(img, "quantization", None)
    if format == "JPEG" and tables:
        from PIL.JpegImagePlugin import get_sampling  # noqa: PLC0415  # loaded already where there are tables

        options |= {"qtables": tables, "subsampling": get_sampling(img)}
    return options


def exif_of_tags(img: Image.Image) -> bytes | None:
    """For formats that have tags instead of a block of EXIF: TIFF."""
    if not hasattr(img, "tag_v2"):
        return None
    exif = img.getexif()
    for tag in LAYOUT_TAGS & set(exif):
        del exif[tag]
    return exif.tobytes() if len(exif) else None


def merged_options(kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """`wanted` before `kept`. Tables of a JPEG would overrule a quality that is asked for."""
    if "quality" in wanted:
        kept = {name: value for name, value in kept.items() if name not in ("qtables", "subsampling")}
    return {**kept, **wanted}


def save(
    img: Image.Image, path: Path, format: str, options: Mapping[str, Any], stopped: Callable[[], bool]
) -> bool:
    """Writes a file of another name beside `path` and renames it when it is whole; False where `stopped` says
    so first. Whatever happens, nothing else stays."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    # Pillow takes from the name of a file of JPEG 2000 whether it is a bare stream.
    bare = {"no_jp2": True} if path.suffix.lower() == ".j2k" else {}
    try:
        with open(temporary, "xb+") as file:
            img.save(file, format, **bare, **options)
        if stopped():
            return False
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True
