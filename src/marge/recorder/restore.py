"""The states of the last run: read once at start, kept as they lie in the database until somebody asks."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Container, Mapping
from typing import Any

from marge.core.context import Context
from marge.core.errors import OperationFailed
from marge.core.ports import SqlDatabase
from marge.core.state import State
from marge.recorder.ids import hex_to_stored, stored_to_hex, stored_to_ulid, ulid_to_stored
from marge.recorder.insert import insert_last_states
from marge.util import jsonx

_LOGGER = logging.getLogger("marge.recorder")

_RANGE = 1 << 62

_READ = (
    "SELECT entity_id, state, attributes, changed, updated, context_id, context_parent_id, context_user_id "
    "FROM states_last"
)


class LastStates:
    """Implements `marge.core.ports.StateRestorer`.

    A state that carries `restored: true` stands in for an entity that is not back yet: it is not kept, so that what
    the entity really was survives any number of restarts. The state of a removed entity is kept.
    """

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Any, ...]] = {}

    def load(self, database: SqlDatabase) -> int:
        """Read what the last run left and return how many states there are; damage is logged, not raised."""
        try:
            rows = database.load(lambda db: db.execute(_READ).fetchall())
        except OperationFailed as error:
            _LOGGER.error("The states of the last run cannot be restored: %s", error)
            return 0
        self._rows = {row[0]: row[1:] for row in rows}
        return len(self._rows)

    def last_state(self, entity_id: str) -> State | None:
        """See `StateRestorer.last_state`; None once the entity has written a state in this run."""
        row = self._rows.get(entity_id)
        if row is None:
            return None
        state, attributes, changed, updated, context_id, parent_id, user_id = row
        try:
            decoded = jsonx.loads(attributes)
        except ValueError:
            decoded = {}
        return State(
            entity_id,
            state,
            decoded if isinstance(decoded, dict) else {},
            changed / 1e6,
            updated / 1e6,
            updated / 1e6,
            Context(stored_to_ulid(context_id) or "", stored_to_ulid(parent_id), stored_to_hex(user_id)),
        )

    # -- called on the writer thread; single dict operations need no lock ---------------------------------------------

    def write(self, connection: sqlite3.Connection, states: Mapping[str, State], gone: Collection[str] = ()) -> None:
        """Keep the latest state of each entity. Those in `gone` were removed: they may still ask for it in this run."""
        rows = []
        for entity_id, state in states.items():
            if state.attributes.get("restored") is True:
                continue
            try:
                row = _row(state)
            except (ValueError, OverflowError) as error:
                _LOGGER.error("The state of %s cannot be kept for a restart: %s", entity_id, error)
                continue
            rows.append((entity_id, *row))
            if entity_id in gone:
                self._rows[entity_id] = row
            else:
                self._rows.pop(entity_id, None)
        insert_last_states(connection, rows)

    def renamed(self, connection: sqlite3.Connection, old: str, new: str) -> None:
        """An entity got another id."""
        connection.execute("UPDATE OR REPLACE states_last SET entity_id = ? WHERE entity_id = ?", (new, old))
        if (row := self._rows.pop(old, None)) is not None:
            self._rows[new] = row

    def forget_before(self, connection: sqlite3.Connection, cutoff: int, alive: Container[str]) -> None:
        """Drop what has not changed since `cutoff` (µs) and belongs to no living entity."""
        old = connection.execute("SELECT entity_id FROM states_last WHERE updated < ?", (cutoff,)).fetchall()
        connection.executemany(
            "DELETE FROM states_last WHERE entity_id = ?", [row for row in old if row[0] not in alive]
        )


def _row(state: State) -> tuple[Any, ...]:
    context = state.context
    return (
        clean_text(state.state),
        jsonx.dumps_safe(state.attributes).decode(),
        micros(state.last_changed),
        micros(state.last_updated),
        ulid_to_stored(context.id),
        None if context.parent_id is None else ulid_to_stored(context.parent_id),
        None if context.user_id is None else hex_to_stored(context.user_id),
    )


def micros(seconds: float) -> int:
    """Unix seconds as the database keeps them, rounded as `datetime` does; raises ValueError beyond its range."""
    whole = seconds // 1
    number = int(whole) * 1_000_000 + round((seconds - whole) * 1e6)
    if not -_RANGE < number < _RANGE:
        raise ValueError(f"{seconds} is not a time")
    return number


def clean_text(text: str) -> str:
    """`text` without what has no UTF-8 form (half of a surrogate pair)."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode()
