"""Another thread replaces an image's memory meanwhile: StaleViewError or a correct result, no lost write."""

from __future__ import annotations

import contextlib
import io
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, features

import pilview

from . import memory
from .images import make
from .together import WATCHDOG, in_threads

SMALL, LARGE = (60, 50), (700, 500)  # with the GIL, and without

Write = Callable[[pilview.ImageView, int], object]
WRITES: dict[str, Write] = {
    "pixel": lambda v, n: v.__setitem__((0, 0), n),
    "everything": lambda v, n: v.__setitem__(..., n),
    "kernel": lambda v, n: v.fill(n),
    "kernel of two": lambda v, n: v.copy_from(bytes([n]) * v.nbytes),
    "row function": lambda v, n: v[:20].map_rows(lambda row, y: row.__setitem__(0, n)),
}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_a_write_without_an_error_went_to_memory_that_was_the_images(
    name: str, size: tuple[int, int]
) -> None:
    """One thread replaces the core again and again, and lists those that were replaced. The others
    write: a core that was on the list already when a write began can't have taken it without an error."""
    img = make("L", size)
    retired: set[int] = set()
    kept = [img.im]  # alive, so that no other core gets its address
    writers, replacements = 3, 40
    done, stale = [0] * writers, [0] * writers
    finished = threading.Event()

    def replace() -> None:
        try:
            for _ in range(replacements):
                old, seen = img.im, sum(done)
                kept.append(old.copy())
                img.im = kept[-1]
                retired.add(id(old))
                while sum(done) == seen:  # so that writes are between any two
                    time.sleep(0)
        finally:
            finished.set()

    def write(i: int) -> None:
        v, core, n = pilview.view(img), 0, 0
        while not finished.is_set():
            n += 1
            too_late = core in retired
            try:
                WRITES[name](v, n % 256)
            except pilview.StaleViewError:
                stale[i] += 1
                before = img.im
                v = pilview.view(img)
                # Which core the view is of is known if it was the image's before and after.
                core = id(before) if img.im is before else 0
            else:
                assert not too_late, "the write was lost, and that was no error"
            finally:
                done[i] = n

    in_threads(lambda i: write(i) if i < writers else replace(), writers + 1)
    assert sum(stale)
    pilview.view(img)[0, 0] = 77
    assert img.getpixel((0, 0)) == 77


def close(img: Image.Image) -> None:
    img.close()


def thumbnail(img: Image.Image) -> None:
    img.thumbnail((30, 30))


def putalpha(img: Image.Image) -> None:
    img.putalpha(7)  # mode L: Pillow converts it


def copy_on_write(img: Image.Image) -> None:
    img._copy()


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("replace", [close, thumbnail, putalpha, copy_on_write])
def test_a_write_that_waits_while_pillow_replaces_the_memory_is_an_error(
    replace: Callable[[Image.Image], object], name: str
) -> None:
    """The image is on loan, the write waits for its end, and meanwhile Pillow replaces the core."""
    img = make("L", SMALL)
    v = pilview.view(img)
    lent, replaced = threading.Event(), threading.Event()
    results: list[object] = []

    def hold(_row: memoryview, y: int) -> None:
        lent.set()
        assert replaced.wait(WATCHDOG)

    def lend() -> None:
        with pytest.raises(pilview.StaleViewError):
            v.map_rows(hold)
        results.append("lent")

    def write() -> None:
        assert lent.wait(WATCHDOG)
        waiting.set()
        with pytest.raises(pilview.StaleViewError):
            WRITES[name](v, 9)
        results.append("written")

    waiting = threading.Event()
    threads = [threading.Thread(target=work, daemon=True) for work in (lend, write)]
    for thread in threads:
        thread.start()
    assert waiting.wait(WATCHDOG)
    threads[1].join(0.03)  # Time to get there: what is to happen does not depend on it.
    replace(img)
    replaced.set()
    for thread in threads:
        thread.join(WATCHDOG)
        assert not thread.is_alive(), "hangs"
    assert sorted(map(str, results)) == ["lent", "written"]


def test_load_in_another_thread_changes_nothing(tmp_path: Path) -> None:
    make("L", LARGE).save(tmp_path / "image.png")
    with Image.open(tmp_path / "image.png") as img:
        v = pilview.view(img)
        before = memory.raw_bytes(img)

        def work(i: int) -> None:
            for _ in range(50):
                if i:
                    img.load()
                    pilview.view(img).invert().invert()
                else:
                    v.invert().invert()

        in_threads(work)
        assert memory.raw_bytes(img) == before


THREADS = 4
# What `save` takes: decoders of Pillow's own, those of libraries, and one that maps the file.
FILES: dict[str, dict[str, Any]] = {
    "png": {},
    "gif": {},
    "tiff": {"compression": "tiff_lzw"},
    "jpeg": {"quality": 90},
    "webp": {"lossless": True},
    "bmp": {},
}


