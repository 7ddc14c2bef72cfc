"""Words of workday sensors: countries, days of the week, dates and ranges of dates."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from marge.util.schema import Strings, convert, word
from marge.util.schema_dates import Date

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY: Final = "holiday"
_LIKE_A_DATE: Final = re.compile(r"\d+-\d")
_MOST: Final = 3660
"""Days of one range, ten years."""


def _country(value: Any) -> str:
    if value is False:
        raise ValueError("in YAML NO without quotes means false: write 'NO'")
    if not isinstance(value, str):
        raise ValueError(f"expected two letters, such as 'NL', got {value!r}")
    return value.upper()


def _weekdays(value: Any) -> list[str]:
    days = convert(value, Strings)
    for day in days:
        if day not in WEEKDAYS and day != HOLIDAY:
            raise ValueError(f"expected some of {', '.join(WEEKDAYS)} and {HOLIDAY}, got {day!r}")
    return days


def _range(value: str) -> list[date]:
    """The days of `first,last`; raises ValueError."""
    first, last = (convert(part.strip(), Date) for part in value.split(",", 1))
    if not 0 <= (last - first).days < _MOST:
        raise ValueError(f"expected the first and the last day, at most {_MOST} days, got {value!r}")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _days(value: Any) -> list[date]:
    days: list[date] = []
    for each in _listed(value):
        days += _range(each) if isinstance(each, str) and "," in each else [convert(each, Date)]
    return days


def _days_or_names(value: Any) -> list[date | str]:
    found: list[date | str] = []
    for each in _listed(value):
        try:
            found += _days(each)
        except ValueError:
            if not isinstance(each, str) or not each or _LIKE_A_DATE.match(each):
                raise
            found.append(each)
    return found


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


if TYPE_CHECKING:
    Country = str
    Weekdays = list[str]
    Days = list[date]
    DaysOrNames = list[date | str]
else:
    Country = word("Country", _country)
    Weekdays = word("Weekdays", _weekdays)
    Days = word("Days", _days)
    DaysOrNames = word("DaysOrNames", _days_or_names)
