"""Pipelines over files: what is written, kept, skipped, reported, and what a stop leaves behind."""

from __future__ import annotations

import errno
import io
import os
import pickle
import struct
import sys
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import pilview
from pilview import Pipeline

from .images import make
from .photos import opened, photo, photos, quietly
from .scripts import run

PIPELINE = Pipeline().invert()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("workers", [None, 1, 2, 5])
def test_every_file_is_opened_changed_and_saved(workers: int | None, tmp_path: Path) -> None:
    paths = [photo(tmp_path / f"{i}.png", (40 + i, 30)) for i in range(12)]
    report = quietly(PIPELINE, paths, tmp_path / "new" / "out", workers=workers)
    assert report.written == tuple(tmp_path / "new" / "out" / path.name for path in paths)
    assert (report.skipped, report.failed) == ((), ())
    assert report.megapixels == pytest.approx(sum((40 + i) * 30 for i in range(12)) / 1e6)
    assert report.seconds > 0
    for source, written in zip(paths, report.written, strict=True):
        expected = opened(source)
        pilview.view(expected, writable=True).invert()
        assert opened(written).tobytes() == expected.tobytes()
        assert opened(written).format == "PNG"
    assert names(tmp_path / "new" / "out") == sorted(path.name for path in paths), "no temporary file stays"


def test_one_path_and_any_iterable_will_do(tmp_path: Path) -> None:
    paths = photos(tmp_path, 3)
    assert len(quietly(PIPELINE, str(paths[0]), tmp_path / "a").written) == 1
    assert len(quietly(PIPELINE, paths[0], tmp_path / "b").written) == 1
    assert len(quietly(PIPELINE, iter(map(str, paths)), tmp_path / "c").written) == 3
    assert quietly(PIPELINE, [], tmp_path / "d").written == ()


@pytest.mark.parametrize(
    ("format", "name", "kind"),
    [
        ("PNG", "photo.png", "PNG"),
        ("jpg", "photo.jpg", "JPEG"),
        (".JPG", "photo.jpg", "JPEG"),
        ("tiff", "photo.tiff", "TIFF"),
        ("JPEG2000", "photo.jp2", "JPEG2000"),
        (".j2k", "photo.j2k", "JPEG2000"),
    ],
)
def test_a_format_is_a_name_or_a_suffix(format: str, name: str, kind: str, tmp_path: Path) -> None:
    source = photo(tmp_path / "photo.bmp")
    (written,) = quietly(PIPELINE, source, tmp_path / "out", format=format).written
    assert written.name == name
    assert opened(written).format == kind
    bare = written.read_bytes().startswith(b"\xff\x4f\xff\x51")
    assert bare == (format == ".j2k"), "as Pillow, which looks at the suffix"


def test_nothing_starts_with_arguments_that_are_wrong(tmp_path: Path) -> None:
    paths = photos(tmp_path, 2)
    out = tmp_path / "out"
    (tmp_path / "more").mkdir()
    twice = photo(tmp_path / "more" / "000.jpg")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"on_error": "ignore"}, "skip"),
        ({"workers": 0}, "from 1 on"),
        ({"workers": 1.5}, "from 1 on"),
        ({"format": "nothing"}, "PNG"),
    ]
    for options, match in wrong:
        with pytest.raises(ValueError, match=match):
            quietly(PIPELINE, paths, out, **options)
    for options in ({"format": 5}, {"save_options": {5: 6}}, {"save_options": 5}):
        with pytest.raises(TypeError, match="5"):
            quietly(PIPELINE, paths, out, **options)
    with pytest.raises(ValueError, match="both"):
        quietly(PIPELINE, [*paths, twice], out)
    with pytest.raises(ValueError, match="both"):
        quietly(PIPELINE, [paths[0], paths[0]], out)
    before = paths[0].read_bytes()
    with pytest.raises(ValueError, match="replaced"):
        quietly(PIPELINE, paths, tmp_path)
    with pytest.raises(ValueError, match="replaced"):
        quietly(PIPELINE, paths, tmp_path / "more" / "..")
    assert paths[0].read_bytes() == before
    assert not out.exists() or names(out) == []


