"""The store of registries, users and documents: one table of small values."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from functools import partial
from typing import Final

from marge.core.clock import Cancel, Clock
from marge.core.errors import MargeError
from marge.core.ports import SqlDatabase

_LOGGER = logging.getLogger("marge.storage")

WRITE_AFTER: Final = 1.0
"""Seconds after which what was put is written without a `commit` or `flush`."""

Changes = dict[tuple[str, str], bytes | None]

_PUT: Final = (
    "INSERT INTO items (collection, key, value) VALUES (?, ?, ?) "
    "ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value"
)


class SqlStore:
    """Implements `marge.core.ports.Store`. What the disk refuses stays in memory and is tried again each second."""

    def __init__(self, database: SqlDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._changes: Changes = {}
        self._writing: Changes = {}
        self._write: asyncio.Task[None] | None = None
        self._timer: Cancel | None = None
        self._started = False
        self._again = False
        self._put_count = 0
        self._durable_count = 0

    def load(self, collection: str) -> dict[str, bytes]:
        """See `Store.load`."""
        return self._with_changes(collection, self._database.load(partial(_stored, collection)))

    async def read(self, collection: str) -> dict[str, bytes]:
        """See `Store.read`."""
        return self._with_changes(collection, await self._database.read(partial(_stored, collection)))

    def _with_changes(self, collection: str, found: dict[str, bytes]) -> dict[str, bytes]:
        for changes in (self._writing, self._changes):
            for (of, key), value in changes.items():
                if of == collection and value is not None:
                    found[key] = value
                elif of == collection:
                    found.pop(key, None)
        return found

    def put(self, collection: str, key: str, value: bytes) -> None:
        """See `Store.put`."""
        self._change((collection, key), value)

    def delete(self, collection: str, key: str) -> None:
        """See `Store.delete`."""
        self._change((collection, key), None)

    def _change(self, item: tuple[str, str], value: bytes | None) -> None:
        self._put_count += 1
        self._changes[item] = value
        self._write_later()

    def _write_later(self) -> None:
        if self._started and self._timer is None:
            self._timer = self._clock.call_later(WRITE_AFTER, self._on_timer)

    def commit(self) -> None:
        """See `Store.commit`."""
        if not self._started or not self._changes:
            return
        if self._write is None:
            self._begin()
        else:
            self._again = True

    async def flush(self) -> None:
        """See `Store.flush`; those who flush at the same time share a commit."""
        goal = self._put_count
        while self._durable_count < goal:
            await asyncio.shield(self._begin())

    def start(self) -> None:
        """Write by itself from now on; the loop and the writer thread run."""
        self._started = True
        if self._changes:
            self._write_later()

    async def stop(self) -> None:
        """Write what is left; a disk that refuses is logged, with the number of values lost."""
        self._started = False
        if self._timer is not None:
            self._timer()
            self._timer = None
        try:
            await self.flush()
        except MargeError as error:
            _LOGGER.error("%d values were not saved: %s", len(self._changes), error)

    def _on_timer(self) -> None:
        self._timer = None
        self.commit()

    def _begin(self) -> asyncio.Task[None]:
        """The write under way, or a new one with all that has changed."""
        if self._write is None:
            self._write = asyncio.get_running_loop().create_task(self._run(), name="store write")
            self._write.add_done_callback(_seen)
        return self._write

    async def _run(self) -> None:
        # One write at a time: a later one that overtook a failed earlier one would be undone by its retry.
        count, self._writing, self._changes = self._put_count, self._changes, {}
        if self._timer is not None:
            self._timer()
            self._timer = None
        try:
            puts = [(*item, value) for item, value in self._writing.items() if value is not None]
            deletes = [item for item, value in self._writing.items() if value is None]
            await self._database.submit(partial(_apply, puts, deletes), durable=True)
            self._durable_count = count
        except BaseException:
            self._changes = {**self._writing, **self._changes}
            self._again = False
            self._write_later()
            raise
        finally:
            self._writing = {}
            self._write = None
            if self._again:
                self._again = False
                self.commit()


def _stored(collection: str, connection: sqlite3.Connection) -> dict[str, bytes]:
    query = "SELECT key, value FROM items WHERE collection = ?"
    return dict(connection.execute(query, (collection,)).fetchall())


def _apply(puts: list[tuple[str, str, bytes]], deletes: list[tuple[str, str]], connection: sqlite3.Connection) -> None:
    connection.executemany(_PUT, puts)
    connection.executemany("DELETE FROM items WHERE collection = ? AND key = ?", deletes)


def _seen(task: asyncio.Task[None]) -> None:
    """The failure is logged where it happens and tried again; here it is only taken note of."""
    if not task.cancelled():
        task.exception()
