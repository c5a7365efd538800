"""A pipeline over a folder of JPEGs: one worker, two, and the same loop written with Pillow alone.

python benches/files.py                       200 files of 12 megapixels: some minutes
python benches/files.py --files 20 --rounds 1
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from PIL import Image, ImageFilter, ImageOps

import machine
from kernels import picture
from pilview import Pipeline

PIPELINE = Pipeline().invert().filter(ImageFilter.SMOOTH)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--size", type=int, nargs=2, default=(4000, 3000), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    arguments = parser.parse_args()
    print(*machine.facts(), machine.busy(), sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        paths = photographs(Path(folder), arguments.files, tuple(arguments.size))
        out = Path(folder) / "out"
        out.mkdir()
        print(f"{len(paths)} JPEGs of {paths[0].stat().st_size / 1e6:.1f} MB, {PIPELINE!r}")
        contenders: dict[str, Callable[[], object]] = {
            "Pillow alone": lambda: with_pillow(paths, out),
            "one worker": lambda: PIPELINE.run_files(paths, out, workers=1, progress=False),
            "two workers": lambda: PIPELINE.run_files(paths, out, workers=2, progress=False),
        }
        best = dict.fromkeys(contenders, float("inf"))
        for _ in range(arguments.rounds):
            for name, run in contenders.items():
                start = perf_counter()
                run()
                best[name] = min(best[name], perf_counter() - start)
    megapixels = len(paths) * arguments.size[0] * arguments.size[1] / 1e6
    for name, seconds in best.items():
        rates = f"{len(paths) / seconds:6.2f} images/s  {megapixels / seconds:6.1f} Mpx/s"
        print(f"{name:18} {seconds:7.2f} s  {rates}")
    for faster, slower, wanted in (
        ("two workers", "one worker", 1.8),
        ("one worker", "Pillow alone", 1),
        ("two workers", "Pillow alone", 1),
    ):
        print(f"{faster} to {slower}: {best[slower] / best[faster]:.2f}x (>= {wanted})")


def photographs(folder: Path, number: int, size: tuple[int, int]) -> list[Path]:
    """Files of one picture, as a camera writes them."""
    picture.cover(Image.new("RGB", size), picture.tile("RGB")).save(folder / "0000.jpg", quality=92)
    data = (folder / "0000.jpg").read_bytes()
    paths = [folder / f"{i:04}.jpg" for i in range(number)]
    for path in paths:
        path.write_bytes(data)
    return paths


def with_pillow(paths: list[Path], out: Path) -> None:
    """The loop that one writes, with the same quality."""
    for path in paths:
        with Image.open(path) as img:
            tables = img.quantization  # type: ignore[attr-defined]
            changed = ImageOps.invert(img).filter(ImageFilter.SMOOTH)
            changed.save(out / path.name, qtables=tables, subsampling=2)


if __name__ == "__main__":
    main()
