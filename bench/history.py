"""Reading a day of one entity from a big database, restoring, and opening: what a dashboard and a restart wait for.

`python -m bench.history [entities] [days] [changes a day]`; the must is p95 ≤ 20 ms with 5,000 entities and 10 days.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from marge.core.clock import SystemClock
from marge.core.hub import Hub
from marge.recorder import Recorder
from marge.recorder.insert import insert_states
from marge.storage import Database
from marge.testing import MemoryStore

DAY = 86_400_000_000


def build(connection: sqlite3.Connection, entities: int, days: int, changes: int, end: int) -> int:
    """Fill the tables as the recorder would, hour by hour; returns the rows made."""
    rng = random.Random(1)
    connection.executemany(
        "INSERT INTO entities VALUES (?, ?)", [(number, f"sensor.s{number}") for number in range(1, entities + 1)]
    )
    connection.executemany(
        "INSERT INTO attributes VALUES (?, ?, ?, ?)",
        [
            (number, number, end // DAY, f'{{"friendly_name":"Sensor {number}","unit_of_measurement":"°C"}}')
            for number in range(1, entities + 1)
        ],
    )
    connection.executemany(
        "INSERT INTO states_last VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
        [
            (
                f"sensor.s{number}",
                "21.5",
                '{"friendly_name":"Sensor","unit_of_measurement":"°C"}',
                end,
                end,
                os.urandom(16),
            )
            for number in range(1, entities + 1)
        ],
    )
    made = 0
    per_hour = changes / 24
    for hour in range(days * 24):
        begin = end - (days * 24 - hour) * DAY // 24
        rows: list[tuple[object, ...]] = []
        for number in range(1, entities + 1):
            for _ in range(int(per_hour) + (rng.random() < per_hour % 1)):
                at = begin + rng.randrange(DAY // 24)
                state = f"{rng.randrange(150, 250) / 10}"
                rows.append((number, at, state, None, number, 0, os.urandom(16), None, None))
        connection.execute("BEGIN")
        insert_states(connection, rows)
        connection.execute("COMMIT")
        made += len(rows)
    return made


async def measure(path: Path, entities: int, days: int, changes: int) -> float:
    """Build, reopen, and print what reading takes; returns the p95 of a day of one entity in milliseconds."""
    p95 = 0.0
    end = int(time.time() * 1e6)
    database = Database(path)
    started = time.perf_counter()
    database.open()
    empty = (time.perf_counter() - started) * 1e3
    started = time.perf_counter()
    made = database.load(lambda db: build(db, entities, days, changes, end))
    print(f"new file opened in {empty:.1f} ms; {made:,} rows built in {time.perf_counter() - started:.0f} s")
    await database.stop()

    started = time.perf_counter()
    database = Database(path)
    database.open()
    opened = (time.perf_counter() - started) * 1e3
    hub = Hub(SystemClock(), MemoryStore())
    recorder = Recorder(hub, database)
    started = time.perf_counter()
    restored = recorder.load()
    loaded = (time.perf_counter() - started) * 1e3
    states = [recorder.last_states.last_state(f"sensor.s{number}") for number in range(1, entities + 1)]
    decoded = (time.perf_counter() - started) * 1e3
    assert len(states) == restored == entities
    size = database.size()
    print(f"{size / 1e6:.0f} MB ({size / made:.0f} bytes a row); opened in {opened:.1f} ms")
    print(f"{restored} states to restore read in {loaded:.1f} ms, all made into states after {decoded:.1f} ms")
    database.start()
    await recorder.start()

    rng = random.Random(2)
    for what, wanted in (("24 h of one entity", 1), ("24 h of ten entities", 10)):
        took = []
        rows = 0
        for _ in range(200 if wanted == 1 else 30):
            ids = [f"sensor.s{rng.randint(1, entities)}" for _ in range(wanted)]
            hub.states.set("sensor.now", str(rng.random()))
            started = time.perf_counter()
            found = await recorder.history.states(end / 1e6 - 86400, end / 1e6, ids)
            took.append((time.perf_counter() - started) * 1e3)
            rows += sum(map(len, found.values()))
        took.sort()
        p95 = p95 or took[int(len(took) * 0.95)]
        print(
            f"{what}: p50 {took[len(took) // 2]:.2f} ms, p95 {took[int(len(took) * 0.95)]:.2f} ms, "
            f"max {took[-1]:.2f} ms, {rows // len(took)} rows each"
        )
    started = time.perf_counter()
    entries = await recorder.logbook.entries(end / 1e6 - 86400, end / 1e6)
    print(f"logbook of 24 h: {len(entries)} entries in {(time.perf_counter() - started) * 1e3:.0f} ms")
    await recorder.stop()
    await database.stop()
    return p95


def run(entities: int = 5000, days: int = 10, changes: int = 24) -> float:
    """Build in a temporary folder and measure."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder) / "marge.db", entities, days, changes))


def budget() -> dict[str, float]:
    """The row of the table that this module measures."""
    return {"history_p95": run()}


if __name__ == "__main__":
    run(*map(int, sys.argv[1:]))
