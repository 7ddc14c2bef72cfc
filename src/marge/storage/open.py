"""Opens the database file: checked, migrated, and replaced by a new one when it is beyond reading."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from marge.core import migration
from marge.core.errors import OperationFailed, StorageDamaged
from marge.storage import migrations
from marge.storage.errors import MAKE_WRITABLE, disk_error, is_damage, is_unwritable
from marge.storage.salvage import TABLES, check_if_marked, marker, require_ok, salvage

_LOGGER = logging.getLogger("marge.storage")

APPLICATION_ID: Final = 0x4D415247  # "MARG"
_SIDE_FILES: Final = ("-wal", "-shm", "-journal")


class NotWritable(OperationFailed):
    """The database is there, but the disk, the folder or the file may not be written."""


def connect(path: Path) -> sqlite3.Connection:
    """The one connection that writes; used by one thread at a time. Raises StorageDamaged for a foreign file."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=64)
    try:
        # First of all: turning the log on would change the file.
        _require_ours(connection, path)
        # Without it, purged pages could only be given back by rewriting the whole file. Counts for new files only.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -1024")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA journal_size_limit = 16777216")
        connection.execute("PRAGMA busy_timeout = 5000")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; used by one thread at a time."""
    connection = sqlite3.connect(_uri(path, "mode=ro"), uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cache_size = -1024")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


def _uri(path: Path, options: str) -> str:
    """A file name with options: https://www.sqlite.org/uri.html."""
    name = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{name}?{options}"


def connect_unwritable(path: Path) -> sqlite3.Connection:
    """What can be read of a file on a disk that cannot be written; raises NewerData, StorageDamaged, OperationFailed.

    Where the last run left a log and its index may not be made, what is in the log is missed.
    """
    # Without a log there is none to read; reading the file as immutable makes no side files that would be in the way.
    modes = ("mode=ro", "mode=ro&immutable=1") if _has_log(path) else ("mode=ro&immutable=1",)
    for mode in modes:
        connection = sqlite3.connect(_uri(path, mode), uri=True, isolation_level=None, check_same_thread=False)
        try:
            check(connection, path)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if migration.pending(migration.steps_in(migrations), version, str(path)):
                raise OperationFailed(f"{path} has to be migrated, but cannot be written")
        except sqlite3.Error as error:
            connection.close()
            failed = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise disk_error(failed, str(path), "read") from failed


def _require_writable(path: Path) -> None:
    """Look before SQLite does: it would leave side files that nobody may write, even once the file may be."""
    if not path.exists() or not path.stat().st_size:
        return
    effective = os.access in os.supports_effective_ids
    for place in (path, path.parent):
        if not os.access(place, os.W_OK, effective_ids=effective):
            raise NotWritable(f"Cannot write {path}: {place} is read-only; {MAKE_WRITABLE}")


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def open_database(path: Path) -> sqlite3.Connection:
    """Open, check and migrate `path`; a damaged file is moved aside and a new one begun.

    Raises NewerData for a newer schema, StorageDamaged for a database of another program, OperationFailed when the
    folder or file cannot be used, NotWritable (one of those) when it can be read.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(sqlite3.OperationalError(str(error)), str(path), "open") from error
    _require_writable(path)
    emptied = path.exists() and not path.stat().st_size
    try:
        connection = _open(path)
        if emptied:
            # Nothing is moved aside: there is nothing in it to save.
            _LOGGER.critical(
                "The database %s was empty (0 bytes), and a new one was begun in it. If this hub has run before, all "
                "that it remembered is lost: stop it and restore a backup.",
                path,
            )
        return connection
    except sqlite3.Error as error:
        if is_unwritable(error) and path.exists() and path.stat().st_size:
            raise NotWritable(str(disk_error(error, str(path)))) from error
        if not is_damage(error):
            raise disk_error(error, str(path), "open") from error
        damage = error
    aside = move_aside(path)
    try:
        connection = _open(path)
    except sqlite3.Error as error:
        raise disk_error(error, str(path), "open") from error
    connection.execute("BEGIN")
    saved = salvage(aside, connection)
    connection.execute("COMMIT")
    _LOGGER.critical(
        "The database %s is damaged (%s). It was moved to %s and a new one was begun. %d registry entries and %d last "
        "states could be saved from it; history could not. Restore a backup if something is missing.",
        path,
        damage,
        aside,
        saved["items"],
        saved["states_last"],
    )
    return connection


def _open(path: Path) -> sqlite3.Connection:
    if not path.exists():
        # It holds password hashes and the keys of tokens. SQLite gives its other files the mode of this one, and says
        # what is wrong where there can be none.
        with suppress(OSError):
            path.touch(0o600)
    connection = connect(path)
    try:
        check(connection, path)
        check_if_marked(connection, path)
        migrate(connection, path)
        # SQLite opens a file that it may not write without a word; this one says it.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except BaseException:
        connection.close()
        raise
    return connection


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Look at what start-up depends on; raises sqlite3.DatabaseError for damage, StorageDamaged for a foreign file.

    The whole file is not read: on a card that takes minutes.
    """
    tables = _require_ours(connection, path)
    for table in TABLES:
        if table in tables:
            require_ok(connection.execute(f"PRAGMA quick_check({table})").fetchone())


def _require_ours(connection: sqlite3.Connection, path: Path) -> set[str]:
    """Return the names of the tables; raises StorageDamaged when another program made them."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if application not in (0, APPLICATION_ID) or (application == 0 and tables):
        raise StorageDamaged(
            f"{path} is the database of another program. Point db_url to another file, or move this one away.",
            str(path),
        )
    return tables


def migrate(connection: sqlite3.Connection, path: Path, steps: list[migration.Step] | None = None) -> None:
    """Bring the schema up to date: all steps or none, with a copy of the file made first when it holds anything."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    wanted = migration.pending(migration.steps_in(migrations) if steps is None else steps, version, str(path))
    if not wanted:
        return
    if version:
        copy = back_up(connection, path, version)
        _LOGGER.info("Migrating %s from version %d to %d; a copy is in %s", path, version, wanted[-1].version, copy)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in wanted:
            step.load()(connection)
        connection.execute(f"PRAGMA user_version = {wanted[-1].version}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def back_up(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy the database beside itself as `<name>.v<version>.bak`, whole or not at all."""
    final = path.with_name(f"{path.name}.v{version}.bak")
    partial = final.with_name(f"{final.name}.part")
    partial.unlink(missing_ok=True)
    copy = sqlite3.connect(partial)
    try:
        connection.backup(copy)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    finally:
        copy.close()
    partial.replace(final)
    return final


def move_aside(path: Path) -> Path:
    """Rename the file and its side files to `<name>.corrupt-<time>`."""
    aside = path.with_name(f"{path.name}.corrupt-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name.partition('~')[0]}~{number}")
    path.rename(aside)
    marker(path).unlink(missing_ok=True)
    for suffix in _SIDE_FILES:
        side = path.with_name(path.name + suffix)
        if side.exists():
            side.rename(aside.with_name(aside.name + suffix))
    return aside
