"""A pipeline over a folder of images on Ray: the pickled pipeline and the reports of dask_folder.py.

    python examples/ray_folder.py IN OUT

Ray starts its processes on this machine, or joins the cluster that RAY_ADDRESS names. Needs ray.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import ray

from pilview import FilesReport, Pipeline

PIPELINE = Pipeline().median_filter(3).resize(scale=0.5)
SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"}
BATCH = 8


def work(pipeline: Pipeline, paths: list[Path], out_dir: Path) -> FilesReport:
    """What a worker does with a batch."""
    return pipeline.run_files(
        paths, out_dir, workers=1, on_error="collect", progress=False, skip_existing=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()

    paths = sorted(path.resolve() for path in arguments.folder.iterdir() if path.suffix.lower() in SUFFIXES)
    batches = [paths[i : i + BATCH] for i in range(0, len(paths), BATCH)]
    ray.init(include_dashboard=False)
    remote = ray.remote(work)
    reports = ray.get([remote.remote(PIPELINE, batch, arguments.out.resolve()) for batch in batches])
    ray.shutdown()
    for report in reports:
        for failure in report.failed:
            print(failure, file=sys.stderr)
    written, skipped, failed = (
        sum(len(getattr(report, kind)) for report in reports) for kind in ("written", "skipped", "failed")
    )
    print(f"{written} written, {skipped} skipped, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
