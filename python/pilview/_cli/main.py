"""The arguments of each command, and what errors become."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

from .errors import FAILED, FINE, INTERRUPTED, MISUSED, UserError

EXIT_CODES = "Exit codes: 0 all is done, 1 something failed, 2 wrong arguments, 130 stopped by Ctrl-C."

ABOUT = """\
Zero-copy views of Pillow images, and parallel in-place pixel kernels.

  pilview info photo.jpg scan.tif
  pilview apply "autocontrast | gaussian_blur 1.5 | resize 50%" *.jpg -o small/
  pilview bench
  pilview doctor
"""
INFO = """\
examples:
  pilview info photo.jpg
  pilview info --json *.tif | jq '.[].mode'

zero-copy: rows     the table of row pointers: memoryview, Cython's T[::view.indirect, :], C
           strides  evenly spaced rows: NumPy, DLPack, OpenCV
           packed   whole pixels of 4 bytes as flat memory
           flat     the values as flat memory: file.write, hashlib
"""
APPLY = """\
The pipeline: steps with | between them, each a kernel's name and its arguments.

  gaussian_blur 1.5              by position
  autocontrast cutoff=2          by name
  resize 50%   resize 800x600    by a factor, to a size; 800x and x600 keep the ratio of the sides
  resize 50% lanczos             with one of Pillow's filters
  brightness 120%                1.2; what is in percent itself stays: autocontrast 2%
  exif_transpose | convert RGB   upright, and colours for the indices of a palette
  fill 255,128,0   fill #ff8000  several numbers, text
  filter SHARPEN                 a filter of PIL.ImageFilter, with its arguments behind it
  convolve 3x3 (0,-1,0, -1,5,-1, 0,-1,0)

steps, with the parameters of the methods of pilview.Pipeline:
  add add_modulo autocontrast bitwise_and bitwise_or bitwise_xor blend box_blur brightness
  color_lut_3d color_matrix contrast convert convolve darker difference equalize exif_transpose
  fill filter flip_left_right flip_top_bottom gamma gaussian_blur grayscale hard_light invert
  levels lighter linear max_filter median_filter min_filter mode_filter multiply overlay paste
  point posterize premultiply put_alpha rank_filter reduce resize roll rotate_180 saturation
  screen sharpness soft_light solarize subtract subtract_modulo swap_bands threshold transpose
  unpremultiply unsharp_mask

examples:
  pilview apply "autocontrast | resize 50%" photos/*.jpg -o small/
  pilview apply "median_filter 5" scan.png -o clean.png
  pilview apply "resize 1600x" *.tif -o web/ --format webp --quality 85 --skip-existing

EXIF, resolution and colour profile are kept, and the quality of a JPEG unless --quality is given.
Pixels are worked on as they lie in the file; exif_transpose turns them as they are shown.
"""
BENCH = """\
examples:
  pilview bench
  pilview bench --size 1920x1080 --mode L --only invert,point
"""
DOCTOR = """\
examples:
  pilview doctor > report.txt
  pilview doctor --json | jq .threads

What to paste in a bug report. Exit code 1 where pilview can't work with this Pillow.
"""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """In one line, without the usage."""
        self.exit(MISUSED, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser() -> Parser:
    main = _described(Parser(prog="pilview"), ABOUT, EXIT_CODES)
    main.add_argument("--version", action="store_true", help="print the version and exit")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, help: str, epilog: str) -> Parser:
        return _described(commands.add_parser(name, help=help), help[0].upper() + help[1:] + ".", epilog)

    info = command("info", "mode, size and memory of images", INFO)
    info.add_argument("files", metavar="FILE", nargs="+")
    info.add_argument("--json", action="store_true", help="a list of objects instead of a table")

    apply = command("apply", "apply a pipeline of kernels to files", APPLY)
    apply.add_argument("pipeline", metavar="PIPELINE", help='as in "autocontrast | resize 50%%"')
    apply.add_argument("files", metavar="IN", nargs="+", help="image files")
    apply.add_argument("-o", "--out", metavar="OUT", required=True, help="a folder; a file for one IN")
    apply.add_argument("-w", "--workers", metavar="N", type=int, help="files at a time, a thread each")
    apply.add_argument("-f", "--format", metavar="NAME", help="another format, as png or webp")
    apply.add_argument("-q", "--quality", metavar="N", type=int, help="of JPEG, WebP and AVIF: 0 to 100")
    apply.add_argument("--skip-existing", action="store_true", help="leave what is there: go on with a run")
    apply.add_argument("--stop-on-error", action="store_true", help="stop at the first file that fails")
    apply.add_argument("--no-progress", action="store_true", help="no bar")

    bench = command(
        "bench", "time some kernels beside Pillow, NumPy and OpenCV, where these are there", BENCH
    )
    bench.add_argument("--size", metavar="WxH", default="4000x3000", help="of the picture (%(default)s)")
    bench.add_argument("--mode", default="RGB", choices=("L", "RGB", "RGBA"), help="(%(default)s)")
    bench.add_argument("--only", metavar="NAMES", help="some rows, with commas between them")
    bench.add_argument("--json", action="store_true", help="milliseconds, as a list of objects")

    doctor = command("doctor", "versions, the layout's proof, threads, processor", DOCTOR)
    doctor.add_argument("--json", action="store_true", help="an object instead of lines")
    return main


def _described(parser: Parser, description: str, epilog: str) -> Parser:
    parser.description, parser.epilog = description, epilog
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command, and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files can have any characters
    top = parser()
    try:
        arguments = top.parse_args(argv)
    except SystemExit as end:  # argparse has printed what there is to say
        return int(end.code or FINE)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    name = "pilview" if arguments.command is None else f"pilview {arguments.command}"
    try:
        with warnings.catch_warnings():  # which puts back what it finds
            warnings.showwarning = lambda message, *_: print(f"{name}: {message}", file=sys.stderr)
            code = _run(top, arguments)
        if sys.stdout:  # none where the shell has closed it
            sys.stdout.flush()
    except UserError as error:
        print(f"{name}: {error}", file=sys.stderr)
        code = MISUSED
    except MemoryError as error:
        print(f"{name}: there is not enough memory{f': {error}' if str(error) else ''}", file=sys.stderr)
        code = FAILED
    except KeyboardInterrupt as interrupt:
        print(f"{name}: stopped.", *getattr(interrupt, "__notes__", []), file=sys.stderr)
        code = INTERRUPTED
    except OSError as error:  # of stdout: a full disk, or `pilview info ... | head` and nobody reads on
        if sys.stdout:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            print(f"{name}: {error.strerror or error}", file=sys.stderr)
        code = FAILED
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return code


def _stop(*_: object) -> NoReturn:
    """Ctrl-C: the command ends what it has begun. Who presses it again does not want to wait for that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


def _run(top: Parser, arguments: argparse.Namespace) -> int:
    if arguments.version:
        from .._pilview import __version__  # noqa: PLC0415  # the other answers need no more than argparse

        print(f"pilview {__version__}")
        return FINE
    if arguments.command is None:
        top.print_help(sys.stderr)
        return MISUSED
    return int(import_module(f".{arguments.command}", __package__).run(arguments))
