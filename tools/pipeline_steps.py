"""Writes the methods of `pilview.Pipeline`, one for each kernel of `ImageView`, from the kernels' own stubs.

    python tools/pipeline_steps.py            writes python/pilview/_pipeline/steps.py
    python tools/pipeline_steps.py --check    fails where that file is not what would be written

A kernel is a method of the stub that returns `Self`. A pipeline records plain data, so images, callables and
objects of any type are left out of what a parameter takes. A parameter of which nothing is left is left out;
a kernel that can't be called without such a parameter (a second image, a function) is no step.
"""

from __future__ import annotations

import argparse
import ast
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "python" / "pilview"
STUB = PACKAGE / "_pilview.pyi"
STEPS = PACKAGE / "_pipeline" / "steps.py"
WIDTH = 110

HEADER = '''\
"""The kernels as steps of a pipeline. Made by tools/pipeline_steps.py from _pilview.pyi."""

from __future__ import annotations

from abc import ABC, abstractmethod
{imports}

class Steps(ABC):
    """A method for each kernel that is told in plain data."""

    __slots__ = ()

    @abstractmethod
    def _with(self, name: str, arguments: dict[str, object], /) -> Self:
        """This pipeline with one more step. Raises what the kernel raises for such arguments."""
'''
# What can't be recorded, in a stub's words, and how a docstring says so.
NOT_PLAIN = {
    "ImageView": "image",
    "Image.Image": "image",
    "Callable": "callable",
    "object": "object of any type",
    "_DLPackTensor": "tensor",
    "_ArrowArray": "Arrow array",
}
# Where the names come from that a stub's signatures may have. A new one is added here.
ORIGINS = {
    "from collections.abc import": ("Iterable", "Mapping", "Sequence"),
    "from typing import": ("Any", "Literal", "Self", "SupportsFloat", "SupportsIndex"),
    "import numpy.typing as": ("npt",),
    "from PIL import": ("Image", "ImageFilter"),
    "from typing_extensions import": ("Buffer",),
}


@dataclass(frozen=True)
class Parameter:
    name: str
    annotation: str
    default: str | None
    keyword_only: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation}" + ("" if self.default is None else f" = {self.default}")


def source() -> str:
    """The text of steps.py."""
    stub = ast.parse(STUB.read_text("utf-8"))
    aliases = {
        node.target.id: node.value
        for node in stub.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }
    view = next(node for node in stub.body if isinstance(node, ast.ClassDef) and node.name == "ImageView")
    kernels = [node for node in view.body if isinstance(node, ast.FunctionDef) and is_kernel(node)]
    names = [kernel.name for kernel in kernels]
    if len(set(names)) < len(names):
        sys.exit("a kernel has overloads, which this script does not know")
    methods = "".join("\n" + text for kernel in kernels if (text := method(kernel, aliases)))
    return HEADER.format(imports=imports(methods)) + methods


def is_kernel(node: ast.FunctionDef) -> bool:
    return not node.name.startswith("_") and isinstance(node.returns, ast.Name) and node.returns.id == "Self"


def method(kernel: ast.FunctionDef, aliases: dict[str, ast.expr]) -> str | None:
    """The text of one method; None where the kernel can't be told in plain data."""
    positional_only, parameters, dropped, narrowed = [], [], [], []
    for node, default, kind in arguments_of(kernel.args):
        assert node.annotation, f"{kernel.name}: {node.arg} has no type"
        accepted = list(members(node.annotation, aliases))
        plain = [member for member in accepted if kind_of(member) not in NOT_PLAIN]
        if not [member for member in plain if member != "None"]:
            if default is None:
                return None
            dropped.append(f"`{node.arg}`")
            continue
        narrowed += [
            f"no {NOT_PLAIN[kind_of(m)]} as `{node.arg}`" for m in accepted if kind_of(m) in NOT_PLAIN
        ]
        # Behind one that is left out, positions would be others than the kernel's.
        keyword_only = kind == "keyword" or bool(dropped)
        annotation = " | ".join(dict.fromkeys(plain))
        written = None if default is None else text_of(default)
        parameters.append(Parameter(node.arg, annotation, written, keyword_only))
        if kind == "position" and not keyword_only:
            positional_only.append(node.arg)
    limits = [f"no {name}" for name in dropped] + list(dict.fromkeys(narrowed))
    return signature(kernel.name, parameters, len(positional_only)) + body(kernel, parameters, limits)


