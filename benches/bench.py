"""Times pilview beside Pillow, NumPy, OpenCV and the memory itself, in one run: `make bench`."""

import argparse
import time
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import basics
import machine
import measure
import peak
from claims import Claim, judge
from kernels.kernel import Kernel
from kernels.table import FAMILIES
from measure import FULL, QUICK, Plan, progress
from plots import draw_all
from report import markdown
from results import Results

Families = Mapping[str, Sequence[Kernel]]
JSON = "benchmarks.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-out"), help="where figures and plots go")
    parser.add_argument("--record", type=Path, help="a second folder for them, such as docs")
    parser.add_argument("--quick", action="store_true", help="smaller images, few turns: a first look")
    parser.add_argument("--only", default="", help="families, kernels or methods, separated by commas")
    parser.add_argument("--report", type=Path, help="measure nothing: write the report of this JSON again")
    args = parser.parse_args()

    results = Results.load(args.report) if args.report else None
    known = set(chain(*results.kernels.values())) if results else None
    try:
        families = chosen(args.only, known)
    except ValueError as error:
        parser.error(str(error))
    results = results or run(families, QUICK if args.quick else FULL, everything=not args.only)
    claims = judge(results, list(chain(*families.values())))
    print_missed(claims)
    for folder in filter(None, (args.out, args.record)):
        write(folder, results, families, claims)
        print(f"wrote {folder}/benchmarks.md, its plots, and {JSON}")


def chosen(only: str, known: set[str] | None) -> Families:
    """The rows that are asked for, by family. `known`: those of which there are results."""
    names = {name.strip() for name in only.split(",") if name.strip()}
    found = {
        family: [
            kernel
            for kernel in kernels
            if (known is None or kernel.name in known)
            and (not names or names & {family, kernel.name, *kernel.measures})
        ]
        for family, kernels in FAMILIES.items()
    }
    if not any(found.values()):
        raise ValueError(f"no kernel is named {only!r}; families are {', '.join(FAMILIES)}")
    return {family: kernels for family, kernels in found.items() if kernels}


def run(families: Families, plan: Plan, *, everything: bool) -> Results:
    """Measures the kernels; and what is no kernel, if that is to be."""
    start = time.monotonic()
    kernels = list(chain(*families.values()))
    results = Results(machine.facts(), plan.large, quick=plan is QUICK)
    results.notes += filter(None, [machine.busy()])
    measure.rehearse(kernels)
    if everything:
        progress("views, pixels, calls, copies")
        results.basics = basics.measure(plan.large, plan.rest)
    results.small = dict(measure.small(kernels, plan))
    results.kernels = dict(measure.large(kernels, plan))
    results.growth, notes = measure.growth(kernels, plan)
    progress("memory")
    results.peak = peak.measure(kernels, plan.large)
    results.notes += notes
    results.notes.append(f"{len(kernels)} kernels in {(time.monotonic() - start) / 60:.1f} minutes")
    return results


def write(folder: Path, results: Results, families: Families, claims: Sequence[Claim]) -> None:
    folder.mkdir(exist_ok=True)
    results.save(folder / JSON)
    (folder / "benchmarks.md").write_text(
        "\n".join(markdown(results, families, claims)) + "\n", encoding="utf-8"
    )
    draw_all(folder, results, families)


def print_missed(claims: Sequence[Claim]) -> None:
    missed = [claim for claim in claims if not claim.met]
    for claim in missed:
        text = f"{claim.subject}, {claim.what}: {claim.value}, to be {claim.target}, {claim.off}"
        print(text.replace("`", ""))
    print(f"{len(claims) - len(missed)} of {len(claims)} targets are met")


if __name__ == "__main__":
    main()
