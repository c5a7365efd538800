"""What a benchmark run found: as text, as Markdown and as a plot."""

import datetime
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import matplotlib as mpl
import numpy as np
import PIL

import pilview
from cases import ACCESS, KERNELS

mpl.use("Agg")  # before pyplot chooses a window system
import matplotlib.pyplot as plt

# Seconds, by contender and case.
Times: TypeAlias = dict[tuple[str, str], float]

CONTENDERS = {"pilview": "pilview", "opencv": "OpenCV", "numpy": "NumPy", "pillow": "Pillow"}
COLOURS = {"pilview": "#d1495b", "opencv": "#66a182", "numpy": "#2e4057", "pillow": "#edae49"}


@dataclass(frozen=True)
class Results:
    views: Times
    access: dict[str, Times]  # by mode
    import_ms: float
    kernels: Times
    copies: Times
    small: dict[tuple[str, int], Times]  # by mode and side


@dataclass(frozen=True)
class Claim:
    """A promise, and what was measured."""

    text: str
    measured: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def target(self) -> str:
        sign, bound = ("<=", self.at_most) if self.at_most is not None else (">=", self.at_least)
        return f"{sign} {bound:g} {self.unit}"

    @property
    def met(self) -> bool:
        if self.at_most is not None and self.measured > self.at_most:
            return False
        return self.at_least is None or self.measured >= self.at_least

    @property
    def row(self) -> tuple[str, str, str, str]:
        return self.text, f"{self.measured:.2f} {self.unit}", self.target, "yes" if self.met else "**no**"


def print_claims(claims: Sequence[Claim]) -> None:
    rows = [("", "measured", "target", "met"), *(claim.row for claim in claims)]
    width = max(len(row[0]) for row in rows)
    print()
    for text, measured, target, met in rows:
        print(f"{text.replace('`', ''):{width}} {measured:>12} {target:>10}  {met.replace('*', '')}")
    print(f"{sum(claim.met for claim in claims)} of {len(claims)} targets are met\n")


def write_markdown(path: Path, results: Results, claims: Sequence[Claim]) -> None:
    path.write_text("\n".join(markdown(results, claims)) + "\n", encoding="utf-8")


def markdown(results: Results, claims: Sequence[Claim]) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield "Written by `make bench`. One run, medians. The contenders take turns in changing order, so they"
    yield "share the noise of the machine; each turn begins with a run that does not count."
    yield ""
    yield from (f"- {fact}" for fact in machine())
    yield ""
    yield "![The table below as a plot](benchmarks.png)"
    yield ""
    yield "## Targets"
    yield ""
    yield from table(("", "measured", "target", "met"), (claim.row for claim in claims))
    yield ""
    yield "## Kernels on 6000 x 4000 RGB, in milliseconds"
    yield ""
    k = results.kernels
    limit = k["limit", "in place"]
    yield "All work on the same memory, Pillow's own. OpenCV and NumPy take `(h, w, 4)` bytes, in place;"
    yield "Pillow makes a new image, except for `fill` (`paste`)."
    yield f"The memory limit, a parallel read and write of each byte in place: **{ms(limit)}**."
    yield ""
    yield from table(
        ("", *CONTENDERS.values(), "pilview, several blocks", "pilview to the limit", "Pillow to pilview"),
        (
            (
                f"`{kernel.name}`",
                *(ms(k[contender, kernel.name]) for contender in CONTENDERS),
                ms(k["blocks", kernel.name]),
                f"{k['pilview', kernel.name] / limit:.2f}x",
                f"{k['pillow', kernel.name] / k['pilview', kernel.name]:.1f}x",
            )
            for kernel in KERNELS
        ),
    )
    yield ""
    yield "## Copies of 6000 x 4000 RGB, in milliseconds"
    yield ""
    c = results.copies
    yield from table(
        ("", "ms"),
        (
            ("plain parallel copy of as many bytes", ms(c["limit", "copy"])),
            ("`v.copy_to(buffer)`", ms(c["pilview", "copy_to"])),
            ("`v.tobytes()`", ms(c["pilview", "tobytes"])),
            ("`img.tobytes()`", ms(c["pillow", "tobytes"])),
            ("`np.asarray(img)`", ms(results.views["numpy", "6000x4000"])),
        ),
    )
    yield ""
    yield "## Views and pixels"
    yield ""
    v = results.views
    yield from table(
        ("RGB", "64 x 64", "6000 x 4000"),
        (
            ("`memoryview(pilview.view(img))`", us(v["pilview", "64x64"]), us(v["pilview", "6000x4000"])),
            ("`np.asarray(img)`", us(v["numpy", "64x64"]), us(v["numpy", "6000x4000"])),
        ),
    )
    yield ""
    yield from table(
        ("in nanoseconds", *(f"{who}, {mode}" for mode in results.access for who in ("pilview", "Pillow"))),
        (
            (
                f"{access.name}: `{access.pilview}`, `{access.pillow}`",
                *(
                    f"{t[who, access.name] * 1e9:.0f}"
                    for t in results.access.values()
                    for who in ("pilview", "pillow")
                ),
            )
            for access in ACCESS
        ),
    )
    yield ""
    yield "## Small images, in microseconds"
    yield ""
    yield "pilview / pilview with `pilview.view(img)` included / Pillow."
    yield ""
    yield from table(
        ("", *(f"`{kernel.name}`" for kernel in KERNELS)),
        (
            (
                f"{side} x {side} {mode}",
                *(
                    " / ".join(f"{t[who, kernel.name] * 1e6:.2f}" for who in ("pilview", "view", "pillow"))
                    for kernel in KERNELS
                ),
            )
            for (mode, side), t in results.small.items()
        ),
    )


