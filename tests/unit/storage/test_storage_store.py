"""The store: coalesced, durable after flush, patient with a disk that refuses."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from marge.core.errors import OperationFailed
from marge.storage import Database, SqlStore
from marge.testing import FakeClock


class Opened(msgspec.Struct):
    database: Database
    store: SqlStore
    clock: FakeClock


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Opened]:
    clock = FakeClock()
    database = Database(path / "marge.db")
    database.open()
    store = SqlStore(database, clock)
    database.start()
    store.start()
    try:
        yield Opened(database, store, clock)
    finally:
        await store.stop()
        await database.stop()


def on_disk(path: Path) -> dict[tuple[str, str], bytes]:
    connection = sqlite3.connect(path / "marge.db")
    rows = {(row[0], row[1]): row[2] for row in connection.execute("SELECT * FROM items")}
    connection.close()
    return rows


async def test_after_flush_everything_put_before_is_on_disk(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        o.store.put("areas", "a", b"1")
        o.store.put("areas", "b", b"2")
        o.store.put("areas", "a", b"3")
        o.store.delete("areas", "b")
        o.store.put("floors", "b", b"4")
        await o.store.flush()
        assert on_disk(tmp_path) == {("areas", "a"): b"3", ("floors", "b"): b"4"}
        assert o.store.load("areas") == {"a": b"3"}
        assert o.store.load("nothing") == {}


async def test_load_sees_what_is_not_written_yet(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        o.store.put("c", "kept", b"1")
        o.store.put("c", "gone", b"1")
        await o.store.flush()
        o.store.put("c", "new", b"2")
        o.store.delete("c", "gone")
        assert o.store.load("c") == {"kept": b"1", "new": b"2"}


async def test_read_gives_what_load_gives(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        o.store.put("areas", "a", b"1")
        o.store.put("areas", "b", b"2")
        await o.store.flush()
        o.store.put("areas", "c", b"3")
        o.store.delete("areas", "b")
        o.store.put("floors", "a", b"4")
        assert await o.store.read("areas") == o.store.load("areas") == {"a": b"1", "c": b"3"}
        assert await o.store.read("nothing") == {}


async def test_without_flush_it_is_written_within_the_interval(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        o.store.put("c", "k", b"v")
        await asyncio.sleep(0)
        assert on_disk(tmp_path) == {}
        o.clock.advance(1.0)
        # The timer has handed it to the writer thread; an empty durable job comes back after it.
        await asyncio.sleep(0)
        await o.database.submit(lambda db: None, durable=True)
        assert on_disk(tmp_path) == {("c", "k"): b"v"}


async def test_commit_writes_without_the_interval_also_while_a_write_is_under_way(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        o.store.put("c", "first", b"1")
        o.store.commit()
        await asyncio.sleep(0)
        # The first write has begun without this one.
        o.store.put("c", "second", b"2")
        o.store.commit()
        while len(on_disk(tmp_path)) < 2:
            await asyncio.sleep(0)
        assert on_disk(tmp_path) == {("c", "first"): b"1", ("c", "second"): b"2"}


async def test_what_was_put_during_a_long_write_is_not_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        o.store.put("c", "first", b"1")
        o.store.commit()
        await asyncio.sleep(0)
        o.store.put("c", "second", b"2")
        o.clock.advance(1.0)
        while len(on_disk(tmp_path)) < 2:
            await asyncio.sleep(0)


async def test_flushes_at_the_same_time_share_commits(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        commits: list[str] = []
        await o.database.submit(
            lambda db: db.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        )
        commits.clear()

        async def client(number: int) -> None:
            o.store.put("c", str(number), b"v")
            await o.store.flush()

        await asyncio.gather(*(client(number) for number in range(50)))
        assert len(on_disk(tmp_path)) == 50
        assert len(commits) <= 3


async def test_stop_writes_what_was_never_flushed(tmp_path: Path) -> None:
    async with opened(tmp_path) as o:
        o.store.put("c", "k", b"v")
    assert on_disk(tmp_path) == {("c", "k"): b"v"}


async def test_a_refusing_disk_fails_the_flush_and_nothing_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path) as o:

        def limit(db: sqlite3.Connection) -> None:
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages}")

        await o.database.submit(limit)
        o.store.put("c", "big", b"x" * 100_000)
        o.store.put("c", "small", b"1")
        with pytest.raises(OperationFailed, match=r"marge\.db.*full.*free some space"):
            await o.store.flush()
        assert "free some space" in caplog.text
        assert "kept in memory" in caplog.text
        # A newer value is not overwritten by the retry of the older one.
        o.store.put("c", "small", b"2")
        assert o.store.load("c")["small"] == b"2"
        await o.database.submit(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
        o.clock.advance(1.0)
        await o.store.flush()
        assert on_disk(tmp_path) == {("c", "big"): b"x" * 100_000, ("c", "small"): b"2"}
        assert "can be written again" in caplog.text
