"""The corpus of a target in the repo, an input a line in hexadecimal, as the folder that a fuzzer takes.

python corpus.py unpack TARGET FOLDER
python corpus.py pack TARGET FOLDER
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"


def main(action: str, target: str, folder: Path) -> None:
    lines = CORPUS / f"{target}.txt"
    if action == "pack":
        inputs = sorted({path.read_bytes() for path in folder.iterdir()}, key=lambda data: (len(data), data))
        lines.write_text("".join(f"{data.hex()}\n" for data in inputs), "ascii")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for line in lines.read_text("ascii").split():
        data = bytes.fromhex(line)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
