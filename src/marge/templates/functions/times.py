"""Dates, times, durations and ages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Final

from marge.templates.bounds import text_of
from marge.templates.functions.base import FILTER, GLOBAL, NO_DEFAULT, TEST, Export, Scope, no_default
from marge.templates.render_info import collecting
from marge.util.dt import from_timestamp

_DEFAULT_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
_DATETIME: Final = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"[T ](?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?"
    r"(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?\Z"
)
_ISO: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}(?:[T ]\d{2}.*)?\Z")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})\Z")
# 3 days, 04:05:06.5 — the form of Python's timedelta; minutes and seconds alone are allowed.
_CLOCK_DURATION: Final = re.compile(
    r"(?:(?P<days>-?\d+) (?:days?, )?)?(?P<sign>-?)"
    r"(?:(?P<hours>\d+):(?=\d+:\d+))?(?:(?P<minutes>\d+):)?(?P<seconds>\d+(?:[.,]\d{1,6})?)\d*\Z"
)
# 3 days 04:05:06 and 3 days, as PostgreSQL writes intervals.
_INTERVAL: Final = re.compile(
    r"(?:(?P<days>-?\d+) days? ?)?"
    r"(?:(?P<sign>[-+])?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d{1,6})?))?\Z"
)
_ISO_DURATION: Final = re.compile(
    r"(?P<sign>[-+]?)P(?:(?P<days>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?\Z"
)
_UNITS: Final = (
    ("year", 365 * 86400),
    ("month", 30 * 86400),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)


def parse_datetime(text: str) -> datetime | None:
    """Read ISO 8601, also with one-digit parts; naive without an offset; None when it is something else.

    Raises ValueError when it has the form and is no date that exists.
    """
    if _ISO.match(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    if match := _MONTH.match(text):
        return datetime(int(match[1]), int(match[2]), 1)
    if (match := _DATETIME.match(text)) is None:
        return None
    zone: tzinfo | None = None
    if offset := match["offset"]:
        zone = UTC
        if offset != "Z":
            shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]) if len(offset) > 3 else 0)
            zone = timezone(-shift if offset[0] == "-" else shift)
    return datetime(
        int(match["year"]),
        int(match["month"]),
        int(match["day"]),
        int(match["hour"]),
        int(match["minute"]),
        int(match["second"] or 0),
        int((match["fraction"] or "0").ljust(6, "0")),
        tzinfo=zone,
    )


def as_timedelta(value: str) -> timedelta | None:
    """The duration that a text (`PT10M`, `1:30:00`, `2 days, 0:00:10`) stands for, or none."""
    match = _CLOCK_DURATION.match(value) or _ISO_DURATION.match(value) or _INTERVAL.match(value)
    if match is None:
        return None
    parts = {key: float((match[key] or "0").replace(",", ".")) for key in ("days", "hours", "minutes", "seconds")}
    sign = -1 if match["sign"] == "-" else 1
    days = timedelta(days=parts.pop("days"))
    return (days * sign if match.re is _ISO_DURATION else days) + sign * timedelta(**parts)


def local(scope: Scope, value: datetime) -> datetime:
    """The same moment in the zone of the house; a time without a zone is taken for one of the house."""
    zone = scope.zone
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


def _note_time() -> None:
    if (info := collecting()) is not None:
        info.has_time = True


def now(scope: Scope) -> datetime:
    """The time of the house; the template is rendered again every minute."""
    _note_time()
    return datetime.fromtimestamp(scope.hub.clock.now(), scope.zone)


def utcnow(scope: Scope) -> datetime:
    """The time in UTC; the template is rendered again every minute."""
    _note_time()
    return from_timestamp(scope.hub.clock.now())


def today_at(scope: Scope, time_str: str = "") -> datetime:
    """Today at a time of day (`HH:MM[:SS]`), midnight when none is given."""
    today = now(scope)
    if not time_str:
        moment: time | None = time()
    else:
        moment = _parse_time(time_str)
    if moment is None:
        raise ValueError(f"could not convert {type(time_str).__name__} to datetime: '{time_str}'")
    return datetime.combine(today.date(), moment, today.tzinfo)


def _parse_time(text: Any) -> time | None:
    parts = text_of(text).split(":")
    if len(parts) < 2:
        return None
    try:
        return time(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else 0)
    except ValueError:
        return None


def as_timestamp(scope: Scope, value: Any, default: Any = NO_DEFAULT) -> Any:
    """Unix seconds of a time or of a text that is one."""
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(text_of(value))
        if moment is None:
            raise ValueError("not a date and time")
        return (moment.replace(tzinfo=scope.zone) if moment.tzinfo is None else moment).timestamp()
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("as_timestamp", value)
        return default


def as_datetime(value: Any, default: Any = NO_DEFAULT) -> Any:
    """A time from Unix seconds or a text; none for a text that is neither."""
    if type(value) is datetime:
        return value
    if type(value) is date:
        return datetime.combine(value, time())
    try:
        return from_timestamp(float(value))
    except (ValueError, TypeError):
        pass
    try:
        if (moment := parse_datetime(value)) is not None:
            return moment
    except (ValueError, TypeError):
        pass
    if default is not NO_DEFAULT:
        return default
    if isinstance(value, str):
        return None
    return no_default("as_datetime", value)


def timestamp_custom(
    scope: Scope,
    value: Any,
    date_format: str = _DEFAULT_FORMAT,
    local: Any = True,
    default: Any = NO_DEFAULT,
) -> Any:
    """Unix seconds in a format of strftime, in the zone of the house unless `local` is false."""
    try:
        moment = from_timestamp(value)
        return (moment.astimezone(scope.zone) if local else moment).strftime(date_format)
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("timestamp_custom", value)
        return default


def timestamp_local(scope: Scope, value: Any, default: Any = NO_DEFAULT) -> Any:
    """Unix seconds as ISO 8601 in the zone of the house."""
    try:
        return from_timestamp(value).astimezone(scope.zone).isoformat()
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("timestamp_local", value)
        return default


def timestamp_utc(value: Any, default: Any = NO_DEFAULT) -> Any:
    """Unix seconds as ISO 8601 in UTC."""
    try:
        return from_timestamp(value).isoformat()
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("timestamp_utc", value)
        return default


def strptime(string: Any, fmt: Any, default: Any = NO_DEFAULT) -> Any:
    """A time from a text in a format of strptime."""
    try:
        return datetime.strptime(string, fmt)
    except (ValueError, AttributeError, TypeError):
        if default is NO_DEFAULT:
            no_default("strptime", string)
        return default


def describe_duration(seconds: float, precision: int = 1) -> str:
    """A duration in its `precision` largest units, the last one rounded: `2 hours 10 minutes`."""
    if seconds == 0:
        return "0 seconds"
    words: list[str] = []
    for unit, length in _UNITS:
        if seconds < length:
            continue
        last = len(words) + 1 == precision
        number = round(seconds / length) if last else int(seconds // length)
        words.append(f"1 {unit}" if number == 1 else f"{number} {unit}s")
        if last:
            break
        seconds -= number * length
    return " ".join(words)


def _distance(scope: Scope, value: Any, precision: int, past: bool) -> Any:
    moment = now(scope)
    if not isinstance(value, datetime):
        return value
    value = value.replace(tzinfo=scope.zone) if value.tzinfo is None else value
    # As timestamps: two times of one zone would be compared by the clock on the wall.
    delta = moment.timestamp() - value.timestamp()
    if not past:
        delta = -delta
    return value if delta < 0 else describe_duration(round(delta), precision)


def relative_time(scope: Scope, value: Any) -> Any:
    """The age of a time in its largest unit; a time in the future, or anything else, is returned as it is."""
    return _distance(scope, value, 1, past=True)


def time_since(scope: Scope, value: Any, precision: int = 1) -> Any:
    """The age of a time in its `precision` largest units; a time in the future is returned as it is."""
    return _distance(scope, value, precision, past=True)


def time_until(scope: Scope, value: Any, precision: int = 1) -> Any:
    """How long it is until a time, in its `precision` largest units; a time in the past is returned as it is."""
    return _distance(scope, value, precision, past=False)


def is_datetime(value: Any) -> bool:
    """Whether a value is a date with time."""
    return isinstance(value, datetime)


EXPORTS = (
    Export("now", now, GLOBAL, bound=True, limited=False),
    Export("utcnow", utcnow, GLOBAL, bound=True, limited=False),
    Export("today_at", today_at, bound=True, limited=False),
    Export("relative_time", relative_time, bound=True, limited=False),
    Export("time_since", time_since, bound=True, limited=False),
    Export("time_until", time_until, bound=True, limited=False),
    Export("as_timestamp", as_timestamp, bound=True),
    Export("as_datetime", as_datetime),
    Export("as_local", local, bound=True),
    Export("as_timedelta", as_timedelta),
    Export("strptime", strptime, GLOBAL),
    Export("timedelta", timedelta, GLOBAL),
    Export("timestamp_custom", timestamp_custom, FILTER, bound=True),
    Export("timestamp_local", timestamp_local, FILTER, bound=True),
    Export("timestamp_utc", timestamp_utc, FILTER),
    Export("datetime", is_datetime, TEST),
)
