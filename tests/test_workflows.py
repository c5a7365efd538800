"""The workflows that build, test and publish: all is pinned, a job each may publish, each wheel is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml")) if FOLDER.is_dir() else []


def test_there_are_workflows() -> None:
    assert {path.name for path in WORKFLOWS} == {"ci.yml", "docs.yml", "release.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_named(path: Path) -> None:
    uses = re.findall(r"uses: +([^.].+)", path.read_text("utf-8"))  # those of this repository are its own
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_publishing_may_do_more_than_read(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^permissions:\n  (.+)", text, re.M) == ["contents: read"]
    writes = {"ci.yml": [], "docs.yml": ["pages", "id-token"], "release.yml": ["id-token"]}
    assert re.findall(r"([\w-]+): write", text) == writes[path.name]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_packages_are_pinned(path: Path) -> None:
    for line in re.findall(r"pip install (.+)", path.read_text("utf-8")):
        words = [word.strip("'") for word in line.removesuffix(" &&").split()]
        packages = [word for word in words if word[0] != "-" and word not in ("dist", ":all:")]
        for package in packages:  # Pillow is the newest there is, and pilview the wheel that was built.
            assert re.fullmatch(r"[\w-]+==[\d.]+|Pillow|pilview", package), line


def test_images_and_maturin_are_pinned() -> None:
    text = (FOLDER / "release.yml").read_text("utf-8")
    images = re.findall(r"quay\.io/pypa/(.+)", text)
    assert images
    assert all(re.search(r":(20\d\d\.\d\d\.\d\d-\d|\$\{\{ matrix\.built \}\})$", image) for image in images)
    built = dict(re.findall(r"image: (\w+), built: (20\d\d\.\d\d\.\d\d-\d) ", text))
    assert set(built) == {"manylinux2014", "musllinux_1_2"}
    tested = f"musllinux_1_2_${{{{ matrix.arch }}}}:{built['musllinux_1_2']}"
    assert tested in images, "wheels are tested in the image in which they are built"
    assert text.count("uses: PyO3/maturin-action") == text.count("maturin-version: ${{ env.MATURIN }}") == 5


def job(name: str) -> str:
    text = (FOLDER / "release.yml").read_text("utf-8")
    found = re.search(rf"^  {name}:\n(.*?)(?=^  [\w-]+:\n|\Z)", text, re.M | re.S)
    assert found
    return found[1]


def names(text: str, key: str) -> list[str]:
    """The values of an axis of a matrix."""
    found = re.search(rf"^ +{key}: \[(.+)\]", text, re.M)
    assert found
    return [value.strip(' "') for value in found[1].split(",")]


@pytest.mark.parametrize(
    ("tested", "free", "others"),
    [
        ("test", ["3.14t", "3.15t"], ["3.11", "3.14"]),
        ("test-musllinux", ["cp314-cp314t", "cp315-cp315t"], ["cp311-cp311", "cp314-cp314"]),
    ],
)
def test_each_wheel_meets_the_oldest_and_the_newest_pillow(
    tested: str, free: list[str], others: list[str]
) -> None:
    text = job(tested)
    assert names(text, "python") == [*others, *free]
    assert names(text, "pillow") == ["oldest", "newest"]
    excluded = re.findall(r'- \{ python: "?([\w.-]+)"?, pillow: (\w+) \}', text)
    # The wheel for all with the GIL is tested on the oldest Python and on the newest.
    assert excluded == [(others[0], "newest"), (others[1], "oldest")]
    oldest = re.findall(r'pillow: oldest, python: "?([\w.-]+)"?,.* version: ([\d.]+) \}', text)
    assert (others[0], "9.3.0") in oldest
    assert (free[0], "11.3.0") in oldest
    assert (free[1], "13.0.0") in oldest


def test_what_is_built_is_tested_on_every_platform() -> None:
    built = [f"{libc}-{arch}" for libc in names(job("linux"), "libc") for arch in names(job("linux"), "arch")]
    built += re.findall(r"- \{ name: ([\w-]+),", job("desktop"))
    tested = names(job("test"), "dist")
    tested += [f"musllinux-{arch}" for arch in names(job("test-musllinux"), "arch")]
    assert sorted(built) == sorted(tested)
    assert set(re.findall(r"- \{ dist: ([\w-]+), runner: ", job("test"))) == set(names(job("test"), "dist"))
    files = re.search(r"EXPECTED_FILES: (\d+)", (FOLDER / "release.yml").read_text("utf-8"))
    assert files
    assert int(files[1]) == 3 * len(built) + 1


def test_nothing_is_published_that_any_job_found_wrong() -> None:
    text = (FOLDER / "release.yml").read_text("utf-8")
    jobs = set(re.findall(r"^  ([\w-]+):$", text.partition("\njobs:\n")[2], re.M))
    (needed,) = re.findall(r"^  publish:\n.*\n    needs: \[(.+)\]", text, re.M)
    built_by_others = {"linux", "desktop", "sdist"}  # which those that test need
    assert set(needed.split(", ")) == jobs - built_by_others - {"publish"}
