"""The logbook: what happened, in words, out of states and events. Home Assistant's entries, keys and omissions."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from marge.core.errors import OperationFailed
from marge.core.events import CALL_SERVICE, HOMEASSISTANT_START, HOMEASSISTANT_STOP
from marge.core.hub import Hub
from marge.core.ports import SqlDatabase
from marge.recorder.history import read_events
from marge.recorder.ids import StoredId, stored_to_hex, stored_to_ulid, ulid_to_stored
from marge.recorder.restore import micros
from marge.util import jsonx

LOGBOOK_ENTRY: Final = "logbook_entry"
AUTOMATION_TRIGGERED: Final = "automation_triggered"
SCRIPT_STARTED: Final = "script_started"
ALWAYS_CONTINUOUS: Final = frozenset({"counter", "proximity"})
"""Domains that count or measure: their changes are no news."""

Entry = dict[str, Any]
Data = dict[str, Any]


class _Happened(NamedTuple):
    """A state change (`event_type` None) or an event; `time` in µs."""

    time: int
    event_type: str | None
    data: Data
    entity_id: str | None
    state: str | None
    icon: str | None
    context_id: str | None
    parent_id: str | None
    user_id: str | None


def _automation(row: _Happened) -> Entry:
    source = row.data.get("source")
    return {
        "name": row.data.get("name"),
        "message": "triggered" if source is None else f"triggered by {source}",
        "source": source,
        "entity_id": row.data.get("entity_id"),
        "context_id": row.context_id,
    }


def _script(row: _Happened) -> Entry:
    return {
        "name": row.data.get("name"),
        "message": "started",
        "entity_id": row.data.get("entity_id"),
        "context_id": row.context_id,
    }


def _hub(message: str) -> Callable[[_Happened], Entry]:
    return lambda _: {"name": "Marge", "message": message, "icon": "mdi:home-assistant"}


DESCRIBED: Final[dict[str, tuple[str, Callable[[_Happened], Entry]]]] = {
    AUTOMATION_TRIGGERED: ("automation", _automation),
    SCRIPT_STARTED: ("script", _script),
    HOMEASSISTANT_START: ("homeassistant", _hub("started")),
    HOMEASSISTANT_STOP: ("homeassistant", _hub("stopped")),
}
"""Events that the logbook puts into words: type → domain and how."""


class Logbook:
    """Implements `marge.core.ports.LogbookReader`."""

    def __init__(self, hub: Hub, database: SqlDatabase, flush: Callable[[], Awaitable[None]]) -> None:
        self._hub = hub
        self._database = database
        self._flush = flush

    async def entries(
        self,
        start: float,
        end: float,
        entity_ids: Sequence[str] | None = None,
        device_ids: Sequence[str] | None = None,
        context_id: str | None = None,
    ) -> list[Entry]:
        """See `LogbookReader.entries`."""
        with suppress(OperationFailed):
            await self._flush()
        span = (micros(start), micros(end))

        def query(db: sqlite3.Connection) -> list[Entry]:
            events = list(_events(db, span, context_id))
            limited = bool(entity_ids or device_ids)
            if limited:
                wanted = [row for row in events if _concerns(row, entity_ids or (), device_ids or ())]
            else:
                wanted = events
            states = [] if limited and not entity_ids else self._changes(db, span, entity_ids, context_id)
            # Of what happened in the same microsecond, the change of state came first: events tell what it led to.
            shown = sorted([*states, *wanted], key=lambda row: row.time)
            causes = sorted([*states, *events], key=lambda row: row.time)
            return self._in_words(shown, causes)

        return await self._database.read(query)

    def _changes(
        self,
        db: sqlite3.Connection,
        span: tuple[int, int],
        entity_ids: Sequence[str] | None,
        context_id: str | None,
    ) -> list[_Happened]:
        stored = None if context_id is None else ulid_to_stored(context_id)
        found: list[_Happened] = []
        icons: dict[int, tuple[bool, str | None]] = {}
        for number, entity_id in db.execute("SELECT id, entity_id FROM entities").fetchall():
            if (not entity_ids or entity_id in entity_ids) and not self._continuous(entity_id):
                found += _changes_of(db, number, entity_id, span, stored, icons)
        return found

    def _continuous(self, entity_id: str) -> bool:
        domain = entity_id.partition(".")[0]
        if domain in ALWAYS_CONTINUOUS:
            return True
        if domain != "sensor" or (state := self._hub.states.get(entity_id)) is None:
            return False
        return "unit_of_measurement" in state.attributes or "state_class" in state.attributes

    def _name(self, entity_id: str) -> str:
        state = self._hub.states.get(entity_id)
        return entity_id.partition(".")[2].replace("_", " ") if state is None else state.name

    def _in_words(self, rows: list[_Happened], causes: list[_Happened]) -> list[Entry]:
        first: dict[str, _Happened] = {}
        for row in causes:
            if row.context_id is not None:
                first.setdefault(row.context_id, row)
        entries = []
        for row in rows:
            entry = self._entry(row)
            if entry is None:
                continue
            entry["when"] = row.time / 1e6
            if row.user_id is not None:
                entry["context_user_id"] = row.user_id
            if (cause := _cause(row, first)) is not None:
                self._add_cause(entry, cause)
            entries.append(entry)
        return entries

    def _entry(self, row: _Happened) -> Entry | None:
        if row.event_type is None:
            assert row.entity_id is not None
            entry: Entry = {"state": row.state, "entity_id": row.entity_id, "name": self._name(row.entity_id)}
            if row.icon:
                entry["icon"] = row.icon
            return entry
        if row.event_type in DESCRIBED:
            of, describe = DESCRIBED[row.event_type]
            return {**describe(row), "domain": of}
        if row.event_type == LOGBOOK_ENTRY and row.data:
            entity_id = row.data.get("entity_id")
            domain = row.data.get("domain")
            if domain is None and entity_id is not None:
                domain = str(entity_id).partition(".")[0]
            return {
                "name": row.data.get("name"),
                "message": row.data.get("message"),
                "domain": domain,
                "entity_id": entity_id,
            }
        return None

    def _add_cause(self, entry: Entry, cause: _Happened) -> None:
        if cause.entity_id is not None:
            entry["context_state"] = cause.state
            entry["context_entity_id"] = cause.entity_id
            entry["context_entity_id_name"] = self._name(cause.entity_id)
        elif cause.event_type == CALL_SERVICE:
            entry["context_domain"] = cause.data.get("domain")
            entry["context_service"] = cause.data.get("service")
            entry["context_event_type"] = CALL_SERVICE
        elif cause.event_type in DESCRIBED:
            domain, describe = DESCRIBED[cause.event_type]
            entry["context_event_type"] = cause.event_type
            entry["context_domain"] = domain
            described = describe(cause)
            for key in ("name", "message", "source"):
                if described.get(key):
                    entry[f"context_{key}"] = described[key]
            if isinstance(entity_id := described.get("entity_id"), str):
                entry["context_entity_id"] = entity_id
                entry["context_entity_id_name"] = self._name(entity_id)


def _cause(row: _Happened, first: dict[str, _Happened]) -> _Happened | None:
    """The first thing with the row's context; when that is the row itself, the first with the parent context."""
    cause = first.get(row.context_id or "")
    if cause is not None and cause is not row:
        return cause
    cause = first.get(row.parent_id or "")
    return None if cause is row else cause


