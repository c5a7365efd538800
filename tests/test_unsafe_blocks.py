"""`make lint` finds an `unsafe` without its reason, and one where there may be none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "unsafe_blocks.py"


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("// SAFETY: it is one byte.\nlet a = unsafe { *x };", ""),
        ("/// # Safety\n/// `x` lives.\nunsafe fn a(x: *const u8) {}", ""),
        ("// SAFETY: an address.\nunsafe impl Send for A {}", ""),
        ('let text = "unsafe"; // unsafe', ""),
        ("let a = unsafe { *x };", "block without its reason"),
        ("// SAFETY:\nlet a = unsafe { *x };", "block without its reason"),
        ("/* SAFETY: no */ let a = unsafe { *x };", "block without its reason"),
        ("/// Reads.\nunsafe fn a(x: *const u8) {}", "function without its reason"),
        ("unsafe impl Send for A {}", "impl without its reason"),
    ],
)
def test_each_unsafe_has_to_say_why_it_is_sound(code: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "mod.rs").write_text(code)
    done = call(tmp_path)
    assert (done.returncode, complaint in done.stdout) == (bool(complaint), True)


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("// SAFETY: one.\nlet a = unsafe { *x };\nlet b = unsafe { *y };\nlet c = unsafe { *z };", [3, 4]),
        ("// SAFETY: one.\nunsafe { a(x) }\nunsafe { b(x) }", [3]),
        ("// SAFETY: one.\nlet a = unsafe {\n    *x\n};\nlet b = unsafe { *y };", [5]),
        ("// SAFETY: one.\nlet a = unsafe { *x };\n// Another.\nlet b = 1; // one\nunsafe { b(x) }", [5]),
        ("// SAFETY: one.\nlet a = 1;\nlet b = unsafe { *y };", [3]),
        ("// SAFETY: one.\nunsafe impl Send for A {}\nunsafe impl Sync for A {}", [3]),
        ("// SAFETY: one.\nunsafe impl Send for A {\n    fn a() {\n        unsafe { b(x) }", [4]),
        ("// SAFETY: one.\nfn a() {\n    unsafe { b(x) }", [3]),
        ("/// # Safety\n/// One.\nunsafe fn a(x: *const u8) {}\nunsafe fn b(x: *const u8) {}", [4]),
        ("/// # Safety\n/// One.\nunsafe fn a() {\n    1\n}\n\n/// Two.\nunsafe fn b() {}", [8]),
        ("/// # Safety\n/// One.\nunsafe fn a();\nunsafe fn b();", [4]),
        # One statement, however many lines it has.
        ("// SAFETY: one.\nlet a = b(\n    unsafe { *x },\n    unsafe { *y },\n);", []),
        ("// SAFETY: one.\nlet a = unsafe { *x }\n    + unsafe { *y };", []),
        ("// SAFETY: one.\nmatch x {\n    1 => unsafe {\n        *x\n    },\n    _ => unsafe { *y },\n}", []),
        ("/// # Safety\n/// One.\n#[inline]\nunsafe fn a() {}", []),
    ],
)
def test_a_reason_is_for_one_statement(code: str, without: list[int], tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "mod.rs").write_text(code)
    done = call(tmp_path)
    complaints = [line.split(":") for line in done.stdout.splitlines() if "without its reason" in line]
    assert [int(line) for _, line, _ in complaints] == without, done.stdout
    assert done.returncode == bool(without)


def test_a_kernel_may_have_none(tmp_path: Path) -> None:
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "fill.rs").write_text("// SAFETY: it is one byte.\nlet a = unsafe { *x };")
    done = call("--list", tmp_path)
    assert done.returncode == 1
    assert "kernels/fill.rs:2: block in a room that has none" in done.stdout


def test_the_sources_have_no_such_place() -> None:
    done = call()
    assert done.returncode == 0, done.stdout
    assert " 0 without" in done.stdout
