"""What can be saved of a damaged database: registries and last states into the new file, history not."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from marge.storage.errors import CORRUPT

_LOGGER = logging.getLogger("marge.storage")

TABLES: Final = ("items", "states_last")


def marker(path: Path) -> Path:
    """The file whose presence says that damage was met while the hub ran."""
    return path.with_name(f"{path.name}.damaged")


def mark(path: Path) -> None:
    """Have the whole file checked at the next start."""
    with suppress(OSError):
        marker(path).touch()


def check_if_marked(connection: sqlite3.Connection, path: Path) -> None:
    """Check the whole file if it was marked; raises sqlite3.DatabaseError when it is damaged."""
    mark = marker(path)
    if not mark.exists():
        return
    _LOGGER.warning("%s was found damaged in the last run; checking all of it, which may take a while", path)
    require_ok(connection.execute("PRAGMA quick_check(1)").fetchone())
    mark.unlink(missing_ok=True)


def require_ok(found: tuple[str] | None) -> None:
    """Raise sqlite3.DatabaseError for what `quick_check` found, unless it is "ok"."""
    if found is not None and found[0] != "ok":
        error = sqlite3.DatabaseError(found[0])
        error.sqlite_errorname = CORRUPT
        raise error


def salvage(damaged: Path, connection: sqlite3.Connection) -> dict[str, int]:
    """Copy what is still readable of `damaged` row by row; returns how many rows of each table were saved."""
    saved = dict.fromkeys(TABLES, 0)
    with suppress(sqlite3.Error), closing(sqlite3.connect(damaged, isolation_level=None)) as source:
        for table in TABLES:
            with suppress(sqlite3.Error):
                columns = len(source.execute(f"PRAGMA table_info({table})").fetchall())
                insert = f"INSERT OR IGNORE INTO {table} VALUES ({','.join('?' * columns)})"  # noqa: S608  our tables
                for row in source.execute(f"SELECT * FROM {table}"):  # noqa: S608  our tables
                    connection.execute(insert, row)
                    saved[table] += 1
    return saved
