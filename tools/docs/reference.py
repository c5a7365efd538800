"""The pages of the reference. mkdocstrings fills them from the stub, so that no name can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import stub

MODULE = "pilview._pilview"
FUNCTIONS = "All names are in the module `pilview`."
VIEW = """\
Made by `pilview.view`: the pixels of an image, or a part of them, as one writable buffer. Indexing, slicing
and assignment are shown in [Which buffer do I get?](../buffers.md). The kernels, which are methods too, have
[a page of their own](kernels.md)."""
KERNELS = """\
Methods of `ImageView`: in place, in parallel, without the GIL. All but the statistics return the view. The
[gallery](../gallery.md) shows what each does."""
PIPELINE = "pilview._pipeline.pipeline.Pipeline"
REPORTS = ("pilview._pipeline.report.FilesReport", "pilview._pipeline.report.FileFailure")
STEPS = """\
A pipeline also has [the kernels](kernels.md) that take plain data, with the same parameters. How they are
used is told in [Pipelines](../pipelines.md)."""
TYPES = "The types in signatures are spelt out [with the functions](functions.md#types-in-signatures)."


def pages() -> dict[str, str]:
    """The pages, by their places in the documentation."""
    rest = {name: methods for name, methods in stub.families().items() if not name.startswith("Kernels: ")}
    types = "\n".join(f"    {name} = {meaning}" for name, meaning in stub.aliases().items())
    return {
        "api/functions.md": page(
            "Functions and errors",
            FUNCTIONS,
            {"Functions": entries(stub.functions()), "Errors": entries(stub.exceptions())},
        )
        + f"\n## Types in signatures\n\n{types}\n",
        "api/view.md": page(
            "ImageView",
            f"{VIEW} {TYPES}",
            {name or "Attributes and methods": of_view(methods) for name, methods in rest.items()},
        ),
        "api/pipeline.md": page(
            "Pipeline",
            f"::: {PIPELINE}\n    options: {{ show_root_heading: false, heading_level: 2 }}\n\n{STEPS}",
            {
                "Methods": [f"::: {PIPELINE}.{name}" for name in stub.pipeline()],
                "What `run_files` returns": [
                    f"::: {name}\n    options: {{ members: true }}" for name in REPORTS
                ],
            },
        ),
        "api/kernels.md": page(
            "Kernels",
            f"{KERNELS} {TYPES}",
            {name: of_view(kernels) for name, kernels in stub.kernels().items()},
        ),
    }


def page(title: str, lead: str, parts: Mapping[str, Iterable[str]]) -> str:
    text = [f"# {title}", lead]
    for heading, lines in parts.items():
        text += [f"## {heading}", *lines]
    return "\n\n".join(text) + "\n"


def entries(names: Iterable[str]) -> list[str]:
    return [f"::: {MODULE}.{name}" for name in names]


def of_view(names: Iterable[str]) -> list[str]:
    return entries(f"ImageView.{name}" for name in names)
