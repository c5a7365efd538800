"""A bar with images/s and Mpx/s, where tqdm is installed."""

from __future__ import annotations

from time import monotonic
from types import TracebackType
from typing import Any, Self


class Progress:
    """A bar for `total` files on stderr, or in the notebook; nothing where it is not wanted or can't be
    seen."""

    def __init__(self, total: int, *, wanted: bool) -> None:
        self._bar: Any = None
        if wanted:
            try:
                from tqdm.auto import tqdm  # noqa: PLC0415  # an option
            except ImportError:
                return
            # None: not where stderr is a file or a pipe.
            self._bar = tqdm(total=total, unit=" images", disable=None, dynamic_ncols=True, smoothing=0.1)
        self._start = monotonic()
        self._pixels = 0
        self._failed = 0

    def advance(self, pixels: int, *, failed: bool) -> None:
        """One more file is done, and had so many pixels."""
        if self._bar is None:
            return
        self._pixels += pixels
        self._failed += failed
        rate = self._pixels / 1e6 / max(monotonic() - self._start, 1e-9)
        text = f"{rate:.1f} Mpx/s" + (f", {self._failed} failed" if self._failed else "")
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