def saved(kind: str, folder: Path, img: Image.Image, **options: Any) -> Path:
    if kind == "webp" and not features.check("webp"):
        pytest.skip("this Pillow has no WebP")
    path = folder / f"image.{kind}"
    img.save(path, **options)
    return path


@pytest.mark.parametrize("kind", FILES)
def test_threads_that_view_a_file_at_once_read_it_once(kind: str, tmp_path: Path) -> None:
    """Threads that call `load()` at once, without pilview, get wrong pixels, and lose what others write."""
    path = saved(kind, tmp_path, make("L", LARGE), **FILES[kind])
    with Image.open(path) as img:
        before = img.copy()
    after = before.copy()
    for i in range(THREADS):
        pilview.view(after)[i::THREADS].invert()

    def part(img: Image.Image, i: int) -> None:
        assert pilview.view(img)[i::THREADS] == pilview.view(before)[i::THREADS], "wrong pixels"
        pilview.view(img, writable=True)[i::THREADS].invert()

    for _ in range(20):
        with Image.open(path) as img:
            in_threads(partial(part, img), THREADS)
            assert pilview.view(img) == after, "a lost write"


@pytest.mark.parametrize("kind", ["webp", "ico"])
def test_what_a_plugin_alone_knows_to_be_unread_is_read_once(kind: str, tmp_path: Path) -> None:
    """After another frame, or size, was asked for, the image looks as if it were loaded."""
    first, second = (make("RGB", (64, 64), seed=seed) for seed in range(2))
    frames: dict[str, Any] = {"save_all": True, "append_images": [second], "lossless": True}
    path = saved(kind, tmp_path, first, **(frames if kind == "webp" else {"sizes": [(64, 64), (32, 32)]}))

    def seen_by(count: int) -> set[bytes]:
        seen: list[bytes] = []
        with Image.open(path) as img:
            pilview.view(img)
            if kind == "webp":
                img.seek(1)
            else:
                img.size = (32, 32)  # type: ignore[misc]
            in_threads(lambda _: seen.append(pilview.view(img).tobytes()), count)
        return set(seen)

    expected = seen_by(1)
    assert [seen_by(THREADS) for _ in range(20)] == [expected] * 20


def test_a_signal_is_handled_while_another_thread_reads_the_file(tmp_path: Path) -> None:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        pytest.skip("no timers here, or not for this thread")
    path = saved("png", tmp_path, make("L", SMALL))
    begun, go_on = threading.Event(), threading.Event()
    reader = threading.Thread(target=lambda: pilview.view(img), daemon=True)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if threading.current_thread() is reader:
                begun.set()
                assert go_on.wait(WATCHDOG)
            return super().read(size)

    with Image.open(Slow(path.read_bytes())) as img:
        before = signal.signal(signal.SIGALRM, lambda *_: go_on.set())
        try:
            reader.start()
            assert begun.wait(WATCHDOG)
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            assert pilview.view(img) == make("L", SMALL)
        finally:
            go_on.set()
            reader.join(WATCHDOG)
            signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("unread", [(), ("a tile",)])
def test_a_row_function_does_not_wait_for_a_load(unread: tuple[str, ...]) -> None:
    """It has an image on loan itself. What looks as if it were loaded it gets, and else an error."""
    begun, go_on = threading.Event(), threading.Event()

    class File(Image.Image):
        tile = unread

        def load(self) -> Any:
            if threading.current_thread() is reader:
                begun.set()
                assert go_on.wait(WATCHDOG)
            return super().load()

    img = make("L", SMALL)
    img.__class__ = File
    reader = threading.Thread(target=pilview.view, args=(img,), daemon=True)
    reader.start()
    assert begun.wait(WATCHDOG)
    try:
        with pytest.raises(pilview.BusyError) if unread else contextlib.nullcontext():
            pilview.view(make("L", (3, 1))).map_rows(lambda row, y: pilview.view(img).invert())
    finally:
        go_on.set()
        reader.join(WATCHDOG)
    assert pilview.view(img)[0, 0] == make("L", SMALL).getpixel((0, 0)) ^ (0 if unread else 255)  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["gif", "tiff"])
def test_another_frame_in_another_thread_is_an_error_at_most(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"frames.{kind}"
    frames = [make("L", LARGE, seed=seed) for seed in range(4)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    for _ in range(10):
        with Image.open(path) as img:
            write_while_frames_change(img)
    with Image.open(path) as img:
        assert pilview.view(img) == frames[0]


def write_while_frames_change(img: Image.Image) -> None:
    v = pilview.view(img, writable=True)
    finished = threading.Event()

    def work(i: int) -> None:
        try:
            for n in range(1, 4) if i else ():
                img.seek(n)
                img.load()
            while not (i or finished.is_set()):
                with contextlib.suppress(pilview.StaleViewError):
                    v.invert()
        finally:
            finished.set()

    in_threads(work, 2)
