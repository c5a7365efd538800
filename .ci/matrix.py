"""Runs the tests on many versions of Pillow and Python with one abi3 wheel, and prints a table.

    make matrix                          every Pillow below on this Python, the newest on every Python found
    make matrix MATRIX='--pillow 9.3.0,12.0.0 --python 3.12,/opt/python3.14t/bin/python3'
    make matrix MATRIX=--short           a part of the tests on five versions of Pillow: what .ci/run does

Each combination gets an environment of its own, which uv makes below target/matrix by links to the files
that it has already. Those of one Python come to one place, one after the other, where what the tests compile
is found again. The table goes to standard output, all else to standard error. Needs nothing but uv, so that
the release workflow runs it too, on the wheels of each platform:

    python .ci/matrix.py --short --wheels dist --pillow 9.3.0
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "target" / "matrix"
PILLOWS = (
    "9.3.0", "9.5.0", "10.0.1", "10.4.0", "11.0.0", "11.1.0", "11.2.1", "11.3.0", "12.0.0", "12.3.0", "13.0.0"
)  # fmt: skip
NEWEST = "newest"  # Whatever that is when this runs.
SHORT_PILLOWS = ("9.3.0", "10.4.0", "11.3.0", "12.0.0", NEWEST)
# What depends on how Pillow keeps its pixels, and what it makes of them. These need LIGHT only. Of the table
# of kernels whole images: selections and images for threads say little more of Pillow, and take long.
SHORT_TESTS = (
    "assign",
    "from_buffer",
    "hostile",
    "hostile_pillow",
    "index",
    "kernel_table",
    "layout_drift",
    "lifetime",
    "pillow",
    "stale",
    "view",
)
SHORT = "not selections and not drawn and not thread_count"
LIGHT = ("pytest", "pytest-xdist", "hypothesis", "numpy")
OLDEST_PYTHON = (3, 11)
FIRST_ABI3T = (3, 15)


@dataclass(frozen=True)
class Python:
    path: Path
    version: str  # ends in a t where threads are free

    @property
    def minor(self) -> str:
        return re.sub(r"\.\d+[\w+]*?(t?)$", r"\1", self.version)

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", self.version))

    @property
    def is_free_threaded(self) -> bool:
        return self.version.endswith("t")


@dataclass(frozen=True)
class Outcome:
    python: str
    pillow: str
    passed: int
    failed: int
    skipped: Counter[str] = field(default_factory=Counter)

    def row(self) -> str:
        reasons = "; ".join(f"{count} x {reason}" for reason, count in self.skipped.most_common())
        numbers = f"{self.passed} | {self.failed} | {self.skipped.total()}"
        return f"| {self.python} | {self.pillow} | {numbers} | {reasons} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="", help="versions such as 3.12 or 3.14t, or paths, with commas")
    parser.add_argument("--pillow", default="", help=f"versions, or {NEWEST}, with commas")
    parser.add_argument("--short", action="store_true", help="five versions of Pillow, a part of the tests")
    parser.add_argument("--wheels", type=Path, help="test those of this folder, instead of building them")
    args = parser.parse_args()
    wheels = args.wheels.resolve() if args.wheels else FOLDER / "wheels"
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not args.wheels:
        shutil.rmtree(wheels, ignore_errors=True)
    outcomes = []
    for python, pillow in combinations(args):
        if not args.wheels:
            build(python, wheels)
        print(f"Python {python.version}, Pillow {pillow}", file=sys.stderr, flush=True)
        outcomes.append(run(python, environment(python, pillow, wheels, light=args.short), short=args.short))
    print("| Python | Pillow | passed | failed | skipped | why |")
    print("|---|---|---:|---:|---:|---|")
    print(*(outcome.row() for outcome in outcomes), sep="\n")
    passed, failed = (sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed"))
    skipped = sum(outcome.skipped.total() for outcome in outcomes)
    print(f"matrix: {passed} passed, {failed} failed, {skipped} skipped", file=sys.stderr)
    return any(outcome.failed or not outcome.passed for outcome in outcomes)


def combinations(args: argparse.Namespace) -> list[tuple[Python, str]]:
    this = interpreter(Path(sys.executable))
    pillows = [name for name in args.pillow.split(",") if name]
    if args.python:
        return [(found(name), pillow) for name in args.python.split(",") for pillow in pillows or [NEWEST]]
    if args.short or pillows:
        return [(this, pillow) for pillow in pillows or SHORT_PILLOWS]
    others = [python for python in all_pythons() if python.minor != this.minor]
    return [(this, pillow) for pillow in PILLOWS] + [(python, NEWEST) for python in others]


def found(name: str) -> Python:
    """The interpreter of a version, or at a path."""
    if "/" in name:
        return interpreter(Path(name))
    for python in all_pythons():
        if name in (python.minor, python.version):
            return python
    versions = ", ".join(python.version for python in all_pythons())
    raise SystemExit(f"there is no Python {name} here; found {versions}")


def all_pythons() -> list[Python]:
    """The newest of each minor version: this one, pyenv's, those in /opt, and those on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = [f"python3.{minor}{kind}" for minor in range(OLDEST_PYTHON[1], 20) for kind in ("", "t")]
    paths = [Path(sys.executable), *pyenv.glob("*/bin/python3")]
    paths += [path for name in names for path in Path("/opt").glob(f"*/bin/{name}")]
    paths += [Path(path) for name in names if (path := shutil.which(name))]
    newest: dict[str, Python] = {}
    for python in map(interpreter, paths):
        known = newest.get(python.minor)
        if python.order >= OLDEST_PYTHON and (known is None or known.order < python.order):
            newest[python.minor] = python
    return sorted(newest.values(), key=lambda python: (python.order[:2], python.is_free_threaded))