def _events(db: sqlite3.Connection, span: tuple[int, int], context_id: str | None) -> list[_Happened]:
    found = []
    for event in read_events(db, *span, [*DESCRIBED, LOGBOOK_ENTRY, CALL_SERVICE]):
        if context_id is not None and event.context_id != context_id:
            continue
        data = jsonx.loads(event.data)
        found.append(
            _Happened(
                micros(event.time_fired),
                event.event_type,
                data if isinstance(data, dict) else {},
                None,
                None,
                None,
                event.context_id,
                event.context_parent_id,
                event.context_user_id,
            )
        )
    return found


def _concerns(row: _Happened, entity_ids: Sequence[str], device_ids: Sequence[str]) -> bool:
    if row.event_type not in (AUTOMATION_TRIGGERED, SCRIPT_STARTED, LOGBOOK_ENTRY):
        return False
    return row.data.get("entity_id") in entity_ids or row.data.get("device_id") in device_ids


def _changes_of(
    db: sqlite3.Connection,
    number: int,
    entity_id: str,
    span: tuple[int, int],
    context_id: StoredId,
    icons: dict[int, tuple[bool, str | None]],
) -> list[_Happened]:
    """The changes of one entity's state, leaving out new and removed entities and changes of attributes alone."""
    start, end = span
    select = (
        "SELECT time, state, changed, is_new, attributes, context_id, context_parent_id, context_user_id "
        "FROM states WHERE entity = ? AND "
    )
    held = db.execute(f"{select} time <= ? ORDER BY time DESC LIMIT 1", (number, start)).fetchone()
    before = None if held is None else held[1]
    found = []
    for time, state, changed, is_new, attributes, context, parent, user in db.execute(
        f"{select} time > ? AND time < ? ORDER BY time", (number, start, end)
    ):
        old, before = before, state
        if state is None or old is None or is_new or changed is not None or state == old:
            continue
        if context_id is not None and context != context_id:
            continue
        measured, icon = _look(db, attributes, icons)
        if measured and entity_id.startswith("sensor."):
            continue
        found.append(
            _Happened(
                time,
                None,
                {},
                entity_id,
                state,
                icon,
                stored_to_ulid(context),
                stored_to_ulid(parent),
                stored_to_hex(user),
            )
        )
    return found


def _look(db: sqlite3.Connection, attributes: int, seen: dict[int, tuple[bool, str | None]]) -> tuple[bool, str | None]:
    """Whether the attributes have a unit, and their icon."""
    known = seen.get(attributes)
    if known is None:
        row = db.execute("SELECT json FROM attributes WHERE id = ?", (attributes,)).fetchone()
        decoded = jsonx.loads(row[0]) if row is not None else {}
        icon = decoded.get("icon")
        known = seen[attributes] = ("unit_of_measurement" in decoded, icon if isinstance(icon, str) else None)
    return known
