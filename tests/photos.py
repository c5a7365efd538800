"""Files for pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from pilview import FilesReport, Pipeline

from .images import make


def photo(path: Path, size: tuple[int, int] = (64, 48), **options: Any) -> Path:
    img = make("RGB", (16, 12)).resize(size, Image.Resampling.BICUBIC)
    img.save(path, **options)
    return path


def photos(folder: Path, number: int, size: tuple[int, int] = (64, 48)) -> list[Path]:
    return [photo(folder / f"{i:03}.jpg", size, quality=90) for i in range(number)]


def quietly(pipeline: Pipeline, paths: Any, out: Path, **options: Any) -> FilesReport:
    return pipeline.run_files(paths, out, progress=False, **options)


def opened(path: Path) -> Image.Image:
    """Read, and closed again."""
    with Image.open(path) as img:
        img.load()
    return img
