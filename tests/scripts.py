"""Runs a piece of Python in a fresh interpreter, with a watchdog."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
# For scripts that import from these tests. What the path has already may be another build of pilview.
WITH_TESTS = {"PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))}


def run(
    source: str, *, timeout: float = 60, env: dict[str, str] | None = None, options: tuple[str, ...] = ()
) -> str:
    """What the script printed. A crash, a hang, a traceback and anything else on stderr fail the test."""
    process = subprocess.run(
        [sys.executable, "-X", "faulthandler", *options, "-c", textwrap.dedent(source)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **(env or {})},
        check=False,
    )
    assert process.returncode == 0, f"exit code {process.returncode}\n{process.stdout}\n{process.stderr}"
    assert process.stderr == "", process.stderr
    return process.stdout.strip()


def module(name: str, *arguments: str, timeout: float = 60) -> str:
    """What a module of the suite printed. On stderr it may say how far it is: a failure shows the end."""
    process = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", name, *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        cwd=ROOT,
        check=False,
    )
    assert process.returncode == 0, f"exit code {process.returncode}\n{process.stderr[-4000:]}"
    return process.stdout.strip()
