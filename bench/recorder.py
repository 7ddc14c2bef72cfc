"""The recorder: rows a second that really are in the file, and how late the loop is meanwhile.

Every change in a house ends here. A writer that falls behind loses data, one that hogs the interpreter makes switches
slow.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from marge.core.clock import SystemClock
from marge.core.hub import Hub
from marge.recorder import Recorder
from marge.storage import Database
from marge.testing import MemoryStore

ATTRIBUTES = [
    {"friendly_name": f"A sensor {number}", "unit_of_measurement": "°C", "device_class": "temperature"}
    for number in range(5000)
]


RATES = (100_000, 75_000, 50_000, 20_000)


async def sustained(path: Path, entities: int, rate: int, seconds: int) -> tuple[float, int]:
    """Offer `rate` changes a second for `seconds`; returns the rows a second that the file holds, and the missing."""
    database = Database(path)
    database.open()
    database.start()
    hub = Hub(SystemClock(), MemoryStore())
    recorder = Recorder(hub, database)
    recorder.load()
    await recorder.start()
    before = await database.read(lambda db: db.execute("SELECT count(*) FROM states").fetchone()[0])
    ids = [f"sensor.sensor_{number}" for number in range(entities)]
    started = time.perf_counter()
    offered = 0
    late: list[float] = []
    slice_size = max(1, rate // 200)
    while offered < rate * seconds:
        for _ in range(slice_size):
            at = offered % entities
            hub.states.set(ids[at], str(offered), ATTRIBUTES[at])
            offered += 1
        due = started + offered / rate
        wait = due - time.perf_counter()
        asked = time.perf_counter()
        await asyncio.sleep(max(0.0, wait))
        late.append(time.perf_counter() - asked - max(0.0, wait))
    spent = time.perf_counter() - started
    backlog = recorder.info().backlog
    await recorder.flush()
    total = time.perf_counter() - started
    info = recorder.info()
    found = await database.read(lambda db: db.execute("SELECT count(*) FROM states").fetchone()[0]) - before
    late.sort()
    print(
        f"{entities} entities, {rate:,} changes/s offered: {offered / spent:,.0f}/s heard, {found / total:,.0f} rows/s "
        f"in the file, {offered - found} missing, {info.rows_lost} lost, backlog at the end {backlog:,}, "
        f"loop late p50 {late[len(late) // 2] * 1e3:.2f} ms, p99 {late[int(len(late) * 0.99)] * 1e3:.2f} ms, "
        f"max {late[-1] * 1e3:.1f} ms, {info.db_size / 1e6:.0f} MB"
    )
    asked = time.perf_counter()
    await recorder.stop()
    await database.stop()
    print(f"  stop took {(time.perf_counter() - asked) * 1e3:.0f} ms")
    return found / total, offered - found


def run(rate: int, seconds: int = 5) -> tuple[float, int]:
    """One rate, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(sustained(Path(folder) / "marge.db", 1000, rate, seconds))


def budget() -> dict[str, float]:
    """The row of the table that this module measures: the highest rate at which nothing is lost."""
    for rate in RATES:
        rows, missing = run(rate)
        if not missing:
            return {"recorder": rows}
    return {"recorder": 0.0}


def main() -> None:
    """Run with a few rates; a number as argument runs that rate alone."""
    for rate in [int(sys.argv[1])] if len(sys.argv) > 1 else [1_000, *reversed(RATES)]:
        run(rate)


if __name__ == "__main__":
    main()
