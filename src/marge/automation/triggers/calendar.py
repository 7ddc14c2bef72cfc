"""Calendar trigger: an event of a calendar starts or ends, or is about to.

The events of a quarter of an hour are read at its beginning, as in Home Assistant: one that is entered later than that
for the same quarter of an hour is missed. A calendar that appears after the trigger is read when it does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.words import entity_of
from marge.core.errors import MargeError, Refused
from marge.core.events import Event, StateChanged
from marge.util.dt import from_timestamp
from marge.util.schema import Seconds, word

if TYPE_CHECKING:
    from marge.entities.calendar_event import CalendarEvent

_LOGGER = logging.getLogger("marge.automation")

READ_SECONDS: Final = 15 * 60.0
"""How often the calendar is read, and how far ahead."""


def _calendar(value: Any) -> str:
    if (entity_id := entity_of(value, ("calendar",))) is None:
        raise ValueError(f"expected a calendar such as 'calendar.family', got {value!r}")
    return entity_id


if TYPE_CHECKING:
    CalendarId = str
else:
    CalendarId = word("CalendarId", _calendar)


class CalendarTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires at the start or end of each event of the calendar, moved by `offset` seconds."""

    entity_id: CalendarId
    event: Literal["start", "end"] = "start"
    offset: Seconds = 0.0

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        if host.house.index is None:
            raise Refused("there are no calendars")
        return _Attached(self, host, fire).attach()


class _Attached:
    """A calendar trigger at work. `_queue` are the events to come: when (Unix seconds) and what."""

    def __init__(self, trigger: CalendarTrigger, host: TriggerHost, fire: Fire) -> None:
        self._trigger = trigger
        self._host = host
        self._fire = fire
        self._clock = host.hub.clock
        self._queue: list[tuple[float, CalendarEvent]] = []
        self._read_to = self._clock.now()
        self._next_read = self._read_to
        self._cancel_read: Detach | None = None
        self._cancel_event: Detach | None = None
        self._attached = True
        self._reading = asyncio.Lock()

    def attach(self) -> Detach:
        entity_id = self._trigger.entity_id
        remove = self._host.hub.bus.listen_entities([entity_id], self._on_change)
        if self._host.hub.states.get(entity_id) is None:
            _LOGGER.warning("%s: calendar trigger: there is no calendar %s yet", self._host.name, entity_id)
        self._on_time()

        def detach() -> None:
            self._attached = False
            remove()
            for cancel in (self._cancel_read, self._cancel_event):
                if cancel is not None:
                    cancel()

        return detach

    def _on_change(self, event: Event) -> None:
        change: StateChanged = event.data
        if change.old_state is None:
            # It was not there when it was to be read; what was due meanwhile is over.
            self._read_to = max(self._read_to, self._clock.now())
            self._read(self._next_read)

    def _on_time(self) -> None:
        now = self._clock.now()
        self._next_read = max(self._next_read, now) + READ_SECONDS
        self._cancel_read = self._clock.call_at(self._next_read, self._on_time)
        self._read(self._next_read)

    def _read(self, until: float) -> None:
        self._host.hub.tasks.create(self._read_events(until), f"{self._host.name}: read {self._trigger.entity_id}")

    async def _read_events(self, until: float) -> None:
        async with self._reading:
            begin = self._read_to
            if begin >= until or not self._attached:
                return
            try:
                found = await self._events(begin - self._trigger.offset, until - self._trigger.offset)
            except MargeError as error:
                name, entity_id = self._host.name, self._trigger.entity_id
                _LOGGER.error("%s: calendar trigger: %s cannot be read: %s", name, entity_id, error)
                found = []
            if found is None or not self._attached:
                return
            self._read_to = until
            for event in found:
                start, end = event.local(self._host.hub.config.zone)
                due = (start if self._trigger.event == "start" else end).timestamp() + self._trigger.offset
                if begin <= due < until:
                    self._queue.append((due, event))
            self._queue.sort(key=itemgetter(0))
            self._wait_for_next()

    async def _events(self, begin: float, end: float) -> Sequence[CalendarEvent] | None:
        """The events that are on at some time between; None while there is no such calendar."""
        from marge.entities.calendar import CalendarEntity

        assert self._host.house.index is not None
        entity = self._host.house.index.get(self._trigger.entity_id)
        if not isinstance(entity, CalendarEntity):
            return None
        zone = self._host.hub.config.zone
        # One second more: the calendar may leave out what begins at the very end.
        return await entity.do_get_events(
            from_timestamp(begin).astimezone(zone), from_timestamp(end + 1).astimezone(zone)
        )

    def _wait_for_next(self) -> None:
        if self._cancel_event is not None:
            self._cancel_event()
            self._cancel_event = None
        if self._queue:
            self._cancel_event = self._clock.call_at(self._queue[0][0], self._on_event)

    def _on_event(self) -> None:
        now = self._clock.now()
        while self._queue and self._queue[0][0] <= now:
            _, event = self._queue.pop(0)
            self._fire(
                {
                    "event": self._trigger.event,
                    "offset": timedelta(seconds=self._trigger.offset),
                    "calendar_event": event.as_trigger(),
                }
            )
        self._wait_for_next()
