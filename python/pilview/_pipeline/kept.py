"""What a file says besides its pixels, as options of `Image.save`."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

# Tags of a TIFF that say how its pixels lie in the file, which is no news about the picture: size,
# compression, strips, tiles, palettes and the like; and the profile, which is kept by itself.
LAYOUT_TAGS = {
    *(254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317, 320),
    *(322, 323, 324, 325, 330, 338, 339, 347, 513, 514, 529, 530, 531, 532, 34675),
}
ORIENTATION, X_RESOLUTION, XMP = 274, 282, 700
# Compressions of TIFF that Pillow keeps when it writes, and the modes for which they can be written. All
# others are for every mode.
COMPRESSED: dict[object, tuple[str, ...]] = {
    **dict.fromkeys(("group3", "group4", "tiff_ccitt"), ("1",)),
    **dict.fromkeys(("jpeg", "tiff_jpeg"), ("L", "LA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB")),
    **dict.fromkeys(("webp", "tiff_raw_16", "tiff_thunderscan", "tiff_sgilog", "tiff_sgilog24"), ()),
}
LOSSLESS = "tiff_adobe_deflate"
# Of EXIF, GPS and interoperability.
DIRECTORIES = {34665, 34853, 40965}
# The type of a value in a directory.
LONG = 4
# Entries of `Image.info` that writers take as options of the same name.
KEPT = ("icc_profile", "xmp", "dpi")
# Before the EXIF in JPEG, and in what Pillow reads from PNG.
EXIF_HEAD = b"Exif\0\0"
# The text of a PNG that is XMP.
XMP_KEY = "XML:com.adobe.xmp"
# And one that is EXIF, which becomes a chunk of its own.
RAW_EXIF = "Raw profile type exif"


def save_options(
    img: ImageFile.ImageFile, changed: Image.Image, format: str, wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """The options of `Image.save` that keep what the file of `img` says besides its pixels, as far as it is
    still true of `changed`; before them those that are wanted, and None leaves one out."""
    info = changed.info
    raw_exif = changed.getexif().tobytes() if RAW_EXIF in info else b""
    tags = getattr(img, "tag_v2", None)
    text = getattr(img, "text", {})  # of a PNG
    options = {name: info[name] for name in KEPT if info.get(name)}
    if XMP_KEY in text:
        options["xmp"] = text[XMP_KEY].encode()  # which not every version of Pillow says itself
    if colours(changed.mode, format) != colours(img.mode):
        options["icc_profile"] = None  # which is for the file's own
    if tags is not None and X_RESOLUTION not in tags:
        options.pop("dpi", None)  # which Pillow makes up
    exif = without_thumbnail(info.get("exif") or raw_exif or exif_of_tags(img) or b"")
    if exif:
        bare = exif.removeprefix(EXIF_HEAD)
        options["exif"] = bare if format in ("WEBP", "AVIF") else EXIF_HEAD + bare
    tables = getattr(img, "quantization", None)
    # Tables would overrule a quality that is asked for.
    if format == "JPEG" and tables and "quality" not in wanted:
        from PIL.JpegImagePlugin import get_sampling  # noqa: PLC0415  # loaded already where there are tables

        options |= {"qtables": tables, "subsampling": get_sampling(img)}
    if format == "ICO":
        options["sizes"] = [changed.size]
    if format == img.format == "WEBP" and "quality" not in wanted and is_lossless_webp(img.filename):
        options |= {"lossless": True, "exact": True}  # colours under alpha 0 too
    options |= wanted
    if format == "TIFF":
        fit_tiff(options, changed, wanted)
    if format == "PNG":
        options.setdefault("pnginfo", texts(text, options.pop("xmp", None)))
    if "exif" in options:
        options["exif"] = options["exif"] or b""
    # No profile has to be said; of the others Pillow takes no None.
    return {name: value for name, value in options.items() if value is not None or name == "icc_profile"}


def fit_tiff(options: dict[str, Any], changed: Image.Image, wanted: Mapping[str, Any]) -> None:
    """Makes the options those that Pillow's writer of TIFF can follow."""
    compression = options.get("compression", changed.info.get("compression"))
    if "compression" not in wanted and changed.mode not in COMPRESSED.get(compression, (changed.mode,)):
        compression = options["compression"] = LOSSLESS
    if "jpeg" not in str(compression):
        options.pop("quality", None)
    if "exif" in options and "exif" not in wanted and compression not in (None, "raw"):
        options["exif"] = without_directories(options["exif"])
    if xmp := options.pop("xmp", None):
        options["exif"] = with_xmp(options.get("exif"), xmp)


