"""The examples run, with the real libraries, and print what they should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PRINTED = {
    "numpy_share.py": """
        shape (512, 512, 3) strides (2048, 4, 1)
        a disk: (255, 128, 0)
        a rectangle: (1, 2, 3)
        blocks: 3 pixel: (15, 25, 35)
        a copy: (2500, 4000, 3)
        without a copy: the rows of the image are not evenly spaced
        fromarray: RGB (50, 50) (1, 2, 3)
    """,
    "dlpack.py": """
        NumPy wrote, Pillow reads: (200, 100, 0)
        Pillow drew, NumPy reads: [0, 0, 255]
        still there: [200, 100, 0]
        writable: False
        JAX shares: True and sums 2621440
        Pillow drew into NumPy's array: [9, 9, 9, 255] [0, 0, 0, 0]
    """,
    "arrow.py": """
        L: uint8 65536 largest 255
        what is drawn later is seen: 77
        RGB: fixed_size_list<RGB: uint8 not null>[4] [1, 2, 3, 255]
        whole pixels: int32
        large: 3 chunks, 10000000 pixels, the last [9, 8, 7, 255]
        a part: 3 chunks of 10
        drawn into an array: 160
    """,
    "shared_memory.py": """
        the child reads: (255, 128, 0)
        the child ended with 0
        the parent reads: (255, 128, 0) (255, 255, 0) (0, 0, 255)
        the memory stays while the image lives
    """,
    "row_pointers.py": """
        ctypes: (200, 2, 3)
        cffi: (255, 0, 0) (255, 0, 0)
    """,
}


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_runs_and_prints(name: str) -> None:
    process = subprocess.run(
        [sys.executable, "-W", "error", "-X", "faulthandler", str(EXAMPLES / name)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, ""), process.stdout + process.stderr
    for line in PRINTED[name].strip().splitlines():
        assert line.strip() in process.stdout
