"""The compiled half of pilview. Everything public is re-exported by `pilview`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import EllipsisType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, SupportsIndex, TypeAlias, final, overload

from PIL import Image, ImageFilter
from typing_extensions import Buffer

if TYPE_CHECKING:
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
    "_limit_num_threads",
    "_memory_limit_copy",
    "_memory_limit_inplace",
    "_memory_limit_pair",
    "_memory_limit_read",
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
_Other: TypeAlias = "ImageView | Image.Image | _Colour"
_Source: TypeAlias = "ImageView | Image.Image | _Buffer | _Colour"
_Index: TypeAlias = SupportsIndex | slice
_Axis: TypeAlias = _Index | EllipsisType
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
    """The image is in use by a row function, an extension or a load, and the call is from inside of it."""

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

    `size` is (width, height) in pixels, ints from 0 on. `color` is any that `Image.new` takes for the mode;
    None is 0.
    Raises MemoryError for images over 2 GiB, which Pillow can't hold in one block, ValueError for a mode that
    Pillow does not know and for a size below 0, TypeError.
    """

def contiguous(img: Image.Image) -> Image.Image:
    """Moves the pixels of `img` into one block, if they are not evenly spaced already. Returns `img`.

    Views made before a move go stale: they keep the old memory, and writing to them is a StaleViewError.
    Raises MemoryError for images over 2 GiB, and what `view` raises.
    """

def from_buffer(
    mode: str, size: tuple[int, int], buffer: _Memory, *, stride: int = 0, offset: int = 0
) -> Image.Image:
    """A writable Pillow image whose pixels are the bytes of `buffer`, no copy.

    `buffer` has the buffer protocol (bytearray, array, mmap, shared memory's `buf`, NumPy arrays), or is a
    DLPack tensor on the CPU, or an Arrow array whose owner says that it may be written, as pyarrow does. In
    memory without gaps rows start at `offset + y * stride` bytes; `stride=0` means one after the other: width
    x 1 byte for L and P, x 2 for I;16*, x 4 for all other modes (RGB too: R, G, B, one byte of padding). A
    part of an array, `array[10:90, 20:80]` or `array[::-1]`, has its own strides: its first axis is the rows,
    and each row the bytes of `width` pixels. `size` is (width, height) in pixels; `stride`, as many bytes as
    a row has or more, and `offset`, from 0 on, are in bytes. The memory stays exported, so can't be resized
    or closed, while the image lives.

    Raises ReadOnlyError for read-only memory, ValueError for sizes, strides and offsets that do not fit,
    LayoutError for rows with gaps in them, ModeError for an unknown mode and for `1` with a stride under 4 x
    width, TypeError for what has no memory to share. Packed 3-byte RGB and 2-byte LA have to be copied:
    Image.frombytes.
    """

def unsafe_ptrs(img: Image.Image) -> tuple[tuple[str, int], tuple[str, int], tuple[str, int]]:
    """What Pillow's `img.im.unsafe_ptrs` gave before Pillow 12 removed it, on every Pillow:
    `(("image8", address), ("image32", address), ("image", address))`, each the address of the array of row
    pointers or 0. Valid while `img.im` lives: keep a reference to it. Raises what `view` raises.
    """

def asarray(img_or_view: Image.Image | ImageView, /, *, copy: bool | None = None) -> npt.NDArray[Any]:
    """The pixels as a NumPy array of shape `(h, w)` or `(h, w, bands)`.

    `copy=None` shares memory where the rows are evenly spaced, else copies in parallel; `False` never copies
    (LayoutError that names the way out); `True` always does. A shared array of a read-only view is read-only.
    NumPy is imported by this call only. Raises what `view` raises too, and ImportError where there is no
    NumPy.
    """

def get_include() -> str:
    """The folder of `pilview.h`, for C and C++ compilers: `include_dirs=[pilview.get_include()]`."""

def set_num_threads(n: int, /) -> None:
    """Sets how many threads a kernel uses, an int from 1 to 1024, the caller's included. Raises ValueError
    outside of that, TypeError."""

def get_num_threads() -> int:
    """How many threads a kernel uses: `set_num_threads`, else the environment variable PILVIEW_NUM_THREADS,
    else what CPU affinity and cgroup quota allow. Raises ValueError for a variable that is no such number."""

def info() -> dict[str, Any]:
    """Versions (`pilview`, `pillow`, `python`), `access` ("unsafe_ptrs" or "capsule"), `layout` (the struct
    head that was proved), `threads`, `cpu` (the vector code in use; the environment variable PILVIEW_CPU,
    `baseline` or `avx2`, keeps below what the processor has)."""

def _limit_num_threads(n: int, /) -> None:
    """From now on kernels that this thread runs use `n` threads at most, for pools of threads."""

