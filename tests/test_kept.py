"""What pipelines keep of a file besides its pixels, and what they don't, as it is no longer true."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageOps, features
from PIL.PngImagePlugin import PngInfo

from pilview import Pipeline

from .images import make
from .photos import opened, photo, quietly

PIPELINE = Pipeline().invert()
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


SUFFIXES = [".jpg", ".png", ".tif", ".webp", *([".avif"] if "avif" in features.get_supported() else [])]


def exif() -> bytes:
    made = Image.Exif()
    made[0x010F] = "a maker"
    made[0x0112] = 6  # the orientation stays, as the pixels do
    made[0x8769] = {0x829A: 0.01, 0x9003: "2024:05:06 07:08:09"}
    return made.tobytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("pipeline", [PIPELINE, Pipeline().resize(scale=0.5)], ids=["in place", "resized"])
def test_exif_and_profile_are_kept(suffix: str, pipeline: Pipeline, tmp_path: Path) -> None:
    source = photo(tmp_path / f"photo{suffix}", exif=exif(), icc_profile=ICC)
    (written,) = quietly(pipeline, source, tmp_path / "out").written
    with Image.open(source) as before, Image.open(written) as after:
        assert after.format == before.format
        assert after.info["icc_profile"] == ICC
        assert after.getexif()[0x010F] == "a maker"
        assert after.getexif().get_ifd(0x8769)[0x9003] == "2024:05:06 07:08:09"
        if suffix != ".tif":
            assert after.info["exif"] == before.info["exif"], "byte for byte"


@pytest.mark.parametrize("to", ["jpeg", "png", "webp", ".tiff", *(["avif"] if ".avif" in SUFFIXES else [])])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_exif_and_profile_are_kept_from_format_to_format(suffix: str, to: str, tmp_path: Path) -> None:
    source = photo(tmp_path / f"photo{suffix}", exif=exif(), icc_profile=ICC)
    (written,) = quietly(PIPELINE, source, tmp_path / "out", format=to).written
    assert written.suffix == {"jpeg": ".jpeg"}.get(to, to if to.startswith(".") else f".{to}")
    with Image.open(written) as after:
        assert after.info["icc_profile"] == ICC
        assert after.getexif()[0x010F] == "a maker"
        assert after.getexif().get_ifd(0x8769)[0x9003] == "2024:05:06 07:08:09"


@pytest.mark.parametrize("to", SUFFIXES)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_picture_is_shown_the_same_way_up(suffix: str, to: str, tmp_path: Path) -> None:
    """The orientation is kept with the pixels; of a TIFF Pillow turns the pixels when it reads it."""
    source = photo(tmp_path / f"photo{suffix}", exif=exif())
    (written,) = quietly(Pipeline(), source, tmp_path / "out", format=to).written
    before, after = upright(source), upright(written)
    assert before.size == after.size == (48, 64)
    assert max(ImageChops.difference(before, after).convert("L").reduce(8).tobytes()) < 16


def upright(path: Path) -> Image.Image:
    img = opened(path)
    return img if path.suffix == ".tif" else ImageOps.exif_transpose(img)


def test_a_compressed_tiff_is_not_turned_twice(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x010F], tags[0x0112] = "a maker", 6
    source = photo(tmp_path / "photo.tif", exif=tags.tobytes(), compression="tiff_lzw")
    (written,) = quietly(Pipeline(), source, tmp_path / "out").written
    (again,) = quietly(Pipeline(), written, tmp_path / "again").written
    assert opened(again).info["compression"] == "tiff_lzw"
    assert opened(again).getexif()[0x010F] == "a maker"
    assert opened(again).tobytes() == opened(source).tobytes()


def test_a_compressed_tiff_gets_the_tags_that_pillow_can_write(tmp_path: Path) -> None:
    source = photo(tmp_path / "photo.jpg", exif=exif(), icc_profile=ICC)
    options = {"compression": "tiff_adobe_deflate"}
    (written,) = quietly(Pipeline(), source, tmp_path / "out", format="tif", save_options=options).written
    after = opened(written)
    assert after.info["compression"] == "tiff_adobe_deflate"
    assert after.info["icc_profile"] == ICC
    assert after.getexif()[0x010F] == "a maker"


@pytest.mark.parametrize("pipeline", [PIPELINE, Pipeline().resize(scale=0.5)], ids=["in place", "resized"])
def test_a_jpeg_keeps_its_tables_and_resolution(pipeline: Pipeline, tmp_path: Path) -> None:
    source = photo(tmp_path / "photo.jpg", quality=93, subsampling=1, dpi=(300, 300))
    (written,) = quietly(pipeline, source, tmp_path / "out").written
    with Image.open(source) as before, Image.open(written) as after:
        assert after.quantization == before.quantization  # type: ignore[attr-defined]
        assert after.layer == before.layer  # type: ignore[attr-defined]
        assert after.info["dpi"] == (300, 300)


def test_save_options_go_before_what_is_kept(tmp_path: Path) -> None:
    source = photo(tmp_path / "photo.jpg", quality=93, icc_profile=ICC)
    options = {"quality": 20, "icc_profile": None, "progressive": True}
    (written,) = quietly(PIPELINE, source, tmp_path / "out", save_options=options).written
    with Image.open(source) as before, Image.open(written) as after:
        assert after.quantization != before.quantization  # type: ignore[attr-defined]
        assert "icc_profile" not in after.info
        assert after.info["progressive"]
    assert options == {"quality": 20, "icc_profile": None, "progressive": True}


def test_none_leaves_out_what_would_be_kept(tmp_path: Path) -> None:
    source = photo(tmp_path / "photo.jpg", exif=exif(), icc_profile=ICC, dpi=(300, 300))
    options = {"exif": None, "icc_profile": None, "dpi": None}
    for format in ("jpg", "png", "webp", "tif"):
        (written,) = quietly(PIPELINE, source, tmp_path / "out", format=format, save_options=options).written
        info = opened(written).info
        assert not {"exif", "icc_profile"} & set(info)
        assert info.get("dpi") in (None, (1, 1))


def test_a_tiff_without_a_resolution_gets_none(tmp_path: Path) -> None:
    """Pillow reads 1 x 1 out of such a file."""
    bare, known = photo(tmp_path / "bare.tif"), photo(tmp_path / "known.tif", dpi=(72, 72))
    paths = [bare, known]
    for format in ("jpg", "png", "tif"):
        of_bare, of_known = quietly(PIPELINE, paths, tmp_path / "out", format=format).written
        assert opened(of_bare).info.get("dpi", (1, 1)) == (1, 1)
        assert "dpi" not in opened(of_bare).info or format == "tif"
        assert round(opened(of_known).info["dpi"][0]) == 72


def exif_with_thumbnail(order: str) -> tuple[bytes, bytes, bytes]:
    """EXIF, a maker's note in it, and the thumbnail in it."""
    note, small = bytes(range(200, 240)), io.BytesIO()
    make("RGB", (16, 12)).save(small, "JPEG")
    thumbnail = small.getvalue()

    def directory(*entries: tuple[int, int, int, int], link: int) -> bytes:
        rows = [struct.pack(f"{order}HHLL", *entry) for entry in entries]
        return struct.pack(f"{order}H", len(rows)) + b"".join(rows) + struct.pack(f"{order}L", link)

    first = 8
    inner = first + len(directory((0x8769, 4, 1, 0), link=0))
    second = inner + len(directory((0x927C, 7, 0, 0), link=0))
    note_at = second + len(directory((513, 4, 1, 0), (514, 4, 1, 0), link=0))
    thumbnail_at = note_at + len(note)
    made = struct.pack(f"{order}2sHL", b"II" if order == "<" else b"MM", 42, first)
    made += directory((0x8769, 4, 1, inner), link=second)
    made += directory((0x927C, 7, len(note), note_at), link=0)
    made += directory((513, 4, 1, thumbnail_at), (514, 4, 1, len(thumbnail)), link=0)
    return b"Exif\0\0" + made + note + thumbnail, note, thumbnail


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_a_thumbnail_of_the_old_picture_goes_and_makers_notes_stay(
    order: str, suffix: str, tmp_path: Path
) -> None:
    with_thumbnail, note, thumbnail = exif_with_thumbnail(order)
    source = photo(tmp_path / f"photo{suffix}", exif=with_thumbnail)
    (written,) = quietly(PIPELINE, source, tmp_path / "out").written
    kept = opened(written).info["exif"]
    assert thumbnail[20:] in source.read_bytes()
    assert thumbnail[20:] not in written.read_bytes()
    assert kept.index(note) == opened(source).info["exif"].index(note), "it may have offsets in it"
    tags = opened(written).getexif()
    assert tags.get_ifd(0x8769)[0x927C] == note
    assert not tags.get_ifd(1)


