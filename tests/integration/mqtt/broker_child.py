"""A broker with the real store in a process of its own, to be killed: `broker_child.py DATABASE`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from marge.core.clock import SystemClock
from marge.mqtt import BrokerConfig, BrokerServer
from marge.storage import Database, SqlStore


async def run(path: Path) -> None:
    clock = SystemClock()
    database = Database(path)
    database.open()
    store = SqlStore(database, clock)
    server = BrokerServer(BrokerConfig("127.0.0.1", 0), clock, store)
    database.start()
    store.start()
    await server.start()
    print(server.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop()
    await store.stop()
    await database.stop()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
