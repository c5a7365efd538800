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
    "ImageView",
    "LayoutError",
    "ModeError",
    "PilviewError",
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