def colours(mode: str, format: str | None = None) -> str:
    """The kind of colours of a mode, as far as profiles tell them apart, in a file of that format."""
    kind = {"CMYK": "CMYK", "LAB": "LAB"}.get(mode, "RGB")
    if format in ("WEBP", "AVIF"):
        return "RGB"  # or grey, which is written as RGB
    return "grey" if mode in ("1", "L", "LA", "La", "I", "F") or mode.startswith("I;16") else kind


def without_thumbnail(exif: bytes) -> bytes:
    """Without the second directory, which is a small picture of what the file was. All else keeps its place:
    makers' notes are full of offsets."""
    head = len(EXIF_HEAD) if exif.startswith(EXIF_HEAD) else 0
    tiff = bytearray(exif[head:])
    order = ">" if tiff[:2] == b"MM" else "<"
    try:
        _, link = _directory(tiff, order, 4)
        if not any(tiff[link : link + 4]):
            return exif
        entries, _ = _directory(tiff, order, link)
        values = {
            tag: value
            for tag, kind, count, value in struct.iter_unpack(f"{order}HHLL", entries)
            if (kind, count) == (LONG, 1)
        }
    except struct.error:
        return exif  # which nobody can read
    for start, length in ((513, 514), (273, 279)):  # of a JPEG, of strips
        if start in values and length in values:
            part = slice(values[start], values[start] + values[length])
            tiff[part] = bytes(len(tiff[part]))
    struct.pack_into(f"{order}L", tiff, link, 0)
    return exif[:head] + bytes(tiff)


def _directory(tiff: bytearray, order: str, at: int) -> tuple[bytearray, int]:
    """The entries of the directory to which the offset at `at` leads, and where the offset of the next is."""
    (start,) = struct.unpack_from(f"{order}L", tiff, at)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    end = start + 2 + 12 * count
    return tiff[start + 2 : end], end


def is_lossless_webp(path: str | bytes) -> bool:
    """By the kind of the first chunk that has pixels."""
    with open(path, "rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            kind, size = struct.unpack("<4sL", head)
            if kind in (b"VP8 ", b"VP8L"):
                return bool(kind == b"VP8L")
            file.seek(size + size % 2, os.SEEK_CUR)
    return False


def texts(found: Mapping[str, str], xmp: bytes | str | None) -> PngInfo:
    """The text chunks of a PNG. Pillow writes XMP as one of them or not at all."""
    made = PngInfo()
    for key, value in found.items():
        if key not in (XMP_KEY, RAW_EXIF):
            made.add_text(key, value)  # of the kind that the value's own type tells
    if xmp:
        made.add_itxt(XMP_KEY, xmp.decode(errors="replace") if isinstance(xmp, bytes) else xmp)
    return made


def with_xmp(data: bytes | Image.Exif | None, xmp: bytes | str) -> bytes:
    """EXIF with XMP in it, which is a tag of a TIFF."""
    exif = Image.Exif()
    exif.load((data.tobytes() if isinstance(data, Image.Exif) else data) or b"")
    exif[XMP] = xmp if isinstance(xmp, bytes) else xmp.encode()
    return exif.tobytes()


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