def _memory_limit_inplace(buffer: _Buffer) -> None:
    """Reads, changes and writes every byte of a flat buffer, in parallel: a benchmark's measure."""

def _memory_limit_read(buffer: _Buffer) -> None:
    """Reads every byte of a flat buffer, in parallel: what the benchmark compares with that only reads."""

def _memory_limit_copy(to: _Buffer, from_: _Buffer) -> None:
    """Copies one flat buffer into another of the same size, in parallel: what the benchmark compares with."""

def _memory_limit_pair(to: _Buffer, from_: _Buffer) -> None:
    """Changes each byte of a flat buffer by that of another, in parallel: a measure of the benchmark."""

@final
class ImageView:
    """The pixels of a Pillow image, or a part of them, as one writable buffer. Made by `pilview.view`.

    Kernels are methods: in place, in parallel, without the GIL; each returns the view, or what it found out.
    A call that is refused changes no pixel. Only Ctrl-C leaves a kernel half done: after KeyboardInterrupt
    some pixels are new, the others as they were, and the view can be used again.

    Besides what is said of each, methods that change pixels raise ReadOnlyError for a read-only view and
    StaleViewError where Pillow has given the image other memory; what uses the memory raises ReleasedError
    after `release`, what reads or changes pixels BusyError from inside of a row function that has the image,
    and a kernel that needs memory of its own MemoryError where there is none. A finite number is an int or a
    float, NumPy's too, up to 3.4e38; a float is never taken for an int.

    Threads may share a view: its methods lock each other out, image by image. A memoryview, a NumPy array and
    Pillow do not wait: what they do to the same pixels meanwhile is a race, which is up to the caller.
    """

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
        """Whole pixels as `(h, w)` of another format of the same size: B or b for pixels of 1 byte, H or h
        for 2, I, i or f for 4. Raises ModeError for another size and for some bands, ValueError for other
        formats."""
    def crop(self, box: tuple[int, int, int, int], /) -> ImageView:
        """The pixels inside a Pillow box `(left, upper, right, lower)`, in place: ints in pixels, left from 0
        to right, right to the width, and so upper and lower. Raises ValueError for a box that is not inside
        the view and for a view of one row or column, TypeError."""
    def row(self, y: SupportsIndex, /) -> memoryview:
        """Row `y`, an int from -height to height - 1, as it lies in memory: a contiguous 1-D memoryview of
        values, for modes of several bands of bytes (4 a pixel, padding too). Raises IndexError, TypeError;
        LayoutError for a view of some bands or steps."""
    def release(self) -> None:
        """Lets go of the memory. Raises BufferError while a buffer is exported. Using the view afterwards is
        a ReleasedError."""
    def tolist(self) -> list[Any]:
        """The values as nested lists, as `memoryview.tolist`."""
    def tobytes(self) -> bytes:
        """The values without padding, row by row; copied in parallel."""
    def copy_to(self, buffer: _Buffer | ImageView | Image.Image, /) -> None:
        """Copies the values into `buffer`, in parallel: memory of the same shape and format, or flat
        contiguous memory of `nbytes` bytes. Raises ReadOnlyError for such memory, ValueError for another
        size, TypeError for what has no memory."""
    def copy_from(self, buffer: _Buffer | ImageView | Image.Image, /) -> None:
        """Copies `buffer` into the view, in parallel; overlapping memory as if it had been copied first.
        Takes what `copy_to` takes. Raises ReadOnlyError, StaleViewError, ValueError, TypeError."""

    # Kernels: values
    def invert(self) -> Self:
        """`MAX - v` for every value: the bytes of `ImageChops.invert`. 8-bit modes and I;16*.
        Raises ModeError for I, F and casts."""
    def threshold(self, t: SupportsIndex, /) -> Self:
        """255 if v >= t else 0. `t` is an int from 0 to 255. 8-bit modes. Raises ModeError, TypeError,
        ValueError."""
    def point(self, lut: Sequence[int] | Sequence[float] | _Buffer | Callable[[Any], Any], /) -> Self:
        """As `Image.point`: v -> lut[v] for 8-bit values, with 256 entries for all bands or 256 for each,
        each a finite number, rounded and clipped to 0..255; or a callable, called with 0 to 255. For I, I;16
        and F a callable of the form `lambda x: x * scale + offset`. Raises ModeError, ValueError, TypeError,
        and what the callable raises."""
    def fill(self, color: _Colour, /) -> Self:
        """Every pixel becomes `color`: an int, a float for F, a tuple with one int a band, or a colour name
        as PIL.ImageColor takes it. An int for several bands of 8 bits is Pillow's 0xAABBGGRR. Padding bytes
        stay. Values that do not fit are refused, where Pillow would clip them: ints are from 0 to 255, of
        I;16* to 65535, of I those of 32 bits. All modes and bands.
        Raises ValueError, TypeError."""

    # Kernels: tone
    def linear(self, scale: float, offset: float = 0) -> Self:
        """`floor(v * scale + offset + 0.5)`, clipped to the values of the format, in double precision;
        `scale` and `offset`, which is in the units of the values, are any finite numbers. 8-bit modes but 1,
        P and the P of PA, all bands, alpha too; I;16* and I. For F `v * scale + offset`, as the nearest
        float.
        Raises ModeError, ValueError, TypeError."""
    def gamma(self, g: float, /) -> Self:
        """`floor(255 * (v / 255) ** (1 / g) + 0.5)`, in double precision: lighter for g over 1. `g` is any
        number above 0. 8-bit modes but 1, P and the P of PA, all bands, alpha too.
        Raises ModeError, TypeError, ValueError for g <= 0."""
    def levels(
        self,
        in_black: float = 0,
        in_white: float = 255,
        gamma: float = 1.0,
        out_black: float = 0,
        out_white: float = 255,
    ) -> Self:
        """`out_black + (out_white - out_black) * p ** (1 / gamma)`, where p is
        `clip((v - in_black) / (in_white - in_black), 0, 1)`, in double precision, rounded half up. `in_black`
        and `in_white` are any two different numbers, `gamma` is above 0, `out_black` and `out_white` are from
        0 to 255; either pair may run backwards, which inverts. 8-bit modes but 1, P and the P of PA, all
        bands, alpha too.
        Raises ModeError, TypeError, ValueError for gamma <= 0 and equal `in_black` and `in_white`."""
    def solarize(self, threshold: float = 128) -> Self:
        """`v if v < threshold else 255 - v`: the bytes of `ImageOps.solarize`. `threshold` is any finite
        number: up to 0 all values are inverted, over 255 none. Modes L and RGB, and any selection of 8-bit
        bands but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, TypeError, ValueError."""
    def posterize(self, bits: SupportsIndex) -> Self:
        """Keeps the top `bits` of every value, `v & ~(2 ** (8 - bits) - 1)`: the bytes of
        `ImageOps.posterize`. `bits` is an int from 1 to 8. Modes L and RGB, and any selection of 8-bit bands
        but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, TypeError, ValueError."""
    def autocontrast(
        self,
        cutoff: float | tuple[float, float] = 0,
        ignore: SupportsIndex | Iterable[SupportsIndex] | None = None,
        mask: Image.Image | ImageView | None = None,
        preserve_tone: bool = False,
    ) -> Self:
        """Stretches the values of each band so that the darkest becomes 0 and the lightest 255: the bytes of
        `ImageOps.autocontrast`. `cutoff` percent of the pixels at either end, 0 to 100, do not count (one
        number, or one for the dark end and one for the light), nor do the values of `ignore` (an int from 0
        to 255, or several), nor pixels where `mask`, an L or 1 image or view of the same size, is 0.
        `preserve_tone` stretches all bands alike, by the grey of the pixels. Modes L and RGB, and any
        selection of 8-bit bands but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, ValueError, TypeError."""
    def equalize(self, mask: Image.Image | ImageView | None = None) -> Self:
        """Makes all values of each band about as frequent: the bytes of `ImageOps.equalize`. Pixels where
        `mask`, an L or 1 image or view of the same size, is 0 do not count. Modes L and RGB, and any
        selection of 8-bit bands but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, ValueError, TypeError."""

    # Kernels: enhance
    def brightness(self, factor: float) -> Self:
        """Blends black with the image: 0 for black, 1 for the image, over 1 for a brighter one. `factor` is
        any finite number; below 0 all is black. The bytes of `ImageEnhance.Brightness(img).enhance(factor)`:
        int(factor * v) in single precision, clipped. The alpha of LA and RGBA stays, but for a view of
        nothing else. 8-bit modes but 1, P, PA and LAB.
        Raises ModeError, ValueError, TypeError."""
    def contrast(self, factor: float) -> Self:
        """Blends the mean grey of the view with it: 0 for grey, 1 for the image, over 1 for more contrast.
        `factor` is any finite number; below 0 light and dark change places. The bytes of
        `ImageEnhance.Contrast(img).enhance(factor)`: int(mean + factor * (v - mean)) in single precision,
        clipped. Alpha stays. L, LA, RGB, RGBA, RGBX, CMYK, YCbCr, HSV, and one band of any 8-bit mode but 1,
        P and the P of PA; `v["RGB"]` is an RGB image.
        Raises ModeError, ValueError, TypeError."""
    def saturation(self, factor: float) -> Self:
        """Blends the grey of each pixel with it: 0 for a grey image, 1 for the image, over 1 for stronger
        colours. `factor` is any finite number; below 0 colours become their opposites. The bytes of
        `ImageEnhance.Color(img).enhance(factor)`: int(grey + factor * (v - grey)) in single precision,
        clipped. Alpha stays. L, LA, RGB, RGBA, RGBX, CMYK, YCbCr, HSV, and one band of any 8-bit mode but 1,
        P and the P of PA, where nothing changes; `v["RGB"]` is an RGB image.
        Raises ModeError, ValueError, TypeError."""
    def sharpness(self, factor: float) -> Self:
        """Blends the smoothed image with it: 0 for a smooth image, 1 for the image, over 1 for a sharper one.
        `factor` is any finite number; below 0 details are reversed. The bytes of
        `ImageEnhance.Sharpness(img).enhance(factor)`: int(smooth + factor * (v - smooth)) in single
        precision, clipped, with `ImageFilter.SMOOTH`. The outermost pixels stay, and the alpha of LA and
        RGBA, but for a view of nothing else. 8-bit modes but 1, P, PA and LAB.
        Raises ModeError, ValueError, TypeError."""
    # Kernels: colour
    def color_matrix(self, matrix: Iterable[float], /) -> Self:
        """Every pixel becomes the product of a matrix and what it was: of 12 finite numbers, row by row, the
        first band is `m[0] * R + m[1] * G + m[2] * B + m[3]`, the second has the next four; the fourth of
        each is in units of the values. They are rounded half up and clipped: the bytes of
        `img.convert("RGB", matrix)`, Pillow's Matrix.c. Modes of three bands, whose mode stays what it is;
        RGBA, RGBa and RGBX, whose fourth band stays; selections of three bands, in their order.
        Raises ModeError, ValueError, TypeError."""

    def grayscale(self) -> Self:
        """R, G and B become the pixel's luma, `(19595 * R + 38470 * G + 7471 * B + 32768) >> 16`: the bytes
        of `img.convert("L")`, in all three bands. RGB, RGBX and RGBA, whose fourth band stays; RGBa, of whose
        premultiplied values the luma is taken; selections with R, G and B. The 8-bit modes 1, L, LA, La and
        single bands but P are gray already, and stay. Raises ModeError."""

    def swap_bands(self, bands: str, /) -> Self:
        """Each band becomes a copy of the one named in its place: `swap_bands("BGR")` swaps R and B, `"RRR"`
        shows red only. As many names as the view has `bands`, each one of them, in any order and
        repetition: the bytes of `Image.merge` of those that `img.split()` gives. All modes.
        Raises ModeError, ValueError, TypeError."""

    def color_lut_3d(self, lut: ImageFilter.Color3DLUT, /) -> Self:
        """Looks every pixel up in a table of three dimensions, between the nearest eight entries: the bytes
        of `img.filter(lut)`, Pillow's ColorLUT.c. `lut` is a `PIL.ImageFilter.Color3DLUT` whose `target_mode`
        is None or the image's, of 2 to 65 entries along each side: numbers, 0.0 for a value of 0 and 1.0 for
        255, but no NaN. 8-bit modes and selections of three or four bands, of which the first three are the
        place in the table; a table of four channels takes four bands, and with one of three a fourth band
        stays.
        Raises ModeError, ValueError, TypeError."""

    def premultiply(self) -> Self:
        """Colours times alpha, `colour * alpha / 255` rounded: the bytes that Pillow's `img.convert("RGBa")`
        of an RGBA image has, and "La" of LA. Only the bytes change: the image's mode stays what it is.
        Modes RGBA, RGBa, LA and La, and selections with alpha. Raises ModeError."""

    def unpremultiply(self) -> Self:
        """Undoes `premultiply`: colours become `255 * colour / alpha`, rounded down and at most 255; they
        stay where alpha is 0: the bytes that Pillow's `img.convert("RGBA")` of an RGBa image has, and
        "LA" of La. Only the bytes change: the image's mode stays what it is. Modes RGBA, RGBa, LA and La,
        and selections with alpha. Raises ModeError."""

    # Kernels: one image onto another
    def paste(
        self,
        im: ImageView | Image.Image | _Colour,
        box: ImageView | Image.Image | Sequence[int] | None = None,
        mask: ImageView | Image.Image | None = None,
    ) -> Self:
        """Pastes an image, a view or a colour: the bytes of `Image.paste`. `box` is (left, upper), None for
        (0, 0), or (left, upper, right, lower), which has to be of the image's size: ints in pixels; what lies
        outside of the view is cut off. A colour takes a box of four, or a mask. An image of another mode is
        converted by Pillow first (that makes a copy of what is pasted), but for RGBA, RGBa and LA on RGB:
        their colours are taken, of LA its grey for all three; views of another mode are refused.

        `mask` is of the size of what is pasted: of mode 1 (not 0: pasted), L, LA or RGBA (both weigh in, by
        the mask's alpha if it has one, all bands, alpha too), or RGBa (the pasted pixels are premultiplied).
        A view of one band is as L. All modes; I, F and I;16* take masks of mode 1 only. A colour of I;16* is
        pasted whole, where Pillow writes its lower byte twice. Selections take what has as many bands.
        Raises ModeError, ValueError, TypeError."""

    def alpha_composite(
        self,
        im: ImageView | Image.Image,
        dest: Sequence[int] = (0, 0),
        source: Sequence[int] = (0, 0),
    ) -> Self:
        """Another image over this one, each as far as its alpha is opaque: the bytes of the method
        `Image.alpha_composite`. `im` is an image or view of the same mode, RGBA or LA; `dest` is the upper
        left corner in this view, two ints in pixels, and `source` that in the other, from 0 on, or its part
        as (left, upper, right, lower). What lies outside of either is cut off. Raises ModeError, ValueError,
        TypeError."""

    def put_alpha(self, alpha: SupportsIndex | ImageView | Image.Image, /) -> Self:
        """Sets the band of alpha: to an int, 0 to 255, or to an image of mode L or 1 (255 where it is not 0)
        or a view of one band, of the same size: the bytes of `Image.putalpha`. Modes LA, PA and RGBA; La
        and RGBa, which Pillow would convert first, and whose colours stay here. Others get no alpha in
        place: convert those first. Raises ModeError, ValueError, TypeError."""

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
        (5, 5), with 9 or 25 weights, row by row; weights, `scale` and `offset`, which is in the units of the
        values, are finite numbers, and `scale` is not 0, given or summed. The outermost 1 or 2 pixels stay,
        as in Pillow. 8-bit modes but P; I;16*; I. Raises ModeError, ValueError, TypeError."""

    def rank_filter(self, size: SupportsIndex, rank: SupportsIndex) -> Self:
        """Every value becomes the one of rank `rank`, 0 for the least, of the `size` by `size` values around
        it: the bytes of `img.filter(ImageFilter.RankFilter(size, rank))`, Pillow's RankFilter.c. At the
        borders the outermost pixels are repeated. `size` is an odd int from 1 to 23169, in pixels, `rank` an
        int from 0 to size * size - 1. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""

    def median_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the median of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MedianFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
        23169, in pixels. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""

    def min_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the least of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MinFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
        23169, in pixels. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""

    def max_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the largest of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MaxFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
        23169, in pixels. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""

    def mode_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the most frequent of the `size` by `size` values around it, as far as those lie
        inside; the least of several; it stays where none is there more than twice: the bytes of
        `img.filter(ImageFilter.ModeFilter(size))`, Pillow's ModeFilter.c. `size` is an int from 1 to 23169,
        in pixels; an even one is as the next. 8-bit modes.
        Raises ModeError, ValueError, TypeError."""

    def box_blur(self, radius: float | Sequence[float]) -> Self:
        """Every value becomes the average of those up to `radius` pixels away, along its row and then along
        its column: the bytes of `img.filter(ImageFilter.BoxBlur(radius))`, Pillow's BoxBlur.c. Of a radius of
        1.5 pixels the outermost count by half; at the borders the outermost pixels are repeated. `radius` is
        a number of pixels from 0 to below 2**31, or two, for x and y. Modes L, LA, La, RGB, RGBA, RGBa, RGBX
        and CMYK, and single bands of others. Raises ModeError, ValueError, TypeError."""

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
        a number of pixels from 0 to below 2**31; `percent` and `threshold`, which is in the units of the
        values, are ints of 32 bits, also below 0. (From a percent of 8421505 on Pillow's products overflow;
        these do not.) Modes L, LA, La, RGB, RGBA, RGBa, RGBX and CMYK, and single bands of others.
        Raises ModeError, ValueError, TypeError."""

    def filter(self, filter: ImageFilter.Filter | type[ImageFilter.Filter], /) -> Self:
        """Runs the kernel that a filter of `PIL.ImageFilter` stands for: the bytes of `img.filter(filter)`.
        Takes objects and classes: BLUR, CONTOUR, DETAIL, EDGE_ENHANCE and the other built-in ones, Kernel,
        RankFilter, MedianFilter, MinFilter, MaxFilter, ModeFilter, BoxBlur, GaussianBlur, UnsharpMask,
        Color3DLUT, and subclasses that filter as these do. The modes are those of the kernel.
        Raises TypeError for others, ModeError, ValueError."""

    # Kernels: geometry
    def flip_left_right(self) -> Self:
        """The left becomes the right: the bytes of `ImageOps.mirror`. All modes and bands.
        Raises ReadOnlyError, StaleViewError."""

    def flip_top_bottom(self) -> Self:
        """The top becomes the bottom: the bytes of `ImageOps.flip`. All modes and bands.
        Raises ReadOnlyError, StaleViewError."""

    def rotate_180(self) -> Self:
        """Turns the view upside down: the bytes of `Image.transpose(Transpose.ROTATE_180)`. All modes and
        bands. Raises ReadOnlyError, StaleViewError."""

    def roll(self, dx: SupportsIndex, dy: SupportsIndex) -> Self:
        """Moves every pixel `dx` to the right and `dy` down; what leaves on one side comes in on the other:
        the bytes of `ImageChops.offset(img, dx, dy)`. `dx` and `dy` are any ints, in pixels; below 0 they go
        to the left and up. All modes and bands. Raises TypeError."""

    def transpose_into(self, dst: ImageView | Image.Image, method: SupportsIndex) -> Self:
        """Writes the pixels to `dst`, mirrored or turned as `method` says, one of `Image.Transpose` or its
        number, 0 to 6: the bytes of `Image.transpose(method)`. `dst` is a view or an image of the same mode
        (L for a single band of 8 bits), or of the same bands of it, and of the same size, with the sides
        swapped for ROTATE_90, ROTATE_270, TRANSPOSE and TRANSVERSE; the view itself stays. All modes and
        bands.
        Raises ModeError, ValueError (also where the two share memory: parts of one image that do not overlap
        do not), TypeError, ReadOnlyError, StaleViewError."""

    # Kernels: two images
    def blend(self, other: _Other, alpha: float) -> Self:
        """a + alpha * (b - a) for every value a and the b beside it in `other`, which is as for `add`: the
        bytes of `Image.blend(img, other, alpha)`. `alpha` is any finite number: under 0 or over 1 it
        extrapolates; what is outside of the range is clipped, and the rest rounded towards zero. 8-bit modes
        but 1, P and PA, and I;16*, I and F, in single precision for bytes and F, else in double precision.
        Raises ModeError, TypeError, ValueError."""

    def add(self, other: _Other, scale: float = 1.0, offset: float = 0) -> Self:
        """(a + b) / scale + offset for every value a and the b beside it in `other`, clipped and rounded
        towards zero: the bytes of `ImageChops.add`. 8-bit modes, I;16*, I and F. `scale` is a finite number
        but 0; `offset`, in the units of the values, is an int, in mode F a float.

        `other` is an image or a view of the same size and mode, or a colour as `fill` takes it. It may be
        this image or a part of it: the result is as if it had been copied first. Of views of some bands, or
        of a cast, only the number of bands and the format have to be the same; the bands are paired in order.

        For bytes and F the arithmetic is that of Pillow, in single precision, else in double precision.
        Raises ModeError for other modes, ValueError for other sizes, for a scale of 0, for numbers that are
        not finite, and for bytes where `510 / abs(scale) + abs(offset)` is 2**31 or more, which leaves
        Pillow's result open; TypeError."""

    def subtract(self, other: _Other, scale: float = 1.0, offset: float = 0) -> Self:
        """(a - b) / scale + offset for every value a and the b beside it in `other`, clipped and rounded
        towards zero: the bytes of `ImageChops.subtract`. Takes the numbers and modes of `add`, in the same
        modes. Raises ModeError, TypeError, ValueError."""

    def add_modulo(self, other: _Other) -> Self:
        """(a + b) % 256 for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.add_modulo`. 8-bit modes; % 65536 for I;16*, and for I modulo 2^32, from -2^31 on.
        Raises ModeError, TypeError, ValueError."""

    def subtract_modulo(self, other: _Other) -> Self:
        """(a - b) % 256 for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.subtract_modulo`. 8-bit modes; % 65536 for I;16*, and for I modulo 2^32, from -2^31 on.
        Raises ModeError, TypeError, ValueError."""

    def multiply(self, other: _Other) -> Self:
        """a * b / 255, rounded down, for every value a and the b beside it in `other`, which is as for `add`:
        the bytes of `ImageChops.multiply`. 8-bit modes; I;16* with 65535 for 255.
        Raises ModeError, TypeError, ValueError."""

    def screen(self, other: _Other) -> Self:
        """255 - (255 - a) * (255 - b) / 255, the quotient rounded down, for every value a and the b beside it
        in `other`, which is as for `add`: the bytes of `ImageChops.screen`. 8-bit modes; I;16* with 65535
        for 255. Raises ModeError, TypeError, ValueError."""

    def overlay(self, other: _Other) -> Self:
        """a * b / 127 where a < 128, else 255 - (255 - a) * (255 - b) / 127, the quotients rounded down, for
        every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.overlay`. 8-bit modes. Raises ModeError, TypeError, ValueError."""

    def hard_light(self, other: _Other) -> Self:
        """a * b / 127 where b < 128, else 255 - (255 - a) * (255 - b) / 127, the quotients rounded down, for
        every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.hard_light`. 8-bit modes. Raises ModeError, TypeError, ValueError."""

    def soft_light(self, other: _Other) -> Self:
        """(255 - a) * a * b / 65536 + a * (255 - (255 - a) * (255 - b) / 255) / 255, each quotient rounded
        down, for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.soft_light`. 8-bit modes. Raises ModeError, TypeError, ValueError."""

    def lighter(self, other: _Other) -> Self:
        """The larger of every value and the one beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.lighter`. 8-bit modes, I;16*, I and F. Raises ModeError, TypeError, ValueError."""

    def darker(self, other: _Other) -> Self:
        """The smaller of every value and the one beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.darker`. 8-bit modes, I;16*, I and F. Raises ModeError, TypeError, ValueError."""

    def difference(self, other: _Other) -> Self:
        """abs(a - b) for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.difference`. 8-bit modes, I;16*, I (at most 2^31 - 1) and F.
        Raises ModeError, TypeError, ValueError."""

    def bitwise_and(self, other: _Other) -> Self:
        """a & b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
        of `ImageChops.logical_and`: 255 where both are not 0, else 0. 8-bit modes, I;16* and I.
        Raises ModeError, TypeError, ValueError."""

    def bitwise_or(self, other: _Other) -> Self:
        """a | b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
        of `ImageChops.logical_or`: 255 where one of them is not 0, else 0. 8-bit modes, I;16* and I.
        Raises ModeError, TypeError, ValueError."""

    def bitwise_xor(self, other: _Other) -> Self:
        """a ^ b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
        of `ImageChops.logical_xor`: 255 where just one of them is not 0, else 0. 8-bit modes, I;16* and I.
        Raises ModeError, TypeError, ValueError."""

    # Kernels: statistics. They only read, and take read-only views too.
    def histogram(
        self,
        mask: ImageView | Image.Image | None = None,
        extrema: tuple[float, float] | None = None,
    ) -> list[int]:
        """How often each value occurs: 256 counts for each band, one after the other, as `Image.histogram`.
        With `mask`, an image or a view of mode L or 1 and of the same size, only pixels where it is not 0
        count. 8-bit modes, I, F and I;16*: values of the latter are counted in 256 bins between their extrema
        or those that are given, `(low, high)`, two ints of 32 bits, of F two floats, and take no mask. (I;16*
        as its conversion to I; Pillow itself counts half of its bytes.)
        Raises ModeError, ValueError, TypeError."""

    def entropy(
        self,
        mask: ImageView | Image.Image | None = None,
        extrema: tuple[float, float] | None = None,
    ) -> float:
        """The entropy of the histogram in bits, `-sum(p * log2(p))` over the bands together: `Image.entropy`.
        `mask`, `extrema` and modes as `histogram` takes them. NaN if there are no pixels.
        Raises ModeError, ValueError, TypeError."""

    def extrema(self) -> tuple[float, float] | tuple[tuple[int, int] | None, ...] | None:
        """The least and the largest value, a pair; for several bands a tuple of pairs: `Image.getextrema`.
        `None` where there is no pixel. 8-bit modes, I;16*, I and F. Raises ModeError."""

    def bbox(self, alpha_only: bool = True) -> tuple[int, int, int, int] | None:
        """Where pixels are that are not 0, `(left, upper, right, lower)`, or None: `Image.getbbox`. Where the
        view has a band of alpha besides others (RGBA, LA and such) and `alpha_only`, pixels whose alpha is
        not 0. All modes and bands. Raises TypeError."""

    def getcolors(self, maxcolors: SupportsIndex = 256) -> list[tuple[int, Any]] | None:
        """The colours and how often they occur, a list of `(count, pixel)` in Pillow's order, or None for
        more than `maxcolors`, an int from 0 on: `Image.getcolors`. Modes 1, L, P and single bands in the
        order of their values, and so is I;16*, which Pillow has not; then all 8-bit modes of several bands,
        I and F.
        Raises ModeError, ValueError, TypeError."""

    def sum(self, mask: ImageView | Image.Image | None = None) -> list[int]:
        """The sum of the values of each band: `ImageStat.Stat(img, mask).sum`. 8-bit modes; I and F, where
        ImageStat takes the 256 bins of `histogram` for values; and I;16* by its values. `mask` is an image or
        a view of mode L or 1 and of the same size: pixels where it is 0 do not count; I and F take none.
        Raises ModeError, ValueError, TypeError."""

    def sum2(self, mask: ImageView | Image.Image | None = None) -> list[int]:
        """The sum of the squares of the values of each band: `ImageStat.Stat(img, mask).sum2`. Modes and
        `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError."""

    def mean(self, mask: ImageView | Image.Image | None = None) -> list[float]:
        """The average of each band, `sum / count`, 0 of no pixels: `ImageStat.Stat(img, mask).mean`. Modes
        and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError."""

    def median(self, mask: ImageView | Image.Image | None = None) -> list[int]:
        """The value in the middle of each band: `ImageStat.Stat(img, mask).median`. Modes and `mask` as `sum`
        takes them. Raises ModeError, ValueError, TypeError."""

    def rms(self, mask: ImageView | Image.Image | None = None) -> list[float]:
        """The root of the average square of each band, `sqrt(sum2 / count)`: `ImageStat.Stat(img, mask).rms`.
        Modes and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError."""

    def var(self, mask: ImageView | Image.Image | None = None) -> list[float]:
        """The variance of each band, `(sum2 - sum ** 2 / count) / count`: `ImageStat.Stat(img, mask).var`.
        Modes and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError."""

    def stddev(self, mask: ImageView | Image.Image | None = None) -> list[float]:
        """The standard deviation of each band, `sqrt(var)`: `ImageStat.Stat(img, mask).stddev`. Modes
        and `mask` as `sum` takes them. Raises ModeError, ValueError, TypeError."""

    # Kernels: another size
    def resize_into(
        self,
        dst: ImageView | Image.Image,
        resample: SupportsIndex | None = None,
        box: Iterable[float] | None = None,
    ) -> Self:
        """Writes the view into all of `dst`, a view or image of the same mode and of any size from 1 x 1 on,
        and leaves the view itself as it is: the bytes of `img.resize(dst.size, resample, box)`, Pillow 13's
        Resample.c and Geometry.c. `resample` is one of `Image.Resampling` or its number, BICUBIC if not
        given: NEAREST 0, LANCZOS 1, BILINEAR 2, BICUBIC 3, BOX 4, HAMMING 5, and, whatever the Pillow, Pillow
        13's MKS2013 6 and MKS2021 7; modes 1 and P always take NEAREST. `box` is the part of the view to be
        resized, four floats (left, upper, right, lower) in pixels, which lie inside of it. All modes. LA and
        RGBA are resized premultiplied, as in Pillow; selections of their bands only if they have the alpha.
        I;16B and I;16N are taken with their bytes swapped, as Pillow takes them, but for NEAREST. `dst` must
        not share memory with the view.
        Raises ModeError, ReadOnlyError, StaleViewError, ValueError, TypeError."""

    def reduce_into(
        self,
        dst: ImageView | Image.Image,
        factor: SupportsIndex | tuple[SupportsIndex, SupportsIndex] | list[SupportsIndex],
        box: Iterable[SupportsIndex] | None = None,
    ) -> Self:
        """Writes into every pixel of `dst` the mean of a block of `factor` by `factor` pixels of the view, or
        of (columns, rows), ints from 1 to 2**31 - 1, and leaves the view itself as it is: the bytes of
        `img.reduce(factor, box)`, Pillow's Reduce.c. Blocks at the right and at the lower edge have the
        pixels that are left. `dst` is a view or image of the same mode, with a pixel a block; `box` is the
        part of the view to be reduced, four ints (left, upper, right, lower) in pixels, inside of it and not
        empty. 8-bit modes but 1 and P, I and F; all modes where the factor is 1, which copies. LA and RGBA
        are reduced premultiplied, as in Pillow; selections of their bands only if they have the alpha. `dst`
        must not share memory with the view.
        Raises ModeError, ReadOnlyError, StaleViewError, ValueError, TypeError."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    # A view when an axis of rows or columns is left, else a pixel: a number, or a tuple of several bands.
    @overload
    def __getitem__(self, key: str | slice | EllipsisType, /) -> ImageView: ...
    @overload
    def __getitem__(self, key: tuple[slice, *tuple[_Axis, ...]], /) -> ImageView: ...
    @overload
    def __getitem__(self, key: tuple[EllipsisType, slice, *tuple[_Index, ...]], /) -> ImageView: ...
    @overload
    def __getitem__(self, key: tuple[SupportsIndex, slice, _Index], /) -> ImageView: ...
    @overload
    def __getitem__(self, key: tuple[SupportsIndex, SupportsIndex, slice], /) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, key: tuple[SupportsIndex, SupportsIndex, SupportsIndex], /) -> int: ...
    @overload
    def __getitem__(self, key: tuple[SupportsIndex, SupportsIndex], /) -> Any: ...
    @overload  # of an image a view; of a row a pixel
    def __getitem__(self, key: _Key, /) -> ImageView | Any: ...
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

    # Notebooks.
    def _repr_png_(self) -> bytes | None:
        """The pixels as a PNG file, as notebooks show them; of a large view every n-th, so that no side is
        longer than 512. I, F and I;16 are scaled from their extrema to 0..255. None after `release`."""
    def _repr_html_(self) -> str | None:
        """The pixels as in `_repr_png_`, the attributes, and a picture of the memory: blocks, rows, pitch,
        padding, and where the view lies in it. None after `release`."""

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
        `fn(row, other, y)`. A C function is refused with a ValueError where the two share memory, and both
        where they are of another size. `data` and other errors are as there."""
