"""A child that records as fast as it is told; prints the numbers heard, and those of which the registry is saved.

`python recorder_child.py <database> <first number> <how>`; `how` is `steady` (about 3,000 changes a second) or `flood`.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from marge.core.clock import SystemClock
from marge.core.errors import OperationFailed
from marge.core.hub import Hub
from marge.recorder import Recorder
from marge.storage import Database, SqlStore


async def main(path: Path, first: int, how: str) -> None:
    database = Database(path)
    database.open()
    store = SqlStore(database, SystemClock())
    hub = Hub(SystemClock(), store)
    recorder = Recorder(hub, database)
    recorder.load()
    database.start()
    store.start()
    await recorder.start()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    print("ready", flush=True)
    number = first
    burst = 15 if how == "steady" else 300
    while not stopping.is_set():
        for _ in range(burst):
            hub.states.set(f"sensor.s{number % 50}", str(number), {"n": number % 7})
            number += 1
        store.put("numbers", "last", str(number - 1).encode())
        if number % 3000 < burst:
            try:
                await store.flush()
                print(f"registry {number - 1}", flush=True)
            except OperationFailed:
                print(f"refused {number - 1}", flush=True)
        print(f"heard {number - 1}", flush=True)
        await asyncio.sleep(0.005)
    await recorder.stop()
    await store.stop()
    await database.stop()
    print(f"stopped {number - 1}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
