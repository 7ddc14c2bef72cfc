"""Events become rows: on the writer thread, one batch at a time, with ids and attributes looked up or created."""

from __future__ import annotations

import logging
import sqlite3
from time import sleep
from typing import Any, Final, NamedTuple
from zlib import crc32

from marge.core.context import Context
from marge.core.events import Event, StateChanged
from marge.core.state import State
from marge.recorder.filters import EntityFilter
from marge.recorder.ids import StoredId, hex_to_stored, ulid_to_stored
from marge.recorder.insert import insert_events, insert_states
from marge.recorder.restore import LastStates, clean_text, micros
from marge.recorder.unrecorded import unrecorded
from marge.util import jsonx

_LOGGER = logging.getLogger("marge.recorder")

DAY: Final = 86_400_000_000
MAX_ATTRIBUTES: Final = 16_384
"""Bytes of attributes that history keeps of a state, as in Home Assistant."""
MAX_EVENT_DATA: Final = 32_768
"""Bytes of data that history keeps of an event, as in Home Assistant."""
_CACHED_ATTRIBUTES: Final = 2048
_BREATH: Final = 127


class _Entity:
    """What the writer knows of an entity."""

    __slots__ = ("attributes", "attributes_day", "attributes_id", "heard", "id", "last", "left_out", "wanted")

    def __init__(self, wanted: bool, left_out: frozenset[str]) -> None:
        self.wanted = wanted
        self.left_out = left_out
        self.id: int | None = None
        self.heard = self.last = -1
        self.attributes: dict[str, Any] | None = None
        self.attributes_id = 0
        self.attributes_day = -1


class Written(NamedTuple):
    """What a batch made: rows of history, and events that could not be encoded."""

    rows: int
    unreadable: int


