"""Why targets are missed, where they are: on large images, and on those of 1x1 to 128x128 pixels."""

_MEMORY = (
    "It takes what the memory takes, as its figure beside that limit says, and so does OpenCV: which of "
    "the two is ahead changes from run to run."
)
_FLIPPED = (
    "The padding byte of each pixel stays, which takes a load and a mask more than to move whole pixels, as "
    "OpenCV does; beside that it is the memory."
)
_READ = (
    "A plain read of the memory is most of the time; Pillow's one thread is not five times slower than that."
)
_TWO_PASSES = "Two passes: a histogram, which is no faster than it is by itself (see there), and a table."
_EXACT = (
    "The sums are made in single precision and in Pillow's order, weight by weight, so that the bytes are "
    "Pillow's; whole weights have a way of their own, in integers."
)
_ROUNDED = "Each pass is rounded as Pillow rounds it, so that passes can't be made one, as OpenCV does."
_PROOFS = (
    "A second image is proved to lie as it should on each call, 0.3 us, of which Pillow knows nothing: that "
    "is as much as Pillow takes for all of a tiny image."
)
_ROLLED = "In place: rows wait for each other in rings, and padding bytes stay. Pillow fills a new image."
_TURNED = (
    "The padding bytes of `dst` stay, so that it is read too, and rows end before their last padding byte: "
    "in images so small the rest is a good part."
)
_COUNTED = (
    "Each value adds to a count in memory, of which a processor stores one or two a clock; Pillow's own "
    "loop is as fast on its one thread."
)
_ALONG = (
    "Along a row each sum needs the one before it, as in Pillow; several rows or bands at once, which is "
    "what is faster otherwise, are too few here."
)
_WEIGHTS = "Tables of weights are made on each call, by Pillow too; beside them there is little else to do."

WHY = {
    "autocontrast": _TWO_PASSES,
    "autocontrast(preserve_tone)": _TWO_PASSES,
    "equalize": _TWO_PASSES,
    "premultiply": "The memory is a good part of it for both.",
    "paste(image, mask)": (
        "Three images go through the memory, which takes three quarters of the time; Pillow passes over what "
        "the mask leaves out."
    ),
    "bitwise_and": _MEMORY,
    "bitwise_or": _MEMORY,
    "bitwise_xor": _MEMORY,
    "invert": _MEMORY,
    "put_alpha(image)": _MEMORY,
    "flip_left_right": _FLIPPED,
    "flip_top_bottom": _FLIPPED,
    "rotate_180": _FLIPPED,
    "histogram": _COUNTED,
    "extrema": _READ,
    "mean": _READ,
    "convolve(3x3)": _EXACT,
    "convolve(3x3, integers)": _EXACT,
    "convolve(5x5)": _EXACT,
    "box_blur(5)": _ROUNDED,
    "gaussian_blur(3)": _ROUNDED,
}

WHY_SMALL = {
    "box_blur(100)": _ALONG,
    "gaussian_blur(3)": _ALONG,
    "gaussian_blur(10)": _ALONG,
    "gaussian_blur(30)": _ALONG,
    "color_lut_3d": (
        "The table of 33 x 33 x 33 entries is a list of 107,811 numbers, which are read by a call each: the "
        "price of one wheel for all versions of Python. On larger images it does not show."
    ),
    "histogram": _COUNTED,
    "entropy": _COUNTED,
    "getcolors": _COUNTED,
    "histogram(mask)": _PROOFS,
    "paste(image)": _PROOFS,
    "paste(image, mask)": _PROOFS,
    "roll": _ROLLED,
    "transpose_into(TRANSPOSE)": _TURNED,
    "transpose_into(ROTATE_90)": _TURNED,
    "resize_into(half, nearest)": "The padding bytes of `dst` stay, so that it is read too.",
    "resize_into(half, bilinear)": _WEIGHTS,
    "resize_into(half, bicubic)": _WEIGHTS,
    "resize_into(half, lanczos)": _WEIGHTS,
}
