"""Words that the descriptions of helpers share, beside those of `util.schema` and `entities.words`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


if TYPE_CHECKING:
    Icon = str
    Name = str
    Latitude = float
    Longitude = float
    Real = float
    Whole = int
    NaturalNumber = int
    NumberMode = str
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
    NumberMode = choice("NumberMode", "box", "slider")
    NumberStep = real("NumberStep", 1e-9)
    TextMode = choice("TextMode", "password", "text")