def arguments_of(args: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None, str]]:
    """Each parameter but `self`, with its default and how it is given."""
    nodes = [(node, "position") for node in args.posonlyargs] + [(node, "any") for node in args.args]
    defaults = [None] * (len(nodes) - len(args.defaults)) + list(args.defaults)
    for (node, kind), default in list(zip(nodes, defaults, strict=True))[1:]:
        yield node, default, kind
    for node, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield node, default, "keyword"


def members(annotation: ast.expr, aliases: dict[str, ast.expr]) -> Iterator[str]:
    """What a union is made of, with the stub's aliases written out."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    if isinstance(annotation, ast.BinOp):
        yield from members(annotation.left, aliases)
        yield from members(annotation.right, aliases)
    elif isinstance(annotation, ast.Name) and annotation.id in aliases:
        yield from members(aliases[annotation.id], aliases)
    else:
        yield text_of(annotation)


def kind_of(member: str) -> str:
    return member.split("[", maxsplit=1)[0]


def signature(name: str, parameters: list[Parameter], positional_only: int) -> str:
    parts = ["self", *map(str, parameters)]
    keyword = next((i for i, parameter in enumerate(parameters, 1) if parameter.keyword_only), None)
    if keyword is not None:
        parts.insert(keyword, "*")
    if positional_only:
        parts.insert(positional_only + 1, "/")
    line = f"    def {name}({', '.join(parts)}) -> Self:\n"
    if len(line) <= WIDTH + 1:
        return line
    return f"    def {name}(\n" + "".join(f"        {part},\n" for part in parts) + "    ) -> Self:\n"


def body(kernel: ast.FunctionDef, parameters: list[Parameter], limits: list[str]) -> str:
    documentation = ast.get_docstring(kernel)
    assert documentation, f"{kernel.name} has no docstring"
    if limits:
        documentation += "\n\n" + textwrap.fill(
            f"A pipeline records plain data: {', '.join(limits)}.", WIDTH - 8
        )
    lines = "\n".join(f"        {line}".rstrip() for line in documentation.splitlines()).lstrip()
    # As a formatter likes it: the quotes on a line of their own where the text has paragraphs.
    end = "\n        " if "\n\n" in documentation else ""
    given = ", ".join(f'"{parameter.name}": {parameter.name}' for parameter in parameters)
    call = f'        return self._with("{kernel.name}", {{{given}}})\n'
    if len(call) > WIDTH + 1:
        rows = "".join(f'                "{parameter.name}": {parameter.name},\n' for parameter in parameters)
        inner = f'            "{kernel.name}",\n            {{\n{rows}            }},\n'
        call = f"        return self._with(\n{inner}        )\n"
    return f'        """{lines}{end}"""\n{call}'


def text_of(node: ast.expr) -> str:
    return ast.unparse(node).replace("'", '"')


def imports(methods: str) -> str:
    """The lines for the names that the signatures have. Only type checkers need them."""
    used = {node.id for node in ast.walk(ast.parse("class Steps:\n" + methods)) if isinstance(node, ast.Name)}
    blocks: list[list[str]] = [[], []]
    for start, names in ORIGINS.items():
        if wanted := [name for name in names if name in used]:
            standard = start.split()[1] in sys.stdlib_module_names or start.split()[1].startswith(
                "collections"
            )
            blocks[not standard].append(f"    {start} {', '.join(wanted)}")
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n{text}\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 where the file is stale"
    )
    wanted = source()
    if not parser.parse_args().check:
        STEPS.write_text(wanted, "utf-8")
    elif not STEPS.exists() or STEPS.read_text("utf-8") != wanted:
        sys.exit(f"{STEPS} is not what the stubs say; run tools/pipeline_steps.py (make stubs)")


if __name__ == "__main__":
    main()
