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
ORIENTATION = 274
# Of EXIF, GPS and interoperability.
DIRECTORIES = {34665, 34853, 40965}
# Entries of `Image.info` that writers take as options of the same name.
KEPT = ("icc_profile", "xmp", "dpi")
# Before the EXIF in JPEG, and in what Pillow reads from PNG.
EXIF_HEAD = b"Exif\0\0"


def save_options(img: Image.Image, format: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `Image.save` that keep what the file of `img` says besides its pixels; before them those
    that are wanted."""
    options = {name: img.info[name] for name in KEPT if img.info.get(name)}
    exif = img.info.get("exif") or exif_of_tags(img)
    if (
        exif
        and format == "TIFF"
        and wanted.get("compression", img.info.get("compression")) not in (None, "raw")
    ):
        exif = without_directories(exif)
    if exif:
        bare = exif.removeprefix(EXIF_HEAD)
        options["exif"] = bare if format in ("WEBP", "AVIF") else EXIF_HEAD + bare
    tables = getattr(img, "quantization", None)
    # Tables would overrule a quality that is asked for.
    if format == "JPEG" and tables and "quality" not in wanted:
        from PIL.JpegImagePlugin import get_sampling  # noqa: PLC0415  # loaded already where there are tables

        options |= {"qtables": tables, "subsampling": get_sampling(img)}
    return {**options, **wanted}


def without_directories(data: bytes) -> bytes | None:
    """Of EXIF the tags themselves: Pillow can't write the directories in it into a compressed TIFF."""
    exif = Image.Exif()
    exif.load(data)
    for tag in (LAYOUT_TAGS | DIRECTORIES) & set(exif):
        del exif[tag]
    return exif.tobytes() if len(exif) else None


def exif_of_tags(img: Image.Image) -> bytes | None:
    """For formats that have tags instead of a block of EXIF: TIFF."""
    tags = getattr(img, "tag_v2", None)
    if tags is None:
        return None
    exif = img.getexif()
    for tag in (LAYOUT_TAGS | {ORIENTATION}) & set(exif):
        del exif[tag]
    # Pillow has turned the pixels when it read them, and not every version takes the tag away.
    if ORIENTATION in tags:
        del tags[ORIENTATION]
    return exif.tobytes() if len(exif) else None


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