@pytest.mark.parametrize("damage", [slice(0, 0), slice(0, 8), slice(0, 20), slice(0, 60), slice(30, 90)])
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_is_no_failure(damage: slice, tmp_path: Path) -> None:
    whole = exif_with_thumbnail("<")[0]
    damaged = whole[:6] + whole[6:][damage]
    source = photo(tmp_path / "photo.jpg", exif=damaged)
    (written,) = quietly(PIPELINE, source, tmp_path / "out").written
    assert opened(written).info.get("exif") == opened(source).info.get("exif")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_transpose_turns_the_pixels_and_takes_the_tag_away(orientation: int, tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x010F], tags[0x0112] = "a maker", orientation
    source = photo(tmp_path / "photo.png", exif=tags.tobytes())
    pipeline = Pipeline().invert().exif_transpose().resize((None, 24)).invert()
    (written,) = quietly(pipeline, source, tmp_path / "out").written
    made = opened(written)
    assert made.getexif().get(0x0112, 1) == 1
    assert made.getexif()[0x010F] == "a maker"
    inverted = ImageChops.invert(opened(source))
    inverted.info["exif"] = tags.tobytes()
    turned = ImageOps.exif_transpose(inverted)
    expected = turned.resize((round(turned.width * 24 / turned.height), 24))
    assert made.size == expected.size
    difference = ImageChops.difference(ImageChops.invert(made), expected)
    assert max(difference.tobytes()) <= 1  # of the picture inverted before it was weighed


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("options", [{}, {"exif": exif(), "icc_profile": ICC}], ids=["bare", "in chunks"])
def test_a_lossless_webp_stays_lossless(lossless: bool, options: dict[str, Any], tmp_path: Path) -> None:
    noise = Image.effect_noise((64, 48), 90).convert("RGB")
    noise.save(tmp_path / "noise.webp", lossless=lossless, **options)
    before = opened(tmp_path / "noise.webp")
    (written,) = quietly(PIPELINE, tmp_path / "noise.webp", tmp_path / "out").written
    same = ImageChops.invert(opened(written)).tobytes() == before.tobytes()
    assert same == lossless
    for i, wanted in enumerate(({"lossless": False}, {"quality": 90})):
        folder = tmp_path / f"lossy{i}"
        (written,) = quietly(PIPELINE, tmp_path / "noise.webp", folder, save_options=wanted).written
        assert ImageChops.invert(opened(written)).tobytes() != before.tobytes()


