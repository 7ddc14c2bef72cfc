"""Words that the descriptions of helpers share, beside those of `util.schema` and `entities.words`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from marge.entities.words import choice, real, whole
from marge.util.schema import word
from marge.util.slug import slugify


def is_object_id(value: str) -> bool:
    """Whether `value` may be the second half of an entity id of a helper."""
    return value == slugify(value)


def _icon(value: Any) -> str:
    text = str(value)
    if ":" in text:
        return text
    raise ValueError('Icons should be specified in the form "prefix:name"')


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected str, got {value!r}")
    if not value:
        raise ValueError("length of value must be at least 1")
    return value


# What is wrong in the regular expressions of browsers too, which know more than Python's: `\\p{L}`, `(?<name>…)`.
_WRONG_ANYWHERE: Final = (
    "bad character range",
    "bad escape (end of pattern)",
    "min repeat greater",
    "missing )",
    "multiple repeat",
    "nothing to repeat",
    "unbalanced parenthesis",
    "unterminated character set",
)


def _pattern(value: Any) -> str:
    """A regular expression that a browser will match what is entered against."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {value!r}")
    text = str(value)
    try:
        # Empty sets are allowed in a browser.
        re.compile(re.sub(r"\[\^?\]", ".", text))
    except re.error as error:
        if error.msg.startswith(_WRONG_ANYWHERE):
            raise ValueError(f"{text!r} is no valid regular expression: {error}") from None
    return text


if TYPE_CHECKING:
    Icon = str
    Name = str
    Latitude = float
    Longitude = float
    Real = float
    Whole = int
    NaturalNumber = int
    NumberMode = str
    Pattern = str
    NumberStep = float
    TextMode = str
else:
    Icon = word("Icon", _icon)
    Name = word("Name", _name)
    Latitude = real("Latitude", -90, 90)
    Longitude = real("Longitude", -180, 180)
    Real = real("Real")
    Whole = whole("Whole")
    NaturalNumber = whole("NaturalNumber", 0)
    Pattern = word("Pattern", _pattern)
    NumberMode = choice("NumberMode", "box", "slider")
    NumberStep = real("NumberStep", 1e-9)
    TextMode = choice("TextMode", "password", "text")
