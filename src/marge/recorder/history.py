"""Reads states and events back."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

from marge.core.errors import OperationFailed
from marge.core.ports import EventRow, HistoryRow, SqlDatabase
from marge.recorder.ids import stored_to_hex, stored_to_ulid
from marge.recorder.restore import micros

SIGNIFICANT_DOMAINS: Final = frozenset({"climate", "device_tracker", "humidifier", "thermostat", "water_heater"})
"""Domains whose changes of attributes matter as much as those of the state, as in Home Assistant."""
NEED_ATTRIBUTES: Final = frozenset({"climate", "humidifier", "input_datetime", "thermostat", "water_heater"})
"""Domains whose graphs are drawn from attributes, as in Home Assistant."""

_COLUMNS: Final = "state, time, changed, context_id, context_parent_id, context_user_id"
_EVERYTHING: Final = 1 << 62


class History:
    """Implements `marge.core.ports.HistoryReader`."""

    def __init__(self, database: SqlDatabase, flush: Callable[[], Awaitable[None]]) -> None:
        self._database = database
        self._flush = flush

    async def states(
        self,
        start: float,
        end: float,
        entity_ids: Sequence[str] | None,
        *,
        include_start_state: bool = True,
        attributes: bool = True,
        significant_changes_only: bool = False,
        minimal_response: bool = False,
        limit: int | None = None,
    ) -> dict[str, list[HistoryRow]]:
        """See `HistoryReader.states`."""
        await self._catch_up()

        def query(db: sqlite3.Connection) -> dict[str, list[HistoryRow]]:
            found: dict[str, list[HistoryRow]] = {}
            for number, entity_id in _entities(db, entity_ids):
                domain = entity_id.partition(".")[0]
                complete = domain in NEED_ATTRIBUTES
                rows = _read(
                    db,
                    number,
                    entity_id,
                    (micros(start), micros(end)),
                    include_start_state,
                    attributes or complete,
                    significant_changes_only and domain not in SIGNIFICANT_DOMAINS,
                    limit,
                )
                if minimal_response and not complete:
                    rows = _minimal(rows)
                elif significant_changes_only:
                    rows = [_significant(row) for row in rows]
                if rows:
                    found[entity_id] = rows
            return found

        return await self._database.read(query)

    async def events(
        self, start: float, end: float, event_types: Iterable[str] | None = None, *, limit: int | None = None
    ) -> list[EventRow]:
        """See `HistoryReader.events`."""
        wanted = None if event_types is None else list(event_types)
        await self._catch_up()
        return await self._database.read(lambda db: read_events(db, micros(start), micros(end), wanted, limit))

    async def newest(self, entity_id: str, number: int | None, since: float) -> list[HistoryRow]:
        """See `HistoryReader.newest`."""
        await self._catch_up()
        return await self._database.read(lambda db: _newest(db, entity_id, number, micros(since)))

    async def _catch_up(self) -> None:
        # A disk that refuses has been reported; what it holds can still be read.
        with suppress(OperationFailed):
            await self._flush()


def _entities(db: sqlite3.Connection, entity_ids: Sequence[str] | None) -> list[tuple[int, str]]:
    if entity_ids is None:
        return db.execute("SELECT id, entity_id FROM entities ORDER BY entity_id").fetchall()
    found = []
    for entity_id in dict.fromkeys(entity_ids):
        row = db.execute("SELECT id FROM entities WHERE entity_id = ?", (entity_id,)).fetchone()
        if row is not None:
            found.append((row[0], entity_id))
    return found


def _read(
    db: sqlite3.Connection,
    number: int,
    entity_id: str,
    span: tuple[int, int],
    include_start_state: bool,
    attributes: bool,
    changes_only: bool,
    limit: int | None,
) -> list[HistoryRow]:
    json = "CAST((SELECT json FROM attributes WHERE id = states.attributes) AS BLOB)" if attributes else "NULL"
    select = f"SELECT {_COLUMNS}, {json} FROM states WHERE entity = ?"  # noqa: S608  constants only
    rows: list[HistoryRow] = []
    start, end = span
    if include_start_state:
        held = db.execute(f"{select} AND time <= ? ORDER BY time DESC LIMIT 1", (number, start)).fetchone()
        # A removed entity had no state at the start.
        if held is not None and held[0] is not None:
            rows.append(_row(entity_id, (held[0], start, None, *held[3:]), attributes))
    changes = " AND changed IS NULL" if changes_only else ""
    left = _EVERYTHING if limit is None else max(0, limit - len(rows))
    rows += [
        _row(entity_id, row, attributes)
        for row in db.execute(
            f"{select} AND time > ? AND time < ?{changes} ORDER BY time LIMIT ?", (number, start, end, left)
        )
    ]
    return rows


def _newest(db: sqlite3.Connection, entity_id: str, number: int | None, since: int) -> list[HistoryRow]:
    rows: list[HistoryRow] = []
    for entity, _ in _entities(db, [entity_id]):
        found = db.execute(
            f"SELECT {_COLUMNS}, CAST((SELECT json FROM attributes WHERE id = states.attributes) AS BLOB) "  # noqa: S608  constants only
            "FROM states WHERE entity = ? AND time > ? AND changed IS NULL AND state IS NOT NULL "
            "ORDER BY time DESC LIMIT ?",
            (entity, since, _EVERYTHING if number is None else number),
        )
        rows = [_row(entity_id, row, True) for row in found]
    return rows[::-1]


def _row(entity_id: str, row: tuple[Any, ...], attributes: bool) -> HistoryRow:
    state, time, changed, context_id, parent_id, user_id, json = row
    updated = time / 1e6
    return HistoryRow(
        entity_id,
        "" if state is None else state,
        (json or b"{}") if attributes else None,
        updated if changed is None else changed / 1e6,
        updated,
        stored_to_ulid(context_id),
        stored_to_ulid(parent_id),
        stored_to_hex(user_id),
    )


def _minimal(rows: list[HistoryRow]) -> list[HistoryRow]:
    """The first row whole, then only those whose state differs from the one before, without attributes."""
    short = rows[:1]
    for row in rows[1:]:
        if row.state != short[-1].state:
            short.append(HistoryRow(row.entity_id, row.state, None, row.last_updated, row.last_updated))
    return short


def _significant(row: HistoryRow) -> HistoryRow:
    """Among significant changes each row is a change: Home Assistant gives both times the same value."""
    if row.last_changed == row.last_updated:
        return row
    return msgspec.structs.replace(row, last_changed=row.last_updated)


def read_events(
    db: sqlite3.Connection, start: int, end: int, event_types: Sequence[str] | None, limit: int | None = None
) -> list[EventRow]:
    """The events after `start` and before `end` (µs), in the order they happened."""
    types = db.execute("SELECT event_type, id FROM event_types").fetchall()
    rows: list[tuple[Any, ...]] = []
    left = _EVERYTHING if limit is None else limit
    for event_type, number in types:
        if event_types is None or event_type in event_types:
            rows += db.execute(
                "SELECT time, id, ?, CAST(data AS BLOB), context_id, context_parent_id, context_user_id FROM events "
                "WHERE type = ? AND time > ? AND time < ? ORDER BY time, id LIMIT ?",
                (event_type, number, start, end, left),
            ).fetchall()
    rows.sort(key=lambda row: (row[0], row[1]))
    return [
        EventRow(
            event_type,
            data,
            time / 1e6,
            stored_to_ulid(context_id),
            stored_to_ulid(parent_id),
            stored_to_hex(user_id),
        )
        for time, _, event_type, data, context_id, parent_id, user_id in rows[:left]
    ]