def test_texts_of_a_png_are_kept(tmp_path: Path) -> None:
    texts = PngInfo()
    texts.add_text("Title", "plain")
    texts.add_text("Long", "packed " * 40, zip=True)
    texts.add_itxt("Author", "Ünïcödé ☃", "de", "Autor")
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    source = photo(tmp_path / "photo.png", pnginfo=texts)
    for pipeline in (PIPELINE, Pipeline().resize(scale=0.5), Pipeline().convert("L")):
        (written,) = quietly(pipeline, source, tmp_path / "out").written
        made = opened(written)
        assert made.text == opened(source).text  # type: ignore[attr-defined]
        assert made.text["Author"].lang == "de"  # type: ignore[attr-defined]
    (written,) = quietly(PIPELINE, source, tmp_path / "out", save_options={"pnginfo": None}).written
    assert not opened(written).text  # type: ignore[attr-defined]


def test_xmp_of_other_formats_is_a_text_of_a_png(tmp_path: Path) -> None:
    if "xmp" not in opened(photo(tmp_path / "probe.jpg", xmp=b"<x/>")).info:
        pytest.skip("this Pillow writes no XMP into a JPEG")
    (written,) = quietly(PIPELINE, tmp_path / "probe.jpg", tmp_path / "out", format="png").written
    assert opened(written).info["xmp"] == b"<x/>"


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".png"])
def test_xmp_of_other_formats_is_a_tag_of_a_tiff(
    suffix: str, compression: str | None, tmp_path: Path
) -> None:
    source, xmp = tmp_path / f"a{suffix}", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    options: dict[str, Any] = {"xmp": xmp}
    if suffix == ".png":
        texts = PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options = {"pnginfo": texts}
    make("RGB", (16, 12)).save(source, exif=exif(), **options)
    if suffix == ".jpg" and "xmp" not in opened(source).info:
        pytest.skip("this Pillow writes no XMP into a JPEG")
    wanted = {"compression": compression} if compression else {}
    (written,) = quietly(PIPELINE, source, tmp_path / "out", format="tif", save_options=wanted).written
    with Image.open(written) as made:
        assert bytes(made.tag_v2[700]).rstrip(b"\0") == xmp  # type: ignore[attr-defined]
        assert made.getexif()[271] == "a maker"


