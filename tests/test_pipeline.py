"""Pipelines: recorded calls of kernels, as values, as JSON, as pickles, and on images."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

import pilview
from pilview import Pipeline
from pilview._pipeline.values import FilterValue, filter_names, from_json, to_json

from .images import make
from .memory import packed
from .scripts import run

ROOT = Path(__file__).parents[1]
TABLE = [(value * 7 + 3) % 256 for value in range(256)]
SHARPEN = (0, -1, 0, -1, 5, -1, 0, -1, 0)

PIPELINES: dict[str, Pipeline] = {
    "empty": Pipeline(),
    "one": Pipeline().invert(),
    "numbers": Pipeline().threshold(100).median_filter(5).rank_filter(3, rank=2),
    "defaults": Pipeline().median_filter(),
    "table": Pipeline().point(TABLE),
    "colour": Pipeline().fill((1, 2, 3)).fill("red").fill(7),
    "float": Pipeline().fill(0.1 + 0.2),
    "infinite": Pipeline().fill(math.inf),
    "nan": Pipeline().fill(math.nan),
    "kernel": Pipeline().convolve((3, 3), SHARPEN, offset=2.5),
    "filters": Pipeline().filter(ImageFilter.BLUR).filter(ImageFilter.MedianFilter(5)),
    "kernel filter": Pipeline().filter(ImageFilter.Kernel((3, 3), SHARPEN, 2, 1)),
    "sizes": Pipeline().resize((30, 20)).resize((8, None), resample="lanczos").reduce((2, 1)),
    "converted": Pipeline().exif_transpose().convert("L"),
    "scale": Pipeline().resize(scale=0.5, resample=Image.Resampling.BOX).transpose("rotate_90"),
}
# A table of 256 is not written out by repr.
SHOWN = [name for name in PIPELINES if name != "table"]


@pytest.mark.parametrize("name", SHOWN)
def test_repr_evaluates_to_the_same(name: str) -> None:
    pipeline = PIPELINES[name]
    assert eval(repr(pipeline), {"Pipeline": Pipeline, "ImageFilter": ImageFilter}) == pipeline


def test_repr_reads_as_it_was_written() -> None:
    assert repr(PIPELINES["numbers"]) == "Pipeline().threshold(100).median_filter(5).rank_filter(3, 2)"
    assert repr(PIPELINES["defaults"]) == "Pipeline().median_filter()"
    assert repr(PIPELINES["table"]) == "Pipeline().point(<256 values>)"
    assert repr(PIPELINES["filters"]).startswith("Pipeline().filter(ImageFilter.BLUR).filter(ImageFilter.Med")
    assert repr(Pipeline().convolve((3, 3), SHARPEN, offset=1)).endswith("-1, 0), offset=1)")


@pytest.mark.parametrize("name", PIPELINES)
def test_json_and_pickles_give_the_same_back(name: str) -> None:
    pipeline = PIPELINES[name]
    document = json.loads(pipeline.to_json())
    assert document["version"] == 1
    assert len(document) == 2
    for again in (
        Pipeline.from_json(pipeline.to_json()),
        Pipeline.from_json(json.dumps(document, indent=3).encode()),
        *(
            pickle.loads(pickle.dumps(pipeline, protocol))
            for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
        ),
        copy.deepcopy(pipeline),
    ):
        assert again == pipeline
        assert hash(again) == hash(pipeline)
        assert again.to_json() == pipeline.to_json()
        assert again is not pipeline


def test_the_json_is_plain() -> None:
    assert json.loads(Pipeline().fill((1, 2, 3)).median_filter().to_json()) == {
        "version": 1,
        "steps": [
            {"name": "fill", "arguments": {"color": [1, 2, 3]}},
            {"name": "median_filter", "arguments": {}},
        ],
    }


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("{", "Expecting"),
        ("3", "version"),
        ("[]", "version"),
        ('{"version": 1}', "nothing else"),
        ('{"version": 1, "steps": [], "more": 1}', "nothing else"),
        ('{"version": true, "steps": []}', "version True"),
        ('{"version": 1.0, "steps": []}', "version 1.0"),
        (
            '{"version": 1, "steps": [{"name": "fill", "arguments": {"color": '
            + "[" * 900
            + "]" * 900
            + "}}]}",
            "nested",
        ),
        ('{"version": 1, "steps": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested"),
        ('{"version": 2, "steps": []}', "version 2; this pilview reads 1"),
        ('{"version": 1, "steps": [3]}', "a step is"),
        ('{"version": 1, "steps": [{"name": "invert"}]}', "a step is"),
        ('{"version": 1, "steps": [{"name": "invert", "arguments": {}, "more": 1}]}', "a step is"),
        ('{"version": 1, "steps": [{"name": "inverse", "arguments": {}}]}', "did you mean invert"),
        ('{"version": 1, "steps": [{"name": "to_json", "arguments": {}}]}', "no step is called"),
        ('{"version": 1, "steps": [{"name": "__init__", "arguments": {}}]}', "no step is called"),
        ('{"version": 1, "steps": [{"name": "threshold", "arguments": {}}]}', "threshold needs t"),
        ('{"version": 1, "steps": [{"name": "invert", "arguments": {"t": 1}}]}', "no parameter 't'"),
        ('{"version": 1, "steps": [{"name": "threshold", "arguments": {"t": 999}}]}', "999"),
        (
            '{"version": 1, "steps": [{"name": "fill", "arguments": {"color": {"a": 1}}}]}',
            "parameter can't be",
        ),
        (
            '{"version": 1, "steps": [{"name": "filter", "arguments": '
            '{"filter": {"filter": "os", "arguments": {}}}}]}',
            "no filter 'os'",
        ),
    ],
)
def test_other_json_is_refused(text: str, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Pipeline.from_json(text)


@given(st.lists(st.sampled_from([name for name in PIPELINES if name != "nan"]), max_size=4))
def test_equality_is_that_of_the_steps(names: list[str]) -> None:
    document: dict[str, Any] = {"version": 1, "steps": []}
    for name in names:
        document["steps"] += json.loads(PIPELINES[name].to_json())["steps"]
    made = Pipeline.from_json(json.dumps(document))
    assert made == Pipeline.from_json(made.to_json())
    assert made != made.invert()
    assert made.invert() == made.invert()


def test_numbers_of_another_type_are_another_argument() -> None:
    """A kernel may refuse the one and take the other."""
    assert Pipeline().fill(1) != Pipeline().fill(1.0)
    assert Pipeline().point([1] * 256) != Pipeline().point([1.0] * 256)
    assert Pipeline().fill(math.nan) == Pipeline().fill(float("nan"))
    with pytest.raises(TypeError, match=r"3\.0"):
        Pipeline().median_filter(3.0)  # type: ignore[arg-type]


def test_a_fault_in_json_is_told_with_its_step() -> None:
    text = Pipeline().invert().threshold(3).to_json().replace("3", "999")
    with pytest.raises(ValueError, match="999") as caught:
        Pipeline.from_json(text)
    assert caught.value.__notes__ == ["In step 2 of 2 of the JSON"]


def test_a_pipeline_never_changes() -> None:
    first = Pipeline().invert()
    second = first.threshold(3)
    assert first == Pipeline().invert()
    assert second != first
    assert {first, second, Pipeline().invert()} == {first, second}
    assert first != "invert"
    assert first is not None


def test_what_is_equal_to_a_default_is_not_recorded() -> None:
    assert Pipeline().median_filter(3) == Pipeline().median_filter() == Pipeline().median_filter(size=3)
    assert Pipeline().median_filter(3).to_json() == Pipeline().median_filter().to_json()


KINDS: dict[str, Callable[[list[int]], Any]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "array of bytes": lambda table: np.array(table, np.uint8),
    "array": np.array,
    "iterator": iter,
    "map": lambda table: map(int, table),
    "array of objects": lambda table: np.array(table, object),
}


@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_any_kind_are_recorded_as_numbers(kind: str) -> None:
    assert Pipeline().point(KINDS[kind](TABLE)) == PIPELINES["table"]


def test_numbers_of_other_libraries_are_recorded_as_numbers() -> None:
    assert Pipeline().threshold(np.int64(100)) == Pipeline().threshold(100)
    assert Pipeline().fill(np.float32(0.5)) == Pipeline().fill(0.5)  # type: ignore[arg-type]
    for kind in (np.float16, ">f8", np.longdouble, object):
        table = np.array([value / 2 for value in range(256)], kind)
        assert Pipeline().point(table) == Pipeline().point([value / 2 for value in range(256)])
    assert json.loads(Pipeline().threshold(np.uint8(7)).to_json())["steps"][0]["arguments"] == {"t": 7}


@pytest.mark.parametrize("name", filter_names())
def test_every_filter_of_pillow_is_told_in_json(name: str) -> None:
    """Whether a kernel takes it is another question."""
    arguments: dict[str, tuple[Any, ...]] = {
        "Kernel": ((3, 3), SHARPEN, 2, 1),
        "RankFilter": (3, 2),
        "GaussianBlur": (1.5,),
        "BoxBlur": (2.5,),
        "UnsharpMask": (2, 99, 4),
        "Color3DLUT": ((2, 2, 3), np.arange(36, dtype=np.float32) / 36),
    }
    made = getattr(ImageFilter, name)(*arguments.get(name, ()))
    value = FilterValue.of(made)
    again = from_json(json.loads(json.dumps(to_json(value))))
    assert isinstance(again, FilterValue)
    assert again == value
    assert hash(again) == hash(value)
    small = make("RGB", (8, 8))
    assert packed(small.filter(again.filter)) == packed(small.filter(made))


def test_a_recorded_list_can_be_changed_afterwards() -> None:
    table = list(TABLE)
    pipeline = Pipeline().point(table)
    table[0] = 99
    assert pipeline == PIPELINES["table"]


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: Pipeline().threshold(256), ValueError, "256"),
    (lambda: Pipeline().threshold("much"), TypeError, "much"),  # type: ignore[arg-type]
    (lambda: Pipeline().threshold(), TypeError, "missing"),  # type: ignore[call-arg]
    (lambda: Pipeline().median_filter(4), ValueError, "odd"),
    (lambda: Pipeline().point(TABLE[:-1]), ValueError, "255"),
    (lambda: Pipeline().point(lambda value: value), TypeError, "callables"),  # type: ignore[arg-type]
    (lambda: Pipeline().point(set(TABLE)), TypeError, "set"),  # type: ignore[arg-type]
    (lambda: Pipeline().point({1: 2}), TypeError, "dict"),  # type: ignore[arg-type]
    (lambda: Pipeline().point(iter(int, 1)), ValueError, "at most"),  # type: ignore[arg-type]
    (lambda: Pipeline().fill((1, 2, 3, 4, 5)), ValueError, "5 values"),
    (lambda: Pipeline().fill("no colour"), ValueError, "colour"),
    (lambda: Pipeline().fill(make("L")), TypeError, "images"),  # type: ignore[arg-type]
    (lambda: Pipeline().fill(pilview.view(make("L"))), TypeError, "images"),  # type: ignore[arg-type]
    (lambda: Pipeline().fill(object()), TypeError, "object"),  # type: ignore[arg-type]
    (lambda: Pipeline().convolve((3, 3), [1, 2]), ValueError, "2 weights"),
    (lambda: Pipeline().filter(OwnFilter()), TypeError, "OwnFilter"),
    (lambda: Pipeline().filter(OwnFilter), TypeError, "OwnFilter"),
    (lambda: Pipeline().filter("BLUR"), TypeError, "str"),  # type: ignore[arg-type]
    (lambda: Pipeline().filter(ImageFilter.BuiltinFilter), TypeError, "not BuiltinFilter; there is Kernel"),
    (lambda: Pipeline().filter(ImageFilter.MultibandFilter), TypeError, "not MultibandFilter"),
    (lambda: Pipeline().convert("colour"), ValueError, "RGB, L"),
    (lambda: Pipeline().convert(3), ValueError, "RGB, L"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize(), ValueError, "either"),
    (lambda: Pipeline().resize((3, 4), scale=2), ValueError, "either"),
    (lambda: Pipeline().resize(scale=0), ValueError, "factor above 0"),
    (lambda: Pipeline().resize(scale=-1), ValueError, "factor above 0"),
    (lambda: Pipeline().resize(scale=True), TypeError, "True"),
    (lambda: Pipeline().resize(scale=math.nan), ValueError, "factor above 0"),
    (lambda: Pipeline().resize((0, 3)), ValueError, "from 1 to"),
    (lambda: Pipeline().resize((3, 2.5)), ValueError, "from 1 to"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize((None, None)), ValueError, "None for one"),
    (lambda: Pipeline().resize(30), TypeError, "width, height"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize((3, 3), resample="best"), ValueError, "lanczos"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize((3, 3), resample=99), ValueError, "lanczos"),  # type: ignore[arg-type]
    (lambda: Pipeline().reduce(0), ValueError, "factor"),
    (lambda: Pipeline().reduce((1, 2, 3)), ValueError, "factor"),  # type: ignore[arg-type]
    (lambda: Pipeline().gaussian_blur(True), TypeError, "radius is True"),
    (lambda: Pipeline().fill((1, True)), TypeError, r"color is \(1, True\)"),
    (lambda: Pipeline().transpose(True), TypeError, "method is True"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize((3, 3), resample=True), TypeError, "resample is True"),  # type: ignore[arg-type]
    (lambda: Pipeline().autocontrast(preserve_tone="no"), TypeError, "True or False"),  # type: ignore[arg-type]
    (lambda: Pipeline().filter(ImageFilter.GaussianBlur(None)), TypeError, "radius of Gauss"),  # type: ignore[arg-type]
    (lambda: Pipeline().filter(ImageFilter.BoxBlur(True)), TypeError, "radius of BoxBlur is True"),
    (lambda: Pipeline().resize((1 << 31, 1)), ValueError, "31 - 1"),
    (lambda: Pipeline().gaussian_blur(None), TypeError, "radius is None"),  # type: ignore[arg-type]
    (lambda: Pipeline().transpose("around"), ValueError, "rotate_90"),  # type: ignore[arg-type]
]


class OwnFilter(ImageFilter.MedianFilter):
    """One that nobody else could make again."""


@pytest.mark.parametrize(("record", "error", "match"), REFUSED, ids=[match for *_, match in REFUSED])
def test_wrong_parameters_fail_when_they_are_recorded(
    record: Callable[[], object], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        record()


def test_a_step_that_one_mode_has_is_recorded_and_refused_by_the_others() -> None:
    pipeline = Pipeline().fill(-1.25)  # F
    img = make("F")
    assert pipeline(img) is img
    assert pilview.view(img)[0, 0] == -1.25
    with pytest.raises(TypeError):
        pipeline(make("RGB"))


def test_the_class_says_where_it_is_to_be_imported_from() -> None:
    assert Pipeline.__module__ == "pilview"
    assert b"_pipeline" not in pickle.dumps(PIPELINES["numbers"])


def test_the_import_of_pilview_does_not_bring_it_in() -> None:
    out = run(
        """
        import sys
        import pilview
        print(sorted(name for name in sys.modules if name.startswith("pilview")))
        print("Pipeline" in dir(pilview), hasattr(pilview, "Pipelines"))
        pilview.Pipeline
        print("pilview._pipeline.files" in sys.modules, "tqdm" in sys.modules)
        """
    )
    assert out.splitlines() == ["['pilview', 'pilview._pilview']", "True False", "False False"]
