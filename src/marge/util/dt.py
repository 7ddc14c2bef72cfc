"""Times: Unix seconds inside, ISO 8601 outside, durations in Home Assistant's forms."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DURATION = re.compile(r"^(?P<sign>[-+]?)(?P<h>\d+):(?P<m>\d{1,2})(?::(?P<s>\d{1,2}(?:\.\d+)?))?$")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\Z")
_PARTS = frozenset({"days", "hours", "minutes", "seconds", "milliseconds"})


def from_timestamp(seconds: float) -> datetime:
    """Return the aware UTC datetime of Unix `seconds`."""
    return datetime.fromtimestamp(seconds, UTC)


def to_iso(seconds: float) -> str:
    """Return Unix `seconds` as Home Assistant writes times: `2026-01-01T00:00:00.123456+00:00`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def zone(name: str) -> ZoneInfo | None:
    """Return the time zone called `name`, or None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_datetime(text: str, default_zone: ZoneInfo | None = None) -> datetime | None:
    """Parse an ISO 8601 date and time; None when it is none.

    Without an offset it is in `default_zone`, or naive when that is None.
    """
    try:
        value = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    if value.tzinfo is None and default_zone is not None:
        value = value.replace(tzinfo=default_zone)
    return value


def parse_date(text: str) -> date | None:
    """Parse `YYYY-MM-DD`, where leading zeros of month and day may be left out; None when it is none."""
    match = _DATE.match(text) if isinstance(text, str) else None
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """Parse `HH:MM` or `HH:MM:SS`; None when it is neither."""
    parts = str(text).split(":")
    if len(parts) not in (2, 3):
        return None
    try:
        return time(int(parts[0]), int(parts[1]), int(float(parts[2])) if len(parts) == 3 else 0)
    except ValueError:
        return None


def parse_duration(value: Any) -> timedelta:
    """Parse `HH:MM[:SS]`, a number of seconds, or a mapping of days, hours, minutes, seconds, milliseconds.

    Raises ValueError that says what was expected.
    """
    if isinstance(value, timedelta):
        return value
    try:
        if isinstance(value, bool):
            raise ValueError
        if isinstance(value, (int, float)):
            return timedelta(seconds=value)
        if isinstance(value, str):
            if match := _DURATION.match(value.strip()):
                length = timedelta(hours=int(match["h"]), minutes=int(match["m"]), seconds=float(match["s"] or 0))
                return -length if match["sign"] == "-" else length
            return timedelta(seconds=float(value))
        if isinstance(value, dict) and value and value.keys() <= _PARTS:
            return timedelta(**{part: float(amount) for part, amount in value.items()})
    except (ValueError, OverflowError, TypeError):
        pass
    raise ValueError(f"expected a duration ('HH:MM:SS', seconds, or days/hours/minutes/seconds), got {value!r}")
