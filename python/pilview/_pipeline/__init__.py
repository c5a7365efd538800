"""Kernels recorded once and applied to many images: `pilview.Pipeline`."""

from .pipeline import Pipeline
from .report import FileFailure, FilesReport

__all__ = ["FileFailure", "FilesReport", "Pipeline"]
