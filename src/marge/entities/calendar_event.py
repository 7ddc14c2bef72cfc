"""An event of a calendar, in the forms that attributes, services and the API show it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

import msgspec

_LISTED: Final = ("start", "end", "summary", "description", "location")


class CalendarEvent(msgspec.Struct, frozen=True):
    """An event from `start` up to, not including, `end`: two dates, or two times with a time zone.

    Raises ValueError for a mixture, a time without zone, or an end before the start. An event of whole days whose end
    is its start lasts one day.
    """

    start: date | datetime
    end: date | datetime
    summary: str
    description: str | None = None
    location: str | None = None
    uid: str | None = None
    recurrence_id: str | None = None
    rrule: str | None = None

    def __post_init__(self) -> None:
        """Check the times."""
        start, end = self.start, self.end
        if isinstance(start, datetime) != isinstance(end, datetime):
            raise ValueError("start and end of an event must both be dates or both be times")
        if isinstance(start, datetime) and isinstance(end, datetime):
            if start.tzinfo is None or end.tzinfo is None:
                raise ValueError("start and end of an event must have a time zone")
        elif start == end:
            msgspec.structs.force_setattr(self, "end", start + timedelta(days=1))
        if end < start:
            raise ValueError(f"an event must not end before it starts ({start}, {end})")

    @property
    def all_day(self) -> bool:
        """Whether it lasts whole days."""
        return not isinstance(self.start, datetime)

    def local(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Start and end as times in `zone`."""
        return _local(self.start, zone), _local(self.end, zone)

    def as_listed(self) -> dict[str, str]:
        """As the service `get_events` answers: what is known, times in ISO 8601."""
        listed = {}
        for name in _LISTED:
            if (value := getattr(self, name)) is not None:
                listed[name] = value.isoformat() if isinstance(value, date) else value
        return listed

    def as_trigger(self) -> dict[str, Any]:
        """As a calendar trigger shows it: what is known, times in ISO 8601."""
        known = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}
        return {**known, "start": self.start.isoformat(), "end": self.end.isoformat(), "all_day": self.all_day}

    def as_api(self, zone: tzinfo) -> dict[str, Any]:
        """As `/api/calendars/…` answers: all fields, times as `{"dateTime": …}` in `zone` or `{"date": …}`."""
        shown = msgspec.structs.asdict(self)
        for name in ("start", "end"):
            value = shown[name]
            shown[name] = (
                {"dateTime": value.astimezone(zone).isoformat()}
                if isinstance(value, datetime)
                else {"date": value.isoformat()}
            )
        return shown


def _local(value: date | datetime, zone: tzinfo) -> datetime:
    return value.astimezone(zone) if isinstance(value, datetime) else datetime.combine(value, time.min, zone)