def broken(folder: Path) -> tuple[list[Path], list[Path]]:
    """Five files that are fine, and five that fail in a way of their own."""
    fine = photos(folder, 5)
    cut = folder / "cut.jpg"
    cut.write_bytes(photo(folder / "whole.jpg", (200, 200)).read_bytes()[:2000])
    text = folder / "text.jpg"
    text.write_text("no picture", "utf-8")
    mode = folder / "mode.tif"
    make("F", (4, 4)).save(mode)  # no invert
    (folder / "folder.jpg").mkdir()
    return fine, [cut, text, mode, folder / "folder.jpg", folder / "missing.jpg"]


def test_collect_goes_on_and_reports_each_failure(tmp_path: Path) -> None:
    fine, bad = broken(tmp_path)
    paths = [path for pair in zip(fine, bad, strict=True) for path in pair]
    report = quietly(PIPELINE, paths, tmp_path / "out", on_error="collect", workers=3)
    assert report.written == tuple(tmp_path / "out" / path.name for path in fine)
    assert [failure.path for failure in report.failed] == bad
    assert [type(failure.error).__name__ for failure in report.failed] == [
        "OSError",
        "UnidentifiedImageError",
        "ModeError",
        "IsADirectoryError" if sys.platform != "win32" else "PermissionError",
        "FileNotFoundError",
    ]
    for failure in report.failed:
        assert str(failure).startswith(f"{failure.path}: ")
        assert "\n" not in str(failure)
    assert str(report).startswith("5 written, 5 failed in ")
    assert names(tmp_path / "out") == [path.name for path in fine], "no half file"
    again = pickle.loads(pickle.dumps(report))
    assert again.written == report.written
    assert list(map(str, again.failed)) == list(map(str, report.failed))


def test_skip_warns_of_each_failure(tmp_path: Path) -> None:
    fine, bad = broken(tmp_path)
    with pytest.warns(RuntimeWarning, match="left out") as warned:
        report = PIPELINE.run_files(fine + bad, tmp_path / "out", on_error="skip", progress=False)
    assert len(warned) == len(report.failed) == 5
    assert {Path(warning.filename) for warning in warned} == {Path(__file__)}, "they point at the caller"
    assert len(report.written) == 5


def test_raise_stops_at_the_first_failure(tmp_path: Path) -> None:
    fine = photos(tmp_path, 40)
    missing = tmp_path / "missing.jpg"
    with pytest.raises(FileNotFoundError) as caught:
        quietly(PIPELINE, [fine[0], missing, *fine[1:]], tmp_path / "out", workers=1)
    assert caught.value.__notes__ == [f"The file is {missing}"]
    assert len(names(tmp_path / "out")) < 40
    assert not [name for name in names(tmp_path / "out") if not name.endswith(".jpg")]


