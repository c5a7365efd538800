"""What `Pipeline.run_files` returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .._names import shown


@dataclass(frozen=True)
class FileFailure:
    """A file that was left out, and why. `str(failure)` is one line."""

    path: Path
    error: Exception

    def __str__(self) -> str:
        return f"{shown(self.path)}: {told(self.error, self.path)}"


@dataclass(frozen=True)
class FilesReport:
    """What became of each file of a `Pipeline.run_files`, in the order in which they were given."""

    written: tuple[Path, ...]
    """The new files."""
    skipped: tuple[Path, ...]
    """Files of `out_dir` that were there already."""
    failed: tuple[FileFailure, ...]
    """Files that could not be read, changed or written."""
    megapixels: float
    """Of the images that were written, as they were read."""
    seconds: float

    def __str__(self) -> str:
        parts = [f"{len(self.written)} written"]
        parts += [f"{len(self.skipped)} skipped"] if self.skipped else []
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        rate = ""
        if self.written and self.seconds:
            images, megapixels = len(self.written) / self.seconds, self.megapixels / self.seconds
            rate = f" ({images:.1f} images/s, {megapixels:.1f} Mpx/s)"
        return f"{', '.join(parts)} in {self.seconds:.1f} s{rate}"


# Where they are to be imported from, and where pickles look for them.
FileFailure.__module__ = FilesReport.__module__ = "pilview"


def told(error: BaseException, source: Path | None = None) -> str:
    """An error in one line, with its type where a single word or nothing is its message, and with the file
    that it is about where that is another than `source`."""
    if isinstance(error, OSError) and error.strerror:
        named = error.filename not in (None, source, str(source))
        return f"{error.strerror}: {shown(error.filename)}" if named else error.strerror
    message = " ".join(str(error).split())
    return message if " " in message else f"{type(error).__name__}: {message}".rstrip(": ")
