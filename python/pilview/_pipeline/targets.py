"""Under which name and in which format each file is written: all that is decided before any work starts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

# The suffix of a format, where its name is none.
SUFFIXES = {"JPEG": ".jpg", "TIFF": ".tif", "JPEG2000": ".jp2"}


@dataclass(frozen=True)
class Target:
    source: Path
    path: Path
    # Pillow's name; None is the source's own.
    format: str | None


def targets(
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str], out_dir: Path, format: str | None
) -> list[Target]:
    """Where each file goes. Raises ValueError where a file would be written twice, or over its source."""
    sources = [Path(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
    name, suffix = (None, None) if format is None else known_format(format)
    found: dict[str, Path] = {}
    made = []
    for source in sources:
        path = out_dir / (source.name if suffix is None else source.stem + suffix)
        key = os.path.normcase(path)
        if key in found:
            raise ValueError(f"{found[key]} and {source} would both be written to {path}")
        found[key] = source
        made.append(Target(source, path, name))
    refuse_overwriting(made)
    return made


def refuse_overwriting(made: list[Target]) -> None:
    """Raises ValueError where a result would be written over a source."""
    originals = {
        os.path.normcase(os.path.realpath(source)): source for source in (target.source for target in made)
    }
    for target in made:
        if original := originals.get(os.path.normcase(os.path.realpath(target.path))):
            raise ValueError(f"{original} would be replaced by a result; write into another folder")


def is_name_of_image(name: str) -> bool:
    """Whether it ends as the names of image files do."""
    Image.init()
    return os.path.splitext(name)[1].lower() in Image.registered_extensions()


def known_format(format: str) -> tuple[str, str]:
    """Pillow's name and a suffix, for a name or a suffix. Raises ValueError for what Pillow can't write, and
    TypeError for what is no text."""
    if not isinstance(format, str):
        raise TypeError(f"format is {format!r}; give a name or a suffix, such as 'PNG' or '.webp'")
    Image.init()  # all plugins; registered_extensions() calls it, but not in every version
    extensions = Image.registered_extensions()
    suffix = format.lower() if format.startswith(".") else f".{format.lower()}"
    name = extensions.get(suffix, format.upper().lstrip("."))
    if name not in Image.SAVE:
        raise ValueError(f"Pillow can't write {format!r}; it writes {', '.join(sorted(Image.SAVE))}")
    if extensions.get(suffix) != name:
        plain = SUFFIXES.get(name, f".{name.lower()}")
        own = [extension for extension, of in extensions.items() if of == name]
        suffix = plain if plain in own or not own else own[0]
    return name, suffix
