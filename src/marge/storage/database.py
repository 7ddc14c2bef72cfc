"""The database file and the one thread that writes it."""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from marge.core.errors import OperationFailed
from marge.storage.errors import disk_error, is_damage, is_unwritable
from marge.storage.open import NotWritable, connect_reader, connect_unwritable, open_database
from marge.storage.readers import Readers
from marge.storage.salvage import mark

_LOGGER = logging.getLogger("marge.storage")

T = TypeVar("T")

MAX_GROUP: Final = 64
"""Jobs that share a commit, at most."""
LOG_EVERY: Final = 60.0
"""Seconds between two log lines about a disk that refuses."""
_LOOK_AROUND: Final = 2.0


class _Job:
    __slots__ = ("error", "future", "result", "run", "undo")

    def __init__(
        self,
        run: Callable[[sqlite3.Connection], Any],
        undo: Callable[[], object] | None,
        future: asyncio.Future[Any],
    ) -> None:
        self.run = run
        self.undo = undo
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None


class Database:
    """Implements `marge.core.ports.SqlDatabase`: `open`, `start`, use, `stop`.

    One connection writes. Durable jobs overtake the others and are committed with synchronous=FULL, so that they
    survive a power cut; all others are committed with NORMAL: they survive the death of the process, and a power cut
    up to the last checkpoint or durable job. Reads see everything committed before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._loader: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._urgent: deque[_Job] = deque()
        self._closed = False
        self._stopping = False
        self._readers = Readers(path)
        self._next_log = 0.0
        self._complained = False
        self._refused = False
        self._reopen = False

    @property
    def path(self) -> str:
        """See `SqlDatabase.path`."""
        return str(self._path)

    @property
    def running(self) -> bool:
        """See `SqlDatabase.running`."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def writable(self) -> bool:
        """See `SqlDatabase.writable`."""
        return not self._refused

    def open(self) -> None:
        """Open the file, creating, migrating or replacing it as needed; raises as `open_database` does.

        One that can only be read is opened for that, and again for writing as soon as the disk allows it.
        """
        try:
            self._connection = open_database(self._path)
        except NotWritable as error:
            _LOGGER.critical("%s. Starting with what it holds; nothing is saved until it can be written.", error)
            self._connection = connect_unwritable(self._path)
            self._reopen = self._complained = self._refused = True

    def load(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """See `SqlDatabase.load`; raises OperationFailed."""
        try:
            if self._thread is None and self._connection is not None:
                return query(self._connection)
            if self._reopen:
                with closing(connect_unwritable(self._path)) as connection:
                    return query(connection)
            if self._loader is None:
                # Kept: start-up loads a collection at a time.
                self._loader = connect_reader(self._path)
            return query(self._loader)
        except sqlite3.Error as error:
            raise disk_error(error, self.path, "read") from error

    def loaded(self) -> None:
        """Give back what `load` keeps for a start; it may still be called."""
        if self._loader is not None:
            self._loader.close()
            self._loader = None

    def start(self) -> None:
        """Start the writer thread; `open` came before, and a loop runs."""
        assert self._connection is not None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="marge-writer", daemon=False)
        self._thread.start()

    async def stop(self) -> None:
        """Finish what was handed in, fold the write-ahead log into the file and close it."""
        self._closed = True
        # Readers first: the last connection to close folds the log into the file, and readers may not write.
        self.loaded()
        await asyncio.to_thread(self._readers.close)
        self._stopping = True
        if self._thread is not None:
            self._jobs.put(None)
            while self._thread.is_alive():
                await asyncio.to_thread(self._thread.join, 5.0)
        elif self._connection is not None:
            self._connection.close()
        self._connection = None

    def submit(
        self,
        run: Callable[[sqlite3.Connection], T],
        *,
        durable: bool = False,
        undo: Callable[[], object] | None = None,
    ) -> asyncio.Future[T]:
        """See `SqlDatabase.submit`."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._closed or not self.running:
            future.set_exception(OperationFailed(f"Cannot write {self._path}: the database is closed"))
            return future
        job = _Job(run, undo, future)
        if durable:
            self._urgent.append(job)
            self._jobs.put(None)
        else:
            self._jobs.put(job)
        return future

    async def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """See `SqlDatabase.read`."""
        if self._closed:
            raise OperationFailed(f"Cannot read {self._path}: the database is closed")
        return await asyncio.wrap_future(self._readers.submit(query))

    def size(self) -> int:
        """See `SqlDatabase.size`."""
        total = 0
        for suffix in ("", "-wal"):
            with suppress(OSError):
                total += Path(f"{self._path}{suffix}").stat().st_size
        return total

    # -- the writer thread ------------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            while True:
                try:
                    job = self._jobs.get(timeout=_LOOK_AROUND)
                except queue.Empty:
                    # A program that died without `stop` must not be kept alive by this thread.
                    if threading.main_thread().is_alive():
                        continue
                    return
                group = [] if job is None else [job]
                while not self._urgent and len(group) < MAX_GROUP:
                    try:
                        job = self._jobs.get_nowait()
                    except queue.Empty:
                        break
                    if job is not None:
                        group.append(job)
                if self._urgent:
                    self._run_urgent()
                if group:
                    self._run_group(group, durable=False)
                if self._stopping and not self._urgent and self._jobs.empty():
                    return
        finally:
            with suppress(sqlite3.Error):
                self._writer().close()

    def _writer(self) -> sqlite3.Connection:
        assert self._connection is not None
        return self._connection

    def _run_urgent(self) -> None:
        group: list[_Job] = []
        while self._urgent and len(group) < MAX_GROUP:
            group.append(self._urgent.popleft())
        self._run_group(group, durable=True)

    def _run_group(self, group: list[_Job], *, durable: bool) -> None:
        if not self._try(group, durable) and len(group) > 1:
            # One of them failed: the others get a transaction of their own.
            for job in group:
                self._try([job], durable)
        self._answer(group)

    def _try(self, group: list[_Job], durable: bool) -> bool:
        begun: list[_Job] = []
        connection = self._writer()
        try:
            if self._reopen:
                replacement = open_database(self._path)
                connection.close()
                connection = self._connection = replacement
                self._reopen = False
            # In WAL mode FULL syncs the log at each commit; it cannot be changed inside a transaction.
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            for job in group:
                begun.append(job)
                job.result = job.run(connection)
            connection.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            for job in reversed(begun):
                if job.undo is not None:
                    try:
                        job.undo()
                    except Exception:
                        # The thread that writes everything must not die of it.
                        _LOGGER.exception("Undoing a write failed")
            failed = error
            if isinstance(error, sqlite3.Error):
                self._reopen = is_unwritable(error)
                if is_damage(error):
                    mark(self._path)
                failed = disk_error(error, self.path)
                failed.__cause__ = error
            if isinstance(failed, OperationFailed):
                self._complain(failed)
            for job in group:
                job.error = failed
            return False
        for job in group:
            job.error = None
        self._accepted()
        return True

    def _complain(self, failed: OperationFailed) -> None:
        self._refused = True
        now = time.monotonic()
        if now >= self._next_log:
            self._next_log = now + LOG_EVERY
            self._complained = True
            _LOGGER.error("%s. What could not be written is kept in memory and tried again.", failed)

    def _accepted(self) -> None:
        self._refused = False
        if self._complained:
            self._complained = False
            _LOGGER.warning("%s can be written again", self._path)

    def _answer(self, group: list[_Job]) -> None:
        assert self._loop is not None
        # The loop may be gone when the program ends in a hurry; then nobody waits either.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(_resolve, group)


def _resolve(group: list[_Job]) -> None:
    for job in group:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
