"""The results as Markdown: what is promised and missed first, then every figure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from claims import LIMIT, OPENCV, PEAK, PILLOW, SMALL, Claim, power, small_ratios
from kernels.kernel import Kernel
from kernels.picture import CONTENTS
from limits import NAMES
from plots import PLOTS
from results import Results, Times, pixels

Families = Mapping[str, Sequence[Kernel]]

HOW = """\
Written by `make bench`. One run, medians. The contenders take turns in changing order, so they share the
noise of the machine; before each turn the image gets its pixels back, which is not timed."""
WHERE = """\
pilview, OpenCV and NumPy work in place on the same memory, Pillow's own: `(h, w, 4)` bytes but for L. Pillow
makes a new image wherever it has no way in place."""
GROWTH = """\
Time grows with the pixels to the power in the last column: 1 is linear. Small images fit into caches, as the
plain pass shows, so that the target for kernels is its power (1 if it is less) and 0.1."""
COLUMNS = """\
On large images of RGB, or of the mode that is named. *To the limit*: the time, where 1x is a plain pass over
the same bytes, on the same threads. *OpenCV, NumPy, Pillow*: how many times as fast pilview is. *Small*: the
worst of all small images beside Pillow. *Extra*: what a process of its own took at its peak beside the image,
in MB. Targets in brackets; what misses its own is bold."""
CONTENDERS = {
    "pilview": "pilview",
    "blocks": "several blocks",
    "opencv": "OpenCV",
    "numpy": "NumPy",
    "pillow": "Pillow",
}


def markdown(results: Results, families: Families, claims: Sequence[Claim]) -> Iterator[str]:
    yield from introduction(results)
    yield from plot("throughput")
    yield from targets(claims)
    yield from ratios(results, families, claims)
    yield from plot("ratios")
    for name in results.kernels:
        yield from throughput(results, families, name)
    yield from small(results, families)
    yield from growth(results)
    yield from basics(results)


def introduction(results: Results) -> Iterator[str]:
    width, height = results.large
    yield "# Benchmarks"
    yield ""
    if results.quick:
        yield "**A quick run: smaller images, few turns. The targets are meant for a full one.**"
        yield ""
    yield f"{HOW} {CONTENTS}"
    yield ""
    yield from (f"- {fact}" for fact in (*results.machine, *results.notes))
    yield ""
    yield f"Large images are {width} x {height}. {WHERE}"
    yield ""


def targets(claims: Sequence[Claim]) -> Iterator[str]:
    missed = [claim for claim in claims if not claim.met]
    yield f"## Targets: {len(claims) - len(missed)} of {len(claims)} are met"
    yield ""
    if missed:
        yield from table(
            ("missed", "", "why", "measured", "target", "by"),
            ((c.subject, c.what, c.why, c.value, c.target, c.off) for c in missed),
            texts=3,
        )


def ratios(results: Results, families: Families, claims: Sequence[Claim]) -> Iterator[str]:
    """How often as fast as the others, with the targets."""
    found = {(claim.subject, claim.what): claim for claim in claims}
    yield "## Kernels beside the limit and the others"
    yield ""
    yield COLUMNS
    yield ""
    for family, kernels in families.items():
        head = (family, "to the limit", "OpenCV", "NumPy", "Pillow", "small", "extra")
        yield from table(head, (ratio_row(results, kernel, found) for kernel in kernels))


def ratio_row(results: Results, kernel: Kernel, found: Mapping[tuple[str, str], Claim]) -> Iterator[str]:
    times, name = results.of(kernel), f"`{kernel.name}`"
    yield name + (f" {kernel.mode}" if kernel.mode != "RGB" else "")
    ahead = {who: f"{number(seconds / times['pilview'])}x" for who, seconds in times.items()}
    worst = min(small_ratios(results, kernel.name).values(), default=None)
    cells = {
        LIMIT: f"{number(times['pilview'] / times['limit'])}x" if "limit" in times else "",
        OPENCV: ahead.get("opencv", ""),
        "": ahead.get("numpy", ""),
        PILLOW: ahead.get("pillow", ""),
        SMALL: f"{number(worst)}x" if worst else "",
        PEAK: f"{results.peak[kernel.name] / 1e6:.2f}" if kernel.name in results.peak else "",
    }
    for what, text in cells.items():
        if claim := found.get((name, what)):
            bound = claim.target.removesuffix(f" {claim.unit}").replace("<=", "≤").replace(">=", "≥")
            yield f"{text} ({bound})" if claim.met else f"**{text} ({bound})**"
        else:
            yield text


def throughput(results: Results, families: Families, name: str) -> Iterator[str]:
    cases = results.kernels[name]
    plain: dict[str, list[float]] = {}
    for kernel in (k for kernels in families.values() for k in kernels if k.name in cases):
        if "limit" in cases[kernel.name]:
            plain.setdefault(kernel.compared_with, []).append(cases[kernel.name]["limit"])
    yield f"## {name}, in megapixels a second"
    yield ""
    for kind, seconds in plain.items():
        yield f"- {NAMES[kind]}: {rate(name, median(seconds))} ({median(seconds) * 1e3:.3g} ms)"
    yield ""
    shown = [who for who in CONTENDERS if any(who in times for times in cases.values())]
    for family, kernels in families.items():
        rows = [(kernel.name, cases[kernel.name]) for kernel in kernels if kernel.name in cases]
        if rows:
            yield from table(
                (family, "ms", *(CONTENDERS[who] for who in shown)),
                (
                    (
                        f"`{row}`",
                        number(times["pilview"] * 1e3),
                        *(rate(name, times.get(who)) for who in shown),
                    )
                    for row, times in rows
                ),
            )


def small(results: Results, families: Families) -> Iterator[str]:
    if not results.small:
        return
    yield "## Small images, in microseconds"
    yield ""
    yield "pilview / Pillow, on a view that is there already."
    yield ""
    yield from plot("small")
    for mode in dict.fromkeys(name.split()[0] for name in results.small):
        cases = {name.split()[1]: rows for name, rows in results.small.items() if name.split()[0] == mode}
        for family, kernels in families.items():
            known = [kernel.name for kernel in kernels if all(kernel.name in rows for rows in cases.values())]
            if known:
                head = (f"{family}, {mode}", *cases)
                rows = ((f"`{name}`", *(pair(rows[name]) for rows in cases.values())) for name in known)
                yield from table(head, rows)


def growth(results: Results) -> Iterator[str]:
    if not results.growth:
        return
    sizes = list(dict.fromkeys(size for times in results.growth.values() for size in times))
    yield "## Growth: RGB, in megapixels a second"
    yield ""
    yield GROWTH
    yield ""
    yield from table(
        ("megapixels", *sizes, "power"),
        (
            (
                f"`{name}`",
                *(f"{float(size) / times[size]:.0f}" if size in times else "" for size in sizes),
                f"{power(times):.2f}" if len(times) > 1 else "",
            )
            for name, times in results.growth.items()
        ),
    )
    yield from plot("growth")


def basics(results: Results) -> Iterator[str]:
    if not results.basics:
        return
    yield "## Views, pixels, calls, copies"
    yield ""
    rows = [(f"`{name}` of RGB, large", times) for name, times in results.basics["copies"].items()]
    rows += [
        (f"to reach the pixels of RGB, {name}", times) for name, times in results.basics["views"].items()
    ]
    rows += [(f"`invert` of 1x1 {mode}", times) for mode, times in results.basics["calls"].items()]
    rows += [(case, times) for case, times in results.basics["access"].items()]
    rows += [
        (f"`map_rows` of a Numba function: {case}", times)
        for case, times in results.basics["row functions"].items()
    ]
    shown = {
        "pilview": "pilview",
        "view": "with `view(img)`",
        "pillow": "Pillow",
        "numpy": "NumPy",
        "python": "Python loop",
        "limit": "limit",
    }
    yield from table(
        ("", *shown.values()),
        ((text, *(duration(times.get(who)) for who in shown)) for text, times in rows),
    )


def table(head: Sequence[str], rows: Iterable[Iterable[str]], texts: int = 1) -> Iterator[str]:
    """The first columns are texts, the others numbers."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * texts}{'---:|' * (len(head) - texts)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def plot(name: str) -> Iterator[str]:
    yield f"![{PLOTS[name].title}]({PLOTS[name].file})"
    yield ""


def rate(name: str, seconds: float | None) -> str:
    return f"{pixels(name) / seconds / 1e6:,.0f}" if seconds else ""


def pair(times: Times) -> str:
    return " / ".join(number(times[who] * 1e6) for who in ("pilview", "pillow"))


def number(value: float) -> str:
    """Three digits, and no powers of ten."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    for unit, size in (("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds * 1e9)} ns"
