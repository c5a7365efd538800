"""A pipeline in words: `autocontrast | gaussian_blur 1.5 | resize 50%`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from inspect import signature
from typing import Any

from PIL import ImageFilter

from .._pipeline.pipeline import Pipeline, check_names, did_you_mean, parameters
from .._pipeline.report import told
from .._pipeline.values import filter_names
from .errors import UserError

CLOSING = {"(": ")", "[": "]"}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
NAMED = re.compile(r"([a-z_]\w*)=(.*)", re.IGNORECASE | re.DOTALL)
# Parameters that count in percent, and factors, of which 50% is 0.5.
IN_PERCENT = {"cutoff", "percent"}
FACTORS = {"scale", "factor", "alpha"}
# Text, also where it looks like a number: the mode 1.
TEXTS = {"mode"}
SIZE = re.compile(r"(\d+)?x(\d+)?")


@dataclass(frozen=True)
class Word:
    text: str
    start: int


class WordError(UserError):
    """In one line: what is wrong, and the whole pipeline with the word marked."""

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        marked = f"{text[:start]}>>{text[start:end]}<<{text[end:]}"
        super().__init__(f"{message}, in: {' '.join(marked.split())}")
        self.start, self.end = start, end


def parse(text: str) -> Pipeline:
    """The pipeline that `text` tells. Raises WordError."""
    pipeline = Pipeline()
    for words, start, end in _steps(text):
        if not words:
            raise WordError("a step is missing", text, start, end)
        pipeline = _with_step(pipeline, words, text)
    return pipeline


def in_words(text: str) -> str:
    """A message that names steps as Python calls, with these as `pilview apply` takes them."""
    text = text.replace("linear(1 / 257)", "linear 0.00389105")
    return re.sub(r"\bconvert\('(\w+)'\)", r"convert \1", text)


def _steps(text: str) -> list[tuple[list[Word], int, int]]:
    """The words of each step, and where the step stands."""
    steps: list[tuple[list[Word], int, int]] = []
    words: list[Word] = []
    at = start = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "|":
            steps.append((words, start, at))
            words, start, at = [], at + 1, at + 1
        else:
            end = _end_of_word(text, at)
            words.append(Word(text[at:end], at))
            at = end
    return [*steps, (words, start, at)]


def _end_of_word(text: str, start: int) -> int:
    """A word ends at a space or a | that is not in quotes or brackets."""
    waiting: list[str] = []  # for these characters
    for at in range(start, len(text)):
        character = text[at]
        if waiting and character == waiting[-1]:
            waiting.pop()
        elif waiting and waiting[-1] in "'\"":
            continue
        elif character in "'\"":
            waiting.append(character)
        elif character in CLOSING:
            waiting.append(CLOSING[character])
        elif not waiting and (character.isspace() or character == "|"):
            return at
    if waiting:
        raise WordError(f"{waiting[-1]} is missing", text, start, len(text))
    return len(text)


def _with_step(pipeline: Pipeline, words: list[Word], text: str) -> Pipeline:
    name, *rest = words
    known = parameters().get(name.text)
    if known is None:
        bare = name.text.split("(")[0]
        hint = f"; write {bare} and its arguments behind it" if bare in parameters() else None
        message = f"no step is called {name.text}{hint or did_you_mean(name.text, parameters())}"
        raise WordError(message, text, name.start, name.start + len(name.text))
    whole = text[name.start :].split("|", maxsplit=1)[0] if not rest else text[name.start : _end(rest[-1])]
    try:
        if known.names == ("filter",):
            arguments = _filter(rest, text) if rest else {}
        else:
            arguments = _arguments(name.text, rest, text)
        check_names(name.text, arguments)
        return pipeline._with(name.text, arguments)
    except (ValueError, TypeError) as error:
        # Where there is one argument, it is the one that is wrong.
        start, end = (
            (rest[0].start, _end(rest[0]))
            if len(rest) == 1
            else (name.start, name.start + len(whole.rstrip()))
        )
        message = " ".join(str(error).split())
        raise WordError(message or told(error), text, start, end) from error


def _end(word: Word) -> int:
    return word.start + len(word.text)


def _arguments(step: str, words: list[Word], text: str) -> dict[str, object]:
    """The parameters' values, by name."""
    known = parameters()[step]
    # A size can be told from the name of a filter.
    positions = ["size", "resample"] if step == "resize" else list(known.names[: known.positional])
    most = len(positions)
    arguments: dict[str, object] = {}
    for word in words:
        named = NAMED.fullmatch(word.text)
        if step == "resize" and (named[1] == "size" if named else positions[:1] == ["size"]):
            key, value = _size(Word(named[2], word.start + named.start(2)) if named else word, text)
        elif named:
            key, value = named[1], _value(named[2], named[1])
            if key not in known.names:
                raise _at(word, f"{step} has no parameter {key}{did_you_mean(key, known.names)}", text)
        elif positions:
            key, value = positions[0], _value(word.text, positions[0])
        else:
            takes = f"{most} at most" if most else "none by position" if known.names else "none"
            names = f" ({', '.join(known.names)})" if known.names else ""
            raise _at(word, f"too many arguments for {step}: it takes {takes}{names}", text)
        if key in arguments:
            raise _at(word, f"{key} is given twice", text)
        if not named:
            positions = positions[1:]
        arguments[key] = value
    return arguments


