"""What a pipeline records: numbers, strings, tuples of them, and Pillow's filters. JSON can tell all."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import SupportsFloat, SupportsIndex, TypeAlias, cast

from PIL import Image, ImageFilter

from .._pilview import ImageView

Plain: TypeAlias = "bool | int | float | str | tuple[Plain, ...] | FilterValue | None"

# More than a table of colours of 65 x 65 x 65 with 4 bands has. What is longer may have no end.
LONGEST = 1 << 21
# Numbers that `repr` writes out. A longer tuple is told by its length.
SHOWN = 64

# Pillow's filters with parameters: how each is called, and the attribute that keeps an argument.
PARAMETERS: dict[str, dict[str, str]] = {
    "RankFilter": {"size": "size", "rank": "rank"},
    "MedianFilter": {"size": "size"},
    "MinFilter": {"size": "size"},
    "MaxFilter": {"size": "size"},
    "ModeFilter": {"size": "size"},
    "GaussianBlur": {"radius": "radius"},
    "BoxBlur": {"radius": "radius"},
    "UnsharpMask": {"radius": "radius", "percent": "percent", "threshold": "threshold"},
    "Color3DLUT": {"size": "size", "table": "table", "channels": "channels", "target_mode": "mode"},
}


# Parameters of filters that may be None.
OPTIONAL = {"scale", "target_mode"}


class FilterValue:
    """A filter of `PIL.ImageFilter`, by its name and arguments."""

    __slots__ = ("_filter", "arguments", "name")

    def __init__(self, name: str, arguments: tuple[tuple[str, Plain], ...]) -> None:
        """Raises ValueError for a name that Pillow does not have, and what Pillow says of the arguments."""
        kind = getattr(ImageFilter, name, None)
        if not (isinstance(kind, type) and issubclass(kind, ImageFilter.Filter)):
            raise ValueError(f"PIL.ImageFilter has no filter {name!r}; it has {', '.join(filter_names())}")
        for parameter, value in arguments:
            if isinstance(value, bool) or (value is None and parameter not in OPTIONAL):
                raise TypeError(f"{parameter} of {name} is {value}; give a number")
        self.name, self.arguments = name, arguments
        self._filter = kind(**dict(arguments))

    @classmethod
    def of(cls, value: ImageFilter.Filter | type[ImageFilter.Filter]) -> FilterValue:
        """Raises TypeError for filters that Pillow does not have: nobody else could make them again."""
        kind = value if isinstance(value, type) else type(value)
        name = kind.__name__
        names = filter_names()
        if name not in names or getattr(ImageFilter, name) is not kind:
            raise TypeError(
                f"a pipeline records filters of PIL.ImageFilter, not {name}; there is {', '.join(names)}"
            )
        made = value() if isinstance(value, type) else value
        if name == "Kernel":
            size, scale, offset, kernel = cast("ImageFilter.Kernel", made).filterargs
            arguments = {"size": size, "kernel": kernel, "scale": scale, "offset": offset}
        else:
            attributes = PARAMETERS.get(name, {})
            arguments = {parameter: getattr(made, attribute) for parameter, attribute in attributes.items()}
        return cls(name, tuple((parameter, plain(argument)) for parameter, argument in arguments.items()))

    @property
    def filter(self) -> ImageFilter.Filter:
        return self._filter

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FilterValue):
            return NotImplemented
        return self.name == other.name and same(self.arguments, other.arguments)

    def __hash__(self) -> int:
        return hash((self.name, self.arguments))

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={shown(value)}" for name, value in self.arguments)
        return f"ImageFilter.{self.name}({arguments})" if arguments else f"ImageFilter.{self.name}"


def filter_names() -> list[str]:
    """Pillow's filters that can be made."""
    return [
        name
        for name, kind in vars(ImageFilter).items()
        if isinstance(kind, type) and issubclass(kind, ImageFilter.Filter)
        if name == "Kernel" or name in PARAMETERS or hasattr(kind, "filterargs")
    ]


def same(a: Plain, b: Plain) -> bool:
    """Whether no kernel can tell them apart: 1, 1.0 and True are equal to Python only."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return a == b and all(map(same, a, b))
    return type(a) is type(b) and (a is b or a == b)  # NaN is itself


def plain(value: object) -> Plain:
    """`value` as plain data. Raises TypeError for what is none."""
    if value is None or isinstance(value, bool | str | FilterValue):
        return value
    if isinstance(value, int):
        return int(value)  # of an enum, the number
    if isinstance(value, float):
        return math.nan if math.isnan(value) else float(value)  # one NaN, which is equal to itself in tuples
    if isinstance(value, ImageFilter.Filter) or (
        isinstance(value, type) and issubclass(value, ImageFilter.Filter)
    ):
        return FilterValue.of(value)
    if isinstance(value, Image.Image | ImageView):
        raise TypeError("a pipeline records plain data, not images; call the kernel that takes one by hand")
    return _plain_of_others(value)


def _plain_of_others(value: object) -> Plain:
    """Of memory and iterables the values, of numbers of other libraries the number."""
    try:
        listed = memoryview(value).tolist()  # type: ignore[arg-type]
    except (TypeError, NotImplementedError):
        pass  # no memory, or of a format that Python does not read, as NumPy's float16
    else:
        return plain(listed)
    if isinstance(value, Iterable) and not isinstance(value, Mapping | set | frozenset):
        values = tuple(islice(value, LONGEST + 1))
        if len(values) > LONGEST:
            raise ValueError(f"a pipeline records at most {LONGEST} numbers as one argument")
        # A table of a million numbers need not be looked at one by one.
        if set(map(type, values)) <= {int, float} and not any(
            type(number) is float and math.isnan(number) for number in values
        ):
            return values
        return tuple(map(plain, values))
    if isinstance(value, SupportsIndex):
        return operator.index(value)
    if isinstance(value, SupportsFloat):
        return plain(float(value))
    if callable(value):
        raise TypeError(
            "a pipeline records plain data, not callables; give a table: [f(value) for value in range(256)]"
        )
    raise TypeError(
        f"a pipeline records numbers, strings, tuples and Pillow's filters, not {type(value).__name__}"
    )


def shown(value: Plain) -> str:
    """As `repr`; a long tuple by its length, which Python can't read back."""
    if isinstance(value, tuple) and len(value) > SHOWN:
        return f"<{len(value)} values>"
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))}{',' * (len(value) == 1)})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value)


def to_json(value: Plain) -> object:
    """What the module `json` takes. JSON has no infinity: it is an object, as filters are."""
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, FilterValue):
        return {"filter": value.name, "arguments": {name: to_json(item) for name, item in value.arguments}}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    return value


def from_json(value: object) -> Plain:
    """Raises ValueError for what `to_json` does not make."""
    match value:
        case list():
            return tuple(from_json(item) for item in value)
        case {"float": "nan" | "inf" | "-inf" as number, **rest} if not rest:
            return plain(float(number))
        case {"filter": str(name), "arguments": dict(arguments), **rest} if not rest:
            return FilterValue(name, tuple((key, from_json(item)) for key, item in arguments.items()))
        case dict():
            raise ValueError(f"a parameter can't be the object {value!r}")
    return plain(value)
