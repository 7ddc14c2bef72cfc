"""Old history goes: every night and on request, in small steps between which recording goes on."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from marge.core.clock import Cancel
from marge.core.errors import OperationFailed
from marge.core.events import CORE_CONFIG_UPDATED, Event, Remove
from marge.core.hub import Hub
from marge.core.ports import SqlDatabase
from marge.recorder.encoder import DAY, Encoder
from marge.recorder.options import RecorderOptions
from marge.recorder.restore import micros

_LOGGER = logging.getLogger("marge.recorder")

STEP_ROWS: Final = 5000
"""Rows that one transaction removes, at most: some ten milliseconds of work."""
STEP_PAGES: Final = 500
NIGHT: Final = (4, 12)
"""Hour and minute of local time at which Home Assistant purges too."""
KEEP_REMOVED_DAYS: Final = 7
"""How long the last state of an entity that is gone can be restored, as in Home Assistant."""
WORTH_REPACKING: Final = 0.25
"""Share of unused pages above which the nightly purge gives space back to the disk."""


class Purger:
    """Owns the nightly timer and runs one purge at a time."""

    def __init__(self, hub: Hub, database: SqlDatabase, encoder: Encoder, options: RecorderOptions) -> None:
        self._hub = hub
        self._database = database
        self._encoder = encoder
        self._options = options
        self._lock = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()
        self._timer: Cancel | None = None
        self._remove: Remove | None = None

    def start(self) -> None:
        """Purge every night, if `auto_purge` says so."""
        if self._options.auto_purge:
            self._schedule()
            self._remove = self._hub.bus.listen(CORE_CONFIG_UPDATED, self._moved)

    async def stop(self) -> None:
        """End the timer, and a purge after the step it is at."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        if self._remove is not None:
            self._remove()
            self._remove = None
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def run(self, purge: Coroutine[Any, Any, None]) -> None:
        """Let a purge run in the background."""
        task = self._hub.tasks.create(purge, "recorder purge")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def next_night(self, now: float) -> float:
        """The next 04:12 of local time after Unix time `now`."""
        zone = self._hub.config.zone
        local = datetime.fromtimestamp(now, zone)
        night = local.replace(hour=NIGHT[0], minute=NIGHT[1], second=0, microsecond=0, fold=0)
        if night.timestamp() <= now:
            night += timedelta(days=1)
        return night.timestamp()

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer()
        self._timer = self._hub.clock.call_at(self.next_night(self._hub.clock.now()), self._night)

    def _moved(self, event: Event) -> None:
        if "time_zone" in event.data:
            self._schedule()

    def _night(self) -> None:
        self._schedule()
        self.run(self.purge(self._options.purge_keep_days, repack=None))

    async def purge(self, keep_days: float, *, repack: bool | None = False, apply_filter: bool = False) -> None:
        """Remove what is older than `keep_days`, and with `apply_filter` what the configuration excludes.

        `repack` gives the freed space back to the disk; None does so when a quarter of the file is unused and
        `auto_repack` is on. A disk that refuses ends the purge with a log line.
        """
        cutoff = micros(self._hub.clock.now()) - round(keep_days * DAY)
        async with self._lock:
            try:
                removed = await self._remove_states(None, cutoff)
                removed += await self._steps(partial(_purge_events, cutoff=cutoff))
                if apply_filter:
                    removed += await self._remove_states(lambda entity_id: not self._encoder.wanted(entity_id), None)
                    removed += await self._remove_excluded_events()
                await self._steps(partial(_purge_attributes, before=cutoff // DAY))
                await self._database.submit(self._tidy)
                if repack or (repack is None and self._options.auto_repack):
                    await self._repack(forced=bool(repack))
            except OperationFailed as error:
                _LOGGER.error("The purge was given up: %s", error)
                return
        _LOGGER.info("Purged %d rows of history older than %s days", removed, keep_days)

    async def purge_entities(self, wanted: Callable[[str], bool], keep_days: float) -> None:
        """Remove the states of some entities that are older than `keep_days`."""
        cutoff = micros(self._hub.clock.now()) - round(keep_days * DAY)
        async with self._lock:
            try:
                removed = await self._remove_states(wanted, cutoff)
                await self._database.submit(self._tidy)
            except OperationFailed as error:
                _LOGGER.error("The purge was given up: %s", error)
                return
        _LOGGER.info("Purged %d states of some entities older than %s days", removed, keep_days)

    async def _remove_states(self, wanted: Callable[[str], bool] | None, cutoff: int | None) -> int:
        """Remove states before `cutoff` (all with None) of the entities wanted (all with None)."""
        with suppress(OperationFailed):
            await asyncio.shield(self._catch_up())
        entities = await self._database.read(lambda db: db.execute("SELECT id, entity_id FROM entities").fetchall())
        numbers = [number for number, entity_id in entities if wanted is None or wanted(entity_id)]
        removed = 0
        at = 0
        while at < len(numbers):
            at, count = await self._database.submit(
                partial(_purge_states, numbers=numbers, at=at, cutoff=1 << 62 if cutoff is None else cutoff)
            )
            removed += count
        return removed

    async def _catch_up(self) -> None:
        # The writer takes jobs in order: once this empty one is through, so is what was handed in before.
        await self._database.submit(lambda db: None)

    async def _remove_excluded_events(self) -> int:
        types = await self._database.read(lambda db: db.execute("SELECT id, event_type FROM event_types").fetchall())
        removed = 0
        for number, event_type in types:
            if event_type in self._encoder.without_events:
                removed += await self._steps(partial(_purge_events, cutoff=1 << 62, only=number))
        return removed

    async def _steps(self, step: Callable[[sqlite3.Connection], int]) -> int:
        removed = 0
        while count := await self._database.submit(step):
            removed += count
        return removed

    def _tidy(self, connection: sqlite3.Connection) -> None:
        """Drop names that nothing refers to any more, and what the writer remembers of them."""
        connection.execute("DELETE FROM entities WHERE NOT EXISTS (SELECT 1 FROM states WHERE entity = entities.id)")
        connection.execute(
            "DELETE FROM event_types WHERE NOT EXISTS (SELECT 1 FROM events WHERE type = event_types.id)"
        )
        before = micros(self._hub.clock.now()) - KEEP_REMOVED_DAYS * DAY
        self._encoder.last.forget_before(connection, before, self._hub.states)
        self._encoder.forget()

    async def _repack(self, *, forced: bool) -> None:
        free, pages = await self._database.read(_pages)
        if not forced and free < pages * WORTH_REPACKING:
            return
        while free:
            await self._database.submit(_give_back)
            left, _ = await self._database.read(_pages)
            if left >= free:
                break
            free = left


def _purge_states(connection: sqlite3.Connection, numbers: list[int], at: int, cutoff: int) -> tuple[int, int]:
    """Remove up to `STEP_ROWS` states; returns the entity to go on with and how many went."""
    removed = 0
    while at < len(numbers) and removed < STEP_ROWS:
        number = numbers[at]
        beyond = connection.execute(
            "SELECT time FROM states WHERE entity = ? AND time < ? ORDER BY time LIMIT 1 OFFSET ?",
            (number, cutoff, STEP_ROWS),
        ).fetchone()
        until = cutoff if beyond is None else beyond[0]
        removed += connection.execute("DELETE FROM states WHERE entity = ? AND time < ?", (number, until)).rowcount
        if beyond is None:
            at += 1
    return at, removed


def _purge_events(connection: sqlite3.Connection, cutoff: int, only: int | None = None) -> int:
    types: Iterable[tuple[int]] = (
        connection.execute("SELECT id FROM event_types").fetchall() if only is None else [(only,)]
    )
    for (number,) in types:
        removed = connection.execute(
            "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE type = ? AND time < ? LIMIT ?)",
            (number, cutoff, STEP_ROWS),
        ).rowcount
        if removed:
            return removed
    return 0


def _purge_attributes(connection: sqlite3.Connection, before: int) -> int:
    return connection.execute(
        "DELETE FROM attributes WHERE id IN (SELECT id FROM attributes WHERE used < ? LIMIT ?)", (before, STEP_ROWS)
    ).rowcount


def _pages(connection: sqlite3.Connection) -> tuple[int, int]:
    free: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    return free, pages


def _give_back(connection: sqlite3.Connection) -> None:
    # The pragma frees one page for each row that is fetched.
    connection.execute(f"PRAGMA incremental_vacuum({STEP_PAGES})").fetchall()
