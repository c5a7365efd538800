"""Lists every `unsafe` of the sources with the reason that stands at it, and fails where there is none.

    python .ci/unsafe_blocks.py [--list] [FOLDER]       of another folder than `src`

Blocks and `unsafe impl` want a comment `// SAFETY: …` above; functions and traits a section `# Safety`, which
says what the caller has to promise. A reason is for the one statement below it. Elsewhere than in the rooms
that `src/lib.rs` names there may be none.
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
ROOMS = {"pillow", "rows", "buffer", "interop", "simd", "simd.rs", "parallel", "fuzzing"}
ROOMS |= {"interrupt.rs", "shutdown.rs"}
# Lines between an `unsafe` and its comment that belong to the same statement.
REACH = 12
# What lies above such a line is about something else: it ends a statement or a block, or begins a function.
# (A block that ends with a comma is an arm or an argument, of a statement that goes on.)
APART = re.compile(r"[;}]\s*$|\b(fn \w|impl\b)")
# Unless the next line goes on with an operator or a method.
GOES_ON = re.compile(r"\s*([-+*/%&|^=<>]+ |\.)")


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument != "--list"]
    source = Path(arguments[0]) if arguments else ROOT / "src"
    found = [
        (f"{source.name}/{path.relative_to(source).as_posix()}:{line}", kind, reason)
        for path in sorted(source.rglob("*.rs"))
        for line, kind, reason in items(path)
    ]
    if "--list" in sys.argv[1:]:
        for place, kind, reason in found:
            print(f"{place}: {kind}: {reason or 'NO REASON GIVEN'}")
    missing = [f"{place}: {kind} without its reason" for place, kind, reason in found if not reason]
    rooms = [place.split(":")[0].split("/")[1] for place, *_ in found]
    missing += [
        f"{item[0]}: {item[1]} in a room that has none"
        for item, room in zip(found, rooms, strict=True)
        if room not in ROOMS
    ]
    print(*missing, sep="\n", end="\n" if missing else "")
    folders = Counter(rooms)
    counts = ", ".join(f"{folder} {count}" for folder, count in folders.most_common())
    print(f"{len(found)} times unsafe, {len(missing)} without a reason or a right: {counts}")
    return bool(missing)


def items(path: Path) -> Iterator[tuple[int, str, str]]:
    """The line, what it is, and the reason, of each `unsafe` in a file."""
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        code = code_of(line)
        if not KEYWORD.search(code):
            continue
        if re.search(r"\bunsafe (extern \"\" )?(fn \w|trait\b)", code):
            yield number + 1, "function", reason(lines, number, "# Safety")
        elif not re.search(r"\bunsafe (extern \"\" )?fn\s*\(", code):  # not the type of a function
            yield number + 1, "impl" if "unsafe impl" in code else "block", reason(lines, number, "SAFETY:")


def code_of(line: str) -> str:
    """Without comments and what stands in strings."""
    return re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//", 1)[0])


def reason(lines: list[str], number: int, mark: str) -> str:
    """The comment behind the nearest mark above, in one line, if it is that of the same statement."""
    for start in range(number, max(number - REACH, -1), -1):
        apart = start < number and APART.search(code_of(lines[start]))
        if apart and not GOES_ON.match(code_of(lines[start + 1])):
            break
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