def _at(word: Word, message: str, text: str) -> WordError:
    return WordError(message, text, word.start, _end(word))


def _size(word: Word, text: str) -> tuple[str, object]:
    """`50%`, `800x600`, `800x`, `x600`; or as in Python."""
    if word.text.endswith("%"):
        return "scale", _value(word.text, "scale")
    if word.text.startswith(("(", "[")):
        return "size", _value(word.text, "size")
    sides = SIZE.fullmatch(word.text)
    if not sides or not any(sides.groups()):
        raise _at(word, "a size is 50%, 800x600, 800x or x600", text)
    return "size", tuple(side and int(side) for side in sides.groups())


def _filter(words: list[Word], text: str) -> dict[str, object]:
    """One of Pillow's filters, with its arguments."""
    name, *rest = words
    names = filter_names()
    found = next((known for known in names if known.lower() == name.text.lower()), None)
    if found is None:
        raise _at(name, f"Pillow has no filter {name.text}{did_you_mean(name.text, names)}", text)
    kind = getattr(ImageFilter, found)
    names = list(signature(kind).parameters)
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for word in rest:
        if named := NAMED.fullmatch(word.text):
            keywords[named[1]] = _value(named[2], named[1])
        else:
            positional.append(_value(word.text, "".join(names[len(positional) : len(positional) + 1])))
    takes = f"{found} takes {', '.join(names) or 'nothing'}"
    try:
        signature(kind).bind(*positional, **keywords)
    except TypeError as error:
        raise TypeError(f"{error}; {takes}") from error
    for value in [*positional, *keywords.values()]:
        if isinstance(value, str):
            raise TypeError(f"{value!r} is no number; {takes}")
    return {"filter": kind(*positional, **keywords)}


def _value(text: str, parameter: str) -> object:
    """A number, a percentage, several of them, or text."""
    if text[:1] in ("(", "[", "'", '"'):
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            raise ValueError(f"{text} can't be read") from None
    if "," in text and not text.endswith(")"):  # which a colour has, as rgb(255, 0, 0)
        return _several(text, parameter)
    if NUMBER.fullmatch(text) and parameter not in TEXTS:
        return float(text) if set(text.lower()) & set(".e") else int(text)
    if text.endswith("%") and NUMBER.fullmatch(text[:-1]):
        return _percentage(text, parameter)
    if (sides := SIZE.fullmatch(text)) and all(sides.groups()):
        return tuple(int(side) for side in sides.groups())
    return {"true": True, "false": False, "none": None}.get(text.lower(), text)


def _several(text: str, parameter: str) -> tuple[object, ...]:
    parts = text.removesuffix(",").split(",")
    if "" in parts:
        raise ValueError(f"a value is missing in {text}")
    return tuple(_value(part, parameter) for part in parts)


def _percentage(text: str, parameter: str) -> object:
    if parameter in IN_PERCENT:
        return _value(text[:-1], parameter)
    if parameter in FACTORS:
        return float(text[:-1]) / 100
    raise ValueError(f"{parameter or 'this'} is no factor that {text} could be; give a number")
