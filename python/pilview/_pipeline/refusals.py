"""Files that a pipeline does not take or write, as they would lose something or show other colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from .pipeline import Pipeline

# What leaves each pixel as it is.
MOVES = {"flip_left_right", "flip_top_bottom", "rotate_180", "roll", "transpose", "exif_transpose"}
# What makes sense on the indices of a palette too: no value between two is made, or they are told.
ON_INDICES = MOVES | {"resize", "reduce", "mode_filter", "point", "fill", "swap_bands", "put_alpha"}
WITH_ALPHA = {"RGBA", "LA", "PA", "RGBa", "La"}
# Formats of 8 bits a band, for which Pillow cuts what is more without a word.
EIGHT_BITS = {"WEBP", "AVIF", "GIF"}
# Formats in which it leaves alpha out without a word.
WITHOUT_ALPHA = {"BMP", "DIB", "PPM", "SPIDER"}
# Formats in which it keeps the colour that stands for transparent pixels, with the modes for which it does.
WITH_KEY: dict[str, tuple[str, ...]] = {
    "PNG": ("1", "L", "P", "RGB", "I", "I;16"),
    "GIF": ("1", "L", "P"),
    # Of greys from Pillow 10.1 on.
    "WEBP": ("1", "L", "P") if hasattr(Image.Image, "has_transparency_data") else ("P",),
    "AVIF": ("1", "P"),
}
# Formats without any transparency.
OPAQUE = WITHOUT_ALPHA | {"JPEG", "MPO", "PCX", "XBM", "MSP", "BLP"}


def refuse_stale_colours(pipeline: Pipeline, img: Image.Image) -> None:
    """Raises ValueError where a step would take the indices of a palette for brightness, or would change the
    one colour that the file says is transparent."""
    mode, keyed = img.mode, is_keyed(img)
    wanted = "convert('RGBA')" if keyed else "convert('RGB')"
    for step in pipeline._steps:
        indexed = mode in ("P", "PA")
        if step.name == "convert":
            # Other colours than the one that is meant can become the same.
            before, mode = mode, str(dict(step.arguments)["mode"])
            if mode in WITH_ALPHA:
                keyed = False
            elif keyed and mode != before and (before, mode) != ("L", "RGB"):
                raise ValueError(
                    f"one colour of the file stands for transparent pixels, and convert({mode!r}) could make "
                    f"others the same; begin with {wanted}"
                )
        elif indexed and step.name not in ON_INDICES:
            raise ValueError(
                f"the colours are in a palette (mode {mode}), and {step.name} would change their "
                f"indices; begin with {wanted}"
            )
        elif keyed and not indexed and step.name not in MOVES:
            raise ValueError(
                f"one colour of the file stands for transparent pixels, and {step.name} would change these; "
                f"begin with {wanted}"
            )


def is_keyed(img: Image.Image) -> bool:
    """Whether a colour of it stands for transparent pixels, or several of its palette."""
    return img.info.get("transparency") is not None and img.mode not in WITH_ALPHA


def refuse_loss(img: Image.Image, format: str) -> None:
    """Raises ValueError where Pillow would leave out transparency, or cut values of more than 8 bits."""
    if format == "GIF" and img.mode == "P" and isinstance(img.info.get("transparency"), bytes):
        raise ValueError(
            "GIF has one transparent colour, and the palette of this image a value of alpha for each; end "
            "with convert('RGBA')"
        )
    if is_keyed(img) and img.mode not in WITH_KEY.get(format, ()):
        end = "convert('RGBA') and convert('RGB')" if format in OPAQUE else "convert('RGBA')"
        raise ValueError(
            f"one colour of the image stands for transparent pixels, which {format} does not keep; end with "
            f"{end}"
        )
    if img.mode in WITH_ALPHA and format in WITHOUT_ALPHA:
        raise ValueError(f"{format} has no alpha; end with convert('RGB')")
    if img.mode == "LA" and format == "GIF":
        raise ValueError("Pillow leaves out the alpha of mode LA in a GIF; end with convert('RGBA')")
    if is_deep(img) and format in EIGHT_BITS:
        raise ValueError(f"{format} has values of 8 bits, and the image is of mode {img.mode}; {advice(img)}")


def is_deep(img: Image.Image) -> bool:
    """Whether its values have more than 8 bits."""
    return img.mode in ("I", "F") or img.mode.startswith("I;16")


def advice(img: Image.Image) -> str:
    """For an image that a format can't hold as it is."""
    if is_deep(img):
        return "bring its values to 0..255, as by linear(1 / 257), and end with convert('L')"
    return "end with a step such as convert('RGB')"


def refuse_frames(img: Image.Image) -> None:
    """Raises ValueError for animations, pages and icons of several sizes. The second picture of a camera's
    JPEG is not missed."""
    frames = len(img.info.get("sizes", ())) if img.format in ("ICO", "ICNS") else 1
    if img.format != "MPO" and getattr(img, "is_animated", False):
        frames = getattr(img, "n_frames", 2)
    if frames > 1:
        raise ValueError(
            f"the file has {frames} pictures; a pipeline is for one, and the others would be lost"
        )
