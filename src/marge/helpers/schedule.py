"""schedule: on within ranges of the days of a week, by the clock on the wall.

A time that the clocks skip in spring counts as the moment of the change; one that comes twice in autumn counts the
first time.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.clock import Cancel
from marge.core.events import CORE_CONFIG_UPDATED, Event, Remove
from marge.entities.domain import Domain
from marge.helpers.kind import HelperConfig, HelperEntity, Kind
from marge.helpers.wall_clock import wall_time
from marge.helpers.words import Name
from marge.util.dt import parse_time
from marge.util.schema import convert, word

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT: Final = "24:00:00"


def _clock(value: Any) -> str:
    parsed = value if isinstance(value, time) else parse_time(value) if isinstance(value, str) else None
    if parsed is None:
        raise ValueError(f"expected a time of day (HH:MM:SS), got {value!r}")
    return parsed.strftime("%H:%M:%S")


def _end(value: Any) -> str:
    if isinstance(value, str) and value in ("24:00", MIDNIGHT):
        return MIDNIGHT
    return _clock(value)


if TYPE_CHECKING:
    ClockTime = str
    EndTime = str
else:
    ClockTime = word("ClockTime", _clock)
    EndTime = word("EndTime", _end)


class Range(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A part of a day; `data` are attributes that the schedule has meanwhile."""

    start: ClockTime = msgspec.field(name="from")
    end: EndTime = msgspec.field(name="to")
    data: dict[str, bool | int | float | str] | UnsetType = UNSET


def _ranges(value: Any) -> list[Range]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    ranges = sorted(convert(items, list[Range]), key=lambda each: each.start)
    before = ""
    for each in ranges:
        if each.start >= each.end:
            raise ValueError(f"Invalid time range, from {each.start} is after {each.end}")
        if each.start < before:
            raise ValueError("Overlapping times found in schedule")
        before = each.end
    return ranges


if TYPE_CHECKING:
    Ranges = list[Range]
else:
    Ranges = word("Ranges", _ranges)


class ScheduleConfig(HelperConfig, frozen=True, kw_only=True):
    """An item: the ranges of each day."""

    name: Name
    monday: Ranges = []
    tuesday: Ranges = []
    wednesday: Ranges = []
    thursday: Ranges = []
    friday: Ranges = []
    saturday: Ranges = []
    sunday: Ranges = []

    def on(self, day: date) -> list[Range]:
        """The ranges of a day."""
        ranges: list[Range] = getattr(self, DAYS[day.weekday()])
        return ranges


class Schedule(HelperEntity):
    """Works itself out at every border of a range."""

    domain = "schedule"
    config: ScheduleConfig

    is_on = False
    next_event: float | None = None
    data: dict[str, Any] | None = None

    _cancel: Cancel | None = None
    _remove: Remove | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self._remove = self.hub.bus.listen(CORE_CONFIG_UPDATED, self._config_updated)
        self._update()

    def removed(self) -> None:
        """See `Entity.removed`."""
        self._stop()
        if self._remove is not None:
            self._remove()

    def reconfigure(self, config: HelperConfig) -> None:
        """See `HelperEntity.reconfigure`."""
        self.configure(config)
        if self.is_added:
            self._update()

    @property
    def state(self) -> str:
        """`on` within a range, else `off`."""
        return "on" if self.is_on else "off"

    def capabilities(self) -> dict[str, Any]:
        """Whether it is editable."""
        return {"editable": self.editable}

    def attributes(self) -> dict[str, Any]:
        """When it changes next, and the data of the present range."""
        moment = None
        if self.next_event is not None:
            moment = datetime.fromtimestamp(self.next_event, self.hub.config.zone)
        return {"next_event": moment, **(self.data or {})}

    def _config_updated(self, event: Event) -> None:
        if "time_zone" in event.data:
            self._changed()

    def _changed(self) -> None:
        self._update()
        self.write_state()

    def _stop(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _update(self) -> None:
        self._stop()
        now = self.hub.clock.now()
        today = datetime.fromtimestamp(now, self.hub.config.zone).date()
        self.is_on, self.data = False, None
        borders: list[float] = []
        for days in range(9):
            day = today + timedelta(days=days)
            for each in self.config.on(day):
                start, end = self._at(day, each.start), self._at(day, each.end)
                if start <= now < end:
                    self.is_on, self.data = True, None if each.data is UNSET else dict(each.data)
                if start < end:
                    borders += (start, end)
            if any(border > now for border in borders):
                break
        self.next_event = min((border for border in borders if border > now), default=None)
        if self.next_event is not None:
            self._cancel = self.hub.clock.call_at(self.next_event, self._changed)

    def _at(self, day: date, clock: str) -> float:
        if clock == MIDNIGHT:
            return wall_time(day + timedelta(days=1), time(), self.hub.config.zone)
        return wall_time(day, time.fromisoformat(clock), self.hub.config.zone)


KIND: Final = Kind(Domain("schedule", Schedule), Schedule, ScheduleConfig, merges=True)