def test_a_quality_is_no_failure_of_compressed_tiffs(tmp_path: Path) -> None:
    for compression in ("tiff_lzw", "jpeg"):
        make("RGB", (16, 12)).save(tmp_path / f"{compression}.tif", compression=compression)
    report = quietly(PIPELINE, sorted(tmp_path.glob("*.tif")), tmp_path / "out", save_options={"quality": 30})
    assert len(report.written) == 2


def test_exif_in_a_text_becomes_a_chunk_and_is_not_told_twice(tmp_path: Path) -> None:
    """As ImageMagick writes it."""
    data = exif()
    texts = PngInfo()
    texts.add_text("Raw profile type exif", f"\nexif\n{len(data):8}\n{data.hex()}\n", zip=True)
    source = photo(tmp_path / "photo.png", pnginfo=texts)
    if opened(source).getexif().get(0x0112) != 6:
        pytest.skip("this Pillow does not read it")
    for pipeline, orientation in ((PIPELINE, 6), (Pipeline().exif_transpose(), None)):
        (written,) = quietly(pipeline, source, tmp_path / "out").written
        made = opened(written)
        assert made.getexif().get(0x0112) == orientation
        assert made.getexif()[0x010F] == "a maker"
        assert "Raw profile type exif" not in made.info


def test_a_profile_goes_with_the_colours_that_it_is_for(tmp_path: Path) -> None:
    make("CMYK", (16, 12)).save(tmp_path / "cmyk.jpg", icc_profile=ICC)
    make("RGB", (16, 12)).save(tmp_path / "rgb.png", icc_profile=ICC)
    for name, pipeline, format, kept in [
        ("cmyk.jpg", PIPELINE, None, True),
        ("cmyk.jpg", Pipeline().convert("RGB"), None, False),
        ("cmyk.jpg", PIPELINE, "webp", False),
        ("rgb.png", PIPELINE, "webp", True),
        ("rgb.png", Pipeline().convert("RGBA"), None, True),
        ("rgb.png", Pipeline().convert("L"), None, False),
    ]:
        (written,) = quietly(pipeline, tmp_path / name, tmp_path / "out", format=format).written
        assert ("icc_profile" in opened(written).info) == kept


