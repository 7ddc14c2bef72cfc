"""Words that the items of derived entities share, beside those of `util.schema`, `entities.words` and the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marge.entities.words import choice, whole
from marge.util.schema import EntityIds, convert, word

UNIT_TIMES: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400}
"""Units of time, in seconds."""


def _some_entities(value: Any) -> list[str]:
    found = list(convert(value, EntityIds))
    if not found:
        raise ValueError("expected at least one entity id")
    return found


def prefix(name: str, *known: str) -> Any:
    """A word for a metric prefix, which may be left empty."""

    def read(value: Any) -> str | None:
        if value is None or (isinstance(value, str) and value in known):
            return value
        raise ValueError(f"expected one of {', '.join(known)}, got {value!r}")

    return word(name, read)


if TYPE_CHECKING:
    Digits = int
    SomeEntities = list[str]
    UnitTime = str
else:
    Digits = whole("Digits", -15, 15)
    SomeEntities = word("SomeEntities", _some_entities)
    UnitTime = choice("UnitTime", *UNIT_TIMES)
