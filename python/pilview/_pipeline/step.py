"""One recorded call of a kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from PIL import Image

from .._pilview import ImageView, ModeError, view
from . import makers
from .trial import one_of_each_mode
from .values import FilterValue, Plain, from_json, plain, same, shown, to_json


@dataclass(frozen=True)
class Parameters:
    """What a step takes, read from the method that records it."""

    names: tuple[str, ...]
    # As many of them from the first on can be given by position only, and by position.
    positional_only: int
    positional: int
    defaults: dict[str, object]
    # As they are written.
    types: dict[str, str]

    @classmethod
    def of(cls, method: Callable[..., Any]) -> Parameters:
        assert isinstance(method, FunctionType)
        code, defaults = method.__code__, method.__defaults__ or ()
        positional = code.co_varnames[1 : code.co_argcount]
        names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
        last = positional[len(positional) - len(defaults) :]
        with_default = dict(zip(last, defaults, strict=True)) | (method.__kwdefaults__ or {})
        return cls(
            names, max(0, code.co_posonlyargcount - 1), len(positional), with_default, method.__annotations__
        )

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name not in self.defaults)


def refuse_other_types(parameter: str, value: Plain, written: str) -> None:
    """Raises TypeError for truth values, which are 0 and 1 to a kernel, and for None, which is the default to
    some, where the parameter is written without; and for what is no truth value where one is asked for."""
    if written == "bool":
        if not isinstance(value, bool):
            raise TypeError(f"{parameter} is {value!r}; give True or False")
    elif isinstance(value, bool) or (isinstance(value, tuple) and bool in set(map(type, value))):
        raise TypeError(f"{parameter} is {shown(value)}, and truth values mean nothing here")
    if value is None and "None" not in written:
        raise TypeError(f"{parameter} is None; give a value, or leave it out where it has a default")


class Step:
    """A kernel's name with its arguments, as far as they are not the defaults, in the kernel's order."""

    __slots__ = ("_call", "arguments", "makes_new_image", "name", "parameters")

    def __init__(self, name: str, arguments: dict[str, object], parameters: Parameters) -> None:
        """Raises what the kernel raises for these arguments, whatever the image: see `check`."""
        self.name, self.parameters = name, parameters
        self.makes_new_image = name in makers.MAKERS
        given = {key: plain(value) for key, value in arguments.items()}
        for key, value in given.items():
            refuse_other_types(key, value, parameters.types[key])
        defaults = parameters.defaults
        self.arguments: tuple[tuple[str, Plain], ...] = tuple(
            (key, given[key])
            for key in parameters.names
            if key in given and not (key in defaults and same(given[key], plain(defaults[key])))
        )
        self._call = self._arguments_of_call()
        self.check()

    def _arguments_of_call(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        real = {
            key: value.filter if isinstance(value, FilterValue) else value for key, value in self.arguments
        }
        positions = self.parameters.names[: self.parameters.positional_only]
        last = max((i for i, key in enumerate(positions, 1) if key in real), default=0)
        positional = tuple(real.pop(key, self.parameters.defaults.get(key)) for key in positions[:last])
        return positional, real

    def run(self, v: ImageView) -> None:
        """The kernel, in place."""
        positional, keywords = self._call
        getattr(v, self.name)(*positional, **keywords)

    def make(self, img: Image.Image) -> Image.Image:
        """The new image of a step that makes one."""
        return makers.MAKERS[self.name](img, **dict(self.arguments))

    def check(self) -> None:
        """Raises what the kernel says where no image of any mode could be given to it."""
        if self.makes_new_image:
            makers.check(self.name, dict(self.arguments))
            return
        refusals: list[Exception] = []
        for img in one_of_each_mode():
            try:
                self.run(view(img))
            except (ValueError, TypeError) as error:
                refusals.append(error)
            else:
                return
        # That a mode has no such kernel says less than what is wrong with an argument.
        raise next((error for error in refusals if not isinstance(error, ModeError)), refusals[0]) from None

    def to_json(self) -> dict[str, object]:
        return {"name": self.name, "arguments": {key: to_json(value) for key, value in self.arguments}}

    @staticmethod
    def read(value: object) -> tuple[str, dict[str, Plain]]:
        """Name and arguments out of what `to_json` makes. Raises ValueError."""
        match value:
            case {"name": str(name), "arguments": dict(arguments), **rest} if not rest:
                return name, {key: from_json(argument) for key, argument in arguments.items()}
        raise ValueError(f'a step is {{"name": ..., "arguments": {{...}}}}, not {value!r:.100}')

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Step):
            return NotImplemented
        return self.name == other.name and same(self.arguments, other.arguments)

    def __hash__(self) -> int:
        return hash((self.name, self.arguments))

    def __repr__(self) -> str:
        positions = self.parameters.names[: self.parameters.positional]
        parts = []
        for i, (key, value) in enumerate(self.arguments):
            by_position = positions[i : i + 1] == (key,)  # as long as none was left out
            parts.append(shown(value) if by_position else f"{key}={shown(value)}")
        return f"{self.name}({', '.join(parts)})"
