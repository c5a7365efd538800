"""How much memory kernels take beside the image: the peak of a process that runs one kernel.

python benches/peak.py 20000 10000 [NAMES]: of an image of that size, in megabytes, beside what it may take.
What kernels keep is rows, for each thread, so that longer rows may take more. Ends with 1 if one takes more
than it may.
"""

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kernels.kernel import LARGE, Kernel, Scene, Size
from kernels.table import KERNELS

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"  # as `man proc_pid_clear_refs` has it
# Every allocation that counts is pages of its own: none can hide in what the heap has kept.
NO_HIDING = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}


def measure(kernels: Sequence[Kernel], size: Size) -> dict[str, float]:
    """Bytes by kernel, each measured in a process of its own. Only Linux tells."""
    if not CLEAR.exists():
        return {}
    with ThreadPoolExecutor(2) as pool:
        return dict(
            zip((k.name for k in kernels), pool.map(lambda k: of_process(k, size), kernels), strict=True)
        )


def of_process(kernel: Kernel, size: Size) -> float:
    command = [sys.executable, __file__, *map(str, size), kernel.name]
    run = subprocess.run(command, env=os.environ | NO_HIDING, stdout=subprocess.PIPE, check=True)
    return float(run.stdout)


def of_this_process(kernel: Kernel, size: Size) -> int:
    run = kernel.peak or kernel.pilview
    run(Scene(kernel.mode, (16, 16)))  # What is made once stays: tables, imports.
    scene = Scene(kernel.mode, size).complete()
    scene.v.invert()  # Wakes the threads.
    scene.restore()
    CLEAR.write_text(RESET_PEAK, encoding="ascii")
    before = status("VmRSS")
    run(scene)
    return status("VmHWM") - before


def status(name: str) -> int:
    """A line of this process's status, in bytes."""
    lines = dict(line.split(":", 1) for line in STATUS.read_text(encoding="ascii").splitlines())
    return int(lines[name].split()[0]) * 1024


def main(width: str, height: str, *names: str) -> int:
    """One kernel, as `of_process` calls it; several, or all, one after the other."""
    size = int(width), int(height)
    kernels = [kernel for kernel in KERNELS if kernel.name in names or not names]
    if len(names) == 1:
        print(of_this_process(kernels[0], size))
        return 0
    too_much = 0
    for kernel in kernels:
        most = (kernel.peak_at_most or math.inf) * max(1, size[0] / LARGE[0])
        peak = of_process(kernel, size) / 1e6
        too_much += peak > most
        print(f"{kernel.name:32} {kernel.mode:5} {peak:7.2f} of {most:.2f} MB", flush=True)
    return min(too_much, 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
