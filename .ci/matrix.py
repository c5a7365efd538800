"""Runs the tests on many versions of Pillow and Python with one abi3 wheel, and prints a table.

    make matrix                          every Pillow below on Python 3.11, the newest on every Python found
    make matrix MATRIX='--pillow 9.3.0,12.0.0 --python 3.12'
    make matrix MATRIX=--short           a part of the tests on five versions of Pillow: what .ci/run does

Each combination has an environment of its own below target/matrix, which is kept for the next time.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "target" / "matrix"
PILLOWS = (
    "9.3.0", "9.5.0", "10.0.1", "10.4.0", "11.0.0", "11.1.0", "11.2.1", "11.3.0", "12.0.0", "12.3.0", "13.0.0"
)  # fmt: skip
SHORT_PILLOWS = ("9.3.0", "10.4.0", "11.3.0", "12.0.0", "13.0.0")
# What depends on how Pillow keeps its pixels.
SHORT_TESTS = ("buffer", "from_buffer", "index", "lifetime", "pillow", "stale", "strided", "view")
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Outcome:
    python: str
    pillow: str
    passed: int
    failed: int
    skipped: Counter[str]

    def row(self) -> str:
        reasons = "; ".join(f"{count} x {reason}" for reason, count in self.skipped.most_common())
        skipped = sum(self.skipped.values())
        return f"| {self.python} | {self.pillow} | {self.passed} | {self.failed} | {skipped} | {reasons} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="", help="versions such as 3.12, or paths, separated by commas")
    parser.add_argument("--pillow", default="", help="versions, separated by commas")
    parser.add_argument("--short", action="store_true", help="five versions of Pillow, a part of the tests")
    args = parser.parse_args()
    wheel = build()
    outcomes = []
    for python, pillow in combinations(args):
        print(f"testing Python {version(python)} with Pillow {pillow} ...", file=sys.stderr, flush=True)
        outcomes.append(run(environment(python, pillow, wheel), version(python), pillow, short=args.short))
    print("| Python | Pillow | passed | failed | skipped | why |")
    print("|---|---|---:|---:|---:|---|")
    print(*(outcome.row() for outcome in outcomes), sep="\n")
    return any(outcome.failed or not outcome.passed for outcome in outcomes)


def build() -> Path:
    wheels = FOLDER / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    maturin = Path(sys.executable).with_name("maturin")
    subprocess.run([maturin, "build", "--release", "--quiet", "--out", wheels], cwd=ROOT, check=True)
    (wheel,) = wheels.glob("*.whl")
    return wheel


def combinations(args: argparse.Namespace) -> list[tuple[Path, str]]:
    this = Path(sys.executable)
    chosen = [name for name in args.pillow.split(",") if name]
    if args.python:
        pythons = [found(name) for name in args.python.split(",")]
        return [(python, pillow) for python in pythons for pillow in chosen or PILLOWS[-1:]]
    pillows = chosen or (SHORT_PILLOWS if args.short else PILLOWS)
    others = (
        []
        if args.short or chosen
        else [python for python in all_pythons() if version(python) != version(this)]
    )
    return [(this, pillow) for pillow in pillows] + [(python, PILLOWS[-1]) for python in others]


def found(name: str) -> Path:
    """The interpreter of a version, or at a path."""
    for python in [Path(name)] if "/" in name else all_pythons():
        if "/" in name or version(python).startswith(name):
            return python
    raise SystemExit(f"there is no Python {name} here; found {', '.join(map(version, all_pythons()))}")


def all_pythons() -> list[Path]:
    """One interpreter a version: on the path, and those of pyenv."""
    names = [f"python3.{minor}{kind}" for minor in range(OLDEST_PYTHON[1], 20) for kind in ("", "t")]
    on_path = [Path(path) for name in names if (path := shutil.which(name))]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    pythons: dict[str, Path] = {}
    for python in [Path(sys.executable), *sorted(pyenv.glob("*/bin/python3")), *on_path]:
        if works(python):
            pythons.setdefault(version(python), python)
    return [pythons[name] for name in sorted(pythons, key=numbers)]


def works(python: Path) -> bool:
    return numbers(version(python)) >= OLDEST_PYTHON


def version(python: Path) -> str:
    code = "import platform, sys; print(platform.python_version() + getattr(sys, 'abiflags', ''))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "0"


def numbers(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name))


def environment(python: Path, pillow: str, wheel: Path) -> Path:
    """The interpreter of an environment with the wheel, this Pillow, and all that the tests need."""
    folder = FOLDER / f"{version(python)}-{pillow}"
    inside = folder / "bin" / "python"

    def install(*what: str | Path) -> None:
        subprocess.run([inside, "-m", "pip", "install", "--quiet", *what], check=True)

    if not (folder / ".made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", folder], check=True)
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        install(*project["optional-dependencies"]["test"])
        install(
            "--no-deps", f"Pillow=={pillow}"
        )  # Others may want a newer one, and work with it all the same.
        (folder / ".made").touch()
    install("--force-reinstall", "--no-deps", wheel)
    return inside


def run(python: Path, python_version: str, pillow: str, *, short: bool) -> Outcome:
    """The tests, away from the sources, so that the installed package is what is tested."""
    folder = python.parents[1] / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in (".ci", ".github", "benches", "docs", "examples", "src", "tests"):
        shutil.copytree(ROOT / name, folder / name)
    for path in ROOT.glob("*.*"):
        if path.is_file():
            shutil.copy(path, folder)
    report = folder / "report.xml"
    tests = [f"tests/test_{name}.py" for name in SHORT_TESTS] if short else ["tests"]
    options = ["-n", "auto", "-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run([python, "-m", "pytest", *options, *tests], cwd=folder, check=False, stdout=sys.stderr)
    suite = ElementTree.parse(report).getroot()[0]
    count = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    skipped = Counter(skip.attrib["message"] for skip in suite.iter("skipped"))
    passed = count["tests"] - failed - count["skipped"]
    return Outcome(python_version, pillow, passed, failed, skipped)


if __name__ == "__main__":
    sys.exit(main())