class Encoder:
    """Writes batches of events; all its methods run on the writer thread."""

    def __init__(self, wanted: EntityFilter, without_events: frozenset[str], last: LastStates) -> None:
        self.wanted = wanted
        self.without_events = without_events
        self.last = last
        self._entities: dict[str, _Entity] = {}
        self._event_types: dict[str, int] = {}
        self._attributes: dict[bytes, tuple[int, int]] = {}
        self._too_long: set[str] = set()
        self._context: Context | None = None
        self._stored_context: tuple[StoredId, StoredId, StoredId] = (None, None, None)

    def forget(self) -> None:
        """Drop what was remembered of the tables: a transaction was rolled back, or rows were purged."""
        self._entities.clear()
        self._event_types.clear()
        self._attributes.clear()

    def write(self, connection: sqlite3.Connection, events: list[Event], recording: bool) -> Written:
        """Write a batch. With `recording` False only the states to restore are kept.

        An event that cannot be encoded is logged and counted; the others are written.
        """
        unreadable = 0
        states: list[tuple[Any, ...]] = []
        others: list[tuple[Any, ...]] = []
        last: dict[str, State] = {}
        gone: dict[str, State] = {}
        for number, event in enumerate(events):
            if not number & _BREATH:
                # Lets the loop run: without it a large batch would hold the interpreter for many milliseconds.
                sleep(0.00005)
            try:
                data = event.data
                if type(data) is StateChanged:
                    new, old = data.new_state, data.old_state
                    if new is not None:
                        last[data.entity_id] = new
                        gone.pop(data.entity_id, None)
                    elif old is not None:
                        last[data.entity_id] = gone[data.entity_id] = old
                    if recording and (row := self._state_row(connection, event, data)) is not None:
                        states.append(row)
                else:
                    if event.event_type == "entity_registry_updated":
                        self._renamed(connection, data)
                    if recording and (row := self._event_row(connection, event)) is not None:
                        others.append(row)
            except sqlite3.Error:
                raise
            except Exception as error:
                unreadable += 1
                _LOGGER.exception("An event of type %s cannot be recorded: %r", event.event_type, error)
        insert_states(connection, states)
        insert_events(connection, others)
        self.last.write(connection, last, gone)
        return Written(len(states) + len(others), unreadable)

    # -- states -------------------------------------------------------------------------------------------------------

    def _state_row(self, connection: sqlite3.Connection, event: Event, data: StateChanged) -> tuple[Any, ...] | None:
        entity = self._entities.get(data.entity_id)
        if entity is None:
            entity = self._entity(connection, data.entity_id)
        if not entity.wanted:
            return None
        new = data.new_state
        if entity.id is None:
            if new is None:
                return None
            self._create(connection, data.entity_id, entity)
        when = micros(event.time_fired if new is None else new.last_updated)
        # Changes within the same microsecond keep their order: the later ones are moved on.
        if entity.heard <= when <= entity.last:
            when = entity.last + 1
        else:
            entity.heard = when
        entity.last = when
        context_id, parent_id, user_id = self._ids_of(event.context if new is None else new.context)
        if new is None:
            return (entity.id, when, None, None, None, 0, context_id, parent_id, user_id)
        state = new.state
        return (
            entity.id,
            when,
            state if state.isascii() else clean_text(state),
            None if new.last_changed == new.last_updated else micros(new.last_changed),
            self._attributes_of(connection, entity, new, when // DAY),
            1 if data.old_state is None else 0,
            context_id,
            parent_id,
            user_id,
        )

    def _entity(self, connection: sqlite3.Connection, entity_id: str) -> _Entity:
        entity = _Entity(self.wanted(entity_id), unrecorded(entity_id.partition(".")[0]))
        if entity.wanted:
            row = connection.execute("SELECT id FROM entities WHERE entity_id = ?", (entity_id,)).fetchone()
            if row is not None:
                entity.id = row[0]
                newest = connection.execute("SELECT max(time) FROM states WHERE entity = ?", row).fetchone()
                entity.heard = entity.last = newest[0] or -1
        self._entities[entity_id] = entity
        return entity

    def _create(self, connection: sqlite3.Connection, entity_id: str, entity: _Entity) -> None:
        entity.id = connection.execute("INSERT INTO entities (entity_id) VALUES (?)", (entity_id,)).lastrowid

    def _attributes_of(self, connection: sqlite3.Connection, entity: _Entity, state: State, day: int) -> int:
        attributes = state.attributes
        if day <= entity.attributes_day and (attributes is entity.attributes or attributes == entity.attributes):
            return entity.attributes_id
        left_out = entity.left_out
        if left_out.isdisjoint(attributes):
            encoded = jsonx.dumps_safe(attributes)
        else:
            encoded = jsonx.dumps_safe({key: value for key, value in attributes.items() if key not in left_out})
        if len(encoded) > MAX_ATTRIBUTES:
            if state.entity_id not in self._too_long:
                self._too_long.add(state.entity_id)
                _LOGGER.warning(
                    "%s has %d bytes of attributes; history keeps at most %d, so its attributes are left out",
                    state.entity_id,
                    len(encoded),
                    MAX_ATTRIBUTES,
                )
            encoded = b"{}"
        entity.attributes = attributes
        entity.attributes_day = day
        entity.attributes_id = self._attributes_id(connection, encoded, day)
        return entity.attributes_id

    def _attributes_id(self, connection: sqlite3.Connection, encoded: bytes, day: int) -> int:
        known = self._attributes.get(encoded)
        if known is None:
            text = encoded.decode()
            key = crc32(encoded)
            row = connection.execute(
                "SELECT id, used FROM attributes WHERE hash = ? AND json = ?", (key, text)
            ).fetchone()
            if row is None:
                insert = "INSERT INTO attributes (hash, used, json) VALUES (?, ?, ?)"
                row = (connection.execute(insert, (key, day, text)).lastrowid, day)
            if len(self._attributes) >= _CACHED_ATTRIBUTES:
                del self._attributes[next(iter(self._attributes))]
            known = self._attributes[encoded] = (row[0], row[1])
        if known[1] < day:
            connection.execute("UPDATE attributes SET used = ? WHERE id = ?", (day, known[0]))
            self._attributes[encoded] = (known[0], day)
        return known[0]

    def _ids_of(self, context: Context) -> tuple[StoredId, StoredId, StoredId]:
        if context is not self._context:
            self._context = context
            parent, user = context.parent_id, context.user_id
            self._stored_context = (
                ulid_to_stored(context.id),
                None if parent is None else ulid_to_stored(parent),
                None if user is None else hex_to_stored(user),
            )
        return self._stored_context

    # -- other events -------------------------------------------------------------------------------------------------

    def _event_row(self, connection: sqlite3.Connection, event: Event) -> tuple[Any, ...] | None:
        event_type = event.event_type
        if event_type in self.without_events:
            return None
        data = event.data
        if not self.wanted.everything and isinstance(data, dict) and not self.wanted.wants_event(data.get("entity_id")):
            return None
        encoded = jsonx.dumps_safe(data).decode()
        if len(encoded) > MAX_EVENT_DATA:
            _LOGGER.warning(
                "The data of an event of type %s has %d characters; history keeps at most %d, so it is left out",
                event_type,
                len(encoded),
                MAX_EVENT_DATA,
            )
            encoded = "{}"
        return (self._type_id(connection, event_type), micros(event.time_fired), encoded, *self._ids_of(event.context))

    def _type_id(self, connection: sqlite3.Connection, event_type: str) -> int:
        known = self._event_types.get(event_type)
        if known is None:
            name = clean_text(event_type)
            row = connection.execute("SELECT id FROM event_types WHERE event_type = ?", (name,)).fetchone()
            if row is None:
                insert = "INSERT INTO event_types (event_type) VALUES (?)"
                row = (connection.execute(insert, (name,)).lastrowid,)
            known = self._event_types[event_type] = row[0]
        return known

    def _renamed(self, connection: sqlite3.Connection, data: Any) -> None:
        """History follows an entity that got another id, unless that id has a history of its own."""
        if not isinstance(data, dict) or data.get("action") != "update":
            return
        old, new = data.get("old_entity_id"), data.get("entity_id")
        if not isinstance(old, str) or not isinstance(new, str) or old == new:
            return
        connection.execute("UPDATE OR IGNORE entities SET entity_id = ? WHERE entity_id = ?", (new, old))
        self.last.renamed(connection, old, new)
        self._entities.pop(old, None)
        self._entities.pop(new, None)
