"""The compiled half of pilview. Everything public is re-exported by `pilview`."""

from collections.abc import Callable, Iterator, Sequence
from types import EllipsisType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, SupportsIndex, TypeAlias, final, overload

from PIL import Image
from typing_extensions import Buffer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__version__: str
__all__ = [
    "ImageView",
    "LayoutError",
    "ModeError",
    "PilviewError",
    "ReadOnlyError",
    "ReleasedError",
    "StaleViewError",
    "UnsupportedPillowError",
    "__version__",
    "_memory_limit_copy",
    "_memory_limit_inplace",
    "asarray",
    "contiguous",
    "from_buffer",
    "get_num_threads",
    "info",
    "new",
    "set_num_threads",
    "unsafe_ptrs",
    "view",
]

# NumPy says only from Python 3.12 on that its arrays are buffers.
_Buffer: TypeAlias = "Buffer | npt.NDArray[Any]"
_Colour: TypeAlias = int | float | str | Sequence[int]
_Source: TypeAlias = "ImageView | Image.Image | _Buffer | _Colour"
_Axis: TypeAlias = SupportsIndex | slice | EllipsisType
_Key: TypeAlias = _Axis | tuple[_Axis, ...] | str

class PilviewError(Exception):
    """Base of every exception that pilview defines."""

class UnsupportedPillowError(PilviewError, ImportError):
    """This Pillow's memory layout could not be proved, so nothing was read."""

class ModeError(PilviewError, ValueError):
    """The operation is not defined for this mode, format or selection of bands."""

class ReadOnlyError(PilviewError, BufferError):
    """The image, view or buffer is read-only, and writing was asked."""

class LayoutError(PilviewError, BufferError):
    """The memory is not laid out as the request needs it: rows in several blocks, gaps, padding."""

class StaleViewError(PilviewError, RuntimeError):
    """Pillow has given the image other memory since; what is written to the view would be lost."""

class ReleasedError(PilviewError, ValueError):
    """The view was released."""

def view(img: Image.Image, *, writable: bool | None = None) -> ImageView:
    """A zero-copy view of the pixels of `img`; no pixel is copied, at most the row pointers are read.

    `writable=None`: read-only if the image is (a mapped file, a borrowed Arrow array), else writable.
    `True`: a read-only image is first made writable by Pillow's own copy-on-write.
    `False`: the view is read-only whatever the image.

    A lazy file is loaded; what Pillow raises then is passed through.
    Raises TypeError for what is not a `PIL.Image.Image` with Pillow's own core, ValueError for a closed
    image, UnsupportedPillowError where this Pillow's memory layout can't be proved.
    """

def new(mode: str, size: tuple[int, int], color: _Colour | None = 0) -> Image.Image:
    """As `PIL.Image.new`, in one block of memory whatever the size, so that `strided` always works.

    Raises MemoryError for images over 2 GiB, which Pillow can't hold in one block.
    """

def contiguous(img: Image.Image) -> Image.Image:
    """Moves the pixels of `img` into one block, if they are not evenly spaced already. Returns `img`.

    Views made before a move go stale: they keep the old memory, and writing to them is a StaleViewError.
    Raises MemoryError for images over 2 GiB.
    """

def from_buffer(
    mode: str, size: tuple[int, int], buffer: _Buffer, *, stride: int = 0, offset: int = 0
) -> Image.Image:
    """A writable Pillow image whose pixels are the bytes of `buffer`, no copy.

    Rows start at `offset + y * stride` bytes; `stride=0` means rows without gaps: width x 1 byte for
    L and P, x 2 for I;16*, x 4 for all other modes (RGB too: R, G, B, one byte of padding).
    The buffer stays exported, so can't be resized or closed, while the image lives.

    Raises ReadOnlyError for read-only memory, ValueError for sizes that do not fit, ModeError for an
    unknown mode and for `1` with a stride under 4 x width, TypeError for what has no contiguous buffer.
    """

def unsafe_ptrs(img: Image.Image) -> tuple[tuple[str, int], tuple[str, int], tuple[str, int]]:
    """What Pillow's `img.im.unsafe_ptrs` gave before Pillow 12 removed it, on every Pillow:
    `(("image8", address), ("image32", address), ("image", address))`, each the address of the array of
    row pointers or 0. Valid while `img.im` lives: keep a reference to it.
    """

def asarray(img_or_view: Image.Image | ImageView, /, *, copy: bool | None = None) -> npt.NDArray[np.generic]:
    """The pixels as a NumPy array of shape `(h, w)` or `(h, w, bands)`.

    `copy=None` shares memory where the rows are evenly spaced, else copies in parallel; `False` never
    copies (LayoutError that names the way out); `True` always does. A shared array of a read-only view
    is read-only. NumPy is imported by this call only.
    """

def set_num_threads(n: int, /) -> None:
    """Sets how many threads a kernel uses, 1 to 1024, the caller's included. Raises ValueError outside."""

def get_num_threads() -> int:
    """How many threads a kernel uses: `set_num_threads`, else the environment variable PILVIEW_NUM_THREADS,
    else what CPU affinity and cgroup quota allow. Raises ValueError for a variable that is no such number."""

def info() -> dict[str, Any]:
    """Versions (`pilview`, `pillow`, `python`), `access` ("unsafe_ptrs" or "capsule"), `layout` (the struct
    head that was proved), `threads`, `cpu` (the vector code in use; the environment variable PILVIEW_CPU,
    `baseline` or `avx2`, keeps below what the processor has)."""

def _memory_limit_inplace(buffer: _Buffer) -> None:
    """Reads, changes and writes every byte of a flat buffer, in parallel: a benchmark's measure."""

