"""From rendered text to native values, by the rules that Home Assistant's users rely on."""

from __future__ import annotations

import re
from numbers import Number
from typing import Any, Final

# Plain integers and decimals only: "007", "1_000", "0x10" and "1e5" stay text.
_NUMERIC: Final = re.compile(r"[+-]?(?!0\d)\d*(?:\.\d*)?\Z", re.ASCII)
_CONSTANTS: Final[dict[str, Any]] = {"True": True, "False": False, "None": None}
_TRUE: Final = frozenset({"1", "true", "yes", "on", "enable"})
_FALSE: Final = frozenset({"0", "false", "no", "off", "disable"})


class ListResult(list[Any]):
    """A list that prints as the template wrote it."""

    rendered = ""

    def __str__(self) -> str:
        return self.rendered


class TupleResult(tuple[Any, ...]):
    """A tuple that prints as the template wrote it."""

    rendered = ""

    def __str__(self) -> str:
        return self.rendered


class DictResult(dict[Any, Any]):
    """A dict that prints as the template wrote it."""

    rendered = ""

    def __str__(self) -> str:
        return self.rendered


class SetResult(set[Any]):
    """A set that prints as the template wrote it."""

    rendered = ""

    def __str__(self) -> str:
        return self.rendered


_WRAPPERS: Final[dict[type, Any]] = {list: ListResult, tuple: TupleResult, dict: DictResult, set: SetResult}


def is_template_string(text: str) -> bool:
    """Whether `text` holds a template's `{{`, `{%` or `{#`."""
    return "{" in text and ("{%" in text or "{{" in text or "{#" in text)


def parse_result(text: str) -> Any:
    """Return the Python value that `text` (already stripped) spells out, or `text` itself."""
    if not text:
        return text
    first = text[0]
    if first.isalpha() or first == "_" or first > "\x7f":
        if first not in "TFNbBrRuUs":
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not (text.startswith(("True", "False", "None", "set")) or "'" in text[:3] or '"' in text[:3]):
            return text
    elif _NUMERIC.match(text):
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            return text
    return _evaluate(text)


def _evaluate(text: str) -> Any:
    # Not needed by a hub whose templates give words and numbers.
    import warnings
    from ast import literal_eval

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return text
    # Numbers that are not plain, texts and complex numbers stay as they were written.
    if isinstance(value, (str, complex)) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return text
    wrapper = _WRAPPERS.get(type(value))
    if wrapper is None:
        return value
    wrapped = wrapper(value)
    wrapped.rendered = text
    return wrapped


def to_boolean(value: Any) -> bool | None:
    """Home Assistant's booleans: true, yes, on, enable, 1 and their opposites; None for anything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.lower().strip()
        return True if word in _TRUE else False if word in _FALSE else None
    if isinstance(value, Number):
        return bool(value)
    return None


def result_as_boolean(value: Any) -> bool:
    """Whether a template's result counts as true; what is no boolean counts as false."""
    return to_boolean(value) is True
