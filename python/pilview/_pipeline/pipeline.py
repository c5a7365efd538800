"""The class `Pipeline`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from os import PathLike
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal, Self, final, overload

from PIL import Image

from .. import _pilview
from .._pilview import ImageView
from . import makers
from .makers import ResampleName, TransposeName
from .step import Parameters, Step
from .steps import Steps

if TYPE_CHECKING:
    from .report import FilesReport

# Of what `to_json` makes. A reader of another version has to be told apart.
VERSION = 1


@final
class Pipeline(Steps):
    """Kernels recorded once, to be applied to many images: `Pipeline().autocontrast().gaussian_blur(1.5)`.

    It never changes: each method returns a new pipeline that has one more step. The methods are the kernels
    of `ImageView` that take plain data (numbers, strings, sequences, Pillow's filters), with their parameters
    and bytes, and steps that make a new image: `resize`, `reduce`, `transpose`, `exif_transpose`, `convert`.
    A step is tried when it is recorded: arguments that no image of any mode takes raise there what the kernel
    raises. Pipelines can be compared, hashed, pickled, and told in JSON.
    """

    __slots__ = ("_steps",)

    # Where it is to be imported from, and where pickles look for it.
    __module__ = "pilview"

    def __init__(self) -> None:
        """A pipeline without steps."""
        self._steps: tuple[Step, ...] = ()

    def _with(self, name: str, arguments: dict[str, object], /) -> Self:
        longer = type(self)()
        longer._steps = (*self._steps, Step(name, arguments, parameters()[name]))
        return longer

    # Steps that make a new image.
    def resize(
        self,
        size: tuple[int | None, int | None] | None = None,
        *,
        scale: float | None = None,
        resample: ResampleName | Image.Resampling | None = None,
    ) -> Self:
        """As `Image.resize`, to `size`, (width, height) in pixels, ints from 1 on, of which one may be None
        to keep the ratio of the sides; or by the factor `scale`, above 0 and at most 1000: 0.5 halves both.
        `resample` is a filter's name or Pillow's enum; None is what Pillow takes for the mode, bicubic for
        most. MKS2013 and MKS2021 are known where Pillow has them. All modes that Pillow resizes. Raises
        ValueError, TypeError."""
        name = makers.member_name(resample, Image.Resampling)
        return self._with("resize", {"size": size, "scale": scale, "resample": name})

    def reduce(self, factor: int | tuple[int, int]) -> Self:
        """As `Image.reduce`: a pixel for each `factor` x `factor` pixels, their mean; or two factors, for x
        and y; ints from 1 on. All modes that Pillow reduces. Raises ValueError."""
        return self._with("reduce", {"factor": factor})

    def transpose(self, method: TransposeName | Image.Transpose) -> Self:
        """As `Image.transpose`: flipped or turned by 90, 180 or 270 degrees, counter-clockwise. `method` is
        its name or Pillow's enum. All modes. Raises ValueError."""
        return self._with("transpose", {"method": makers.member_name(method, Image.Transpose)})

    def exif_transpose(self) -> Self:
        """As `ImageOps.exif_transpose`: turned and flipped as the EXIF tag Orientation says, which is then
        taken away; a copy where there is none. All modes. Raises what Pillow raises for EXIF that it can't
        read."""
        return self._with("exif_transpose", {})

    def convert(self, mode: str) -> Self:
        """As `Image.convert` to `mode`, such as "RGB", "L" or "RGBA": colours for the indices of a palette,
        no alpha for a JPEG. Values of 16 bits are clipped to 8, as Pillow does; `linear(1 / 257)` before it
        scales them. Raises ValueError for no mode of Pillow, and for a conversion that Pillow does not have
        when an image comes."""
        return self._with("convert", {"mode": mode})

    @overload
    def __call__(self, img: Image.Image, *, box: tuple[int, int, int, int] | None = None) -> Image.Image: ...
    @overload
    def __call__(self, img: ImageView, *, box: tuple[int, int, int, int] | None = None) -> ImageView: ...
    def __call__(
        self, img: Image.Image | ImageView, *, box: tuple[int, int, int, int] | None = None
    ) -> Image.Image | ImageView:
        """Applies the steps to an image or a view, in place, and returns it. `box` is (left, upper, right,
        lower), ints in pixels inside of it: the part that is changed. A read-only image is first made
        writable by Pillow's own copy.

        A step that changes the size or the mode can't be in place. From it on the steps work on a new image,
        which is what is returned; `img` keeps what the steps before did. Such a pipeline takes no box and no
        view.

        Raises what the kernels raise, ModeError among them; the steps before the one that raises are done.
        """
        if isinstance(img, ImageView):
            self._refuse_new_images("a view")
            self._run(img if box is None else img.crop(box))
            return img
        if box is not None:
            self._refuse_new_images("a box")
            self._run(_pilview.view(img, writable=True).crop(box))
            return img
        v = _pilview.view(img, writable=True)
        for step in self._steps:
            if step.makes_new_image:
                img = step.make(img)
                v = _pilview.view(img, writable=True)
            else:
                step.run(v)
        return img

    def _run(self, v: ImageView) -> None:
        for step in self._steps:
            step.run(v)

    def _refuse_new_images(self, what: str) -> None:
        for step in self._steps:
            if step.makes_new_image:
                raise ValueError(
                    f"{step.name} makes a new image, so the pipeline can't work inside of {what}"
                )

    def run_files(
        self,
        paths: Iterable[str | PathLike[str]] | str | PathLike[str],
        out_dir: str | PathLike[str],
        *,
        workers: int | None = None,
        on_error: Literal["raise", "skip", "collect"] = "raise",
        progress: bool = True,
        format: str | None = None,
        save_options: Mapping[str, Any] | None = None,
        skip_existing: bool = False,
    ) -> FilesReport:
        """Opens each file of `paths` (or one), applies the pipeline, and saves the image into `out_dir`,
        which is made where it is not there, on a pool of threads.

        A file keeps its name and format; `format` is another one, by name or suffix ("PNG", ".webp"), whose
        suffix the names then get. EXIF (without its thumbnail), XMP, resolution, colour profile and the texts
        of a PNG are kept, and from JPEG to JPEG the tables that decide the quality, unless `save_options` say
        otherwise: the keywords of `Image.save`, of which None leaves one out. A file with a palette is a
        failure where a step would take its indices for brightness: begin with `convert("RGB")`, or with
        `convert("RGBA")` where it has transparency.

        A file is written under a temporary name and renamed when it is whole. With `skip_existing` those that
        are there already stay, so that a run that was stopped can go on. Ctrl-C stops it between two steps:
        files that are done stay, the others are not there.

        `workers` is the number of files at a time, from 1 on, each on one thread from the decoder to the
        encoder. None is as many as pilview has threads; where there are fewer files, the kernels of each use
        several.

        `on_error` decides on what happens to a file that can't be read, changed or written: "raise" stops and
        raises the error with a note on the file, "skip" warns and goes on, "collect" goes on. The report
        tells of every failure. `progress` shows a bar with images/s and Mpx/s where tqdm is installed
        (pilview[cli]) and stderr is a terminal or a notebook.

        Raises ValueError before anything is written for two files that would get one name, files that would
        be replaced by their own result, and an unknown format; TypeError for steps or options of another
        type.
        """
        from .files import run_files  # noqa: PLC0415  # threads and progress are for this call only

        return run_files(
            self,
            paths,
            out_dir,
            workers=workers,
            on_error=on_error,
            progress=progress,
            format=format,
            options={} if save_options is None else save_options,
            skip_existing=skip_existing,
        )

    def to_json(self) -> str:
        """The steps as JSON: `{"version": 1, "steps": [{"name": ..., "arguments": {...}}, ...]}`."""
        document = {"version": VERSION, "steps": [step.to_json() for step in self._steps]}
        return json.dumps(document, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Pipeline:
        """The pipeline that `to_json` told. Raises ValueError for what is no such JSON, another version, or
        a kernel that this pilview does not have; and what a kernel raises for its arguments, with a note on
        the step."""
        try:
            return cls._from_document(json.loads(text))
        except RecursionError:
            raise ValueError("the JSON is nested too deeply for a pipeline") from None

    @classmethod
    def _from_document(cls, document: object) -> Pipeline:
        match document:
            case {"version": version} if type(version) is not int or version != VERSION:
                raise ValueError(f"the pipeline is of version {version!r:.20}; this pilview reads {VERSION}")
            case {"version": _, "steps": list(steps), **rest} if not rest:
                pass
            case _:
                raise ValueError('a pipeline in JSON is {"version": 1, "steps": [...]}, and nothing else')
        pipeline: Pipeline = cls()
        for number, step in enumerate(steps, 1):
            try:
                name, arguments = Step.read(step)
                check_names(name, arguments)
                pipeline = pipeline._with(name, dict(arguments))
            except (ValueError, TypeError) as error:
                error.add_note(f"In step {number} of {len(steps)} of the JSON")
                raise
        return pipeline

    def __eq__(self, other: object) -> bool:
        """Whether the steps are the same, with the same arguments: 1 and 1.0 are not, as kernels tell them
        apart."""
        return self._steps == other._steps if isinstance(other, Pipeline) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._steps)

    def __repr__(self) -> str:
        """As it is written, with `ImageFilter` for Pillow's module. A long table is told by its length."""
        return ".".join(["Pipeline()", *map(repr, self._steps)])

    def __reduce__(self) -> tuple[Callable[[str], Pipeline], tuple[str]]:
        """A pickle is the JSON, so that it outlives changes of these classes."""
        return type(self).from_json, (self.to_json(),)


@cache
def parameters() -> dict[str, Parameters]:
    """Every step by its name."""
    names = [
        *(name for name, member in vars(Steps).items() if isinstance(member, FunctionType)),
        *makers.MAKERS,
    ]
    return {name: Parameters.of(getattr(Pipeline, name)) for name in names if not name.startswith("_")}


def check_names(name: str, arguments: Iterable[str]) -> None:
    """Raises ValueError for a step or parameter that does not exist, and for one that is wanting."""
    known = parameters().get(name)
    if known is None:
        raise ValueError(f"no step is called {name!r}{did_you_mean(name, parameters())}")
    for given in arguments:
        if given not in known.names:
            raise ValueError(f"{name} has no parameter {given!r}{did_you_mean(given, known.names)}")
    for wanted in known.required:
        if wanted not in arguments:
            raise ValueError(f"{name} needs {wanted}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word."""
    known = list(known)
    close = get_close_matches(word, known, 1, 0.6)
    return f"; did you mean {close[0]}?" if close else f"; there is {', '.join(known) or 'none'}"
