"""Pipelines: recorded calls of kernels, as values, as JSON, as pickles, and on images."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import math
import pickle
import subprocess
import sys
import threading
import time
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
GENERATOR = ROOT / "tools" / "pipeline_steps.py"
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
    "scale": Pipeline().resize(scale=0.5, resample=Image.Resampling.BOX).transpose("rotate_90"),
}
# A table of 256 is not written out by repr.
SHOWN = [name for name in PIPELINES if name != "table"]


def steps() -> dict[str, Callable[..., Any]]:
    """The methods of Pipeline that add a step."""
    others = {"from_json", "run_files", "to_json"}
    return {
        name: method
        for name, method in inspect.getmembers(Pipeline, inspect.isfunction)
        if not name.startswith("_") and name not in others
    }


def test_the_methods_are_what_the_stubs_of_the_kernels_say() -> None:
    process = subprocess.run(
        [sys.executable, GENERATOR, "--check"], capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr


def test_every_kernel_of_plain_data_is_a_step_and_no_other() -> None:
    without = {
        "copy_from",
        "copy_to",
        "map_rows",
        "map_rows2",
        "release",
        "row",
        "tobytes",
        "tolist",
        "cast",
        "crop",
    }
    kernels = {
        name
        for name, method in inspect.getmembers(pilview.ImageView, callable)
        if not name.startswith("_") and name not in without
    }
    made = set(steps()) - {"resize", "reduce", "transpose"}
    assert {"invert", "threshold", "point", "fill", "convolve", "median_filter", "filter"} <= made
    assert made <= kernels
    assert not [name for name in made if name.endswith("_into")]


def test_steps_have_the_parameters_of_their_kernels() -> None:
    for name, method in steps().items():
        kernel = getattr(pilview.ImageView, name, None)
        if kernel is not None:
            of_kernel = inspect.signature(kernel).parameters
            for parameter in inspect.signature(method).parameters.values():
                assert parameter.name in of_kernel, name
                assert parameter.default == of_kernel[parameter.name].default, name


def test_steps_take_no_catch_alls_and_are_documented() -> None:
    for name, method in [*steps().items(), ("run_files", Pipeline.run_files)]:
        assert method.__doc__, name
        assert "Raises" in method.__doc__, name
        for parameter in inspect.signature(method).parameters.values():
            assert parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL), name
            assert parameter.name == "self" or parameter.annotation != parameter.empty, name


STUB = '''
_Colour: TypeAlias = int | tuple[int, ...]
_Other: TypeAlias = "ImageView | Image.Image | _Colour"
class ImageView:
    def plain(self, a: float, b: int = 3) -> Self:
        """Doc. Raises ValueError."""
    def masked(self, cutoff: float = 0, mask: Image.Image | None = None, keep: bool = False) -> Self:
        """Doc. Raises ValueError."""
    def pair(self, other: _Other, /) -> Self:
        """Doc. Raises ValueError."""
    def into(self, dst: ImageView | Image.Image, factor: int = 2) -> Self:
        """Doc. Raises ValueError."""
    def mean(self) -> float:
        """Doc."""
'''


def test_images_and_statistics_are_no_steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(GENERATOR.parent))
    import pipeline_steps  # noqa: PLC0415

    stub = tmp_path / "stub.pyi"
    stub.write_text(STUB, "utf-8")
    monkeypatch.setattr(pipeline_steps, "STUB", stub)
    text = pipeline_steps.source()
    ast.parse(text)
    assert "def plain(self, a: float, b: int = 3) -> Self:" in text
    # What stands behind a parameter that is left out would be at another position than the kernel's.
    assert "def masked(self, cutoff: float = 0, *, keep: bool = False) -> Self:" in text
    assert "no `mask`" in text
    assert "def pair(self, other: int | tuple[int, ...], /) -> Self:" in text
    assert "no image as `other`" in text
    assert "def into" not in text
    assert "def mean" not in text


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
        ('{"version": 1}', "version 1"),
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


@pytest.mark.parametrize(
    "argument",
    [
        bytes(TABLE),
        bytearray(TABLE),
        np.array(TABLE, np.uint8),
        np.array(TABLE),
        iter(TABLE),
        map(float, TABLE),
    ],
    ids=lambda argument: type(argument).__name__,
)
def test_tables_of_any_kind_are_recorded_as_numbers(argument: Any) -> None:
    assert Pipeline().point(argument) == PIPELINES["table"]


def test_numbers_of_other_libraries_are_recorded_as_numbers() -> None:
    assert Pipeline().threshold(np.int64(100)) == Pipeline().threshold(100)
    assert Pipeline().fill(np.float32(0.5)) == Pipeline().fill(0.5)  # type: ignore[arg-type]
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
    (lambda: Pipeline().resize(), ValueError, "either"),
    (lambda: Pipeline().resize((3, 4), scale=2), ValueError, "either"),
    (lambda: Pipeline().resize(scale=0), ValueError, "factor above 0"),
    (lambda: Pipeline().resize(scale=-1), ValueError, "factor above 0"),
    (lambda: Pipeline().resize(scale=math.nan), ValueError, "factor above 0"),
    (lambda: Pipeline().resize((0, 3)), ValueError, "from 1 on"),
    (lambda: Pipeline().resize((3, 2.5)), ValueError, "from 1 on"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize((None, None)), ValueError, "one of them"),
    (lambda: Pipeline().resize(30), TypeError, "width, height"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize((3, 3), resample="best"), ValueError, "lanczos"),  # type: ignore[arg-type]
    (lambda: Pipeline().resize((3, 3), resample=99), ValueError, "lanczos"),  # type: ignore[arg-type]
    (lambda: Pipeline().reduce(0), ValueError, "factor"),
    (lambda: Pipeline().reduce((1, 2, 3)), ValueError, "factor"),  # type: ignore[arg-type]
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


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "CMYK"])
@pytest.mark.parametrize("blocks", [False, True])
def test_it_does_what_the_kernels_do(mode: str, blocks: bool) -> None:
    img, by_hand = make(mode, (67, 41), blocks=blocks), make(mode, (67, 41), blocks=blocks)
    pipeline = Pipeline().median_filter(3).point(TABLE).filter(ImageFilter.SHARPEN).threshold(90)
    assert pipeline(img) is img
    pilview.view(by_hand).median_filter(3).point(TABLE).filter(ImageFilter.SHARPEN).threshold(90)
    assert packed(img) == packed(by_hand)


def test_the_empty_pipeline_changes_nothing() -> None:
    img = make("RGB")
    before = packed(img)
    assert Pipeline()(img) is img
    assert packed(img) == before


def test_a_box_is_the_part_that_changes() -> None:
    img, by_hand = make("RGB", (40, 30)), make("RGB", (40, 30))
    assert Pipeline().invert().median_filter()(img, box=(3, 4, 20, 25)) is img
    pilview.view(by_hand).crop((3, 4, 20, 25)).invert().median_filter()
    assert packed(img) == packed(by_hand)
    with pytest.raises(ValueError, match="box"):
        Pipeline().invert()(img, box=(3, 4, 200, 25))


def test_views_are_taken_too() -> None:
    img = make("RGB", (40, 30))
    v = pilview.view(img)
    expected = [255 - value for value in v["R"].tobytes()]
    green = v["G"].tobytes()
    band = v["R"]
    assert Pipeline().invert()(band) is band
    assert list(v["R"].tobytes()) == expected
    assert v["G"].tobytes() == green
    part = v[::2]
    assert Pipeline().fill((1, 2, 3))(part, box=(0, 0, 2, 1)) is part
    assert v[0, 1] == (1, 2, 3)
    assert v[0, 2] != (1, 2, 3)


def test_a_readonly_image_becomes_writable_by_pillows_own_copy() -> None:
    img = Image.frombuffer("L", (5, 4), bytes(range(20)), "raw", "L", 0, 1)
    assert img.readonly
    assert Pipeline().invert()(img) is img
    assert img.tobytes() == bytes(255 - value for value in range(20))


def test_a_new_size_is_a_new_image() -> None:
    img = make("RGB", (40, 30))
    expected = make("RGB", (40, 30))
    pilview.view(expected).invert()
    made = Pipeline().invert().resize(scale=0.5, resample="bilinear").median_filter()(img)
    assert made is not img
    assert packed(img) == packed(expected), "the steps before the new size were in place"
    expected = expected.resize((20, 15), Image.Resampling.BILINEAR)
    pilview.view(expected).median_filter()
    assert made.size == (20, 15)
    assert packed(made) == packed(expected)


@pytest.mark.parametrize(
    ("pipeline", "size"),
    [
        (Pipeline().resize((7, 9)), (7, 9)),
        (Pipeline().resize((20, None)), (20, 15)),
        (Pipeline().resize((None, 60)), (80, 60)),
        (Pipeline().resize((1, None)), (1, 1)),
        (Pipeline().resize(scale=2), (80, 60)),
        (Pipeline().resize(scale=0.001), (1, 1)),
        (Pipeline().reduce(2), (20, 15)),
        (Pipeline().reduce((4, 1)), (10, 30)),
        (Pipeline().transpose("rotate_270"), (30, 40)),
        (Pipeline().transpose(Image.Transpose.FLIP_LEFT_RIGHT), (40, 30)),
    ],
    ids=str,
)
def test_sizes_are_what_was_asked_for(pipeline: Pipeline, size: tuple[int, int]) -> None:
    assert pipeline(make("RGB", (40, 30))).size == size


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I", "F", "I;16"])
def test_new_sizes_have_pillows_bytes(mode: str) -> None:
    img = make(mode, (40, 30))
    assert packed(Pipeline().resize((17, 11))(img)) == packed(img.resize((17, 11)))
    assert packed(Pipeline().transpose("transverse")(img)) == packed(
        img.transpose(Image.Transpose.TRANSVERSE)
    )


def test_a_new_size_does_not_go_with_a_box_or_a_view() -> None:
    img = make("RGB", (40, 30))
    before = packed(img)
    pipeline = Pipeline().invert().resize(scale=2)
    with pytest.raises(ValueError, match="box"):
        pipeline(img, box=(0, 0, 2, 2))
    with pytest.raises(ValueError, match="view"):
        pipeline(pilview.view(img))
    assert packed(img) == before


def test_it_costs_next_to_nothing_over_calling_the_kernels() -> None:
    """3 % of the 4 ms that the quickest kernel takes for 24 megapixels are 120 us."""
    img = make("L", (8, 8))
    pipeline = Pipeline().invert().threshold(100).invert()
    seconds = dict.fromkeys(("pipeline", "by hand"), math.inf)
    for _ in range(200):
        start = time.perf_counter()
        pipeline(img)
        middle = time.perf_counter()
        pilview.view(img, writable=True).invert().threshold(100).invert()
        end = time.perf_counter()
        seconds["pipeline"] = min(seconds["pipeline"], middle - start)
        seconds["by hand"] = min(seconds["by hand"], end - middle)
    assert seconds["pipeline"] - seconds["by hand"] < 120e-6 / 3


def test_one_pipeline_serves_several_threads() -> None:
    pipeline = Pipeline().median_filter(3).invert()
    expected = packed(pipeline(make("RGB", (90, 70))))
    results: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: results.append(packed(pipeline(make("RGB", (90, 70))))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8


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