def machine() -> list[str]:
    """What the figures depend on."""
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


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}"


def us(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} us" if seconds < 1e-3 else f"{seconds * 1e3:.0f} ms"


def plot(path: Path, results: Results) -> None:
    """Left: what 24 megapixels take. Right: how much faster than Pillow small images are."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6), width_ratios=(3, 2), layout="constrained")
    plot_large(left, results.kernels)
    plot_small(right, results.small)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5, frameon=False)
    figure.suptitle(
        f"{processor()}, {pilview.get_num_threads()} threads; Pillow {PIL.__version__}", fontsize=9
    )
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_large(axes: plt.Axes, times: Times) -> None:
    limit = times["limit", "in place"] * 1e3
    axes.axvline(limit, color="black", linewidth=1, linestyle="--", label=f"memory limit, {limit:.3g} ms")
    height = 0.8 / len(CONTENDERS)
    for i, (contender, label) in enumerate(CONTENDERS.items()):
        values = [times[contender, kernel.name] * 1e3 for kernel in KERNELS]
        places = [place + (i - (len(CONTENDERS) - 1) / 2) * height for place in range(len(KERNELS))]
        bars = axes.barh(places, values, height * 0.92, color=COLOURS[contender], label=label)
        axes.bar_label(bars, fmt=" %.3g", fontsize=8)
    axes.set_yticks(range(len(KERNELS)), [kernel.name for kernel in KERNELS])
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds, shorter is better")
    axes.set_title("6000 x 4000 RGB", fontsize=11)


def plot_small(axes: plt.Axes, small: dict[tuple[str, int], Times]) -> None:
    sides = sorted({side for _, side in small})
    for n, kernel in enumerate(KERNELS):
        for mode, style, label in (("RGB", "-", kernel.name), ("L", "--", None)):
            times = [small[mode, side] for side in sides]
            ratios = [t["pillow", kernel.name] / t["pilview", kernel.name] for t in times]
            axes.plot(sides, ratios, style, marker="o", markersize=3, color=f"C{n}", label=label)
    axes.axhline(1, color="black", linewidth=1)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.set_xticks(sides, [str(side) for side in sides])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}x")
    axes.set_xlabel("side in pixels (RGB solid, L dashed)")
    axes.set_title("Times faster than Pillow", fontsize=11)
    axes.legend(fontsize=8)