def test_formats_and_files_that_would_lose_something_are_refused(tmp_path: Path) -> None:
    frames = [make("L", (8, 8), seed=i) for i in range(3)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "pages.tif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "still.gif")
    paths = [tmp_path / name for name in ("moving.gif", "pages.tif", "still.gif")]
    for format in (None, "png", "gif"):
        report = quietly(
            Pipeline().rotate_180(), paths, tmp_path / f"{format}", format=format, on_error="collect"
        )
        assert [path.stem for path in report.written] == ["still"]
        assert ["3 pictures" in str(failure) for failure in report.failed] == [True, True]


def test_a_picture_of_a_phone_becomes_a_jpeg(tmp_path: Path) -> None:
    first, second = make("RGB", (32, 32)), make("RGB", (16, 16))
    first.save(tmp_path / "phone.jpg", "MPO", save_all=True, append_images=[second])
    assert opened(tmp_path / "phone.jpg").format == "MPO"
    (written,) = quietly(PIPELINE, tmp_path / "phone.jpg", tmp_path / "out").written
    assert opened(written).format == "JPEG"


def test_what_is_there_already_stays_with_skip_existing(tmp_path: Path) -> None:
    paths = photos(tmp_path, 6)
    out = tmp_path / "out"
    quietly(PIPELINE, paths[:2], out)
    (out / "001.jpg").write_bytes(b"mine")
    report = quietly(PIPELINE, paths, out, skip_existing=True)
    assert report.skipped == (out / "000.jpg", out / "001.jpg")
    assert len(report.written) == 4
    assert (out / "001.jpg").read_bytes() == b"mine"
    assert len(quietly(PIPELINE, paths, out).written) == 6
    assert (out / "001.jpg").read_bytes() != b"mine"


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands under the final name is looked at while the writer is in the middle of its work."""
    paths = photos(tmp_path, 1)
    out = tmp_path / "out"
    quietly(PIPELINE, paths, out)
    old = (out / "000.jpg").read_bytes()
    seen: list[bytes] = []
    save = Image.Image.save

    def slowly(self: Image.Image, file: Any, format: str, **options: Any) -> None:
        save(self, file, format, **options)
        file.flush()
        seen.append((out / "000.jpg").read_bytes())
        raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr(Image.Image, "save", slowly)
    report = quietly(Pipeline().fill(0), paths, out, on_error="collect")
    assert [str(failure.error) for failure in report.failed] == [f"[Errno {errno.ENOSPC}] the disk is full"]
    assert seen == [old]
    assert (out / "000.jpg").read_bytes() == old
    assert names(out) == ["000.jpg"]


def test_a_killed_process_leaves_no_half_file(tmp_path: Path) -> None:
    """It is killed while the first file is being written."""
    photos(tmp_path, 3)
    run(
        f"""
        import os
        if os.fork() == 0:
            import threading
            from pathlib import Path
            from PIL import Image
            from pilview import Pipeline
            save = Image.Image.save
            def half(self, file, format, **options):
                file.write(b"half")
                file.flush()
                os.kill(os.getpid(), 9)
            Image.Image.save = half
            folder = Path({str(tmp_path)!r})
            Pipeline().run_files(sorted(folder.glob("*.jpg")), folder / "out", workers=1, progress=False)
        os.wait()
        """
    )
    assert not list((tmp_path / "out").glob("*.jpg"))
    report = quietly(PIPELINE, sorted(tmp_path.glob("*.jpg")), tmp_path / "out", skip_existing=True)
    assert len(report.written) == 3


INTERRUPTED = """
import os, signal, sys, threading, time
from pathlib import Path
from PIL import Image
from pilview import Pipeline
folder = Path(sys.argv[1])
saves, save = [], Image.Image.save
def slowly(self, file, format, **options):
    saves.append(file.name)
    if len(saves) == 4:
        os.kill(os.getpid(), signal.SIGINT)
    save(self, file, format, **options)
    time.sleep(0.05)
Image.Image.save = slowly
paths = sorted(folder.glob("*.jpg"))
try:
    Pipeline().median_filter(3).run_files(paths, folder / "out", progress=False, workers=2)
    print("not stopped")
except KeyboardInterrupt as interrupt:
    print(*interrupt.__notes__)
    print([thread.name for thread in threading.enumerate() if thread.name.startswith("pilview")])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals to oneself are POSIX")
def test_ctrl_c_stops_cleanly_and_the_run_can_go_on(tmp_path: Path) -> None:
    paths = photos(tmp_path, 30)
    script = INTERRUPTED.replace("sys.argv[1]", repr(str(tmp_path)))
    out = run(script).splitlines()
    assert "of 30 files are done. With skip_existing=True" in out[0]
    assert out[1] == "[]", "no thread runs on"
    written = names(tmp_path / "out")
    assert 1 <= len(written) < 30
    assert all(name.endswith(".jpg") for name in written), "no temporary file stays"
    for name in written:
        opened(tmp_path / "out" / name)
    report = quietly(PIPELINE, paths, tmp_path / "out", skip_existing=True)
    assert len(report.skipped) == len(written)
    assert len(report.written) == 30 - len(written)


def test_files_are_handed_out_a_few_at_a_time(tmp_path: Path) -> None:
    """Not a future for each of a million files, and no more images in memory than workers."""
    paths = photos(tmp_path, 20)
    open_now, most = 0, 0
    lock = threading.Lock()
    load = Image.open

    def slowly(*arguments: Any, **options: Any) -> Any:
        nonlocal open_now, most
        with lock:
            open_now += 1
            most = max(most, open_now)
        time.sleep(0.002)
        img = load(*arguments, **options)
        with lock:
            open_now -= 1
        return img

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image, "open", slowly)
        quietly(PIPELINE, paths, tmp_path / "out", workers=3)
    assert 1 < most <= 3


