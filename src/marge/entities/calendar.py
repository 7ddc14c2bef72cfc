"""Calendar: events; its state is whether one is on now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from enum import IntFlag
from typing import Any, Final

from msgspec import UNSET

from marge.core.clock import Cancel
from marge.core.errors import ServiceValidationError
from marge.core.services import SupportsResponse
from marge.entities.base import Entity
from marge.entities.calendar_event import CalendarEvent
from marge.entities.calendar_schema import CreateEvent, GetEvents
from marge.entities.domain import Domain, EntityService


class Features(IntFlag):
    """Bits of `supported_features`."""

    CREATE_EVENT = 1
    DELETE_EVENT = 2
    UPDATE_EVENT = 4


class CalendarEntity(Entity):
    """A calendar; `event` is the present one or the next, which the platform keeps up to date."""

    domain = "calendar"

    event: CalendarEvent | None = None

    _alarm: Cancel | None = None

    @property
    def state(self) -> str:
        """`on` while the event is on, else `off`."""
        if self.event is None:
            return "off"
        start, end = self.event.local(self.hub.config.zone)
        return "on" if start.timestamp() <= self.hub.clock.now() < end.timestamp() else "off"

    def attributes(self) -> dict[str, Any] | None:
        """The event; times are those of the house."""
        event = self.event
        if event is None:
            return None
        start, end = event.local(self.hub.config.zone)
        return {
            "message": event.summary,
            "all_day": event.all_day,
            "start_time": start.strftime("%Y-%m-%d %H:%M:%S"),
            "end_time": end.strftime("%Y-%m-%d %H:%M:%S"),
            "location": event.location or "",
            "description": event.description or "",
        }

    def write_state(self) -> None:
        """Write the state now, and again when the event starts or ends."""
        super().write_state()
        self._stop_alarm()
        if self.event is None or not self.is_added:
            return
        now = self.hub.clock.now()
        due = [when.timestamp() for when in self.event.local(self.hub.config.zone)]
        if coming := [when for when in due if when > now]:
            self._alarm = self.hub.clock.call_at(min(coming), self.event_edge)

    def event_edge(self) -> None:
        """Called when the event starts or ends; a platform may look for the next one here."""
        self.write_state()

    def removed(self) -> None:
        """Wait for no event any more."""
        self._stop_alarm()

    async def create_event(self, data: CreateEvent) -> None:
        """Add an event."""
        zone = self.hub.config.zone
        given = data.times()
        if given is None:
            assert data.in_ is not UNSET
            start = self._now().date() + timedelta(days=data.in_.in_days)
            given = start, start + timedelta(days=1)
        first, last = given
        await self.do_create_event(
            CalendarEvent(
                _zoned(first, zone) if isinstance(first, datetime) else first,
                _zoned(last, zone) if isinstance(last, datetime) else last,
                data.summary,
                data.description,
                None if data.location is UNSET else data.location,
            )
        )

    async def get_events(self, data: GetEvents) -> dict[str, Any]:
        """The events of a stretch of time; raises ServiceValidationError when its end is not after its start."""
        zone = self.hub.config.zone
        start = self._now() if data.start_date_time is UNSET else _zoned(data.start_date_time, zone)
        try:
            if data.end_date_time is not UNSET:
                end = _zoned(data.end_date_time, zone)
            else:
                end = start + timedelta(seconds=0 if data.duration is UNSET else data.duration)
        except OverflowError:
            raise ServiceValidationError(f"The duration of {data.duration} seconds is too long") from None
        if end <= start:
            raise ServiceValidationError(f"Expected end time to be after start time ({start}, {end})")
        return {"events": [event.as_listed() for event in await self.do_get_events(start, end)]}

    async def do_get_events(self, start: datetime, end: datetime) -> Sequence[CalendarEvent]:
        """The events that are on between two times, both in the house's time zone; given by the platform."""
        raise NotImplementedError

    async def do_create_event(self, event: CalendarEvent) -> None:
        """Add an event; given by a platform with CREATE_EVENT."""
        raise NotImplementedError

    async def do_delete_event(self, uid: str, recurrence_id: str | None, recurrence_range: str | None) -> None:
        """Delete an event, one of its repetitions, or this and all later ones; given with DELETE_EVENT."""
        raise NotImplementedError

    async def do_update_event(
        self, uid: str, event: CalendarEvent, recurrence_id: str | None, recurrence_range: str | None
    ) -> None:
        """Change an event, one of its repetitions, or this and all later ones; given with UPDATE_EVENT."""
        raise NotImplementedError

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.hub.clock.now(), self.hub.config.zone)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm()
            self._alarm = None


def _zoned(value: datetime, zone: tzinfo) -> datetime:
    """The time in the house's zone, which one without zone is taken to be in."""
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


CALENDAR: Final = Domain(
    "calendar",
    CalendarEntity,
    (
        EntityService("create_event", "create_event", CreateEvent, (Features.CREATE_EVENT,)),
        EntityService("get_events", "get_events", GetEvents, supports_response=SupportsResponse.ONLY),
    ),
)
