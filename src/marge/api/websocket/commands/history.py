"""What was: states, the logbook, and how the recorder is doing."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from marge.api.errors import HttpError, WsError
from marge.api.rest.times import time_of
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.core.ports import HistoryRow
from marge.util import jsonx
from marge.util.schema import Flag, Strings, is_entity_id


class DuringPeriod(Struct, forbid_unknown_fields=True, frozen=True):
    """Which states; times are ISO."""

    start_time: str
    entity_ids: list[str]
    end_time: str | None = None
    include_start_time_state: Flag = True
    significant_changes_only: Flag = True
    minimal_response: Flag = False
    no_attributes: Flag = False


class GetEvents(Struct, forbid_unknown_fields=True, frozen=True):
    """Which part of the logbook; times are ISO."""

    start_time: str
    end_time: str | None = None
    entity_ids: Strings | None = None
    device_ids: Strings | None = None
    context_id: str | None = None


def _time(message: Message, text: str, field: str) -> float:
    try:
        return time_of(message.api, text, f"Invalid {field}")
    except HttpError as error:
        raise WsError(f"invalid_{field}", error.message) from None


async def during_period(message: Message) -> Any:
    """The states of entities, in the short form."""
    data: DuringPeriod = message.data
    now = message.api.hub.clock.now()
    start = _time(message, data.start_time, "start_time")
    end = now if data.end_time is None else _time(message, data.end_time, "end_time")
    if start > now:
        return {}
    entity_ids = [entity_id.lower() for entity_id in data.entity_ids]
    if not entity_ids or not all(is_entity_id(entity_id) for entity_id in entity_ids):
        raise WsError("invalid_entity_ids", "Invalid entity_ids")
    found = await message.api.history.states(
        start,
        end,
        entity_ids,
        include_start_state=data.include_start_time_state,
        attributes=not data.no_attributes,
        significant_changes_only=data.significant_changes_only,
        minimal_response=data.minimal_response,
    )
    bare = data.minimal_response
    body = b",".join(
        [
            b"%b:[%b]" % (jsonx.dumps(entity_id), b",".join([_row(row, bare) for row in rows]))
            for entity_id, rows in found.items()
        ]
    )
    message.result_json(b"{%b}" % body)
    return UNANSWERED


def _row(row: HistoryRow, bare: bool) -> bytes:
    """A row in the short form. Without attributes an empty mapping is sent, unless a minimal answer was asked for."""
    parts = [b'"s":' + jsonx.dumps(row.state)]
    if row.attributes is not None:
        parts.append(b'"a":' + row.attributes)
    elif not bare:
        parts.append(b'"a":{}')
    if bare and row.attributes is None:
        return b"{%b}" % b",".join([*parts, b'"lu":' + jsonx.dumps(row.last_changed)])
    parts.append(b'"lu":' + jsonx.dumps(row.last_updated))
    if row.last_changed != row.last_updated:
        parts.append(b'"lc":' + jsonx.dumps(row.last_changed))
    return b"{%b}" % b",".join(parts)


async def logbook_events(message: Message) -> list[dict[str, Any]]:
    """What happened, in words."""
    data: GetEvents = message.data
    now = message.api.hub.clock.now()
    start = _time(message, data.start_time, "start_time")
    end = now if data.end_time is None else _time(message, data.end_time, "end_time")
    if start > now:
        return []
    found = await message.api.logbook.entries(start, end, data.entity_ids, data.device_ids, data.context_id)
    # The name of a changed state is known to clients.
    return [{key: value for key, value in entry.items() if key != "name" or "state" not in entry} for entry in found]


def recorder_info(message: Message) -> dict[str, Any]:
    """How the recorder is doing."""
    info = message.api.recorder.info()
    return {
        "backlog": info.backlog,
        "max_backlog": info.max_backlog,
        "migration_in_progress": False,
        "migration_is_live": False,
        "recording": info.recording,
        "thread_running": info.thread_running,
    }


COMMANDS: Final = (
    Command("history/history_during_period", during_period, DuringPeriod, Access.READ),
    Command("logbook/get_events", logbook_events, GetEvents, Access.READ),
    Command("recorder/info", recorder_info),
)
