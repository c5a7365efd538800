"""Small files of every format that Pillow reads: written by Pillow where it can, else put together here."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import PIL
from PIL import Image, ImageOps

SIZE = WIDTH, HEIGHT = 23, 17
PSD_FILES = sorted((Path(__file__).parent / "data").glob("*.psd"))


def picture(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """A gradient that no row and no band repeats."""
    width, height = size
    rows = [(x * 11 % 256, y * 15 % 256, x * y % 256, 255 - x) for y in range(height) for x in range(width)]
    raw = bytes(value for pixel in rows for value in pixel)
    if mode == "P":
        return Image.frombytes("RGBX", size, raw).convert("RGB").quantize(37)
    if mode in ("F", "I") or mode.startswith("I;16"):
        wide = Image.frombytes("RGBX", size, raw).convert("L").convert("I").point(lambda value: value * 257)
        return wide.convert(mode) if mode in ("F", "I") else Image.frombytes(mode, size, _words(wide, mode))
    if mode in ("RGBA", "CMYK"):
        return Image.frombytes(mode, size, raw)
    return Image.frombytes("RGBX", size, raw).convert("RGB").convert(mode)


def _words(img: Image.Image, mode: str) -> bytes:
    values = [pixel[0] for pixel in struct.iter_unpack("=i", img.tobytes())]
    return struct.pack(f"{'>' if mode == 'I;16B' else '<'}{len(values)}H", *values)


def _saved(mode: str, format: str, **options: Any) -> Callable[[], bytes]:
    def write() -> bytes:
        out = io.BytesIO()
        picture(mode).save(out, format, **options)
        return out.getvalue()

    return write


def _frames(mode: str, format: str, **options: Any) -> Callable[[], bytes]:
    def write() -> bytes:
        out = io.BytesIO()
        first = picture(mode)
        others = [ImageOps.mirror(first), ImageOps.flip(first)]
        if format == "TIFF":  # no other format has frames of several sizes
            others.append(picture("L", (9, 31)))
        first.save(out, format, save_all=True, append_images=others, **options)
        return out.getvalue()

    return write


def chunk(name: bytes, data: bytes) -> bytes:
    """A piece of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(bits: int, colour: int, *more: tuple[bytes, bytes], interlaced: bool = False) -> Callable[[], bytes]:
    """A PNG of any depth; Pillow writes no 16-bit colour and nothing interlaced."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ]

    def write() -> bytes:
        lines = b""
        for left, top, step_x, step_y in passes if interlaced else [(0, 0, 1, 1)]:
            columns = len(range(left, WIDTH, step_x))
            for y in range(top, HEIGHT, step_y) if columns else ():
                length = (columns * samples * bits + 7) // 8
                lines += b"\0" + bytes((left + x * 7 + y * 5) % 251 for x in range(length))
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour, 0, 0, interlaced)
        palette = [(b"PLTE", bytes(range(256)) * 3)[:2]] if colour == 3 else []
        palette = [(name, data[: 3 * 2**bits]) for name, data in palette]
        pieces = [(b"IHDR", head), *palette, *more, (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*piece) for piece in pieces)

    return write


def _bmp(bits: int, packed: bytes, compression: int = 0, height: int = HEIGHT) -> Callable[[], bytes]:
    colours = 2**bits if bits <= 8 else 0

    def write() -> bytes:
        palette = bytes(value for i in range(colours) for value in (i * 9 % 256, i * 5 % 256, i * 3 % 256, 0))
        info = (40, WIDTH, height, 1, bits, compression, len(packed), 0, 0, colours, 0)
        body = struct.pack("<IiiHHIIiiII", *info) + palette
        return (
            b"BM" + struct.pack("<IHHI", 14 + len(body) + len(packed), 0, 0, 14 + len(body)) + body + packed
        )

    return write


def _tiff(
    fields: dict[int, int | tuple[int, ...]], parts: list[bytes], offsets: int, counts: int
) -> Callable[[], bytes]:
    """A TIFF with these tags, whose strips or tiles are `parts`; Pillow writes no tiles and no planes."""

    def write() -> bytes:
        ends = [8 + sum(map(len, parts[: i + 1])) for i in range(len(parts))]
        starts = [8, *ends[:-1]]
        tags = {**fields, offsets: tuple(starts), counts: tuple(len(part) for part in parts)}
        at = ends[-1] + (ends[-1] & 1)
        more = at + 2 + 12 * len(tags) + 4
        entries, extra = b"", b""
        for tag, value in sorted(tags.items()):
            values = value if isinstance(value, tuple) else (value,)
            data = struct.pack(f"<{len(values)}I", *values)
            if len(values) > 1:
                extra, data = extra + data, struct.pack("<I", more + len(extra))
            entries += struct.pack("<HHI", tag, 4, len(values)) + data
        head = b"II*\0" + struct.pack("<I", at)
        return (
            head
            + b"".join(parts).ljust(at - 8, b"\0")
            + struct.pack("<H", len(tags))
            + entries
            + bytes(4)
            + extra
        )

    return write


_TILE = 16
_TILES = [bytes((i * 40 + j) % 256 for j in range(_TILE * _TILE)) for i in range(4)]
_GREY = {256: WIDTH, 257: HEIGHT, 258: 8, 259: 1, 262: 1, 277: 1}
_PLANES = [picture("RGB").getchannel(band).tobytes() for band in "RGB"]


def _ycck() -> bytes:
    """A JPEG of four bands whose marker says that three of them are YCbCr."""
    data = _saved("CMYK", "JPEG", quality=90)()
    marker = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"
    at = data.find(b"Adobe")
    return data[: at + 11] + b"\x02" + data[at + 12 :] if at > 0 else data[:2] + marker + b"\x02" + data[2:]


def _area() -> bytes:
    """McIdas: its rows are mapped, as far apart as the header says."""
    words = [0] * 64
    words[1], words[8], words[9], words[10], words[13], words[33] = 4, HEIGHT, WIDTH, 1, 1, 256
    return struct.pack(">64i", *words) + picture("L").tobytes()


def _fits() -> bytes:
    cards = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", f"NAXIS1  = {WIDTH}", f"NAXIS2  = {HEIGHT}", "END"]
    return "".join(card.ljust(80) for card in cards).ljust(2880).encode() + picture("L").tobytes()


def _sun() -> bytes:
    rows = b"".join(row + b"\0" for row in _rows(picture("L")))
    return struct.pack(">8I", 0x59A66A95, WIDTH, HEIGHT, 8, len(rows), 1, 0, 0) + rows


def _rows(img: Image.Image) -> list[bytes]:
    data = img.tobytes()
    return [data[i : i + img.width] for i in range(0, len(data), img.width)]


_PADDED = b"".join(row + b"\0" for row in _rows(picture("L")))  # to 24 bytes
_RLE8 = b"".join(bytes((WIDTH - 3, y * 9, 0, 3, 1, 2, 3, 0, 0, 0)) for y in range(HEIGHT)) + b"\0\1"
_RLE4 = b"".join(bytes((WIDTH, y * 7 % 256, 0, 0)) for y in range(HEIGHT)) + b"\0\1"
_XPM = b'/* XPM */\nstatic char *p[] = {\n"4 2 2 1",\n"a c #FF0000",\n"b c #00FF00",\n"abab",\n"baba"\n};\n'
_PLAIN = f"{WIDTH} {HEIGHT}\n255\n{' '.join(map(str, picture('L').tobytes()))}\n".encode()

# What Pillow writes: mode, format, options.
_WRITTEN: list[tuple[str, str, dict[str, Any]]] = [
    *((mode, "BMP", {}) for mode in ("1", "L", "P", "RGB", "RGBA")),
    ("RGB", "DIB", {}),
    *((mode, "PNG", {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("P", "PNG", {"bits": bits}) for bits in (1, 2, 4)),
    ("P", "PNG", {"transparency": bytes(range(0, 74, 2))}),
    ("RGB", "PNG", {"transparency": (0, 0, 0)}),
    *((mode, "TIFF", {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "LAB", "YCbCr", "I", "F")),
    *((mode, "TIFF", {}) for mode in ("I;16", "I;16B")),
    *(
        ("RGB", "TIFF", {"compression": name})
        for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg")
    ),
    *(("L", "TIFF", {"compression": name}) for name in ("tiff_deflate", "lzma", "zstd")),
    *(("1", "TIFF", {"compression": name}) for name in ("group3", "group4", "tiff_ccitt")),
    ("CMYK", "TIFF", {"compression": "tiff_lzw"}),
    ("I;16", "TIFF", {"compression": "tiff_lzw"}),
    *((mode, "GIF", {}) for mode in ("L", "P", "RGB")),
    ("P", "GIF", {"transparency": 3, "interlace": False}),
    *((mode, "WEBP", {"lossless": lossless}) for mode in ("RGB", "RGBA") for lossless in (False, True)),
    *((mode, "AVIF", {"speed": 10}) for mode in ("RGB", "RGBA")),
    *((mode, "JPEG2000", {}) for mode in ("L", "RGB", "RGBA", "I;16")),
    *((mode, "PPM", {}) for mode in ("1", "L", "RGB", "I", "F")),
    ("I;16", "PPM", {}),
    *((mode, "JPEG", {}) for mode in ("L", "RGB", "CMYK")),
    ("RGB", "JPEG", {"progressive": True, "subsampling": 0}),
    *((mode, "ICO", {"sizes": [(16, 16), (8, 8)]}) for mode in ("RGBA", "P")),
    ("RGBA", "ICO", {"sizes": [(16, 16)], "bitmap_format": "bmp"}),
    ("RGB", "ICNS", {}),
    *((mode, "TGA", {"compression": how}) for mode in ("L", "P", "RGB", "RGBA") for how in (None, "tga_rle")),
    *((mode, "SGI", {}) for mode in ("L", "RGB", "RGBA")),
    ("L", "SGI", {"bpc": 2}),
    *((mode, "PCX", {}) for mode in ("1", "L", "P", "RGB")),
    *((mode, "IM", {}) for mode in ("1", "L", "P", "RGB", "I;16", "F", "YCbCr")),
    *((mode, "DDS", {}) for mode in ("L", "RGB", "RGBA")),
    ("RGBA", "DDS", {"pixel_format": "DXT5"}),
    ("P", "BLP", {}),
    ("RGB", "QOI", {}),
    ("1", "MSP", {}),
    ("1", "XBM", {}),
    ("F", "SPIDER", {}),
]
_SEVERAL: list[tuple[str, str, dict[str, Any]]] = [
    ("RGB", "TIFF", {}),
    ("RGB", "TIFF", {"compression": "tiff_lzw"}),
    *(("P", "GIF", {"disposal": disposal, "transparency": 2}) for disposal in (1, 2, 3)),
    *((mode, "PNG", {"disposal": 1}) for mode in ("RGB", "RGBA")),
    ("RGBA", "WEBP", {"lossless": True}),
    ("RGB", "AVIF", {"speed": 10}),
    ("RGB", "MPO", {}),
]
_BY_HAND: dict[str, Callable[[], bytes]] = {
    **{f"png grey {bits} bits": _png(bits, 0) for bits in (1, 2, 4, 8, 16)},
    **{f"png colours {bits} bits": _png(bits, 3, (b"tRNS", b"\0\x80")) for bits in (1, 2, 4, 8)},
    **{f"png kind {kind} of 16 bits": _png(16, kind) for kind in (2, 4, 6)},
    **{f"png interlaced kind {kind}": _png(8, kind, interlaced=True) for kind in (0, 2, 3, 4, 6)},
    "png interlaced 1 bit": _png(1, 0, interlaced=True),
    "png grey with a transparent value": _png(8, 0, (b"tRNS", b"\0\x07")),
    "bmp top-down": _bmp(8, _PADDED, height=-HEIGHT),
    "bmp rle8": _bmp(8, _RLE8, 1),
    "bmp rle4": _bmp(4, _RLE4, 2),
    "bmp 16 bits": _bmp(16, b"".join(row + row + b"\0\0" for row in _rows(picture("L")))),
    "tiff tiles": _tiff({**_GREY, 322: _TILE, 323: _TILE}, _TILES, 324, 325),
    "tiff one tile of four": _tiff({**_GREY, 322: _TILE, 323: _TILE}, _TILES[:1], 324, 325),
    "tiff strips": _tiff(
        {**_GREY, 278: 5}, [picture("L").tobytes()[i : i + 115] for i in range(0, 391, 115)], 273, 279
    ),
    "tiff planes": _tiff({**_GREY, 258: (8, 8, 8), 262: 2, 277: 3, 278: HEIGHT, 284: 2}, _PLANES, 273, 279),
    "pgm plain": lambda: b"P2 " + _PLAIN,
    "pbm plain": lambda: b"P1 23 17\n" + b"01 " * 200,
    "pgm 16 bits": lambda: b"P5 23 17 65535\n" + _words(picture("I"), "I;16B"),
    "pgm of a few values": lambda: b"P5 23 17 99\n" + bytes(i % 100 for i in range(391)),
    "jpeg ycck": _ycck,
    "xpm": lambda: _XPM,
    "mcidas": _area,
    "fits": _fits,
    "sun": _sun,
    **{f"psd {path.stem}": path.read_bytes for path in PSD_FILES},
}


def _title(mode: str, format: str, options: dict[str, Any]) -> str:
    return " ".join([format.lower(), mode, *(f"{key}={value!s:.12}" for key, value in options.items())])


WRITERS: dict[str, Callable[[], bytes]] = {
    **{_title(*row): _saved(*row[:2], **row[2]) for row in _WRITTEN},
    **{f"{_title(*row)} frames": _frames(*row[:2], **row[2]) for row in _SEVERAL},
    **_BY_HAND,
}


# Without zstd, Pillow's own encoder ends the process there.
_FATAL = {"tiff L compression=zstd"} if PIL.__version__.startswith("11.3.") else set[str]()


@cache
def sample(name: str) -> bytes | None:
    """The file, or None where this Pillow does not write it."""
    if name in _FATAL:
        return None
    try:
        return WRITERS[name]()
    except (OSError, KeyError, ValueError, RuntimeError):
        return None
