"""A pipeline over a folder of images, on the processes of a Dask cluster: this machine's, or many machines'.

    python examples/dask_folder.py IN OUT                      two processes here
    python examples/dask_folder.py IN OUT tcp://scheduler:8786  a cluster that is there already

The pipeline is pickled to the workers. Each takes a batch of files at a time, writes whole files only, and
sends back a report. Files that are there already are skipped, so that a run can be started again. The folders
have to be on a disk that all workers see. Needs dask[distributed].
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from dask.distributed import Client, LocalCluster, as_completed

from pilview import FilesReport, Pipeline

PIPELINE = Pipeline().median_filter(3).resize(scale=0.5)
SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"}


def work(pipeline: Pipeline, paths: list[Path], out_dir: Path) -> FilesReport:
    """What a worker does with a batch."""
    return pipeline.run_files(
        paths, out_dir, workers=1, on_error="collect", progress=False, skip_existing=True
    )


def run(
    client: Client, pipeline: Pipeline, paths: list[Path], out_dir: Path, batch: int = 8
) -> Iterator[FilesReport]:
    """The report of each batch, as they come."""
    rest = iter(paths)
    batches = iter(lambda: list(islice(rest, batch)), [])
    # Not pure: a batch that was done before is looked at again.
    futures = [client.submit(work, pipeline, paths, out_dir, pure=False) for paths in batches]
    for future in as_completed(futures):
        yield future.result()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("scheduler", nargs="?")
    parser.add_argument("--batch", type=int, default=8, help="files at a time (%(default)s)")
    arguments = parser.parse_args()

    paths = sorted(path.resolve() for path in arguments.folder.iterdir() if path.suffix.lower() in SUFFIXES)
    out = arguments.out.resolve()
    here = (
        None
        if arguments.scheduler
        else LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")
    )
    with Client(arguments.scheduler or here) as client:
        reports = []
        for report in run(client, PIPELINE, paths, out, arguments.batch):
            reports.append(report)
            for failure in report.failed:
                print(failure, file=sys.stderr)
    if here is not None:
        here.close()
    written, skipped, failed = (
        sum(len(getattr(report, kind)) for report in reports) for kind in ("written", "skipped", "failed")
    )
    print(f"{written} written, {skipped} skipped, {failed} failed")
    sys.exit(failed > 0)


# The workers are started as new processes, which import this file.
if __name__ == "__main__":
    main()
