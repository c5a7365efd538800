"""Zero-copy, writable views of Pillow images, and parallel in-place pixel kernels.

In short:

    import pilview
    v = pilview.view(img)              # no pixel is copied
    memoryview(v)[y, x, 2] = 255       # the image changes
    v[100:400, 200:900].invert()       # parallel, in place
"""

from ._pilview import _C_API as _C_API
from ._pilview import (
    BusyError,
    ImageView,
    LayoutError,
    ModeError,
    PilviewError,
    ReadOnlyError,
    ReleasedError,
    StaleViewError,
    UnsupportedPillowError,
    __version__,
    asarray,
    contiguous,
    from_buffer,
    get_include,
    get_num_threads,
    info,
    new,
    set_num_threads,
    unsafe_ptrs,
    view,
)

__all__ = [
    "BusyError",
    "FileFailure",
    "FilesReport",
    "ImageView",
    "LayoutError",
    "ModeError",
    "PilviewError",
    "Pipeline",
    "ReadOnlyError",
    "ReleasedError",
    "StaleViewError",
    "UnsupportedPillowError",
    "__version__",
    "asarray",
    "contiguous",
    "from_buffer",
    "get_include",
    "get_num_threads",
    "info",
    "new",
    "set_num_threads",
    "unsafe_ptrs",
    "view",
]


TYPE_CHECKING = False  # the name that type checkers know; `typing` would have to be imported for its own
if TYPE_CHECKING:
    from ._pipeline import FileFailure, FilesReport, Pipeline
else:  # or any name would be one of the module's to type checkers

    def __getattr__(name: str) -> object:
        """Imports `Pipeline` and what goes with it when it is first asked for."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _pipeline  # noqa: PLC0415

        globals()[name] = value = getattr(_pipeline, name)
        return value


del TYPE_CHECKING


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
