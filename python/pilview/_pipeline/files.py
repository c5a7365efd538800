"""`Pipeline.run_files`: a pipeline over files, on a pool of threads.

Threads are enough: Pillow's decoders and encoders and pilview's kernels all run without the GIL.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, get_args

from PIL import Image

from .._names import shown
from .._pilview import _limit_num_threads, get_num_threads
from .kept import save_options
from .progress import Progress
from .refusals import refuse_frames, refuse_loss, refuse_stale_colours
from .report import FileFailure, FilesReport, told
from .saving import save
from .targets import Target, targets

if TYPE_CHECKING:
    from .pipeline import Pipeline

OnError = Literal["raise", "skip", "collect"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file: it was written or skipped; or stopped, or failed, and has no pixels then."""

    state: Literal["written", "skipped", "failed", "stopped"]
    pixels: int = 0
    error: Exception | None = None


def run_files(
    pipeline: Pipeline,
    paths: Iterable[str | PathLike[str]] | str | PathLike[str],
    out_dir: str | PathLike[str],
    *,
    workers: int | None,
    on_error: OnError,
    progress: bool,
    format: str | None,
    options: Mapping[str, Any],
    skip_existing: bool,
) -> FilesReport:
    if on_error not in get_args(OnError):
        raise ValueError(f"on_error is {on_error!r}; give one of {', '.join(get_args(OnError))}")
    if not isinstance(options, Mapping) or not all(isinstance(name, str) for name in options):
        raise TypeError(f"save_options is {options!r}; give a dict with keywords of Image.save")
    folder = Path(out_dir)
    wanted = targets(paths, folder, format)
    folder.mkdir(parents=True, exist_ok=True)
    return run_targets(
        pipeline,
        wanted,
        workers=workers,
        on_error=on_error,
        progress=progress,
        options=options,
        skip_existing=skip_existing,
    )


def run_targets(
    pipeline: Pipeline,
    wanted: list[Target],
    *,
    workers: int | None,
    on_error: OnError,
    progress: bool,
    options: Mapping[str, Any],
    skip_existing: bool,
) -> FilesReport:
    """As `run_files`, where it is decided under which name each file is written."""
    workers, kernel_threads = _shared_out(len(wanted), workers)
    Image.preinit()  # once here, not in every thread at once
    stop = Event()
    start = monotonic()
    outcomes: dict[int, Outcome] = {}

    def work(target: Target) -> Outcome:
        return run_file(pipeline, target, options, skip_existing=skip_existing, stop=stop)

    with Progress(len(wanted), wanted=progress) as bar, _told_on_interrupt(outcomes, len(wanted)):
        executor = ThreadPoolExecutor(workers, "pilview-files", _limit_num_threads, (kernel_threads,))
        for number, outcome in _each(executor, work, wanted, workers, stop):
            outcomes[number] = outcome
            bar.advance(outcome.pixels, failed=outcome.error is not None)
            if outcome.error is not None:
                _react(on_error, wanted[number].source, outcome.error)
    return _report(wanted, outcomes, monotonic() - start)


def _shared_out(files: int, workers: int | None) -> tuple[int, int]:
    """How many files at a time, and how many threads the kernels of each use. Whole files keep processors
    busier than parts of them do, as decoders and encoders have one thread."""
    if workers is None:
        threads = get_num_threads()
        workers = max(1, min(threads, files))
        return workers, threads // workers
    if type(workers) is not int or workers < 1:
        raise ValueError(f"workers is {workers!r}; give a number from 1 on, or None for as many as threads")
    return workers, 1


def run_file(
    pipeline: Pipeline, target: Target, options: Mapping[str, Any], *, skip_existing: bool, stop: Event
) -> Outcome:
    """Reads, changes and writes one file. A failure is an outcome, not an exception."""
    if stop.is_set():
        return Outcome("stopped")
    try:
        if skip_existing and target.path.is_file():
            return Outcome("skipped")
        with Image.open(target.source) as img:
            refuse_frames(img)
            format = target.format or own_format(img)
            img.load()
            refuse_stale_colours(pipeline, img)
            size = img.size
            changed = pipeline(img)
            refuse_loss(changed, format)
            all_options = save_options(img, changed, format, options)
            if stop.is_set() or not save(changed, target.path, format, all_options, stop.is_set):
                return Outcome("stopped")
    except Exception as error:
        return Outcome("failed", error=error)
    return Outcome("written", size[0] * size[1])


def own_format(img: Image.Image) -> str:
    """The format to write an image in that is to stay what it is. Raises ValueError where that is
    impossible."""
    # A JPEG of a camera with a second, small picture behind the first.
    format = {"MPO": "JPEG"}.get(img.format or "", img.format)
    if format not in Image.SAVE:
        Image.init()
    if format not in Image.SAVE:
        raise ValueError(f"Pillow can't write {format}; give another format")
    return format


def _each(
    executor: ThreadPoolExecutor,
    work: Callable[[Target], Outcome],
    wanted: list[Target],
    workers: int,
    stop: Event,
) -> Iterator[tuple[int, Outcome]]:
    """The outcomes as they come, with the file's number. A few files are handed out ahead, not all of them;
    when the caller goes away, be it by Ctrl-C, the threads stop at their next step and end."""
    waiting: dict[Future[Outcome], int] = {}
    numbers = iter(range(len(wanted)))
    try:
        while True:
            for number in numbers:
                waiting[executor.submit(work, wanted[number])] = number
                if len(waiting) >= 2 * workers:
                    break
            if not waiting:
                return
            # With a timeout: on Windows a wait without end does not hear Ctrl-C.
            done, _ = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
    finally:
        stop.set()
        executor.shutdown(cancel_futures=True)


def _react(on_error: OnError, path: Path, error: Exception) -> None:
    if on_error == "raise":
        error.add_note(f"The file is {shown(path)}")
        raise error
    if on_error == "skip":
        warnings.warn(
            f"{shown(path)} is left out: {told(error, path)}", RuntimeWarning, stacklevel=5
        )  # the caller of Pipeline.run_files


@contextmanager
def _told_on_interrupt(outcomes: Mapping[int, Outcome], total: int) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as interrupt:
        done = sum(outcome.state in ("written", "skipped") for outcome in outcomes.values())
        interrupt.add_note(f"{done} of {total} files are done.")
        interrupt.add_note("With skip_existing=True a run goes on from there.")
        raise


def _report(wanted: list[Target], outcomes: Mapping[int, Outcome], seconds: float) -> FilesReport:
    in_order = [(target, outcomes[number]) for number, target in enumerate(wanted)]
    return FilesReport(
        written=tuple(target.path for target, outcome in in_order if outcome.state == "written"),
        skipped=tuple(target.path for target, outcome in in_order if outcome.state == "skipped"),
        failed=tuple(
            FileFailure(target.source, outcome.error)
            for target, outcome in in_order
            if outcome.error is not None
        ),
        megapixels=sum(outcome.pixels for _, outcome in in_order) / 1e6,
        seconds=seconds,
    )