def test_what_a_format_can_not_hold_is_a_failure_that_says_what_to_call(tmp_path: Path) -> None:
    make("I;16", (16, 12)).save(tmp_path / "deep.png")
    make("RGBA", (16, 12)).save(tmp_path / "alpha.png")
    make("LA", (16, 12)).save(tmp_path / "grey.png")
    palette_file(tmp_path / "palette.png", transparency=bytes(range(0, 256, 16)))
    palette_file(tmp_path / "key.png", transparency=3)
    palette_file(tmp_path / "opaque.png")
    for name, format, words in [
        *(("deep.png", format, "linear(1 / 257)") for format in ("webp", "gif", "jpg", "bmp", "tga")),
        ("alpha.png", "jpg", "convert('RGB')"),
        ("alpha.png", "bmp", "BMP has no alpha; end with convert('RGB')"),
        ("alpha.png", "ppm", "PPM has no alpha; end with convert('RGB')"),
        ("grey.png", "gif", "convert('RGBA')"),
        ("palette.png", "gif", "convert('RGBA')"),
        ("key.png", "tif", "transparent pixels, which TIFF does not keep; end with convert('RGBA')"),
        ("key.png", "tga", "convert('RGBA')"),
        ("key.png", "bmp", "end with convert('RGBA') and convert('RGB')"),
        *([("opaque.png", "jp2", "convert('RGB')")] if features.check("jpg_2000") else []),
    ]:
        out = tmp_path / "out"
        (failure,) = quietly(Pipeline(), tmp_path / name, out, format=format, on_error="collect").failed
        assert words in str(failure), (name, format)
    pipeline = Pipeline().linear(1 / 257).convert("L")
    (written,) = quietly(pipeline, tmp_path / "deep.png", tmp_path / "out", format="webp").written
    assert opened(written).size == (16, 12)


