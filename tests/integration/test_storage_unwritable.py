"""A database that may be read but not written: the hub starts with what it holds and saves once it may."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from marge.core.errors import OperationFailed
from marge.storage import Database, SqlStore
from marge.testing import FakeClock

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a database in it, owned by this process's user; the test runs without root's rights."""
    path = Path(tempfile.mkdtemp(prefix="marge-test-"))
    root = os.geteuid() == 0
    if root:
        os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        database = Database(path / "marge.db")
        database.open()
        database.load(lambda db: db.execute("INSERT INTO items VALUES ('users', 'u', CAST('anna' AS BLOB))"))
        asyncio.run(database.stop())
        yield path
    finally:
        if root:
            os.seteuid(0)
        path.chmod(0o700)
        shutil.rmtree(path)


@pytest.mark.parametrize("what", ["file", "folder", "both"])
def test_registries_are_read_and_saved_again_when_the_file_becomes_writable(
    folder: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    path = folder / "marge.db"
    if what in ("file", "both"):
        path.chmod(0o444)
    if what in ("folder", "both"):
        folder.chmod(0o555)

    async def run() -> None:
        database = Database(path)
        with caplog.at_level(logging.CRITICAL):
            database.open()
        assert "marge.db" in caplog.text
        assert "writable for the user that runs Marge" in caplog.text
        store = SqlStore(database, FakeClock())
        assert store.load("users") == {"u": b"anna"}
        database.start()
        store.start()
        store.put("users", "v", b"ben")
        with pytest.raises(OperationFailed, match=r"marge\.db.*writable"):
            await store.flush()
        assert store.load("users") == {"u": b"anna", "v": b"ben"}
        os.chmod(folder, 0o755)
        os.chmod(path, 0o644)
        await store.flush()
        await store.stop()
        await database.stop()

    asyncio.run(run())
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT key FROM items ORDER BY key").fetchall() == [("u",), ("v",)]
    connection.close()


def test_a_folder_without_a_database_that_cannot_be_written_is_refused(folder: Path) -> None:
    (folder / "marge.db").unlink()
    folder.chmod(0o555)
    with pytest.raises(OperationFailed, match=r"Cannot open .*marge\.db.*writable for the user that runs Marge"):
        Database(folder / "marge.db").open()
