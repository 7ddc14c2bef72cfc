"""A hub with a real database and a recorder, driven by a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from marge.core.hub import Hub
from marge.recorder import Recorder, RecorderOptions
from marge.storage import Database, SqlStore
from marge.testing import FakeClock, make_hub


class House(msgspec.Struct):
    """What `house()` gives a test."""

    hub: Hub
    clock: FakeClock
    database: Database
    store: SqlStore
    recorder: Recorder


OpenHouse = Callable[..., AbstractAsyncContextManager[House]]


def make_house(path: Path) -> OpenHouse:
    """`async with house() as h:`; entered twice, the second run finds what the first left."""
    clock = FakeClock()

    @asynccontextmanager
    async def run(
        options: RecorderOptions | None = None, max_backlog: int = 200_000, **config: Any
    ) -> AsyncIterator[House]:
        database = Database(path)
        database.open()
        database.start()
        hub = make_hub(clock=clock, **config)
        recorder = Recorder(hub, database, options, max_backlog=max_backlog)
        recorder.load()
        await recorder.start()
        store = SqlStore(database, clock)
        store.start()
        try:
            yield House(hub, clock, database, store, recorder)
        finally:
            await recorder.stop()
            await hub.tasks.stop()
            await store.stop()
            await database.stop()

    return run
