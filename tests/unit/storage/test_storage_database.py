"""The writer thread: order, grouping, durability, and jobs that fail."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from marge.core.errors import OperationFailed
from marge.storage import Database


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    database = Database(path / "marge.db")
    database.open()
    database.start()
    try:
        yield database
    finally:
        await database.stop()


def put(key: str) -> object:
    return lambda db: db.execute("INSERT INTO items VALUES ('c', ?, 'v')", (key,)).rowcount


def keys(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT key FROM items ORDER BY key")]


async def test_a_job_is_committed_when_its_future_resolves(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        assert await database.submit(put("a")) == 1
        other = sqlite3.connect(tmp_path / "marge.db")
        assert keys(other) == ["a"]
        other.close()


async def test_jobs_run_in_order_and_share_commits(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        commits: list[str] = []
        await database.submit(
            lambda db: db.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        )
        commits.clear()
        gate = threading.Event()
        started = threading.Event()
        blocked = database.submit(lambda db: (started.set(), gate.wait(10)))
        await asyncio.to_thread(started.wait, 10)
        order: list[int] = []
        jobs = [database.submit(lambda db, number=number: order.append(number)) for number in range(20)]
        gate.set()
        await asyncio.gather(blocked, *jobs)
        assert order == list(range(20))
        assert len(commits) == 2


async def test_durable_jobs_overtake_the_others_and_sync_the_log(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        seen: list[str] = []
        gate = threading.Event()
        started = threading.Event()

        def block(db: sqlite3.Connection) -> None:
            started.set()
            gate.wait(10)

        def run(name: str) -> object:
            return lambda db: seen.append(f"{name} {db.execute('PRAGMA synchronous').fetchone()[0]}")

        blocked = database.submit(block)
        await asyncio.to_thread(started.wait, 10)
        later = [database.submit(run(f"history {number}")) for number in range(3)]
        durable = database.submit(run("registry"), durable=True)
        gate.set()
        await asyncio.gather(blocked, *later, durable)
        # 2 is FULL, 1 is NORMAL.
        assert seen == ["registry 2", "history 0 1", "history 1 1", "history 2 1"]


async def test_a_job_that_fails_takes_none_of_its_group_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        undone: list[str] = []

        def fail(db: sqlite3.Connection) -> None:
            db.execute("INSERT INTO items VALUES ('c', 'half', 'v')")
            raise ValueError("no")

        gate = threading.Event()
        blocked = database.submit(lambda db: gate.wait(10))
        good = database.submit(put("good"), undo=lambda: undone.append("good"))
        bad = database.submit(fail, undo=lambda: undone.append("bad"))
        better = database.submit(put("better"))
        gate.set()
        results = await asyncio.gather(blocked, good, bad, better, return_exceptions=True)
        assert [type(result) for result in results] == [bool, int, ValueError, int]
        assert await database.read(keys) == ["better", "good"]
        assert "bad" in undone


async def test_readers_see_what_was_committed_and_cannot_write(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        await database.submit(put("a"))
        assert await database.read(keys) == ["a"]
        with pytest.raises(OperationFailed, match="readonly"):
            await database.read(put("b"))


async def test_stop_finishes_what_was_handed_in_and_leaves_one_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        assert await database.read(keys) == []
        jobs = [database.submit(put(f"{number:03}")) for number in range(200)]
        await database.stop()
        await asyncio.gather(*jobs)
        with pytest.raises(OperationFailed, match="closed"):
            await database.submit(put("late"))
        with pytest.raises(OperationFailed, match="closed"):
            await database.read(keys)
    assert os.listdir(tmp_path) == ["marge.db"]
    connection = sqlite3.connect(tmp_path / "marge.db")
    assert len(keys(connection)) == 200
    connection.close()


async def test_opened_but_never_started_can_be_stopped(tmp_path: Path) -> None:
    database = Database(tmp_path / "marge.db")
    database.open()
    assert database.load(keys) == []
    assert not database.running
    await database.stop()


async def test_odd_characters_in_the_path_are_no_matter(tmp_path: Path) -> None:
    folder = tmp_path / "50% of #1? äöü"
    async with opened(folder) as database:
        await database.submit(put("a"))
        assert await database.read(keys) == ["a"]


async def test_another_program_that_holds_the_file_is_reported_and_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path) as database:
        await database.submit(lambda db: db.execute("PRAGMA busy_timeout = 20").fetchall())
        other = sqlite3.connect(tmp_path / "marge.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(OperationFailed, match="locked; end the other program"):
                await database.submit(put("a"))
        # Reading goes on meanwhile, and the log is not flooded.
        assert await database.read(keys) == []
        assert caplog.text.count("locked") == 1
        other.execute("ROLLBACK")
        other.close()
        await database.submit(put("a"))
        assert await database.read(keys) == ["a"]
        assert "can be written again" in caplog.text


async def test_an_undo_that_fails_does_not_end_the_writer(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:

        def fail(db: sqlite3.Connection) -> None:
            raise ValueError("no")

        def undo() -> None:
            raise RuntimeError("worse")

        with pytest.raises(ValueError, match="no"):
            await database.submit(fail, undo=undo)
        assert await database.submit(put("a")) == 1
