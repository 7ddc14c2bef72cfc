"""Data of the services of calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.util.schema import Seconds, Text
from marge.util.schema_dates import Date, DateTime

# An event further ahead than this many days (a hundred years) is taken for a mistake.
_DAYS: Final = 36_525


class In(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A day in a number of days or weeks from now."""

    days: Annotated[int, msgspec.Meta(ge=0, le=_DAYS)] | None = None
    weeks: Annotated[int, msgspec.Meta(ge=0, le=_DAYS // 7)] | None = None

    def __post_init__(self) -> None:
        """Ask for just one of them."""
        if (self.days is None) == (self.weeks is None):
            raise ValueError("must contain exactly one of days, weeks.")

    @property
    def in_days(self) -> int:
        """The number of days."""
        return self.days if self.days is not None else 7 * (self.weeks or 0)


class CreateEvent(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `create_event`: two dates, two times, or `in`."""

    summary: Text
    description: Text = ""
    location: Text | UnsetType = UNSET
    start_date: Date | UnsetType = UNSET
    end_date: Date | UnsetType = UNSET
    start_date_time: DateTime | UnsetType = UNSET
    end_date_time: DateTime | UnsetType = UNSET
    in_: In | UnsetType = msgspec.field(name="in", default=UNSET)

    def __post_init__(self) -> None:
        """Ask for just one form, whole, with the end after the start."""
        given = sum(value is not UNSET for value in (self.start_date, self.start_date_time, self.in_))
        if given != 1:
            how = "at least" if given == 0 else "at most"
            raise ValueError(f"must contain {how} one of start_date, start_date_time, in.")
        if (self.start_date is UNSET) != (self.end_date is UNSET):
            raise ValueError("start and end dates must both be specified")
        if (self.start_date_time is UNSET) != (self.end_date_time is UNSET):
            raise ValueError("start and end datetimes must both be specified")
        start, end = self.times() or (None, None)
        if isinstance(start, datetime) and isinstance(end, datetime) and start.tzinfo != end.tzinfo:
            raise ValueError("expected all values to have the same timezone")
        if start is not None and end is not None and end - start < timedelta(seconds=1):
            raise ValueError(f"expected minimum event duration of 0:00:01 ({start}, {end})")

    def times(self) -> tuple[date, date] | tuple[datetime, datetime] | None:
        """Start and end as they were given; None for `in`."""
        if self.start_date is not UNSET and self.end_date is not UNSET:
            return self.start_date, self.end_date
        if self.start_date_time is not UNSET and self.end_date_time is not UNSET:
            return self.start_date_time, self.end_date_time
        return None


class GetEvents(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `get_events`: from now or `start_date_time`, to `end_date_time` or for `duration`."""

    start_date_time: DateTime | UnsetType = UNSET
    end_date_time: DateTime | UnsetType = UNSET
    duration: Seconds | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Ask for one kind of end, and for a duration above zero."""
        if (self.end_date_time is UNSET) == (self.duration is UNSET):
            how = "at least" if self.duration is UNSET else "at most"
            raise ValueError(f"must contain {how} one of end_date_time, duration.")
        if self.duration is not UNSET and self.duration <= 0:
            raise ValueError(f"expected positive duration ({timedelta(seconds=self.duration)})")
        start, end = self.start_date_time, self.end_date_time
        if start is UNSET or end is UNSET or (start.tzinfo is None) != (end.tzinfo is None):
            return  # one of them is of the house's time zone or the present: compared by the calendar
        if start >= end:
            raise ValueError(f"expected end time to be after start time ({start}, {end})")
