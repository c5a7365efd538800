"""Files that a pipeline does not take, as they would lose something or show other colours than it made."""

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


def refuse_stale_colours(pipeline: Pipeline, img: Image.Image) -> None:
    """Raises ValueError where a step would take the indices of a palette for brightness, or would change the
    one colour that the file says is transparent."""
    indexed, keyed = img.mode in ("P", "PA"), img.info.get("transparency") is not None
    wanted = "convert('RGBA')" if keyed else "convert('RGB')"
    for step in pipeline._steps:
        if step.name == "convert":
            mode = dict(step.arguments)["mode"]
            indexed = mode in ("P", "PA")
            keyed = keyed and mode not in WITH_ALPHA
        elif indexed and step.name not in ON_INDICES:
            raise ValueError(
                f"the colours are in a palette (mode {img.mode}), and {step.name} would change their "
                f"indices; begin with {wanted}"
            )
        elif keyed and not indexed and step.name not in MOVES:
            raise ValueError(
                f"one colour of the file stands for transparent pixels, and {step.name} would change these; "
                f"begin with {wanted}"
            )


def refuse_loss(img: Image.Image, format: str) -> None:
    """Raises ValueError for values of more than 8 bits where the format has none, and for a palette with
    alpha where it has one transparent colour."""
    if format == "GIF" and img.mode == "P" and isinstance(img.info.get("transparency"), bytes):
        raise ValueError(
            "GIF has one transparent colour, and the palette of this image a value of alpha for each; end "
            "with convert('RGBA')"
        )
    if format in EIGHT_BITS and (img.mode in ("I", "F") or img.mode.startswith("I;16")):
        raise ValueError(
            f"{format} has values of 8 bits, and the image is of mode {img.mode}; bring its values to "
            "0..255, as by linear(1 / 257), and end with convert('L')"
        )


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
