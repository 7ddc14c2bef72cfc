"""The commonest value templates without Jinja: `{{ value }}`, `{{ value_json.a['b'][0] | float(0) | round(1) }}`.

What is recognised gives exactly what Jinja would; where it would not, the getter says so and Jinja is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from marge.templates.functions.numbers import rounded, to_float, to_int

NOT_HERE: Final[Any] = object()
"""Returned by a getter that leaves the answer to Jinja."""

Path = tuple[str | int, ...]
Step = Callable[[Any], Any]

_WHOLE: Final = re.compile(
    r"\{\{-?\s*(?P<root>value_json|value)(?P<path>(?:\s*\.\s*[A-Za-z_]\w*|\s*\[\s*(?:'[^'\\{}\r]*'|\"[^\"\\{}\r]*\"|\d{1,4})\s*\])*)"
    r"(?P<filters>(?:\s*\|\s*[a-z_]+(?:\s*\([^()|{}]*\))?)*)\s*-?\}\}\Z",
    re.ASCII,
)
_PART: Final = re.compile(
    r"\s*\.\s*(?P<name>\w+)|\s*\[\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<index>\d+))\s*\]"
)
_FILTER: Final = re.compile(r"\s*\|\s*(?P<name>[a-z_]+)(?:\s*\(\s*(?P<argument>[^()]*?)\s*\))?")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{1,8})?\Z", re.ASCII)

# `value_json.items` is a method in Jinja, whatever the JSON holds.
_METHODS: Final = frozenset(name for kind in (dict, list, str, int, float, bool, type(None)) for name in dir(kind))
_RESERVED: Final = frozenset({"true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if"})


class Getter:
    """A recognised template: where the value is and what is done with it."""

    __slots__ = ("json", "path", "steps")

    def __init__(self, json: bool, path: Path, steps: tuple[Step, ...]) -> None:
        self.json = json
        self.path = path
        self.steps = steps

    def get(self, value: Any) -> Any:
        """The rendered text for the payload, or for its JSON when `json`; NOT_HERE when Jinja has to be asked."""
        for part in self.path:
            kind = type(value)
            if kind is dict:
                if part not in value:
                    return NOT_HERE
                value = value[part]
            elif kind is list and type(part) is int and part < len(value):
                value = value[part]
            else:
                return NOT_HERE
        try:
            for step in self.steps:
                value = step(value)
        except (ValueError, TypeError, OverflowError):
            return NOT_HERE
        kind = type(value)
        if kind is str:
            return value.strip()
        if kind is dict or kind is list:
            return NOT_HERE
        return str(value)

    def missing(self, value: Any) -> str | None:
        """The last key of the path, when that is all that is missing; None when it is not as simple as that."""
        if self.steps or not self.path:
            return None
        for part in self.path[:-1]:
            if type(value) is not dict or part not in value:
                return None
            value = value[part]
        last = self.path[-1]
        lacks = type(value) is dict and type(last) is str and last not in value and last not in _METHODS
        return str(last) if lacks else None


@lru_cache(maxsize=1024)
def recognise(text: str) -> Getter | None:
    """The getter for a template's text, None when it needs Jinja."""
    match = _WHOLE.match(text)
    if match is None:
        return None
    path: list[str | int] = []
    for part in _PART.finditer(match["path"]):
        name = part["name"]
        if name is not None:
            if name in _METHODS or name in _RESERVED or name.startswith("__"):
                return None
            path.append(name)
        elif part["index"] is not None:
            path.append(int(part["index"]))
        else:
            path.append(part["single"] if part["single"] is not None else part["double"])
    json = match["root"] == "value_json"
    if path and not json:
        return None
    steps: list[Step] = []
    for each in _FILTER.finditer(match["filters"]):
        step = _step(each["name"], each["argument"])
        if step is None:
            return None
        steps.append(step)
    return Getter(json, tuple(path), tuple(steps))


def _step(name: str, argument: str | None) -> Step | None:
    number: int | float | None = None
    if argument:
        if not _NUMBER.match(argument):
            return None
        number = float(argument) if "." in argument else int(argument)
    if name == "float":
        return to_float if number is None else lambda value: to_float(value, number)
    if name == "int":
        return to_int if number is None else lambda value: to_int(value, number)
    if name == "round":
        if number is None:
            return rounded
        if isinstance(number, int) and -20 <= number <= 20:
            return lambda value: rounded(value, number)
        return None
    if name == "default" or name == "d":
        # What is there is kept, null included; what is missing goes to Jinja.
        return None if number is None else lambda value: value
    if name == "is_defined" and argument is None:
        return lambda value: value
    return None