def test_a_worker_is_one_thread_and_none_shares_out_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pilview.get_num_threads()
    pilview.set_num_threads(5)
    paths = photos(tmp_path, 6)
    seen: list[int] = []
    opened_by_pillow = Image.open

    def counted(*arguments: Any, **options: Any) -> Any:
        seen.append(pilview.get_num_threads())
        return opened_by_pillow(*arguments, **options)

    monkeypatch.setattr(Image, "open", counted)
    for workers, files, expected in [(1, 6, 1), (3, 6, 1), (None, 6, 1), (None, 2, 2), (None, 1, 5)]:
        seen.clear()
        quietly(PIPELINE, paths[:files], tmp_path / "out", workers=workers)
        assert seen == [expected] * files
    assert pilview.get_num_threads() == 5, "the caller's own kernels use all"
    pilview.set_num_threads(before)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_shows_images_and_megapixels_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    paths = [*photos(tmp_path, 4), tmp_path / "missing.jpg"]
    PIPELINE.run_files(paths, tmp_path / "out", on_error="collect")
    last = terminal.getvalue().split("\r")[-1]
    assert "5/5" in last
    assert "images/s" in last or "s/ images" in last
    assert "Mpx/s, 1 failed" in last
    shown = terminal.getvalue()
    PIPELINE.run_files(paths, tmp_path / "out", on_error="collect", progress=False)
    assert terminal.getvalue() == shown


def test_without_a_terminal_or_without_tqdm_there_is_no_bar(tmp_path: Path) -> None:
    photos(tmp_path, 2)
    script = f"""
        import sys
        from pathlib import Path
        from pilview import Pipeline
        paths = sorted(Path({str(tmp_path)!r}).glob("*.jpg"))
        print(len(Pipeline().run_files(paths, {str(tmp_path / "out")!r}).written))
    """
    assert run(script) == "2"
    assert (
        run("import sys\nsys.modules['tqdm'] = None\nsys.modules['tqdm.auto'] = None\n" + _dedent(script))
        == "2"
    )


def _dedent(script: str) -> str:
    return "\n".join(line.strip() for line in script.splitlines())


def png_of(width: int, height: int) -> bytes:
    """A file that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def test_a_bomb_is_a_failure_of_its_file(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_of(60_000, 60_000))
    report = quietly(PIPELINE, [*photos(tmp_path, 1), bomb], tmp_path / "out", on_error="collect")
    assert [type(failure.error).__name__ for failure in report.failed] == ["DecompressionBombError"]
    assert len(report.written) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="modes of files are POSIX")
def test_files_get_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    old: Callable[[int], int] = os.umask
    before = old(0o027)
    try:
        (written,) = quietly(PIPELINE, photos(tmp_path, 1), tmp_path / "out").written
    finally:
        old(before)
    assert written.stat().st_mode & 0o777 == 0o640