@pytest.mark.parametrize("format", ["png", "gif", "webp", "tif", "tga", "ico"])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "RGB", "1"])
def test_transparency_is_kept_or_a_failure(mode: str, format: str, tmp_path: Path) -> None:
    """Of all that is written nothing is more or less transparent than it was."""
    img = Image.linear_gradient("L").resize((40, 30)).convert(mode)
    options: dict[str, Any] = {}
    if mode in ("RGBA", "LA"):
        img.putalpha(Image.linear_gradient("L").resize((40, 30)).point(lambda value: 255 * (value > 99)))
    else:
        options["transparency"] = img.getpixel((20, 8))
    img.save(tmp_path / "img.png", **options)
    alpha = opened(tmp_path / "img.png").convert("RGBA").getchannel("A")
    assert alpha.getextrema() == (0, 255)
    for end in (Pipeline(), Pipeline().convert("RGB"), Pipeline().convert("L"), Pipeline().convert("1")):
        report = quietly(end, tmp_path / "img.png", tmp_path / "out", format=format, on_error="collect")
        if format == "png" and end == Pipeline():
            assert report.written  # which has a place for all of it
        if mode in ("RGBA", "LA") and end != Pipeline():
            continue  # who asks for a mode without alpha gets one
        for path in report.written:
            assert opened(path).convert("RGBA").getchannel("A").tobytes() == alpha.tobytes()


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg"])
def test_a_compression_that_is_for_other_modes_becomes_a_lossless_one(
    compression: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = make("1" if compression == "group4" else "L", (40, 30))
    before.save(tmp_path / "scan.tif", compression=compression)
    for mode in ("L", "RGB", "1", "F", "I;16", "RGBA"):
        pipeline = Pipeline().convert("L").convert(mode)
        (written,) = quietly(pipeline, tmp_path / "scan.tif", tmp_path / mode).written
        with Image.open(written) as made:
            assert made.mode == mode
            own = (
                mode == "1"
                if compression == "group4"
                else compression == "tiff_lzw" or mode in ("L", "RGB", "RGBA")
            )
            assert made.info["compression"] == (compression if own else "tiff_adobe_deflate")
            if compression != "jpeg":
                with Image.open(tmp_path / "scan.tif") as source:
                    assert made.tobytes() == source.convert("L").convert(mode).tobytes()
    assert capfd.readouterr().err == ""


def test_an_icon_keeps_its_size_and_one_of_several_is_a_failure(tmp_path: Path) -> None:
    icon = make("RGBA", (64, 64))
    icon.resize((40, 40)).save(tmp_path / "one.ico", sizes=[(40, 40)])
    icon.save(tmp_path / "more.ico", sizes=[(16, 16), (64, 64)])
    report = quietly(PIPELINE, sorted(tmp_path.glob("*.ico")), tmp_path / "out", on_error="collect")
    assert "2 pictures" in str(report.failed[0])
    assert opened(report.written[0]).info["sizes"] == {(40, 40)}


def palette_file(path: Path, **options: Any) -> Path:
    make("RGB", (40, 30)).quantize(16).save(path, **options)
    return path


def test_a_transparent_colour_is_not_left_to_other_pixels(tmp_path: Path) -> None:
    """It names a colour, or an index, that arithmetic gives to other pixels."""
    keyed = Image.new("RGB", (4, 1))
    keyed.putdata([(0, 0, 0), (255, 255, 255), (10, 20, 30), (255, 0, 0)])
    keyed.save(tmp_path / "key.png", transparency=(0, 0, 0))
    make("L", (20, 20)).save(tmp_path / "grey.gif", transparency=7)
    make("RGB", (40, 30)).quantize(16).save(tmp_path / "index.png", transparency=3)
    paths = sorted(tmp_path.iterdir())
    for pipeline in (PIPELINE, Pipeline().convert("RGB").invert(), Pipeline().convert("L").box_blur(1)):
        failed = quietly(pipeline, paths, tmp_path / "out", on_error="collect").failed
        assert ["begin with convert('RGBA')" in str(failure) for failure in failed] == [True] * 3
    moved = quietly(Pipeline().rotate_180().exif_transpose(), paths, tmp_path / "out").written
    written = quietly(Pipeline().convert("RGBA").fill("red"), paths, tmp_path / "alpha", format="png").written
    assert len(written) == 3
    for source, turned in zip(paths, moved, strict=True):
        expected = opened(source).convert("RGBA").transpose(Image.Transpose.ROTATE_180)
        assert opened(turned).convert("RGBA").tobytes() == expected.tobytes()


@pytest.mark.parametrize("suffix", [".png", ".gif", ".tif"])
def test_arithmetic_on_the_indices_of_a_palette_is_a_failure(suffix: str, tmp_path: Path) -> None:
    source = palette_file(tmp_path / f"indexed{suffix}")
    for pipeline in (PIPELINE, Pipeline().rotate_180().multiply(3).convert("RGB"), Pipeline().threshold(9)):
        (failure,) = quietly(pipeline, source, tmp_path / "out", on_error="collect").failed
        assert "palette (mode P)" in str(failure)
        assert "convert('RGB')" in str(failure)
    before = opened(source)
    (written,) = quietly(Pipeline().convert("RGB").invert(), source, tmp_path / "out", format="png").written
    assert opened(written).tobytes() == ImageChops.invert(before.convert("RGB")).tobytes()
    moves = Pipeline().rotate_180().roll(3, 4).transpose("transverse").point(bytes(range(256)))
    (written,) = quietly(moves, source, tmp_path / "moved").written
    moved = ImageChops.offset(before.convert("RGB").transpose(Image.Transpose.ROTATE_180), 3, 4)
    expected = moved.transpose(Image.Transpose.TRANSVERSE)
    assert opened(written).convert("RGB").tobytes() == expected.tobytes()
