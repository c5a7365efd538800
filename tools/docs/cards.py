"""The table of the gallery: what is run for the picture of each kernel, and shown under it.

`v` is the view of a picture, the photograph if nothing else is said. `other` and `mask` are images of the
same size, 256 x 256.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """`code` shows `dst` where it makes one, else the picture of `v`, else, of a statistic, its result."""

    kernel: str
    code: str
    start: str = "photo"


SEPIA = """v.color_matrix((0.39, 0.77, 0.19, 0,
                0.35, 0.69, 0.17, 0,
                0.27, 0.53, 0.13, 0))"""
LUT = """lut = ImageFilter.Color3DLUT.generate(
    9, lambda r, g, b:
    (r * r, g, b ** 0.5))
v.color_lut_3d(lut)"""
RELIEF = "v.convolve((3, 3),\n    (-2, -1, 0, -1, 1, 1, 0, 1, 2))"
CARDS = (
    Card("invert", "v.invert()"),
    Card("threshold", "v.threshold(110)"),
    Card("point", "v.point(lambda value: value // 64 * 85)"),
    Card("fill", 'v[64:192, 64:192].fill("orange")'),
    Card("linear", "v.linear(1.5, -40)"),
    Card("gamma", "v.gamma(1.8)"),
    Card("levels", "v.levels(30, 150, gamma=1.1)", "flat"),
    Card("solarize", "v.solarize(128)"),
    Card("posterize", "v.posterize(2)"),
    Card("autocontrast", "v.autocontrast(cutoff=1)", "flat"),
    Card("equalize", "v.equalize()", "flat"),
    Card("brightness", "v.brightness(1.5)"),
    Card("contrast", "v.contrast(1.7)"),
    Card("saturation", "v.saturation(2.5)"),
    Card("sharpness", "v.sharpness(5)"),
    Card("color_matrix", SEPIA),
    Card("grayscale", "v.grayscale()"),
    Card("swap_bands", 'v.swap_bands("BGR")'),
    Card("color_lut_3d", LUT),
    Card("premultiply", "v.premultiply()", "translucent"),
    Card("unpremultiply", "v.unpremultiply()", "premultiplied"),
    Card("paste", "v.paste(other, (0, 0), mask)"),
    Card("alpha_composite", "v.alpha_composite(other, (64, 0))", "translucent"),
    Card("put_alpha", "v.put_alpha(mask)", "opaque"),
    Card("blend", "v.blend(other, 0.4)"),
    Card("add", "v.add(other, scale=1.5)"),
    Card("subtract", "v.subtract(other, offset=100)"),
    Card("add_modulo", "v.add_modulo(other)"),
    Card("subtract_modulo", "v.subtract_modulo(other)"),
    Card("multiply", "v.multiply(other)"),
    Card("screen", "v.screen(other)"),
    Card("overlay", "v.overlay(other)"),
    Card("hard_light", "v.hard_light(other)"),
    Card("soft_light", "v.soft_light(other)"),
    Card("lighter", "v.lighter(other)"),
    Card("darker", "v.darker(other)"),
    Card("difference", "v.difference(other)"),
    Card("bitwise_and", "v.bitwise_and((255, 128, 192))"),
    Card("bitwise_or", "v.bitwise_or((128, 0, 64))"),
    Card("bitwise_xor", "v.bitwise_xor(other)"),
    Card("flip_left_right", "v.flip_left_right()"),
    Card("flip_top_bottom", "v.flip_top_bottom()"),
    Card("rotate_180", "v.rotate_180()"),
    Card("roll", "v.roll(80, 40)"),
    Card(
        "transpose_into",
        'dst = Image.new("RGB", (256, 256))\nv.transpose_into(dst,\n    Image.Transpose.ROTATE_90)',
    ),
    Card("convolve", RELIEF),
    Card("rank_filter", "v.rank_filter(5, 4)"),
    Card("median_filter", "v.median_filter(3)", "noisy"),
    Card("min_filter", "v.min_filter(5)"),
    Card("max_filter", "v.max_filter(5)"),
    Card("mode_filter", "v.mode_filter(7)"),
    Card("box_blur", "v.box_blur(5)"),
    Card("gaussian_blur", "v.gaussian_blur(4)"),
    Card("unsharp_mask", "v.unsharp_mask(3, percent=250)"),
    Card("filter", "v.filter(ImageFilter.CONTOUR)"),
    Card(
        "resize_into", 'dst = Image.new("RGB", (160, 80))\nv.resize_into(dst,\n    Image.Resampling.LANCZOS)'
    ),
    Card("reduce_into", 'dst = Image.new("RGB", (32, 32))\nv.reduce_into(dst, 8)'),
    Card("histogram", "v.histogram()"),
    Card("entropy", "v.entropy()"),
    Card("extrema", "v.extrema()"),
    Card("bbox", "v.bbox()", "translucent"),
    Card("getcolors", "v.getcolors()", "tiles"),
    Card("sum", "v.sum()"),
    Card("sum2", "v.sum2()"),
    Card("mean", "v.mean()"),
    Card("median", "v.median()"),
    Card("rms", "v.rms()"),
    Card("var", "v.var()"),
    Card("stddev", "v.stddev()"),
)
