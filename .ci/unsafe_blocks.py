"""Lists every `unsafe` of the sources with the reason that stands at it, and fails where there is none.

    python .ci/unsafe_blocks.py [--list]

Blocks and `unsafe impl` want a comment `// SAFETY: …` above; functions and traits a section `# Safety`, which
says what the caller has to promise. `#![forbid(unsafe_code)]` keeps all of it out of other folders.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEYWORD = re.compile(r"\bunsafe\b(?! extern \"C\" \{|_)")
COMMENT = re.compile(r"\s*//[/!]?\s?(.*)")
# Lines between an `unsafe` and its comment that belong to the same statement.
REACH = 12


def main() -> int:
    found = [item for path in sorted((ROOT / "src").rglob("*.rs")) for item in items(path)]
    if "--list" in sys.argv[1:]:
        for place, kind, reason in found:
            print(f"{place}: {kind}: {reason or 'NO REASON GIVEN'}")
    missing = [f"{place}: {kind} without its reason" for place, kind, reason in found if not reason]
    print(*missing, sep="\n", end="\n" if missing else "")
    folders = Counter(place.split(":")[0].removeprefix("src/").split("/")[0] for place, *_ in found)
    counts = ", ".join(f"{folder} {count}" for folder, count in folders.most_common())
    print(f"{len(found)} times unsafe, {len(missing)} without a reason: {counts}")
    return bool(missing)


def items(path: Path) -> Iterator[tuple[str, str, str]]:
    """Where, what, and the reason, of each `unsafe` in a file."""
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        code = re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//")[0])
        if not KEYWORD.search(code):
            continue
        place = f"{path.relative_to(ROOT).as_posix()}:{number + 1}"
        if re.search(r"\bunsafe (extern \"\" )?(fn \w|trait\b)", code):
            yield place, "function", reason(lines, number, "# Safety")
        elif not re.search(r"\bunsafe (extern \"\" )?fn\s*\(", code):  # not the type of a function
            yield place, "impl" if "unsafe impl" in code else "block", reason(lines, number, "SAFETY:")


def reason(lines: list[str], number: int, mark: str) -> str:
    """The comment behind the nearest mark above, in one line."""
    for start in range(number, max(number - REACH, -1), -1):
        comment = COMMENT.match(lines[start])
        if comment and mark in comment[1]:
            text = [comment[1].split(mark, 1)[1]]
            for line in lines[start + 1 : number]:
                if not (more := COMMENT.match(line)):
                    break
                text.append(more[1])
            return " ".join(" ".join(text).split())
    return ""


if __name__ == "__main__":
    sys.exit(main())
