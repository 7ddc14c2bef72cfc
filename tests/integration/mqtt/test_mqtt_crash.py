"""`kill -9` of a broker with the real store: what it had written is there again."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from mqtt_net import CONNECT_LASTING, Wire, running_broker, until

import marge
from marge.storage import Database, SqlStore
from marge.testing import FakeClock

CHILD = Path(__file__).with_name("broker_child.py")


@asynccontextmanager
async def child(database: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Wire]]:
    """A running broker and a lasting session `c` on it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(CHILD),
        str(database),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(Path(marge.__file__).parents[1])},
    )
    assert process.stdout is not None and process.stdin is not None
    port = int(await asyncio.wait_for(process.stdout.readline(), 10))
    wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
    await wire.send(CONNECT_LASTING)
    try:
        yield process, wire
    finally:
        await wire.close()
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)


def items(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM items WHERE collection LIKE 'mqtt_%'").fetchone()[0])


async def test_retained_messages_and_the_queue_of_a_session_survive_kill_9(tmp_path: Path) -> None:
    database = tmp_path / "marge.db"
    async with child(database) as (process, client):
        await client.expect("20 02 00 00")
        await client.subscribe("a", 1)
        await client.send("33 07 00 01 62 00 01 72 72")
        await client.expect("40 02 00 01")
        await client.send("32 06 00 01 61 00 02 78")
        await client.expect("32 06 00 01 61 00 01 78")
        await until(lambda: items(database) == 3)
        process.kill()
        await process.wait()
    async with child(database) as (_, client):
        await client.expect("20 02 01 00 3a 06 00 01 61 00 01 78")
        await client.send("40 02 00 01")
        await client.subscribe("b", 1, packet_id=3)
        await client.expect("33 07 00 01 62 00 02 72 72")
        await client.send("40 02 00 02")
    async with child(database) as (_, client):
        await client.expect("20 02 01 00")
        await client.ping()


async def test_a_retained_message_is_on_disk_within_a_second(tmp_path: Path) -> None:
    clock = FakeClock()
    database = Database(tmp_path / "marge.db")
    database.open()
    store = SqlStore(database, clock)
    database.start()
    store.start()
    async with running_broker(clock=clock, store=store) as broker:
        broker.client.publish("homeassistant/switch/lamp/config", "{}", 0, True)
        clock.advance(0.9)
        await until(lambda: items(tmp_path / "marge.db") == 1)
    await store.stop()
    await database.stop()
