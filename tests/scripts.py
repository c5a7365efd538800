"""Runs a piece of Python in a fresh interpreter, with a watchdog."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap


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
    assert process.stderr == ""
    return process.stdout.strip()
