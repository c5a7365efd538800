"""What the figures of a run depend on."""

import datetime
import os
import platform
from pathlib import Path

import cv2
import numpy as np
import PIL

import pilview


def facts() -> list[str]:
    info = pilview.info()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}",
        f"{processor()}, {cores} cores, {cache()}; pilview uses {info['threads']} threads and {info['cpu']}",
        f"pilview {pilview.__version__}, Pillow {PIL.__version__}, NumPy {np.__version__}, "
        f"OpenCV {cv2.__version__} ({cv2.getNumThreads()} threads), Python {platform.python_version()}",
    ]


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "an unnamed processor"
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "an unnamed processor")


def cache() -> str:
    """The largest cache: an image that fits into it is not read from memory each time."""
    sizes = Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size")
    kilobytes = [int(size.read_text(encoding="ascii").strip().removesuffix("K")) for size in sizes]
    return f"{max(kilobytes) // 1024} MiB cache" if kilobytes else "cache of unknown size"


def busy() -> str:
    """A warning where something else is running."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    return (
        f"Something else was running here (load {load:.1f}): expect worse figures than the machine's own."
        if load > 0.5
        else ""
    )
