"""The command line: `pilview` and `python -m pilview`. A command's module is imported when it is called."""

from .main import main

__all__ = ["main"]
