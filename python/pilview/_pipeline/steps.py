"""The kernels as steps of a pipeline. Made by tools/pipeline_steps.py from _pilview.pyi."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Self, SupportsIndex

    import numpy.typing as npt
    from PIL import ImageFilter
    from typing_extensions import Buffer


class Steps(ABC):
    """A method for each kernel that is told in plain data."""

    __slots__ = ()

    @abstractmethod
    def _with(self, name: str, arguments: dict[str, object], /) -> Self:
        """This pipeline with one more step. Raises what the kernel raises for such arguments."""

    def invert(self) -> Self:
        """`MAX - v` for every value: the bytes of `ImageChops.invert`. 8-bit modes and I;16*.
        Raises ModeError for I, F and casts."""
        return self._with("invert", {})

    def threshold(self, t: SupportsIndex, /) -> Self:
        """255 if v >= t else 0. `t` is an int from 0 to 255. 8-bit modes. Raises ModeError, TypeError,
        ValueError."""
        return self._with("threshold", {"t": t})

    def point(self, lut: Sequence[int] | Sequence[float] | Buffer | npt.NDArray[Any], /) -> Self:
        """As `Image.point`: v -> lut[v] for 8-bit values, with 256 entries for all bands or 256 for each,
        each a finite number, rounded and clipped to 0..255; or a callable, called with 0 to 255. For I, I;16
        and F a callable of the form `lambda x: x * scale + offset`. Raises ModeError, ValueError, TypeError,
        and what the callable raises.

        A pipeline records plain data: no callable as `lut`.
        """
        return self._with("point", {"lut": lut})

    def fill(self, color: int | float | str | Sequence[int], /) -> Self:
        """Every pixel becomes `color`: an int, a float for F, a tuple with one int a band, or a colour name
        as PIL.ImageColor takes it. An int for several bands of 8 bits is Pillow's 0xAABBGGRR. Padding bytes
        stay. Values that do not fit are refused, where Pillow would clip them: ints are from 0 to 255, of
        I;16* to 65535, of I those of 32 bits. All modes and bands.
        Raises ValueError, TypeError."""
        return self._with("fill", {"color": color})

    def linear(self, scale: float, offset: float = 0) -> Self:
        """`floor(v * scale + offset + 0.5)`, clipped to the values of the format, in double precision;
        `scale` and `offset`, which is in the units of the values, are any finite numbers. 8-bit modes but 1,
        P and the P of PA, all bands, alpha too; I;16* and I. For F `v * scale + offset`, as the nearest
        float.
        Raises ModeError, ValueError, TypeError."""
        return self._with("linear", {"scale": scale, "offset": offset})

    def gamma(self, g: float, /) -> Self:
        """`floor(255 * (v / 255) ** (1 / g) + 0.5)`, in double precision: lighter for g over 1. `g` is any
        number above 0. 8-bit modes but 1, P and the P of PA, all bands, alpha too.
        Raises ModeError, TypeError, ValueError for g <= 0."""
        return self._with("gamma", {"g": g})

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
        return self._with(
            "levels",
            {
                "in_black": in_black,
                "in_white": in_white,
                "gamma": gamma,
                "out_black": out_black,
                "out_white": out_white,
            },
        )

    def solarize(self, threshold: float = 128) -> Self:
        """`v if v < threshold else 255 - v`: the bytes of `ImageOps.solarize`. `threshold` is any finite
        number: up to 0 all values are inverted, over 255 none. Modes L and RGB, and any selection of 8-bit
        bands but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, TypeError, ValueError."""
        return self._with("solarize", {"threshold": threshold})

    def posterize(self, bits: SupportsIndex) -> Self:
        """Keeps the top `bits` of every value, `v & ~(2 ** (8 - bits) - 1)`: the bytes of
        `ImageOps.posterize`. `bits` is an int from 1 to 8. Modes L and RGB, and any selection of 8-bit bands
        but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, TypeError, ValueError."""
        return self._with("posterize", {"bits": bits})

    def autocontrast(
        self,
        cutoff: float | tuple[float, float] = 0,
        ignore: SupportsIndex | Iterable[SupportsIndex] | None = None,
        *,
        preserve_tone: bool = False,
    ) -> Self:
        """Stretches the values of each band so that the darkest becomes 0 and the lightest 255: the bytes of
        `ImageOps.autocontrast`. `cutoff` percent of the pixels at either end, 0 to 100, do not count (one
        number, or one for the dark end and one for the light), nor do the values of `ignore` (an int from 0
        to 255, or several), nor pixels where `mask`, an L or 1 image or view of the same size, is 0.
        `preserve_tone` stretches all bands alike, by the grey of the pixels. Modes L and RGB, and any
        selection of 8-bit bands but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, ValueError, TypeError.

        A pipeline records plain data: no `mask`.
        """
        return self._with(
            "autocontrast",
            {
                "cutoff": cutoff,
                "ignore": ignore,
                "preserve_tone": preserve_tone,
            },
        )

    def equalize(self) -> Self:
        """Makes all values of each band about as frequent: the bytes of `ImageOps.equalize`. Pixels where
        `mask`, an L or 1 image or view of the same size, is 0 do not count. Modes L and RGB, and any
        selection of 8-bit bands but P: `v["RGB"]` of an RGBA image.
        Raises ModeError, ValueError, TypeError.

        A pipeline records plain data: no `mask`.
        """
        return self._with("equalize", {})

    def brightness(self, factor: float) -> Self:
        """Blends black with the image: 0 for black, 1 for the image, over 1 for a brighter one. `factor` is
        any finite number; below 0 all is black. The bytes of `ImageEnhance.Brightness(img).enhance(factor)`:
        int(factor * v) in single precision, clipped. The alpha of LA and RGBA stays, but for a view of
        nothing else. 8-bit modes but 1, P, PA and LAB.
        Raises ModeError, ValueError, TypeError."""
        return self._with("brightness", {"factor": factor})

    def contrast(self, factor: float) -> Self:
        """Blends the mean grey of the view with it: 0 for grey, 1 for the image, over 1 for more contrast.
        `factor` is any finite number; below 0 light and dark change places. The bytes of
        `ImageEnhance.Contrast(img).enhance(factor)`: int(mean + factor * (v - mean)) in single precision,
        clipped. Alpha stays. L, LA, RGB, RGBA, RGBX, CMYK, YCbCr, HSV, and one band of any 8-bit mode but 1,
        P and the P of PA; `v["RGB"]` is an RGB image.
        Raises ModeError, ValueError, TypeError."""
        return self._with("contrast", {"factor": factor})

    def saturation(self, factor: float) -> Self:
        """Blends the grey of each pixel with it: 0 for a grey image, 1 for the image, over 1 for stronger
        colours. `factor` is any finite number; below 0 colours become their opposites. The bytes of
        `ImageEnhance.Color(img).enhance(factor)`: int(grey + factor * (v - grey)) in single precision,
        clipped. Alpha stays. L, LA, RGB, RGBA, RGBX, CMYK, YCbCr, HSV, and one band of any 8-bit mode but 1,
        P and the P of PA, where nothing changes; `v["RGB"]` is an RGB image.
        Raises ModeError, ValueError, TypeError."""
        return self._with("saturation", {"factor": factor})

    def sharpness(self, factor: float) -> Self:
        """Blends the smoothed image with it: 0 for a smooth image, 1 for the image, over 1 for a sharper one.
        `factor` is any finite number; below 0 details are reversed. The bytes of
        `ImageEnhance.Sharpness(img).enhance(factor)`: int(smooth + factor * (v - smooth)) in single
        precision, clipped, with `ImageFilter.SMOOTH`. The outermost pixels stay, and the alpha of LA and
        RGBA, but for a view of nothing else. 8-bit modes but 1, P, PA and LAB.
        Raises ModeError, ValueError, TypeError."""
        return self._with("sharpness", {"factor": factor})

    def color_matrix(self, matrix: Iterable[float], /) -> Self:
        """Every pixel becomes the product of a matrix and what it was: of 12 finite numbers, row by row, the
        first band is `m[0] * R + m[1] * G + m[2] * B + m[3]`, the second has the next four; the fourth of
        each is in units of the values. They are rounded half up and clipped: the bytes of
        `img.convert("RGB", matrix)`, Pillow's Matrix.c. Modes of three bands, whose mode stays what it is;
        RGBA, RGBa and RGBX, whose fourth band stays; selections of three bands, in their order.
        Raises ModeError, ValueError, TypeError."""
        return self._with("color_matrix", {"matrix": matrix})

    def grayscale(self) -> Self:
        """R, G and B become the pixel's luma, `(19595 * R + 38470 * G + 7471 * B + 32768) >> 16`: the bytes
        of `img.convert("L")`, in all three bands. RGB, RGBX and RGBA, whose fourth band stays; RGBa, of whose
        premultiplied values the luma is taken; selections with R, G and B. The 8-bit modes 1, L, LA, La and
        single bands but P are gray already, and stay. Raises ModeError."""
        return self._with("grayscale", {})

    def swap_bands(self, bands: str, /) -> Self:
        """Each band becomes a copy of the one named in its place: `swap_bands("BGR")` swaps R and B, `"RRR"`
        shows red only. As many names as the view has `bands`, each one of them, in any order and
        repetition: the bytes of `Image.merge` of those that `img.split()` gives. All modes.
        Raises ModeError, ValueError, TypeError."""
        return self._with("swap_bands", {"bands": bands})

    def color_lut_3d(self, lut: ImageFilter.Color3DLUT, /) -> Self:
        """Looks every pixel up in a table of three dimensions, between the nearest eight entries: the bytes
        of `img.filter(lut)`, Pillow's ColorLUT.c. `lut` is a `PIL.ImageFilter.Color3DLUT` whose `target_mode`
        is None or the image's, of 2 to 65 entries along each side: numbers, 0.0 for a value of 0 and 1.0 for
        255, but no NaN. 8-bit modes and selections of three or four bands, of which the first three are the
        place in the table; a table of four channels takes four bands, and with one of three a fourth band
        stays.
        Raises ModeError, ValueError, TypeError."""
        return self._with("color_lut_3d", {"lut": lut})

    def premultiply(self) -> Self:
        """Colours times alpha, `colour * alpha / 255` rounded: the bytes that Pillow's `img.convert("RGBa")`
        of an RGBA image has, and "La" of LA. Only the bytes change: the image's mode stays what it is.
        Modes RGBA, RGBa, LA and La, and selections with alpha. Raises ModeError."""
        return self._with("premultiply", {})

    def unpremultiply(self) -> Self:
        """Undoes `premultiply`: colours become `255 * colour / alpha`, rounded down and at most 255; they
        stay where alpha is 0: the bytes that Pillow's `img.convert("RGBA")` of an RGBa image has, and
        "LA" of La. Only the bytes change: the image's mode stays what it is. Modes RGBA, RGBa, LA and La,
        and selections with alpha. Raises ModeError."""
        return self._with("unpremultiply", {})

    def paste(self, im: int | float | str | Sequence[int], box: Sequence[int] | None = None) -> Self:
        """Pastes an image, a view or a colour: the bytes of `Image.paste`. `box` is (left, upper), None for
        (0, 0), or (left, upper, right, lower), which has to be of the image's size: ints in pixels; what lies
        outside of the view is cut off. A colour takes a box of four, or a mask. An image of another mode is
        converted by Pillow first (that makes a copy of what is pasted), but for RGBA, RGBa and LA on RGB:
        their colours are taken, of LA its grey for all three; views of another mode are refused.

        `mask` is of the size of what is pasted: of mode 1 (not 0: pasted), L, LA or RGBA (both weigh in, by
        the mask's alpha if it has one, all bands, alpha too), or RGBa (the pasted pixels are premultiplied).
        A view of one band is as L. All modes; I, F and I;16* take masks of mode 1 only. A colour of I;16* is
        pasted whole, where Pillow writes its lower byte twice. Selections take what has as many bands.
        Raises ModeError, ValueError, TypeError.

        A pipeline records plain data: no `mask`, no image as `im`, no image as `box`.
        """
        return self._with("paste", {"im": im, "box": box})

    def put_alpha(self, alpha: SupportsIndex, /) -> Self:
        """Sets the band of alpha: to an int, 0 to 255, or to an image of mode L or 1 (255 where it is not 0)
        or a view of one band, of the same size: the bytes of `Image.putalpha`. Modes LA, PA and RGBA; La
        and RGBa, which Pillow would convert first, and whose colours stay here. Others get no alpha in
        place: convert those first. Raises ModeError, ValueError, TypeError.

        A pipeline records plain data: no image as `alpha`.
        """
        return self._with("put_alpha", {"alpha": alpha})

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
        return self._with("convolve", {"size": size, "kernel": kernel, "scale": scale, "offset": offset})

    def rank_filter(self, size: SupportsIndex, rank: SupportsIndex) -> Self:
        """Every value becomes the one of rank `rank`, 0 for the least, of the `size` by `size` values around
        it: the bytes of `img.filter(ImageFilter.RankFilter(size, rank))`, Pillow's RankFilter.c. At the
        borders the outermost pixels are repeated. `size` is an odd int from 1 to 23169, in pixels, `rank` an
        int from 0 to size * size - 1. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("rank_filter", {"size": size, "rank": rank})

    def median_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the median of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MedianFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
        23169, in pixels. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("median_filter", {"size": size})

    def min_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the least of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MinFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
        23169, in pixels. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("min_filter", {"size": size})

    def max_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the largest of the `size` by `size` values around it: the bytes of
        `img.filter(ImageFilter.MaxFilter(size))`, Pillow's RankFilter.c. `size` is an odd int from 1 to
        23169, in pixels. 8-bit modes but P; I; F.
        Raises ModeError, ValueError, TypeError."""
        return self._with("max_filter", {"size": size})

    def mode_filter(self, size: SupportsIndex = 3) -> Self:
        """Every value becomes the most frequent of the `size` by `size` values around it, as far as those lie
        inside; the least of several; it stays where none is there more than twice: the bytes of
        `img.filter(ImageFilter.ModeFilter(size))`, Pillow's ModeFilter.c. `size` is an int from 1 to 23169,
        in pixels; an even one is as the next. 8-bit modes.
        Raises ModeError, ValueError, TypeError."""
        return self._with("mode_filter", {"size": size})

    def box_blur(self, radius: float | Sequence[float]) -> Self:
        """Every value becomes the average of those up to `radius` pixels away, along its row and then along
        its column: the bytes of `img.filter(ImageFilter.BoxBlur(radius))`, Pillow's BoxBlur.c. Of a radius of
        1.5 pixels the outermost count by half; at the borders the outermost pixels are repeated. `radius` is
        a number of pixels from 0 to below 2**31, or two, for x and y. Modes L, LA, La, RGB, RGBA, RGBa, RGBX
        and CMYK, and single bands of others. Raises ModeError, ValueError, TypeError."""
        return self._with("box_blur", {"radius": radius})

    def gaussian_blur(self, radius: float | Sequence[float] = 2) -> Self:
        """Three box blurs in each direction, which come near a Gaussian of the standard deviation `radius`:
        the bytes of `img.filter(ImageFilter.GaussianBlur(radius))`, Pillow's BoxBlur.c. At the borders the
        outermost pixels are repeated. `radius` is a number of pixels from 0 to below 2**31, or two, for x and
        y. Modes L, LA, La, RGB, RGBA, RGBa, RGBX and CMYK, and single bands of others. Raises ModeError,
        ValueError, TypeError."""
        return self._with("gaussian_blur", {"radius": radius})

    def unsharp_mask(
        self,
        radius: float = 2,
        percent: SupportsIndex = 150,
        threshold: SupportsIndex = 3,
    ) -> Self:
        """`v + (v - blur) * percent / 100`, cut to 0..255, for every value v that differs by more than
        `threshold` from `gaussian_blur(radius)` of the same image; the others stay: the bytes of
        `img.filter(ImageFilter.UnsharpMask(radius, percent, threshold))`, Pillow's UnsharpMask.c. `radius` is
        a number of pixels from 0 to below 2**31; `percent` and `threshold`, which is in the units of the
        values, are ints of 32 bits, also below 0. (From a percent of 8421505 on Pillow's products overflow;
        these do not.) Modes L, LA, La, RGB, RGBA, RGBa, RGBX and CMYK, and single bands of others.
        Raises ModeError, ValueError, TypeError."""
        return self._with("unsharp_mask", {"radius": radius, "percent": percent, "threshold": threshold})

    def filter(self, filter: ImageFilter.Filter | type[ImageFilter.Filter], /) -> Self:
        """Runs the kernel that a filter of `PIL.ImageFilter` stands for: the bytes of `img.filter(filter)`.
        Takes objects and classes: BLUR, CONTOUR, DETAIL, EDGE_ENHANCE and the other built-in ones, Kernel,
        RankFilter, MedianFilter, MinFilter, MaxFilter, ModeFilter, BoxBlur, GaussianBlur, UnsharpMask,
        Color3DLUT, and subclasses that filter as these do. The modes are those of the kernel.
        Raises TypeError for others, ModeError, ValueError."""
        return self._with("filter", {"filter": filter})

    def flip_left_right(self) -> Self:
        """The left becomes the right: the bytes of `ImageOps.mirror`. All modes and bands.
        Raises ReadOnlyError, StaleViewError."""
        return self._with("flip_left_right", {})

    def flip_top_bottom(self) -> Self:
        """The top becomes the bottom: the bytes of `ImageOps.flip`. All modes and bands.
        Raises ReadOnlyError, StaleViewError."""
        return self._with("flip_top_bottom", {})

    def rotate_180(self) -> Self:
        """Turns the view upside down: the bytes of `Image.transpose(Transpose.ROTATE_180)`. All modes and
        bands. Raises ReadOnlyError, StaleViewError."""
        return self._with("rotate_180", {})

    def roll(self, dx: SupportsIndex, dy: SupportsIndex) -> Self:
        """Moves every pixel `dx` to the right and `dy` down; what leaves on one side comes in on the other:
        the bytes of `ImageChops.offset(img, dx, dy)`. `dx` and `dy` are any ints, in pixels; below 0 they go
        to the left and up. All modes and bands. Raises TypeError."""
        return self._with("roll", {"dx": dx, "dy": dy})

    def blend(self, other: int | float | str | Sequence[int], alpha: float) -> Self:
        """a + alpha * (b - a) for every value a and the b beside it in `other`, which is as for `add`: the
        bytes of `Image.blend(img, other, alpha)`. `alpha` is any finite number: under 0 or over 1 it
        extrapolates; what is outside of the range is clipped, and the rest rounded towards zero. 8-bit modes
        but 1, P and PA, and I;16*, I and F, in single precision for bytes and F, else in double precision.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("blend", {"other": other, "alpha": alpha})

    def add(self, other: int | float | str | Sequence[int], scale: float = 1.0, offset: float = 0) -> Self:
        """(a + b) / scale + offset for every value a and the b beside it in `other`, clipped and rounded
        towards zero: the bytes of `ImageChops.add`. 8-bit modes, I;16*, I and F. `scale` is a finite number
        but 0; `offset`, in the units of the values, is an int, in mode F a float.

        `other` is an image or a view of the same size and mode, or a colour as `fill` takes it. It may be
        this image or a part of it: the result is as if it had been copied first. Of views of some bands, or
        of a cast, only the number of bands and the format have to be the same; the bands are paired in order.

        For bytes and F the arithmetic is that of Pillow, in single precision, else in double precision.
        Raises ModeError for other modes, ValueError for other sizes, for a scale of 0, for numbers that are
        not finite, and for bytes where `510 / abs(scale) + abs(offset)` is 2**31 or more, which leaves
        Pillow's result open; TypeError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("add", {"other": other, "scale": scale, "offset": offset})

    def subtract(
        self,
        other: int | float | str | Sequence[int],
        scale: float = 1.0,
        offset: float = 0,
    ) -> Self:
        """(a - b) / scale + offset for every value a and the b beside it in `other`, clipped and rounded
        towards zero: the bytes of `ImageChops.subtract`. Takes the numbers and modes of `add`, in the same
        modes. Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("subtract", {"other": other, "scale": scale, "offset": offset})

    def add_modulo(self, other: int | float | str | Sequence[int]) -> Self:
        """(a + b) % 256 for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.add_modulo`. 8-bit modes; % 65536 for I;16*, and for I modulo 2^32, from -2^31 on.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("add_modulo", {"other": other})

    def subtract_modulo(self, other: int | float | str | Sequence[int]) -> Self:
        """(a - b) % 256 for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.subtract_modulo`. 8-bit modes; % 65536 for I;16*, and for I modulo 2^32, from -2^31 on.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("subtract_modulo", {"other": other})

    def multiply(self, other: int | float | str | Sequence[int]) -> Self:
        """a * b / 255, rounded down, for every value a and the b beside it in `other`, which is as for `add`:
        the bytes of `ImageChops.multiply`. 8-bit modes; I;16* with 65535 for 255.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("multiply", {"other": other})

    def screen(self, other: int | float | str | Sequence[int]) -> Self:
        """255 - (255 - a) * (255 - b) / 255, the quotient rounded down, for every value a and the b beside it
        in `other`, which is as for `add`: the bytes of `ImageChops.screen`. 8-bit modes; I;16* with 65535
        for 255. Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("screen", {"other": other})

    def overlay(self, other: int | float | str | Sequence[int]) -> Self:
        """a * b / 127 where a < 128, else 255 - (255 - a) * (255 - b) / 127, the quotients rounded down, for
        every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.overlay`. 8-bit modes. Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("overlay", {"other": other})

    def hard_light(self, other: int | float | str | Sequence[int]) -> Self:
        """a * b / 127 where b < 128, else 255 - (255 - a) * (255 - b) / 127, the quotients rounded down, for
        every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.hard_light`. 8-bit modes. Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("hard_light", {"other": other})

    def soft_light(self, other: int | float | str | Sequence[int]) -> Self:
        """(255 - a) * a * b / 65536 + a * (255 - (255 - a) * (255 - b) / 255) / 255, each quotient rounded
        down, for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.soft_light`. 8-bit modes. Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("soft_light", {"other": other})

    def lighter(self, other: int | float | str | Sequence[int]) -> Self:
        """The larger of every value and the one beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.lighter`. 8-bit modes, I;16*, I and F. Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("lighter", {"other": other})

    def darker(self, other: int | float | str | Sequence[int]) -> Self:
        """The smaller of every value and the one beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.darker`. 8-bit modes, I;16*, I and F. Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("darker", {"other": other})

    def difference(self, other: int | float | str | Sequence[int]) -> Self:
        """abs(a - b) for every value a and the b beside it in `other`, which is as for `add`: the bytes of
        `ImageChops.difference`. 8-bit modes, I;16*, I (at most 2^31 - 1) and F.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("difference", {"other": other})

    def bitwise_and(self, other: int | float | str | Sequence[int]) -> Self:
        """a & b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
        of `ImageChops.logical_and`: 255 where both are not 0, else 0. 8-bit modes, I;16* and I.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("bitwise_and", {"other": other})

    def bitwise_or(self, other: int | float | str | Sequence[int]) -> Self:
        """a | b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
        of `ImageChops.logical_or`: 255 where one of them is not 0, else 0. 8-bit modes, I;16* and I.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("bitwise_or", {"other": other})

    def bitwise_xor(self, other: int | float | str | Sequence[int]) -> Self:
        """a ^ b for every value a and the b beside it in `other`, which is as for `add`. In mode 1 the bytes
        of `ImageChops.logical_xor`: 255 where just one of them is not 0, else 0. 8-bit modes, I;16* and I.
        Raises ModeError, TypeError, ValueError.

        A pipeline records plain data: no image as `other`.
        """
        return self._with("bitwise_xor", {"other": other})
