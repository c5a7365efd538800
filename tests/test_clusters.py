"""A pickled pipeline on the processes of a real cluster: of Dask and of Ray."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from pilview import Pipeline

from .images import make

EXAMPLES = Path(__file__).parents[1] / "examples"


def example(name: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "name", "options"),
    [("distributed", "dask_folder.py", ["--batch", "2"]), ("ray", "ray_folder.py", [])],
    ids=["dask", "ray"],
)
def test_the_example_maps_a_folder_over_processes_and_goes_on(
    module: str, name: str, options: list[str], tmp_path: Path
) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for i in range(7):
        make("RGB", (40 + i, 30), seed=i).save(folder / f"{i}.png")
    (folder / "notes.txt").write_text("no picture", "utf-8")
    (folder / "broken.jpg").write_text("no picture", "utf-8")
    process = example(name, folder, out, *options)
    assert process.stdout == "7 written, 0 skipped, 1 failed\n", process.stderr
    assert process.returncode == 1
    assert "broken.jpg: cannot identify image file" in process.stderr
    assert sorted(path.name for path in out.iterdir()) == [f"{i}.png" for i in range(7)]
    for i in range(7):
        expected = Pipeline().median_filter(3).resize(scale=0.5)(make("RGB", (40 + i, 30), seed=i))
        with Image.open(out / f"{i}.png") as made:
            assert made.tobytes() == expected.tobytes()

    (folder / "broken.jpg").unlink()
    (out / "3.png").unlink()
    process = example(name, folder, out, *options)
    assert (process.returncode, process.stdout) == (0, "1 written, 6 skipped, 0 failed\n"), process.stderr


BOTH = """
import os, sys, time
from pathlib import Path
from dask.distributed import Client, LocalCluster
sys.path.insert(0, sys.argv[1])
from dask_folder import work
from pilview import Pipeline

def counted(pipeline, paths, out):
    time.sleep(0.2)
    return os.getpid(), work(pipeline, paths, out)

if __name__ == "__main__":
    folder = Path(sys.argv[2])
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    with cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        pipeline, out = Pipeline().invert(), folder / "out"
        futures = [client.submit(counted, pipeline, [path], out) for path in sorted(folder.glob("*.png"))]
        results = client.gather(futures)
    processes = {pid for pid, _ in results} - {os.getpid()}
    print(len(processes), sum(len(report.written) for _, report in results))
"""


def test_both_processes_of_dask_work(tmp_path: Path) -> None:
    """And neither of them is the one that asks."""
    pytest.importorskip("distributed")
    for i in range(12):
        make("RGB", (40, 30), seed=i).save(tmp_path / f"{i:02}.png")
    script = tmp_path / "script.py"
    script.write_text(BOTH, "utf-8")
    process = subprocess.run(
        [sys.executable, script, EXAMPLES, tmp_path],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert process.stdout.split() == ["2", "12"], process.stderr
