"""Calendars: events made, changed and deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message
from marge.api.websocket.entities_of import needed
from marge.core.errors import MargeError
from marge.util.dt import parse_date, parse_datetime
from marge.util.schema import EntityId, Invalid, word

if TYPE_CHECKING:
    from marge.entities.calendar import CalendarEntity, Features
    from marge.entities.calendar_event import CalendarEvent


def _when(value: Any) -> date | datetime:
    found: date | datetime | None = None
    if isinstance(value, str):
        found = parse_date(value) or parse_datetime(value)
    if found is None or not 2 <= found.year < 9999:
        raise ValueError(f"expected a date or a date and time, got {value!r}")
    return found


if TYPE_CHECKING:
    When = date | datetime
else:
    When = word("When", _when)


class Event(Struct, forbid_unknown_fields=True, frozen=True):
    """An event as the frontend sends it: two dates, or two times."""

    dtstart: When
    dtend: When
    summary: str
    description: str = ""
    location: str | None = None
    rrule: str | None = None


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new event."""

    entity_id: EntityId
    event: Event


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """An event in the place of another, or of some of its repetitions."""

    entity_id: EntityId
    uid: str
    event: Event
    recurrence_id: str | None = None
    recurrence_range: str | None = None


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """An event, or some of its repetitions."""

    entity_id: EntityId
    uid: str
    recurrence_id: str | None = None
    recurrence_range: str | None = None


def _calendar(message: Message, feature: str, what: str) -> CalendarEntity:
    from marge.entities.calendar import CalendarEntity, Features

    entity = needed(message, message.data.entity_id, CalendarEntity)
    wanted: Features = Features[feature]
    if not entity.supported_features & wanted:
        raise WsError("not_supported", f"Calendar does not support event {what}")
    return entity


def _event(message: Message) -> CalendarEvent:
    from marge.entities.calendar_event import CalendarEvent

    data: Event = message.data.event
    zone = message.api.hub.config.zone
    start, end = (
        when.replace(tzinfo=zone) if isinstance(when, datetime) and when.tzinfo is None else when
        for when in (data.dtstart, data.dtend)
    )
    try:
        return CalendarEvent(start, end, data.summary, data.description, data.location, rrule=data.rrule or None)
    except ValueError as error:
        raise Invalid(str(error), ("event",)) from None


async def create(message: Message) -> None:
    """Add an event."""
    event = _event(message)
    calendar = _calendar(message, "CREATE_EVENT", "creation")
    try:
        await calendar.do_create_event(event)
    except MargeError as error:
        raise WsError("failed", str(error)) from error


async def update(message: Message) -> None:
    """Change an event."""
    data: Update = message.data
    event = _event(message)
    calendar = _calendar(message, "UPDATE_EVENT", "update")
    try:
        await calendar.do_update_event(data.uid, event, data.recurrence_id or None, data.recurrence_range)
    except (MargeError, ValueError) as error:
        raise WsError("failed", str(error)) from error


async def delete(message: Message) -> None:
    """Delete an event."""
    data: Delete = message.data
    calendar = _calendar(message, "DELETE_EVENT", "deletion")
    try:
        await calendar.do_delete_event(data.uid, data.recurrence_id or None, data.recurrence_range)
    except (MargeError, ValueError) as error:
        raise WsError("failed", str(error)) from error


COMMANDS: Final = (
    Command("calendar/event/create", create, Create, Access.CONTROL),
    Command("calendar/event/update", update, Update, Access.CONTROL),
    Command("calendar/event/delete", delete, Delete, Access.CONTROL),
)
