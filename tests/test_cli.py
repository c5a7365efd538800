"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import PIL
import pytest
from PIL import Image

import pilview
from pilview._cli import bench, doctor, main
from pilview._pipeline.pipeline import parameters

from .images import make


def call(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """`python -m pilview`, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-W", "error", "-m", "pilview", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def refused(*arguments: str | Path, code: int = 2) -> str:
    """The one line on stderr of a call that ends with `code` and prints nothing else."""
    process = call(*arguments)
    assert process.returncode == code, process.stderr
    assert process.stdout == ""
    (line,) = process.stderr.splitlines()
    assert line.startswith("pilview")
    return line


def refused_all(*arguments: str | Path) -> str:
    """The one line on stderr of an `apply` that has written nothing."""
    process = call(*arguments)
    assert process.returncode == 1
    assert process.stdout.startswith("0 written, 1 failed")
    (line,) = process.stderr.splitlines()
    return line


def photo(path: Path, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Path:
    make(mode, size).save(path)
    return path


def test_apply_writes_into_a_folder(tmp_path: Path) -> None:
    paths = [photo(tmp_path / f"{i}.png") for i in range(3)]
    process = call("apply", "invert | resize 50%", *paths, "-o", tmp_path / "out", "-w", "2")
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.startswith("3 written in ")
    assert "images/s" in process.stdout
    for path in paths:
        expected = make("RGB", (40, 30))
        pilview.view(expected).invert()
        with Image.open(tmp_path / "out" / path.name) as made:
            assert made.size == (20, 15)
            assert made.tobytes() == expected.resize((20, 15)).tobytes()


def test_apply_writes_one_file_under_a_name_of_its_own(tmp_path: Path) -> None:
    source = photo(tmp_path / "a.png")
    out = tmp_path / "new" / "b.jpg"
    assert call("apply", "invert", source, "-o", out, "--quality", "95").returncode == 0
    with Image.open(out) as made:
        assert (made.format, made.size) == ("JPEG", (40, 30))
    assert call("apply", "invert", source, "-o", tmp_path / "new" / "folder").returncode == 0
    assert (tmp_path / "new" / "folder" / "a.png").is_file()
    assert call("apply", "invert", source, "-o", tmp_path / "new", "-f", "webp").returncode == 0
    assert (tmp_path / "new" / "a.webp").is_file()


def test_apply_goes_on_after_a_file_that_fails_and_says_so(tmp_path: Path) -> None:
    fine, bad = photo(tmp_path / "fine.png"), tmp_path / "bad.png"
    bad.write_text("no picture", "utf-8")
    process = call("apply", "invert", bad, fine, "-o", tmp_path / "out")
    assert process.returncode == 1
    (line,) = process.stderr.splitlines()
    assert line.startswith(f"pilview apply: {bad}: cannot identify image file")
    assert process.stdout.startswith("1 written, 1 failed in ")
    line = refused("apply", "invert", bad, fine, "-o", tmp_path / "out", "--stop-on-error", code=1)
    assert str(bad) in line


def test_errors_of_the_output_name_the_output(tmp_path: Path) -> None:
    source, out = photo(tmp_path / "a.png"), tmp_path / "out"
    (out / "a.png").mkdir(parents=True)
    line = refused_all("apply", "invert", source, "-o", out)
    assert line == f"pilview apply: {source}: Is a directory: {out / 'a.png'}"
    line = refused_all("apply", "invert", tmp_path / "b.png", "-o", out)
    assert line == f"pilview apply: {tmp_path / 'b.png'}: No such file or directory"


def test_names_may_be_long_and_of_any_characters(tmp_path: Path) -> None:
    names = ["x" * 250 + ".png", "a\nb.png", "ä☃.png", os.fsdecode(b"\xff.png")]
    paths = [photo(tmp_path / name) for name in names]
    assert call("apply", "invert", *paths, "-o", tmp_path / "out").stdout.startswith("4 written")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    for path in paths:
        path.write_bytes(b"no picture")
    for encoding in ("utf-8", "ascii"):
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        process = call("apply", "invert", *paths, "-o", tmp_path / "again", env=environment)
        assert process.returncode == 1
        assert len(process.stderr.splitlines()) == 4
        assert "a\\nb.png" in process.stderr
        assert "Traceback" not in process.stderr


def test_mistakes_of_the_environment_and_sizes_without_end_are_one_line(tmp_path: Path) -> None:
    source = photo(tmp_path / "a.png")
    environment = {**os.environ, "PILVIEW_NUM_THREADS": "abc"}
    process = call("apply", "invert", source, "-o", tmp_path / "out", env=environment)
    assert process.returncode == 2
    assert "PILVIEW_NUM_THREADS" in process.stderr
    assert len(process.stderr.splitlines()) == 1
    process = call("bench", "--size", "999999x999999", "--only", "invert")
    assert process.returncode == 1
    assert process.stderr.startswith("pilview bench: there is not enough memory")
    assert len(process.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="shells of POSIX")
def test_a_closed_stdout_is_no_traceback(tmp_path: Path) -> None:
    source = photo(tmp_path / "a.png")
    command = f"{sys.executable} -m pilview info {source} >&-"
    process = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    source = photo(tmp_path / "a.png")
    with open("/dev/full", "w", encoding="utf-8") as full:
        process = subprocess.run(
            [sys.executable, "-m", "pilview", "info", str(source)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (process.returncode, process.stderr) == (1, "pilview info: No space left on device\n")


def test_apply_goes_on_with_a_run(tmp_path: Path) -> None:
    paths = [photo(tmp_path / f"{i}.png") for i in range(3)]
    call("apply", "invert", paths[0], "-o", tmp_path / "out/")
    process = call("apply", "invert", *paths, "-o", tmp_path / "out", "--skip-existing")
    assert process.stdout.startswith("2 written, 1 skipped in ")


def test_apply_knows_patterns_where_the_shell_does_not(tmp_path: Path) -> None:
    for i in range(3):
        photo(tmp_path / f"{i}.png")
    assert call("apply", "invert", tmp_path / "*.png", "-o", tmp_path / "out").stdout.startswith("3 written")
    assert "no file is called" in refused("apply", "invert", tmp_path / "*.tif", "-o", tmp_path / "out")


def test_misuse_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    source, other = photo(tmp_path / "a.png"), photo(tmp_path / "b.png")
    before = source.read_bytes()
    line = refused("apply", "invert | tresholt 3", source, "-o", tmp_path / "out")
    assert line.endswith("in: invert | >>tresholt<< 3")
    assert "--help" in refused("apply", "invert", source)
    assert "--help" in refused("apply")
    assert "choose from" in refused("aply")
    assert "replaced" in refused("apply", "invert", source, "-o", source)
    assert "replaced" in refused("apply", "invert", source, other, "-o", tmp_path)
    assert "is a file" in refused("apply", "invert", source, other, "-o", other)
    assert "can't write" in refused("apply", "invert", source, "-o", tmp_path / "out", "-f", "nothing")
    assert "for a folder end it with /" in refused("apply", "invert", source, "-o", tmp_path / "out.nothing")
    assert "from 1 on" in refused("apply", "invert", source, "-o", tmp_path / "out", "-w", "0")
    assert "invalid int" in refused("apply", "invert", source, "-o", tmp_path / "out", "-w", "x")
    assert "give 0 to 100" in refused("apply", "invert", source, "-o", tmp_path / "out", "-q", "900")
    assert "--out is empty" in refused("apply", "invert", source, "-o", "")
    assert "name of a PNG" in refused("apply", "invert", source, "-o", tmp_path / "c.png", "-f", "webp")
    two = photo(tmp_path / "1.png"), photo(tmp_path / "2.png")
    line = refused("apply", "invert", *two, "-o", tmp_path / "both.JPG")
    assert "both.JPG is the name of one file" in line
    assert "give a folder, as both/" in line
    assert not (tmp_path / "both.JPG").exists()
    assert "is a folder; give its files" in refused("apply", "invert", tmp_path, "-o", tmp_path / "out")
    bare = tmp_path / "bare"
    bare.touch()
    assert "needs a suffix" in refused("apply", "invert", source, "-o", bare)
    line = refused("apply", "invert", source, "-o", source / "below" / "c.png")
    assert line.endswith(f"Not a directory: {source / 'below'}")
    assert "give WxH" in refused("bench", "--size", "large")
    assert "has no row" in refused("bench", "--only", "nothing")
    assert source.read_bytes() == before


def test_info_as_a_table(tmp_path: Path) -> None:
    small, large = photo(tmp_path / "small.png"), tmp_path / "large.png"
    Image.new("RGB", (3000, 2000)).save(large, compress_level=0)
    process = call("info", small, large)
    assert (process.returncode, process.stderr) == (0, "")
    head, first, second = (line.split() for line in process.stdout.splitlines())
    assert head == [
        "file",
        "format",
        "mode",
        "size",
        "Mpx",
        "blocks",
        "pitch",
        "memory",
        "access",
        "zero-copy",
    ]
    assert first[:7] == [str(small), "PNG", "RGB", "40x30", "0.0", "1", "160"]
    assert second[:7] == [str(large), "PNG", "RGB", "3000x2000", "6.0", "2", "12000"]
    assert first[9:] == ["rows,", "strides,", "packed"]
    assert second[9:] == ["rows"]


def test_info_as_json(tmp_path: Path) -> None:
    images = [photo(tmp_path / f"{mode}.png", mode=mode) for mode in ("L", "RGBA", "1")]
    images.append(photo(tmp_path / "L.bmp", mode="L"))
    found = json.loads(call("info", "--json", *images).stdout)
    assert [one["mode"] for one in found] == ["L", "RGBA", "1", "L"]
    assert [one["zero_copy"] for one in found[:2]] == [["rows", "strides", "flat"]] * 2
    assert [one["readonly"] for one in found] == [False, False, False, True]
    for one, path in zip(found, images, strict=True):
        with Image.open(path) as img:
            v = pilview.view(img)
            assert one == {
                "file": str(path),
                "format": path.suffix[1:].upper(),
                "mode": v.mode,
                "size": [40, 30],
                "megapixels": 0.001,
                "shape": list(v.shape),
                "value": v.format,
                "blocks": 1,
                "pitch": v.strided.strides[0],
                "readonly": v.readonly,
                "access": pilview.info()["access"],
                "zero_copy": one["zero_copy"],
            }


def test_info_of_a_file_that_fails_says_so_and_shows_the_others(tmp_path: Path) -> None:
    process = call("info", tmp_path / "missing.png", photo(tmp_path / "fine.png"))
    assert process.returncode == 1
    assert process.stderr == f"pilview info: {tmp_path / 'missing.png'}: No such file or directory\n"
    assert "fine.png" in process.stdout
    assert refused("info", tmp_path, code=1).endswith(("Is a directory", "Permission denied"))


def test_doctor_tells_what_a_bug_report_needs() -> None:
    process = call("doctor", env={**os.environ, "PILVIEW_NUM_THREADS": "3"})
    assert (process.returncode, process.stderr) == (0, "")
    lines = {line[:14].strip(): line[15:].strip() for line in process.stdout.splitlines()}
    assert lines["pilview"] == pilview.__version__
    assert lines["views"] == "fine"
    assert lines["layout"] == pilview.info()["layout"]
    assert lines["threads"] == "3"
    assert lines["cpu"] == pilview.info()["cpu"]
    assert lines["environment"] == "PILVIEW_NUM_THREADS 3"
    assert json.loads(call("doctor", "--json").stdout)["pillow"] == PIL.__version__


def test_doctor_fails_where_views_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(img: Image.Image) -> None:
        raise pilview.UnsupportedPillowError("another layout")

    monkeypatch.setattr(doctor, "_pilview", SimpleNamespace(view=refuse, info=pilview.info, __file__="x"))
    assert main(["doctor"]) == 1
    assert "1: UnsupportedPillowError: another layout" in capsys.readouterr().out


def test_bench_needs_only_what_is_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "SECONDS", 0)
    assert main(["bench", "--size", "64x48"]) == 0
    head, *rows = [line.split() for line in capsys.readouterr().out.splitlines() if "x48" not in line][
        -1 - len(bench.available()) :
    ]
    assert head == ["kernel", "pilview", "Pillow", "NumPy", "OpenCV", "Pillow/pilview"]
    assert [row[0] for row in rows] == [row.name for row in bench.available()]
    for name in ("numpy", "cv2"):
        monkeypatch.setitem(sys.modules, name, None)
    assert main(["bench", "--size", "64x48", "--only", "invert,point", "--mode", "L", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [set(one) for one in found] == [{"kernel", "pilview", "Pillow"}] * 2


@pytest.mark.parametrize("row", bench.available(), ids=lambda row: str(row.name))
def test_rows_of_bench_do_the_same(row: bench.Row) -> None:
    img = bench.picture("RGB", (64, 48))
    expected = row.pillow(img)
    assert isinstance(expected, Image.Image)
    row.pilview(pilview.view(img))
    assert pilview.view(img).tobytes() == pilview.view(expected).tobytes()


@pytest.mark.parametrize("command", [[], ["info"], ["apply"], ["bench"], ["doctor"]], ids=str)
def test_help_is_there_with_examples(command: list[str]) -> None:
    process = call(*command, "--help", env={**os.environ, "COLUMNS": "100"})
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.startswith("usage: pilview")
    if command != ["doctor"]:
        assert "\n  pilview " in process.stdout
    assert max(map(len, process.stdout.splitlines())) <= 100


def test_the_help_of_apply_lists_all_steps() -> None:
    told = call("apply", "--help").stdout
    listed = told.partition("pilview.Pipeline:\n")[2].partition("\n\n")[0]
    assert listed.split() == sorted(parameters())


def test_without_a_command_there_is_help_and_exit_code_2() -> None:
    process = call()
    assert (process.returncode, process.stdout) == (2, "")
    assert "pilview apply" in process.stderr


def test_version() -> None:
    assert call("--version").stdout.split() == ["pilview", pilview.__version__]


def test_the_command_is_installed() -> None:
    (entry,) = [
        entry
        for entry in importlib.metadata.distribution("pilview").entry_points
        if entry.group == "console_scripts"
    ]
    assert (entry.name, entry.load()) == ("pilview", main)


def test_a_pipe_that_is_closed_is_no_traceback(tmp_path: Path) -> None:
    paths = [photo(tmp_path / f"{i}.png", (4, 4)) for i in range(3)]
    process = subprocess.Popen(
        [sys.executable, "-m", "pilview", "info", *map(str, paths)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 1
    process.stderr.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_is_one_line_and_exit_code_130(tmp_path: Path) -> None:
    paths = [photo(tmp_path / f"{i}.png", (300, 200)) for i in range(60)]
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "pilview", "apply", "median_filter 5", *map(str, paths), "-o", str(out)],
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not list(out.glob("*.png")) and time.monotonic() < end:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    (line,) = told.splitlines()
    assert line.startswith("pilview apply: stopped.")
    assert "of 60 files are done. With --skip-existing" in line
    assert all(path.suffix == ".png" for path in out.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_again_and_again_is_no_traceback(tmp_path: Path) -> None:
    paths = [photo(tmp_path / f"{i}.png", (900, 600)) for i in range(8)]
    out = tmp_path / "out"
    for pause in (0.001, 0.01, 0.05):
        process = subprocess.Popen(
            [sys.executable, "-m", "pilview", "apply", "mode_filter 31", *map(str, paths), "-o", str(out)],
            stderr=subprocess.PIPE,
            text=True,
        )
        end = time.monotonic() + 60
        while not out.exists() and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(0.1)
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(pause)
        _, told = process.communicate(timeout=60)
        assert "Traceback" not in told
        assert process.returncode in (130, -signal.SIGINT), told
        assert all(path.suffix in (".png", ".part") for path in out.iterdir())
        shutil.rmtree(out)


def test_info_imports_little() -> None:
    """It is to start in under 150 ms, most of which is Python and Pillow."""
    photo = Path(__file__).parents[1] / "examples" / "astronaut.png"
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}

    def imported(*arguments: str) -> set[str]:
        process = subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True
        )
        return {line.split("|")[-1].strip() for line in process.stderr.splitlines()}

    found = imported("-m", "pilview", "info", str(photo))
    assert "pilview._cli.table" in found
    # Pillow 10 and 11 import NumPy where it is there.
    found -= imported("-c", "import sys; from PIL import Image; Image.open(sys.argv[1]).load()", str(photo))
    assert not found & {"asyncio", "concurrent.futures", "dataclasses", "inspect", "json", "numpy", "tqdm"}
    assert "pilview._pipeline" not in found