def _memory_limit_copy(to: _Buffer, from_: _Buffer) -> None:
    """Copies one flat buffer into another of the same size, in parallel: what the benchmark compares with."""

@final
class ImageView:
    """The pixels of a Pillow image, or a part of them, as one writable buffer. Made by `pilview.view`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """`(h, w)`, or `(h, w, bands)` for several bands."""
    @property
    def strides(self) -> tuple[int, ...]:
        """Bytes from one element to the next along each axis; the first is a pointer's size where the
        buffer goes through the row pointers (see `suboffsets`)."""
    @property
    def suboffsets(self) -> tuple[int, ...]:
        """`(k, -1[, -1])`: after the first axis a pointer is followed and `k` added. `()` where there is no
        table of row pointers to follow: in a strided view, in one row."""
    @property
    def format(self) -> str:
        """`B` 8 bit, `H` I;16 (`>H` I;16B), `i` I, `f` F; or what `cast` was given."""
    @property
    def itemsize(self) -> int:
        """Bytes of one value."""
    @property
    def ndim(self) -> int:
        """The number of axes."""
    @property
    def nbytes(self) -> int:
        """Bytes of all values, without padding: `len(v.tobytes())`."""
    @property
    def readonly(self) -> bool:
        """Whether the memory may not be written."""
    @property
    def c_contiguous(self) -> bool:
        """Whether the values lie without gaps, last axis fastest."""
    @property
    def mode(self) -> str:
        """The mode of the Pillow image."""
    @property
    def size(self) -> tuple[int, int]:
        """`(width, height)` in pixels."""
    @property
    def width(self) -> int:
        """Pixels a row."""
    @property
    def height(self) -> int:
        """Rows."""
    @property
    def bands(self) -> tuple[str, ...]:
        """The names of the view's bands, such as `("R", "G", "B")`."""
    @property
    def image(self) -> Image.Image:
        """The Pillow image. Raises ReleasedError after `release`."""
    @property
    def strided(self) -> ImageView:
        """The same view whose buffer never uses suboffsets, as NumPy needs it. Raises LayoutError where the
        rows are not evenly spaced; `blocks` and `pilview.contiguous` are the ways out."""
    @property
    def blocks(self) -> tuple[ImageView, ...]:
        """Strided views, top to bottom, that make up this one: one for each run of evenly spaced rows."""
    @property
    def packed(self) -> ImageView:
        """Pixels of 4 bytes as `(h, w)` of format `i`. ModeError for others and band selections."""
    def cast(self, format: Literal["B", "b", "H", "h", "I", "i", "f"], /) -> ImageView:
        """Whole pixels as `(h, w)` of another format of the same size. Raises ModeError, ValueError."""
    def crop(self, box: tuple[int, int, int, int], /) -> ImageView:
        """The pixels inside a Pillow box `(left, upper, right, lower)`, in place. Raises ValueError for a box
        that is not inside the view."""
    def row(self, y: SupportsIndex, /) -> memoryview:
        """One row as it lies in memory: a contiguous 1-D memoryview of values, for modes of several bands of
        bytes (4 a pixel, padding too). Raises IndexError; LayoutError for a view of some bands or steps."""
    def release(self) -> None:
        """Lets go of the memory. Raises BufferError while a buffer is exported. Using the view afterwards is
        a ReleasedError."""
    def tolist(self) -> list[Any]:
        """The values as nested lists, as `memoryview.tolist`."""
    def tobytes(self) -> bytes:
        """The values without padding, row by row; copied in parallel."""
    def copy_to(self, buffer: _Buffer | ImageView | Image.Image, /) -> None:
        """Copies the values into `buffer`, in parallel: memory of the same shape and format, or flat
        contiguous memory of `nbytes` bytes. Raises ReadOnlyError, ValueError."""
    def copy_from(self, buffer: _Buffer | ImageView | Image.Image, /) -> None:
        """Copies `buffer` into the view, in parallel; overlapping memory as if it had been copied first.
        Takes what `copy_to` takes. Raises ReadOnlyError, StaleViewError, ValueError."""

    # Kernels: in place, in parallel, without the GIL; each returns the view.
    def invert(self) -> Self:
        """`MAX - v` for every value: the bytes of `ImageChops.invert`. 8-bit modes and I;16*.
        Raises ModeError for I, F and casts."""
    def threshold(self, t: SupportsIndex, /) -> Self:
        """255 if v >= t else 0. 8-bit modes; t from 0 to 255. Raises ModeError, TypeError, ValueError."""
    def point(self, lut: Sequence[int] | Sequence[float] | _Buffer | Callable[[Any], Any], /) -> Self:
        """As `Image.point`: v -> lut[v] for 8-bit values, with 256 entries for all bands or 256 for each,
        each rounded and clipped to 0..255; or a callable, called with 0 to 255. For I, I;16 and F a callable
        of the form `lambda x: x * scale + offset`. Raises ModeError, ValueError, TypeError, and what the
        callable raises."""
    def fill(self, color: _Colour, /) -> Self:
        """Every pixel becomes `color`: an int, a float for F, a tuple with one int a band, or a colour name
        as PIL.ImageColor takes it. An int for several bands of 8 bits is Pillow's 0xAABBGGRR. Padding bytes
        stay. Values that do not fit are refused, where Pillow would clip them.
        Raises TypeError, ValueError."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __getitem__(self, key: _Key, /) -> Any: ...
    def __setitem__(self, key: _Key, value: _Source, /) -> None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __enter__(self) -> Self: ...
    @overload
    def __exit__(self, exc_type: None, exc: None, traceback: None, /) -> None: ...
    @overload
    def __exit__(
        self, exc_type: type[BaseException], exc: BaseException, traceback: TracebackType, /
    ) -> None: ...
