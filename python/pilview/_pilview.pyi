"""The compiled half of pilview. Everything public is re-exported by `pilview`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import EllipsisType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, SupportsIndex, TypeAlias, final, overload

from PIL import Image, ImageFilter
from typing_extensions import Buffer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__version__: str
_C_API: object
__all__ = [
    "_C_API",
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
    "_memory_limit_copy",
    "_memory_limit_inplace",
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

# NumPy says only from Python 3.12 on that its arrays are buffers.
_Buffer: TypeAlias = "Buffer | npt.NDArray[Any]"
_Memory: TypeAlias = "_Buffer | _DLPackTensor | _ArrowArray"
_Colour: TypeAlias = int | float | str | Sequence[int]
_Source: TypeAlias = "ImageView | Image.Image | _Buffer | _Colour"
_Axis: TypeAlias = SupportsIndex | slice | EllipsisType
_Key: TypeAlias = _Axis | tuple[_Axis, ...] | str

class _DLPackTensor(Protocol):
    def __dlpack__(self) -> Any: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...

class _ArrowArray(Protocol):
    def __arrow_c_array__(self) -> tuple[object, object]: ...

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

class BusyError(PilviewError, RuntimeError):
    """The image is in use by a row function or an extension, and the call comes from inside of one."""

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
    mode: str, size: tuple[int, int], buffer: _Memory, *, stride: int = 0, offset: int = 0
) -> Image.Image:
    """A writable Pillow image whose pixels are the bytes of `buffer`, no copy.

    `buffer` has the buffer protocol (bytearray, array, mmap, shared memory's `buf`, NumPy arrays), or is a
    DLPack tensor on the CPU, or an Arrow array whose owner says that it may be written, as pyarrow does.
    In memory without gaps rows start at `offset + y * stride` bytes; `stride=0` means one after the other:
    width x 1 byte for L and P, x 2 for I;16*, x 4 for all other modes (RGB too: R, G, B, one byte of
    padding). A part of an array, `array[10:90, 20:80]` or `array[::-1]`, has its own strides: its first axis
    is the rows, and each row the bytes of `width` pixels.
    The memory stays exported, so can't be resized or closed, while the image lives.

    Raises ReadOnlyError for read-only memory, ValueError for sizes that do not fit, LayoutError for rows
    with gaps in them, ModeError for an unknown mode and for `1` with a stride under 4 x width, TypeError
    for what has no memory to share. Packed 3-byte RGB and 2-byte LA have to be copied: Image.frombytes.
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

def get_include() -> str:
    """The folder of `pilview.h`, for C and C++ compilers: `include_dirs=[pilview.get_include()]`."""

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

    # Kernels: neighbourhoods
    def convolve(
        self,
        size: tuple[int, int],
        kernel: Iterable[float],
        scale: float | None = None,
        offset: float = 0,
    ) -> Self:
        """Every value becomes the sum of those around it, each times its weight in `kernel` and divided by
        `scale` (the sum of the weights if not given), plus `offset`, clipped: the bytes of
        `img.filter(ImageFilter.Kernel(size, kernel, scale, offset))`, Pillow's Filter.c. `size` is (3, 3) or
        (5, 5), with 9 or 25 weights, row by row. The outermost 1 or 2 pixels stay, as in Pillow.
        8-bit modes but P, I;16* and I. Raises ModeError, ValueError, TypeError."""

    def rank_filter(self, size: SupportsIndex, rank: SupportsIndex) -> Self:
        """Every value becomes the one of rank `rank`, from 0 on, of the `size` by `size` values around it:
        the bytes of `img.filter(ImageFilter.RankFilter(size, rank))`, Pillow's RankFilter.c. At the
        borders the outermost pixels are repeated. `size` is odd, `rank` less than size * size. 8-bit
        modes but P, I and F.
        Raises ModeError, ValueError, TypeError."""

    def median_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the median of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MedianFilter(size))`, Pillow's RankFilter.c. `size` is odd. 8-bit modes
        but P, I and F.
        Raises ModeError, ValueError, TypeError."""

    def min_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the least of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MinFilter(size))`, Pillow's RankFilter.c. `size` is odd. 8-bit modes but
        P, I and F.
        Raises ModeError, ValueError, TypeError."""

    def max_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the largest of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MaxFilter(size))`, Pillow's RankFilter.c. `size` is odd. 8-bit modes but
        P, I and F.
        Raises ModeError, ValueError, TypeError."""

    def mode_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the most frequent of the `size` by `size` values around it, as far as those
        lie inside; the least of several; it stays where none is there more than twice: the bytes of
        `img.filter(ImageFilter.ModeFilter(size))`, Pillow's ModeFilter.c. 8-bit modes.
        Raises ModeError, ValueError, TypeError."""

    def box_blur(self, radius: float | Sequence[float]) -> Self:
        """Every value becomes the average of those up to `radius` pixels away, along its row and then along
        its column: the bytes of `img.filter(ImageFilter.BoxBlur(radius))`, Pillow's BoxBlur.c. Of a radius of
        1.5 pixels the outermost count by half; at the borders the outermost pixels are repeated. `radius` is
        a number from 0 to below 2**31, or two, for x and y. Modes L, LA, La, RGB, RGBA, RGBa, RGBX and CMYK,
        and single bands of others. Raises ModeError, ValueError, TypeError."""

    def gaussian_blur(self, radius: float | Sequence[float] = 2) -> Self:
        """Three box blurs in each direction, which come near a Gaussian of the standard deviation `radius`:
        the bytes of `img.filter(ImageFilter.GaussianBlur(radius))`, Pillow's BoxBlur.c. At the borders the
        outermost pixels are repeated. `radius` is a number of pixels from 0 to below 2**31, or two, for x and
        y. Modes L, LA, La, RGB, RGBA, RGBa, RGBX and CMYK, and single bands of others. Raises ModeError,
        ValueError, TypeError."""

    def unsharp_mask(
        self, radius: float = 2, percent: SupportsIndex = 150, threshold: SupportsIndex = 3
    ) -> Self:
        """`v + (v - blur) * percent / 100`, cut to 0..255, for every value v that differs by more than
        `threshold` from `gaussian_blur(radius)` of the same image; the others stay: the bytes of
        `img.filter(ImageFilter.UnsharpMask(radius, percent, threshold))`, Pillow's UnsharpMask.c. `radius` is
        a number from 0 to below 2**31; `percent` and `threshold` are ints of 32 bits. Modes L, LA, La, RGB,
        RGBA, RGBa, RGBX and CMYK, and single bands of others. Raises ModeError, ValueError, TypeError."""

    def filter(self, filter: ImageFilter.Filter | type[ImageFilter.Filter], /) -> Self:
        """Runs the kernel that a filter of `PIL.ImageFilter` stands for: the bytes of `img.filter(filter)`.
        Takes objects and classes: BLUR, CONTOUR, DETAIL, EDGE_ENHANCE and the other built-in ones, Kernel,
        RankFilter, MedianFilter, MinFilter, MaxFilter, ModeFilter, BoxBlur, GaussianBlur, UnsharpMask, and
        subclasses that filter as these do. The modes are those of the kernel.
        Raises TypeError for others, ModeError, ValueError."""

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

    # Other people's memory protocols.
    @property
    def row_pointers(self) -> int:
        """The address of Pillow's array of row pointers, at the view's first row: `uint8_t **` in C, and what
        `img.im.unsafe_ptrs` gave before Pillow 12. A pointer is to the start of the image's row, wherever
        in it the view begins. Valid while the image's core lives: keep the view, and don't release it."""
    @property
    def __array_interface__(self) -> dict[str, Any]:
        """NumPy's array interface, of strided views only: for `Image.fromarray(v.strided)` and for code that
        wants an address. The address is good while the view lives and is not released."""
    def __dlpack__(
        self,
        *,
        stream: object | None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """The pixels as a DLPack tensor on the CPU that shares their memory: `np.from_dlpack(v)`.

        `max_version` from (1, 0) on gets a tensor that says whether it is read-only; a read-only view is
        refused to older consumers. `copy=True` makes a packed copy; None and False never copy. The memory
        lives as long as the tensor, and the view can't be released meanwhile.
        Raises LayoutError where the rows are not evenly spaced (`v.blocks` and `pilview.contiguous` are the
        ways out) or the values are not of this machine's byte order, ReadOnlyError, and BufferError for a
        stream and for other devices.
        """
    def __dlpack_device__(self) -> tuple[int, int]:
        """`(1, 0)`: DLPack's name for the CPU."""
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """The pixels as one Arrow array that shares their memory: `pyarrow.array(v)`.

        A pixel of one band is a number (uint8, uint16, int32, float); of several bands a fixed-size list
        of the 4 bytes in memory, padding too, named as Pillow names them. `requested_schema` is not heeded.
        Raises LayoutError where the pixels do not follow each other in memory (`__arrow_c_stream__` takes
        those), and for parts of pixels.
        """
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """As `__arrow_c_array__`, in chunks: `pyarrow.chunked_array(v)`. One for each block of an image, or
        for each row of a view whose rows do not follow each other. Raises LayoutError for parts of pixels."""
    def map_rows(self, fn: object, data: object = None) -> Self:
        """Calls a C function `void fn(void *row, intptr_t width, intptr_t y, void *data)` for every row: in
        parallel on pilview's threads, in any order, without the GIL. `row` is the view's first pixel in row
        `y` of the view, and `width` pixels follow each other from there on, of 1, 2 or 4 bytes as Pillow
        keeps them: RGB is R, G, B and a byte of padding, LA is L, two bytes of padding, A.

        `fn` is an address, a ctypes or cffi function, a Numba `@cfunc`, a `scipy.LowLevelCallable`, or a
        capsule of Cython's `__pyx_capi__` (of a `cdef` function that is `noexcept nogil`). Where the object
        knows the function's type, it is checked. `data` is None, an address, a ctypes or cffi pointer or
        array, or a buffer without gaps; all threads get the same.

        A Python callable is called as `fn(row, y)` with a memoryview as `v.row(y)` gives it. It runs under
        the GIL, one row at a time, on the calling thread; an exception stops it and is raised here.

        Until all rows are done the image is in use: other threads' calls of pilview wait, a call from inside
        of the function is a BusyError. Ctrl-C stops between two rows.

        Raises LayoutError for views of some bands, of every n-th column or from right to left, and
        ReadOnlyError, StaleViewError, TypeError, ValueError.
        """
    def map_rows2(self, fn: object, other: ImageView | Image.Image, data: object = None) -> Self:
        """As `map_rows`, with the same row of a second view or image of the same size, of any mode:
        `void fn(void *row, const void *other, intptr_t width, intptr_t y, void *data)`, or a Python callable
        `fn(row, other, y)`. Raises ValueError also where the two share memory."""
