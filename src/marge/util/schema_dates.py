"""Words for `util.schema` that read a date, a time of day, and a date with a time."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from marge.util.dt import parse_date, parse_datetime, parse_time
from marge.util.schema import word

# The first and the last year cannot always be converted between time zones.
_YEARS = range(2, 9999)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        value = value.date()
    parsed = value if isinstance(value, date) else parse_date(value) if isinstance(value, str) else None
    if parsed is not None and parsed.year in _YEARS:
        return parsed
    raise ValueError(f"expected a date (YYYY-MM-DD), got {value!r}")


def _time(value: Any) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and (parsed := parse_time(value)) is not None:
        return parsed
    raise ValueError(f"expected a time of day (HH:MM:SS), got {value!r}")


def _datetime(value: Any) -> datetime:
    parsed = value if isinstance(value, datetime) else parse_datetime(value) if isinstance(value, str) else None
    if parsed is not None and parsed.year in _YEARS:
        return parsed
    raise ValueError(f"expected a date and time (YYYY-MM-DD HH:MM:SS), got {value!r}")


if TYPE_CHECKING:
    Date = date
    TimeOfDay = time
    DateTime = datetime
else:
    Date = word("Date", _date)
    TimeOfDay = word("TimeOfDay", _time)
    DateTime = word("DateTime", _datetime)
