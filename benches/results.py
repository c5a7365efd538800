"""What a benchmark run found, in the shape in which JSON keeps it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias

from kernels.kernel import Kernel, Size

Times: TypeAlias = dict[str, float]  # seconds of one run, by contender
Cases: TypeAlias = dict[str, Times]  # by what was run


@dataclass
class Results:
    machine: list[str]
    large: Size
    quick: bool
    kernels: dict[str, Cases] = field(default_factory=dict)  # by setting and kernel
    small: dict[str, Cases] = field(default_factory=dict)
    growth: dict[str, dict[str, float]] = field(default_factory=dict)  # seconds by kernel and megapixels
    peak: dict[str, float] = field(default_factory=dict)  # bytes by kernel
    basics: dict[str, Cases] = field(default_factory=dict)  # views, access, calls, copies, ...
    notes: list[str] = field(default_factory=list)

    def of(self, kernel: Kernel) -> Times:
        """The kernel where its targets are to be met."""
        return self.kernels[setting(kernel.mode, self.large)][kernel.name]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Results":
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(**found | {"large": tuple(found["large"])})


def setting(mode: str, size: Size) -> str:
    return f"{mode} {size[0]}x{size[1]}"


def pixels(name: str) -> int:
    """How many pixels the images of a setting have."""
    width, height = name.split()[1].split("x")
    return int(width) * int(height)
