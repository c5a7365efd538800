"""A pipeline in words, as `pilview apply` takes it."""

from __future__ import annotations

import pytest
from PIL import ImageFilter

from pilview import Pipeline
from pilview._cli.words import WordError, in_words, parse

SHARPEN = (0, -1, 0, -1, 5, -1, 0, -1, 0)


@pytest.mark.parametrize(
    ("text", "pipeline"),
    [
        ("invert", Pipeline().invert()),
        ("invert|median_filter|invert", Pipeline().invert().median_filter().invert()),
        ("  invert  |  median_filter   5 ", Pipeline().invert().median_filter(5)),
        ("threshold 100 | resize 50%", Pipeline().threshold(100).resize(scale=0.5)),
        ("rank_filter 3 rank=2", Pipeline().rank_filter(3, 2)),
        ("rank_filter size=3 rank=2", Pipeline().rank_filter(3, 2)),
        ("brightness 120%", Pipeline().brightness(1.2)),
        ("autocontrast 5%", Pipeline().autocontrast(5)),
        ("autocontrast cutoff=1%,2.5%", Pipeline().autocontrast((1, 2.5))),
        ("unsharp_mask 2 120% 3", Pipeline().unsharp_mask(2, 120, 3)),
        ("filter UnsharpMask 4 120%", Pipeline().filter(ImageFilter.UnsharpMask(4, 120))),
        ("filter unsharpmask percent=120%", Pipeline().filter(ImageFilter.UnsharpMask(percent=120))),
        ("exif_transpose | convert L", Pipeline().exif_transpose().convert("L")),
        ("fill rgb(255,0,0)", Pipeline().fill("rgb(255,0,0)")),
        ("resize 800x600", Pipeline().resize((800, 600))),
        ("resize 800x resample=lanczos", Pipeline().resize((800, None), resample="lanczos")),
        ("resize x600", Pipeline().resize((None, 600))),
        ("resize scale=0.25", Pipeline().resize(scale=0.25)),
        ("resize 12.5%", Pipeline().resize(scale=0.125)),
        ("reduce 2 | transpose rotate_90", Pipeline().reduce(2).transpose("rotate_90")),
        ("fill red", Pipeline().fill("red")),
        ("fill #ff8000", Pipeline().fill("#ff8000")),
        ("fill 'rgb(1, 2, 3)'", Pipeline().fill("rgb(1, 2, 3)")),
        ("fill 1,2,3", Pipeline().fill((1, 2, 3))),
        ("fill (1, 2, 3)", Pipeline().fill((1, 2, 3))),
        ("fill -1.5e2", Pipeline().fill(-150.0)),
        ("convolve 3x3 0,-1,0,-1,5,-1,0,-1,0", Pipeline().convolve((3, 3), SHARPEN)),
        ("convolve 3x3 (0,-1,0, -1,5,-1, 0,-1,0) offset=3", Pipeline().convolve((3, 3), SHARPEN, offset=3)),
        ("convolve (3, 3) [0,-1,0,-1,5,-1,0,-1,0] scale=none", Pipeline().convolve((3, 3), SHARPEN)),
        ("filter BLUR", Pipeline().filter(ImageFilter.BLUR)),
        ("filter medianfilter 5", Pipeline().filter(ImageFilter.MedianFilter(5))),
        ("filter RankFilter 3 rank=1", Pipeline().filter(ImageFilter.RankFilter(3, 1))),
        ("resize 50% lanczos", Pipeline().resize(scale=0.5, resample="lanczos")),
        ("resize size=800x", Pipeline().resize((800, None))),
        ("resize size=50%", Pipeline().resize(scale=0.5)),
        ("resize resample=box 50%", Pipeline().resize(scale=0.5, resample="box")),
        ("resize size=(None, 600) resample=box", Pipeline().resize((None, 600), resample="box")),
        ("convert 1", Pipeline().convert("1")),
        ("convert mode='1'", Pipeline().convert("1")),
    ],
)
def test_words_tell_a_pipeline(text: str, pipeline: Pipeline) -> None:
    assert parse(text) == pipeline


def test_every_kernel_is_a_word() -> None:
    made = parse("autocontrast | gaussian_blur 1.5 | resize 50%")
    assert repr(made) == "Pipeline().autocontrast().gaussian_blur(1.5).resize(scale=0.5)"
    assert parse("autocontrast 1,2 preserve_tone=true | gaussian_blur 1.5,2") != made


def test_messages_for_python_become_words() -> None:
    text = "bring its values to 0..255, as by linear(1 / 257), and end with convert('L')"
    assert in_words(text) == "bring its values to 0..255, as by linear 0.00389105, and end with convert L"
    parse("linear 0.00389105 | convert L")
    assert round(65535 * 0.00389105) == 255


@pytest.mark.parametrize(
    ("text", "message", "word"),
    [
        ("invert | tresholt 100", "no step is called tresholt; did you mean threshold?", "tresholt"),
        ("zzz", "there is invert", "zzz"),
        ("invert(3)", "write invert and its arguments behind it", "invert(3)"),
        ("threshold 100 | threshold 300", "300", "300"),
        ("threshold much", "much", "much"),
        ("threshold", "threshold needs t", "threshold"),
        ("threshold 1 2", "too many arguments for threshold: it takes 1 at most (t)", "2"),
        ("invert 3", "it takes none", "3"),
        ("median_filter siz=3", "no parameter siz; did you mean size?", "siz=3"),
        ("median_filter 3 size=3", "given twice", "size=3"),
        ("rank_filter 3 99", "rank is 99", "rank_filter 3 99"),
        ("resize 800", "a size is 50%, 800x600, 800x or x600", "800"),
        ("resize x", "a size is", "x"),
        ("resize 0%", "factor above 0", "0%"),
        ("resize 50% resample=best", "lanczos", "resize 50% resample=best"),
        ("filter BLURR", "did you mean BLUR?", "BLURR"),
        ("filter", "filter needs filter", "filter"),
        ("filter MedianFilter 3 4 5", "argument", "filter MedianFilter 3 4 5"),
        ("filter RankFilter 3", "'rank'; RankFilter takes size, rank", "filter RankFilter 3"),
        ("resize size=half", "a size is 50%", "half"),
        ("resize 50% lanczos 3", "too many arguments", "3"),
        ("gaussian_blur true", "radius is True", "true"),
        ("gaussian_blur none", "radius is None", "none"),
        ("filter BoxBlur x", "'x' is no number; BoxBlur takes radius", "filter BoxBlur x"),
        ("filter BoxBlur", "'radius'; BoxBlur takes radius", "BoxBlur"),
        ("fill (1, x)", "can't be read", "(1, x)"),
        ("fill (1, 2", ") is missing", "(1, 2"),
        ("fill 'red", "' is missing", "'red"),
        ("solarize 50%", "no factor that 50% could be", "50%"),
        ("fill 255,,0", "a value is missing", "255,,0"),
        ("invert | | invert", "a step is missing", " "),
        ("invert |", "a step is missing", ""),
        ("", "a step is missing", ""),
    ],
)
def test_errors_point_at_the_word(text: str, message: str, word: str) -> None:
    with pytest.raises(WordError) as caught:
        parse(text)
    told = str(caught.value)
    assert message in told
    assert "\n" not in told
    assert text[caught.value.start : caught.value.end] == word
    assert f">>{word}<<" in told
