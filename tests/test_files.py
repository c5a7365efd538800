"""Files of every format, whole and damaged: viewed, or refused as Pillow refuses them."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import features

import pilview

from . import damage, memory
from .odd_files import WRITERS, sample
from .scripts import module

# How many damaged files are looked at; PILVIEW_TEST_FILES=100000 asks for more than a few, and `-s` shows
# what came of them.
COUNT = int(os.environ.get("PILVIEW_TEST_FILES", "4000"))
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="limits memory as Unix does")
# Formats that a build of Pillow can lack.
CODECS = {"webp": "webp", "avif": "avif", "jpeg2000": "jpg_2000", "tiff": "libtiff"}
MAPPED = [
    "bmp L",
    "bmp P",
    "ppm L",
    "tiff L",
    "tiff P",
    "tiff RGBA",
    "tiff CMYK",
    "tiff I;16",
    "tiff I;16B",
    "mcidas",
]


def file(name: str) -> bytes:
    data = sample(name)
    if data is None:
        pytest.skip(f"this Pillow does not write it: {name}")
    return data


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.filterwarnings("ignore")  # Pillow warns of some that are rare.
def test_every_kind_of_file_is_viewed_as_a_stream_and_by_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(file(name))
    for source in (path.read_bytes(), path):
        said = damage.look(source)
        if said == "Pillow does not load it" and memory.pillow_version() < (13, 0):
            pytest.skip("this Pillow does not load it")
        assert said.startswith("viewed, several frames" if name.endswith("frames") else "viewed")


@pytest.mark.parametrize("name", MAPPED)
def test_files_that_pillow_maps_are_viewed_where_they_lie(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(file(name))
    with damage.open_file(path) as img:
        v = pilview.view(img)
        assert getattr(img, "map", None) is not None
        assert v.readonly
        assert v.tobytes() == memory.packed(img)
        with pytest.raises(pilview.ReadOnlyError):
            v.fill(0)


@pytest.mark.skipif(memory.pillow_version() < (12, 0), reason="writes fewer formats")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Some formats will go.
def test_only_what_this_pillow_lacks_is_left_out() -> None:
    missing = {name.split()[0] for name in WRITERS if sample(name) is None}
    assert missing <= {format for format, codec in CODECS.items() if not features.check(codec)}


@UNIX
def test_a_damaged_file_is_viewed_or_raises_pillows_own_error(tmp_path: Path) -> None:
    """In a process of its own: a crash would end this one, and say less."""
    lines = module("tests.damage", str(tmp_path), "0", str(COUNT), timeout=60 + COUNT / 20).splitlines()
    found = {what: int(count) for count, _, what in (line.partition(" ") for line in lines)}
    print(f"{COUNT} files:", found)
    assert sum(found.values()) == COUNT
    # Of each there are enough to mean something.
    for what in ("viewed", "viewed, mapped", "viewed, several frames", "Pillow does not load it"):
        assert found[what] > COUNT / 100, found


CUT_OFF = """
import os, sys, pilview
from PIL import Image
path, how = sys.argv[1:]
Image.new("L", (1000, 1000), 7).save(path, "BMP")
img = Image.open(path)
v = pilview.view(img, writable=how == "writable")
assert img.map
os.truncate(path, 2000)
if how == "Pillow's":
    img.tobytes()
else:
    assert v.tobytes() == bytes([7]) * 1000000
"""


@pytest.mark.skipif(sys.platform != "linux", reason="systems differ in what they do then")
@pytest.mark.parametrize(
    ("how", "ends"), [("Pillow's", -signal.SIGBUS), ("read-only", -signal.SIGBUS), ("writable", 0)]
)
def test_a_mapped_file_that_is_cut_off_on_disk_ends_pillow_and_pilview_alike(
    how: str, ends: int, tmp_path: Path
) -> None:
    """That is what a mapping is: the pixels are no more. A writable view has pixels of its own."""
    call = [sys.executable, "-c", CUT_OFF, str(tmp_path / "file.bmp"), how]
    assert subprocess.run(call, check=False, timeout=60).returncode == ends


@pytest.mark.parametrize(("offset", "stride"), [(-5000, 0), (-1, 0), (0, 1), (10**6, 0)])
def test_a_file_that_pillow_maps_from_outside_of_itself_is_refused(
    offset: int, stride: int, tmp_path: Path
) -> None:
    """Its words have signs, and Pillow before 12 believes them; it crashes on what it finds there."""
    words = list(struct.unpack(">64i", file("mcidas")[:256]))
    if stride:  # the last row ends behind the file
        words[13], words[14] = 0, stride
        offset = len(file("mcidas")) - stride * words[8]
    words[33] = offset - words[14]
    path = tmp_path / "file"
    path.write_bytes(struct.pack(">64i", *words) + file("mcidas")[256:])
    with damage.open_file(path) as img, pytest.raises((OSError, ValueError, pilview.LayoutError)):
        pilview.view(img)
