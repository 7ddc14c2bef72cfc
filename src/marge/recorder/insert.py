"""Rows into the tables, many per statement.

SQLite lets go of the interpreter for each statement. One statement per row would hand it back and forth for every row,
and a busy loop keeps it for 5 ms each time; a few hundred rows at a time make the writer run beside the loop.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

SIZES: Final = (250, 50, 10, 1)

_STATES: Final = "INSERT INTO states VALUES "
_EVENTS: Final = "INSERT INTO events (type, time, data, context_id, context_parent_id, context_user_id) VALUES "
_STATE_INSERT: Final = {size: _STATES + ",".join(["(?,?,?,?,?,?,?,?,?)"] * size) for size in SIZES}
_EVENT_INSERT: Final = {size: _EVENTS + ",".join(["(?,?,?,?,?,?)"] * size) for size in SIZES}

_LAST: Final = "INSERT INTO states_last VALUES "
_UPDATE: Final = (
    " ON CONFLICT (entity_id) DO UPDATE SET state = excluded.state, attributes = excluded.attributes, "
    "changed = excluded.changed, updated = excluded.updated, context_id = excluded.context_id, "
    "context_parent_id = excluded.context_parent_id, context_user_id = excluded.context_user_id"
)
_LAST_INSERT: Final = {size: _LAST + ",".join(["(?,?,?,?,?,?,?,?)"] * size) + _UPDATE for size in SIZES}

Row = tuple[Any, ...]


def insert_states(connection: sqlite3.Connection, rows: list[Row]) -> None:
    """Insert states; sorts `rows` so that neighbours in the table are written together."""
    # Entity and time are unique within a batch nearly always, so the rest of the tuple is hardly ever compared.
    rows.sort(key=_place)
    for size, chunk in _chunks(rows):
        values = [value for row in chunk for value in row]
        try:
            connection.execute(_STATE_INSERT[size], values)
        except sqlite3.IntegrityError:
            # The wall clock was set back onto a moment that has its state already.
            for row in chunk:
                _insert_one(connection, row)


def insert_events(connection: sqlite3.Connection, rows: list[Row]) -> None:
    """Insert events, in the order they happened."""
    for size, chunk in _chunks(rows):
        connection.execute(_EVENT_INSERT[size], [value for row in chunk for value in row])


def insert_last_states(connection: sqlite3.Connection, rows: list[Row]) -> None:
    """Insert or replace the last states of entities; sorts `rows` by entity id, which is unique."""
    rows.sort(key=_first)
    for size, chunk in _chunks(rows):
        connection.execute(_LAST_INSERT[size], [value for row in chunk for value in row])


def _insert_one(connection: sqlite3.Connection, row: Row) -> None:
    step = 1
    while True:
        try:
            connection.execute(_STATE_INSERT[1], row)
        except sqlite3.IntegrityError:
            # Ever longer steps: the moments after it may be taken as well, by the thousand.
            row = (row[0], row[1] + step, *row[2:])
            step *= 2
        else:
            return


def _first(row: Row) -> str:
    entity_id: str = row[0]
    return entity_id


def _place(row: Row) -> tuple[int, int]:
    return row[0], row[1]


def _chunks(rows: list[Row]) -> Iterator[tuple[int, list[Row]]]:
    start, left = 0, len(rows)
    for size in SIZES:
        while left >= size:
            yield size, rows[start : start + size]
            start, left = start + size, left - size
