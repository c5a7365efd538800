"""Damages files, and compares what pilview makes of each with what Pillow does.

    python -m tests.damage FOLDER SEED COUNT        files number SEED to SEED + COUNT of an endless list

It stands in a process of its own, since a crash ends it: the file that was looked at last is then in FOLDER.
"""

from __future__ import annotations

import io
import os
import random
import re
import struct
import sys
import warnings
import zlib
from collections import Counter
from pathlib import Path

from PIL import Image, ImageFile

import pilview

from . import memory
from .modes import MODES
from .odd_files import WRITERS, sample

# Modes whose `tobytes` gives the values as they lie in memory, without padding.
PLAIN = set(MODES) - {"1", "LAB", "I;16L", "I;16N"}
ODD_NUMBERS = (0, 1, 2, 3, 7, 24, 255, 256, 32767, 32768, 65535, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """A file with one to three things wrong."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if out:
            rng.choice((_cut, _flip, _flip, _number, _number, _zeros, _twice, _hole))(out, rng)
    return _with_checksums(bytes(out)) if data.startswith(b"\x89PNG") and rng.random() < 0.8 else bytes(out)


def _at(out: bytearray, rng: random.Random) -> int:
    """A place, often in the header."""
    return rng.randrange(min(len(out), rng.choice((64, 10**9, 10**9))))


def _cut(out: bytearray, rng: random.Random) -> None:
    del out[rng.randrange(len(out)) :]


def _flip(out: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 8))):
        out[_at(out, rng)] ^= 1 << rng.randrange(8)


def _number(out: bytearray, rng: random.Random) -> None:
    """Sizes, offsets and lengths are such: of 1, 2 or 4 bytes, either end first."""
    size = rng.choice((1, 2, 4))
    at = _at(out, rng) // size * size
    number = rng.choice(ODD_NUMBERS) & (256**size - 1)
    out[at : at + size] = number.to_bytes(size, rng.choice(("little", "big")))


def _zeros(out: bytearray, rng: random.Random) -> None:
    at = _at(out, rng)
    end = min(len(out), at + rng.randrange(1, 40))
    out[at:end] = bytes(end - at)


def _twice(out: bytearray, rng: random.Random) -> None:
    at = _at(out, rng)
    out[at:at] = out[at : at + rng.randrange(1, 60)]


def _hole(out: bytearray, rng: random.Random) -> None:
    at = _at(out, rng)
    del out[at : at + rng.randrange(1, 20)]


def _with_checksums(data: bytes) -> bytes:
    """A PNG whose pieces have right sums again, so that Pillow looks into them."""
    out, at = bytearray(data), 8
    while at + 12 <= len(out):
        end = at + 8 + struct.unpack_from(">I", out, at)[0]
        if end + 4 > len(out):
            break
        struct.pack_into(">I", out, end, zlib.crc32(out[at + 4 : end]))
        at = end + 4
    return bytes(out)


def open_file(source: Path | bytes) -> Image.Image:
    return Image.open(io.BytesIO(source) if isinstance(source, bytes) else source)


def look(source: Path | bytes) -> str:
    """Views one file as a user would; what came of it. AssertionError where that is not what Pillow says."""
    try:
        img = open_file(source)
    except Exception:
        return "Pillow does not open it"
    with img:
        try:
            v = pilview.view(img)
        except pilview.ModeError:
            assert img.im.mode not in MODES
            return "of a mode that pilview refuses"
        except pilview.LayoutError as error:
            _check("not in its file" in str(error) and memory.pillow_version() < (12, 3), error)
            return "mapped from outside of the file"
        except Exception as error:
            with open_file(source) as own:
                _check(_told(error) == _said_by(own), error)
            return "Pillow does not load it"
        with open_file(source) as own:
            _check(_said_by(own) is None, "viewed, and Pillow does not load it")
            # By its core: a TGA in grey with a palette says that it is L, and has a core of mode P.
            assert (v.mode, v.size) == (own.im.mode, own.size)
            # What a decoder leaves out is what was in memory, another time another.
            if v.tobytes() != memory.packed(own):
                _check(len({_loaded(source) for _ in range(20)}) > 1, "other pixels than Pillow's")
        _use(img, v)
        mapped = getattr(img, "map", None) is not None
        frames = _seek(img)
    return "viewed, mapped" if mapped else "viewed, several frames" if frames else "viewed"


def _said_by(own: Image.Image) -> tuple[type[Exception], str] | None:
    try:
        own.load()
    except Exception as error:
        return _told(error)
    return None


def _loaded(source: Path | bytes) -> bytes:
    with open_file(source) as own:
        own.load()
        return memory.packed(own)


def _check(holds: bool, what: object) -> None:
    assert holds, repr(what)


def _told(error: Exception) -> tuple[type[Exception], str]:
    return type(error), re.sub(r"0x[0-9a-f]+", "0x", str(error))


def _use(img: Image.Image, v: pilview.ImageView) -> None:
    """The pixels are Pillow's; a kernel changes them, or refuses memory that is read-only."""
    before = memory.packed(img)
    assert v.tobytes() == before
    if v.mode in PLAIN:
        assert img.tobytes() == before
    if v.readonly:
        try:
            v.fill(0)
        except pilview.ReadOnlyError:
            pass
        else:
            raise AssertionError("read-only memory was written")
        writable = pilview.view(img, writable=True)
        assert writable.tobytes() == before == v.tobytes()
        v = writable
    v.fill(0)
    assert memory.packed(img) == bytes(len(before))
    if MODES[v.mode].is_8bit:
        v.invert()
        assert set(memory.packed(img)) <= {255}


def _seek(img: Image.Image) -> int:
    """Goes through the frames; a view is stale exactly where Pillow has taken other memory."""
    found = 0
    for frame in range(1, 5):
        if img.im.mode not in MODES:
            break
        v = pilview.view(img, writable=True)
        core = img.im
        try:
            img.seek(frame)
            img.load()
        except Exception:
            break  # Pillow's own: an image that ends, or is damaged, further on
        found += 1
        stale = img.im is not core
        try:
            v.fill(0)
        except pilview.StaleViewError:
            assert stale
        else:
            assert not stale
            assert not any(memory.packed(img))
        assert img.im.mode not in MODES or pilview.view(img).tobytes() == memory.packed(img)
    return found


def run(folder: Path, seed: int, count: int) -> Counter[str]:
    """Looks at files number `seed` and on, each of another kind than the one before."""
    names = [name for name in WRITERS if sample(name) is not None]
    path = folder / "damaged"
    found: Counter[str] = Counter()
    for number in range(seed, seed + count):
        name = names[number % len(names)]
        data = sample(name)
        assert data is not None
        data = damaged(data, random.Random(number))
        path.write_bytes(data)
        ImageFile.LOAD_TRUNCATED_IMAGES = number % 3 == 0
        try:
            # By its name, so that it is mapped where Pillow maps such files; and as a stream.
            found[look(path if number // len(names) % 4 else data)] += 1
        except AssertionError as error:
            raise AssertionError(f"file {number}, {name}: {path}") from error
    return found


def main() -> None:
    import resource  # noqa: PLC0415  (not on every system)

    warnings.simplefilter("ignore")  # Pillow warns of what it finds in broken files.
    Image.MAX_IMAGE_PIXELS = 1_000_000  # A damaged size is an error then, not a second and a gigabyte.
    if "ASAN_OPTIONS" not in os.environ:  # AddressSanitizer takes terabytes of addresses.
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    folder, seed, count = sys.argv[1:]
    for what, times in sorted(run(Path(folder), int(seed), int(count)).items()):
        print(times, what)


if __name__ == "__main__":
    main()