@cache
def interpreter(path: Path) -> Python:
    code = (
        "import platform, sysconfig;"
        "print(platform.python_version() + 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED')))"
    )
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
    return Python(path, done.stdout.strip() or "0")


def build(python: Python, wheels: Path) -> None:
    """One wheel for all with the GIL; without it one for all from 3.15 on, and one for each before."""
    tag = "abi3"
    command = ["-m", "maturin", "build", "--release", "--quiet", "--compatibility", "off", "--out", wheels]
    env = dict(os.environ)
    if python.is_free_threaded:  # Elsewhere, so that what is built for abi3 stays as it is.
        tag = f"cp{''.join(map(str, python.order[:2]))}t"
        command += ["--interpreter", python.path, "--target-dir", ROOT / "target" / python.minor]
        # PyO3 vouches for 3.14t and later; this is how 3.13t is tried.
        env["UNSAFE_PYO3_SKIP_VERSION_CHECK"] = "1"
        if python.order >= FIRST_ABI3T:
            tag = "abi3.abi3t"
            command += ["--features", "abi3t"]
    if list(wheels.glob(f"*-{tag}-*.whl")):
        return
    subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True)


def environment(python: Python, pillow: str, wheels: Path, *, light: bool) -> Path:
    """The interpreter of a new environment with the wheel, this Pillow, and what the tests need."""
    folder = FOLDER / python.version / "env"
    uv("venv", "--clear", "--python", python.path, folder)
    inside = folder / ("Scripts/python.exe" if platform.system() == "Windows" else "bin/python")
    override = folder / "override.txt"  # Others may want a newer Pillow, and work with this one all the same.
    override.write_text("Pillow" if pillow == NEWEST else f"Pillow=={pillow}", "utf-8")
    install = ("pip", "install", "--python", inside, "--only-binary", ":all:", "--override", override)
    uv(*install, *LIGHT, "pilview", "--find-links", wheels, "--reinstall-package", "pilview")
    if not light:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        needed = project["optional-dependencies"]["test"]
        if not uv(
            *install, *needed, check=False
        ):  # Some have no wheel for this Python: their tests are skipped.
            for requirement in needed:
                uv(*install, requirement, check=False)
    return inside


def uv(*arguments: str | Path, check: bool = True) -> bool:
    command = [sys.executable, "-m", "uv", "--quiet", "--no-config", "--no-python-downloads", *arguments]
    return subprocess.run(command, cwd=FOLDER, check=check, stdout=sys.stderr).returncode == 0


def run(python: Python, inside: Path, *, short: bool) -> Outcome:
    """The tests, away from the sources, so that the installed package is what is tested."""
    folder = inside.parents[2] / "run"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir() and path.name != "target":
            shutil.rmtree(path)
    for name in (".ci", ".github", "benches", "docs", "examples", "fuzz", "python", "src", "tests", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.so", "*.pyd"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    report = folder / "report.xml"
    report.unlink(missing_ok=True)  # That of the last Pillow must not be taken for this one's.
    tests = [*(f"tests/test_{name}.py" for name in SHORT_TESTS), "-k", SHORT] if short else ["tests"]
    options = ["-n", "auto", "-p", "no:cacheprovider", f"--junitxml={report}"]
    done = subprocess.run(
        [inside, "-m", "pytest", *options, *tests], cwd=folder, check=False, stdout=sys.stderr
    )
    suite = ElementTree.parse(report).getroot()[0]
    count = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    failed = max(failed, done.returncode > 1)  # as where pytest itself has failed
    skipped = Counter(skip.attrib["message"] for skip in suite.iter("skipped"))
    passed = count["tests"] - failed - count["skipped"]
    code = "import PIL; print(PIL.__version__)"
    pillow = subprocess.run([inside, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    return Outcome(python.version, pillow, passed, failed, skipped)


if __name__ == "__main__":
    sys.exit(main())
