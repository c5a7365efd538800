"""The results as pictures: a row a kernel, a panel a family."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from claims import LIMIT, OPENCV, PEAK, PILLOW, VBMI, power, small_ratios
from kernels.kernel import Kernel
from limits import PLAIN_PASS
from results import Results, Times

mpl.use("Agg")  # before pyplot chooses a window system
import matplotlib.pyplot as plt

Families = Mapping[str, Sequence[Kernel]]
CONTENDERS = {  # label, colour, marker
    "pilview": ("pilview", "#d1495b", "o"),
    "opencv": ("OpenCV", "#66a182", "s"),
    "numpy": ("NumPy", "#2e4057", "D"),
    "pillow": ("Pillow", "#edae49", "^"),
}
MET, MISSED, PLAIN = "#66a182", "#d1495b", "#8d99ae"
ROW = 0.24  # inches


@dataclass(frozen=True)
class Plot:
    file: str
    title: str
    draw: Callable[[Results, Families], Any]


def draw_all(folder: Path, results: Results, families: Families) -> None:
    for plot in PLOTS.values():
        figure = plot.draw(results, families)
        if figure:
            figure.savefig(folder / plot.file, dpi=110)
            plt.close(figure)


def throughput(results: Results, families: Families) -> Any:
    """Megapixels a second of every kernel, in columns of about the same height."""
    columns = balanced(families, 2 if len(families) > 2 else 1)
    rows = max(sum(len(families[name]) + 2.5 for name in column) for column in columns)
    figure = plt.figure(figsize=(7.5 * len(columns), ROW * rows + 1.4), layout="constrained")
    parts = figure.subfigures(1, len(columns), squeeze=False)[0]
    values = [time for k in flat(families) for who, time in results.of(k).items() if who != "blocks"]
    rates = [megapixels(results) / time for time in values]
    for part, column in zip(parts, columns, strict=True):
        panels = family_panels(part, {name: families[name] for name in column}, 1)[:, 0]
        for axes, name in zip(panels, column, strict=True):
            rate_panel(axes, results, families[name])
            axes.set_title(name, fontsize=10, loc="left", fontweight="bold")
            axes.set_xlim(min(rates) / 1.3, max(rates) * 1.3)
        panels[-1].set_xlabel(f"Mpx/s, {results.large[0]} x {results.large[1]}, more is better", fontsize=9)
    handles, labels = parts[0].axes[0].get_legend_handles_labels()
    known = dict(zip(labels, handles, strict=True))
    figure.legend(
        known.values(), known.keys(), loc="outside upper center", ncols=6, frameon=False, fontsize=9
    )
    return figure


def rate_panel(axes: Any, results: Results, kernels: Sequence[Kernel]) -> None:
    size = megapixels(results)
    times = [results.of(kernel) for kernel in kernels]
    places = range(len(kernels))
    for place, t in zip(places, times, strict=True):
        others = [size / t[who] for who in CONTENDERS if who in t]
        axes.plot((min(others), max(others)), (place, place), color="#d8dce3", linewidth=1, zorder=1)
    for who, (label, colour, marker) in CONTENDERS.items():
        x = [size / t[who] if who in t else np.nan for t in times]
        axes.scatter(x, places, s=30, color=colour, marker=marker, label=label, zorder=3)
    x = [size / t["limit"] if "limit" in t else np.nan for t in times]
    axes.scatter(x, places, s=90, color="black", marker="|", label="memory limit", zorder=2)
    axes.set_xscale("log")
    kernel_rows(axes, kernels)


def ratios(results: Results, families: Families) -> Any:
    """Where each kernel is, and where it has to be: a panel a comparison."""
    rows = sum(len(kernels) + 1.5 for kernels in families.values())
    figure = plt.figure(figsize=(15, ROW * rows + 1.6), layout="constrained")
    panels = family_panels(figure, families, 4)
    for line, (family, kernels) in zip(panels, families.items(), strict=True):
        for axes, what in zip(line, (LIMIT, OPENCV, PILLOW, PEAK), strict=True):
            ratio_panel(axes, results, kernels, what)
            kernel_rows(axes, kernels if what == LIMIT else [None] * len(kernels))
        line[0].set_title(family, fontsize=10, loc="left", fontweight="bold")
    for column in panels.T:
        low, high = zip(*(axes.get_xlim() for axes in column), strict=True)
        for axes in column:
            axes.set_xlim(min(low), max(high))
    for axes, text in zip(
        panels[-1],
        (
            "time to the memory limit's, less is better",
            "times as fast as OpenCV",
            "times as fast as Pillow",
            "MB beside the image",
        ),
        strict=True,
    ):
        axes.set_xlabel(text, fontsize=9)
    figure.suptitle("Line: the target. Green: met, red: missed, grey: there is none.", fontsize=10)
    return figure


def ratio_panel(axes: Any, results: Results, kernels: Sequence[Kernel], what: str) -> None:
    axes.set_xscale("log")
    for place, kernel in enumerate(kernels):
        value, bound = measured(results, kernel, what)
        if value is None:
            continue
        fine = bound and (value <= bound if what in (LIMIT, PEAK) else value >= bound)
        colour = PLAIN if bound is None else MET if fine else MISSED
        axes.plot(value, place, "o", color=colour, markersize=5)
        axes.annotate(
            f"{value:.2g}" if value < 10 else f"{value:.0f}",
            (value, place),
            xytext=(6, 0),
            textcoords="offset points",
            fontsize=7,
            va="center",
            bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8},
        )
        if bound:
            axes.plot((bound, bound), (place - 0.4, place + 0.4), color="black", linewidth=1)
    if what != PEAK:
        axes.axvline(1, color="#b8bec9", linewidth=0.8, zorder=0)
    axes.margins(x=0.25)


def measured(results: Results, kernel: Kernel, what: str) -> tuple[float | None, float | None]:
    """The ratio, and its target."""
    times: Times = results.of(kernel)
    if what == PEAK:
        peak = results.peak.get(kernel.name)
        return None if peak is None else max(peak / 1e6, 0.01), kernel.peak_at_most
    who = {LIMIT: "limit", OPENCV: "opencv", PILLOW: "pillow"}[what]
    if who not in times:
        return None, None
    if what == LIMIT:
        return times["pilview"] / times["limit"], (VBMI and kernel.limit_vbmi) or kernel.limit
    bound = kernel.opencv_at_least if what == OPENCV else kernel.pillow_at_least
    return times[who] / times["pilview"], bound


def small(results: Results, families: Families) -> Any:
    """How many times as fast as Pillow, by kernel and size: red is slower."""
    kernels = [kernel for kernel in flat(families) if small_ratios(results, kernel.name)]
    settings = list(results.small)
    if not kernels:
        return None
    found = [small_ratios(results, kernel.name) for kernel in kernels]
    values = np.array([[row.get(name, np.nan) for name in settings] for row in found])
    figure, axes = plt.subplots(
        figsize=(2.5 + 0.55 * len(settings), ROW * len(kernels) + 1.3), layout="constrained"
    )
    axes.imshow(np.log2(values), cmap="RdYlGn", vmin=-3, vmax=3, aspect="auto", alpha=0.6)
    for (y, x), value in np.ndenumerate(values):
        if np.isfinite(value):
            text = f"{value:.1f}" if value < 10 else f"{value:.0f}"
            axes.text(x, y, text, ha="center", va="center", fontsize=7)
    labels = [name.split("x")[0].replace(" ", "\n") for name in settings]
    axes.set_xticks(range(len(settings)), labels, fontsize=8)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(kernels)), [kernel.name for kernel in kernels], fontsize=8)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("mode and side: pilview is so many times as fast as Pillow", fontsize=9)
    return figure


def growth(results: Results, _: Families) -> Any:
    """Left the time, right the speed, from 1 megapixel on."""
    if not any(len(seconds) > 1 for seconds in results.growth.values()):
        return None
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    for name, seconds in results.growth.items():
        sizes = np.array([float(size) for size in seconds])
        times = np.array(list(seconds.values()))
        style: dict[str, Any] = {"color": "black", "linestyle": "--"} if name == PLAIN_PASS else {}
        label = f"{name}: {power(seconds):.2f}"
        left.plot(sizes, times * 1e3, marker="o", markersize=3, label=label, **style)
        right.plot(sizes, sizes / times, marker="o", markersize=3, **style)
    right.set_ylim(right.get_ylim()[0] / 2, right.get_ylim()[1] * 2)
    for axes, text in ((left, "milliseconds"), (right, "Mpx/s")):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
        axes.tick_params(axis="x", which="minor", length=0)
        axes.xaxis.set_minor_formatter(lambda value, _: "")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "25" else "")
        axes.tick_params(axis="y", which="both", labelsize=8)
        axes.set_xlabel("megapixels of RGB")
        axes.set_title(text, fontsize=10)
        axes.grid(color="#e8eaee")
        axes.spines[["top", "right"]].set_visible(False)
    left.legend(fontsize=8, title="time ~ pixels to the power", title_fontsize=8)
    return figure


def family_panels(figure: Any, families: Families, columns: int) -> Any:
    """Axes by family and column, as high as they have kernels."""
    heights = [len(kernels) + 0.8 for kernels in families.values()]
    return figure.subplots(len(families), columns, squeeze=False, height_ratios=heights)


def kernel_rows(axes: Any, kernels: Sequence[Kernel | None]) -> None:
    names = ["" if k is None else k.name + (f" {k.mode}" if k.mode != "RGB" else "") for k in kernels]
    axes.set_yticks(range(len(kernels)), names, fontsize=8)
    axes.set_ylim(len(kernels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(axis="x", color="#e8eaee", zorder=0)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def megapixels(results: Results) -> float:
    return results.large[0] * results.large[1] / 1e6


def balanced(families: Families, count: int) -> list[list[str]]:
    """The families in their order, in columns of about the same number of rows."""
    columns: list[list[str]] = [[] for _ in range(count)]
    total, done = sum(len(kernels) + 2 for kernels in families.values()), 0.0
    for name, kernels in families.items():
        middle = done + (len(kernels) + 2) / 2
        columns[min(int(middle * count / total), count - 1)].append(name)
        done += len(kernels) + 2
    return [column for column in columns if column]


def flat(families: Families) -> list[Kernel]:
    return [kernel for kernels in families.values() for kernel in kernels]


PLOTS = {
    "throughput": Plot("benchmarks.png", "Megapixels a second", throughput),
    "ratios": Plot("benchmarks-ratios.png", "Beside the memory limit, OpenCV and Pillow", ratios),
    "small": Plot("benchmarks-small.png", "Small images beside Pillow", small),
    "growth": Plot("benchmarks-growth.png", "From 1 megapixel on", growth),
}
