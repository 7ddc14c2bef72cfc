"""Reader threads, each with a read-only connection, started when the first query comes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from marge.storage.errors import disk_error
from marge.storage.open import connect_reader

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")

THREADS: Final = 2


class Readers:
    """Runs queries beside the loop and the writer; WAL lets them read while it writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool: ThreadPoolExecutor | None = None
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []

    def submit(self, query: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Run `query` in a reader thread; raises OperationFailed through the future."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(THREADS, "marge-reader")
        return self._pool.submit(self._run, query)

    def _run(self, query: Callable[[sqlite3.Connection], T]) -> T:
        try:
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = connect_reader(self._path)
                self._connections.append(connection)
            return query(connection)
        except sqlite3.Error as error:
            raise disk_error(error, str(self._path), "read") from error

    def close(self) -> None:
        """Interrupt what still runs and end the threads."""
        if self._pool is None:
            return
        for connection in self._connections:
            connection.interrupt()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()
