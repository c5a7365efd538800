"""`pilview apply`: a pipeline in words over files."""

from __future__ import annotations

import argparse
import glob
import sys
from pathlib import Path
from typing import Any

from .._names import shown
from .._pilview import get_num_threads
from .._pipeline.files import run_targets
from .._pipeline.report import told
from .._pipeline.targets import Target, is_name_of_image, known_format, refuse_overwriting, targets
from .errors import FAILED, FINE, UserError
from .words import in_words, parse


def run(arguments: argparse.Namespace) -> int:
    pipeline = parse(arguments.pipeline)
    try:
        get_num_threads()
    except ValueError as error:  # of the environment
        raise UserError(str(error)) from error
    if arguments.workers is not None and arguments.workers < 1:
        raise UserError(f"--workers is {arguments.workers}; give a number from 1 on")
    if arguments.quality is not None and not 0 <= arguments.quality <= 100:
        raise UserError(f"--quality is {arguments.quality}; give 0 to 100")
    try:
        wanted = where([found for file in arguments.files for found in expanded(file)], arguments)
    except (ValueError, OSError) as error:
        raise UserError(told(error)) from error
    options: dict[str, Any] = {} if arguments.quality is None else {"quality": arguments.quality}
    try:
        report = run_targets(
            pipeline,
            wanted,
            workers=arguments.workers,
            on_error="raise" if arguments.stop_on_error else "collect",
            progress=not arguments.no_progress,
            options=options,
            skip_existing=arguments.skip_existing,
        )
    except KeyboardInterrupt as interrupt:
        getattr(interrupt, "__notes__", [])[1:] = ["With --skip-existing a run goes on from there."]
        raise
    except Exception as error:
        if not arguments.stop_on_error:
            raise
        notes = getattr(error, "__notes__", [])
        print(f"pilview apply: {in_words(told(error))}. {' '.join(notes)}", file=sys.stderr)
        return FAILED
    for failure in report.failed:
        print(f"pilview apply: {in_words(str(failure))}", file=sys.stderr)
    print(report)
    return FAILED if report.failed else FINE


def expanded(file: str) -> list[str]:
    """A pattern that the shell has left as it is, as Windows' does. Raises ValueError for a folder."""
    if Path(file).is_dir():
        raise ValueError(f"{shown(file)} is a folder; give its files, as {shown(Path(file, '*.jpg'))}")
    if any(character in file for character in "*?") and not Path(file).exists():
        found = sorted(glob.glob(file))
        if not found:
            raise ValueError(f"no file is called {shown(file)}")
        return found
    return [file]


def where(files: list[str], arguments: argparse.Namespace) -> list[Target]:
    """Where each file goes: into a folder, or one file to a name of its own."""
    if not arguments.out:
        raise ValueError("--out is empty; give a folder, . for this one, or a file")
    out = Path(arguments.out)
    if len(files) > 1 or out.is_dir() or not out.suffix or arguments.out.endswith(("/", "\\")):
        if out.exists() and not out.is_dir():
            why = "several files go into a folder" if len(files) > 1 else "a new one needs a suffix, as .png"
            raise ValueError(f"{shown(out)} is a file; {why}")
        if not out.exists() and is_name_of_image(arguments.out):
            raise ValueError(
                f"{shown(out)} is the name of one file, and {len(files)} go there; give a folder, as "
                f"{shown(out.stem)}/"
            )
        made = targets(files, out, arguments.format)
        out.mkdir(parents=True, exist_ok=True)
        return made
    if not is_name_of_image(arguments.out):
        raise ValueError(f"{shown(out)} is no name of an image; for a folder end it with /")
    name = known_format(out.suffix)[0]
    if arguments.format is not None and known_format(arguments.format)[0] != name:
        raise ValueError(f"{shown(out)} is the name of a {name}, and --format is {arguments.format}")
    made = [Target(Path(files[0]), out, name)]
    refuse_overwriting(made)
    out.parent.mkdir(parents=True, exist_ok=True)
    return made
