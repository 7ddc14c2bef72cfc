"""The recorder: hears every event, writes them once a second, and knows how far behind it is."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import partial
from typing import Final

from marge.core.clock import Cancel
from marge.core.errors import MargeError, OperationFailed
from marge.core.events import Event, Remove
from marge.core.hub import Hub
from marge.core.ports import RecorderInfo, SqlDatabase
from marge.recorder.encoder import Encoder, Written
from marge.recorder.history import History
from marge.recorder.logbook import Logbook
from marge.recorder.options import MAX_BACKLOG, RecorderOptions
from marge.recorder.purge import Purger
from marge.recorder.restore import LastStates

_LOGGER = logging.getLogger("marge.recorder")

BATCH: Final = 10_000
"""Events that one transaction takes, at most."""
SHORTEST_INTERVAL: Final = 0.05
LOG_EVERY: Final = 60.0


class Recorder:
    """Remembers states and events; `load` before anything writes states, then `start`, then `stop`.

    The bus appends to a queue and nothing more; filtering, encoding and writing happen on the writer thread. Events
    stay in the queue until they are committed. Past `max_backlog` the oldest are dropped, counted in
    `info().rows_lost` and logged once a minute.
    """

    def __init__(
        self,
        hub: Hub,
        database: SqlDatabase,
        options: RecorderOptions | None = None,
        *,
        max_backlog: int = MAX_BACKLOG,
    ) -> None:
        self._hub = hub
        self._database = database
        self.options = options or RecorderOptions()
        self._max_backlog = max_backlog
        self._interval = max(self.options.commit_interval, SHORTEST_INTERVAL)
        self._queue: deque[Event] = deque()
        self.last_states = LastStates()
        self.entity_filter = self.options.entity_filter()
        self.encoder = Encoder(self.entity_filter, self.options.excluded_events(), self.last_states)
        self.history = History(database, self.flush)
        self.logbook = Logbook(hub, database, self.flush)
        self.purger = Purger(hub, database, self.encoder, self.options)
        self.recording = True
        """Whether history is written; `recorder.disable` and `recorder.enable` change it."""
        self._remove: Remove | None = None
        self._timer: Cancel | None = None
        self._write: asyncio.Future[Written] | None = None
        self._in_flight: list[Event] = []
        self._one_by_one = 0
        self._done = 0
        self._rows_written = 0
        self._rows_lost = 0
        self._lost_logged = 0
        self._next_log = 0.0
        self._last_write: float | None = None
        self._refused = False

    def load(self) -> int:
        """Read the states of the last run, for `last_states`; returns how many there are."""
        return self.last_states.load(self._database)

    async def start(self) -> None:
        """Record from now on."""
        from marge.recorder.services import register_services

        # deque.append itself is the listener: nothing is cheaper, and no other work belongs on this path.
        self._remove = self._hub.bus.listen_all(self._queue.append)
        self._timer = self._hub.clock.call_later(self._interval, self._tick)
        register_services(self._hub, self)
        for component in ("recorder", "history", "logbook"):
            self._hub.load_component(component)
        self.purger.start()

    async def stop(self) -> None:
        """Write everything that was heard; what the disk refuses is counted and logged."""
        await self.purger.stop()
        if self._remove is not None:
            self._remove()
            self._remove = None
        if self._timer is not None:
            self._timer()
            self._timer = None
        try:
            await self.flush()
        except MargeError as error:
            self._lose(len(self._queue))
            _LOGGER.error("%d events could not be recorded before the end: %s", self._rows_lost, error)

    def info(self) -> RecorderInfo:
        """See `marge.core.ports.RecorderStatus`."""
        now = self._hub.clock.monotonic()
        return RecorderInfo(
            recording=self.recording and self._remove is not None,
            backlog=len(self._queue) + len(self._in_flight),
            max_backlog=self._max_backlog,
            thread_running=self._database.running,
            writable=self._database.writable and not self._refused,
            db_size=self._database.size(),
            last_write_age=None if self._last_write is None else now - self._last_write,
            rows_written=self._rows_written,
            rows_lost=self._rows_lost,
        )

    async def flush(self) -> None:
        """Commit everything heard so far; raises OperationFailed when the disk refuses."""
        goal = self._done + len(self._in_flight) + len(self._queue)
        while self._done < goal:
            try:
                await asyncio.shield(self._write or self._begin())
            except OperationFailed:
                raise
            except Exception:  # noqa: S112  logged by `_written`, which goes on one by one
                continue

    # -- one batch at a time ------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._timer = self._hub.clock.call_later(self._interval, self._tick)
        over = len(self._queue) + len(self._in_flight) - self._max_backlog
        if over > 0:
            self._lose(min(over, len(self._queue)))
        self._log_losses()
        if self._queue and self._write is None:
            self._begin()

    def _begin(self) -> asyncio.Future[Written]:
        take = self._queue.popleft
        events = self._in_flight = [take() for _ in range(1 if self._one_by_one else min(len(self._queue), BATCH))]
        run = partial(self.encoder.write, events=events, recording=self.recording)
        self._write = self._database.submit(run, undo=self.encoder.forget)
        self._write.add_done_callback(self._written)
        return self._write

    def _written(self, write: asyncio.Future[Written]) -> None:
        events, self._in_flight, self._write = self._in_flight, [], None
        error = None if write.cancelled() else write.exception()
        if write.cancelled() or isinstance(error, OperationFailed):
            # The database has logged what the disk says; the next tick tries again.
            self._refused = not write.cancelled()
            self._queue.extendleft(reversed(events))
            return
        if error is not None and len(events) > 1:
            # A bug of ours, most likely with one of them: the others must not be lost with it.
            _LOGGER.error("A batch of %d events failed; trying them one by one", len(events), exc_info=error)
            self._queue.extendleft(reversed(events))
            self._one_by_one = len(events)
        elif error is not None:
            _LOGGER.error("An event of type %s cannot be recorded", events[0].event_type, exc_info=error)
            self._done += 1
            self._rows_lost += 1
        else:
            written = write.result()
            self._done += len(events)
            self._rows_written += written.rows
            self._rows_lost += written.unreadable
            self._last_write = self._hub.clock.monotonic()
            self._refused = False
        if self._one_by_one and (error is None or len(events) == 1):
            self._one_by_one -= 1
        if self._queue and (self._one_by_one or len(self._queue) >= BATCH):
            self._begin()

    def _lose(self, count: int) -> None:
        for _ in range(count):
            self._queue.popleft()
        self._done += count
        self._rows_lost += count

    def _log_losses(self) -> None:
        now = self._hub.clock.monotonic()
        if self._rows_lost > self._lost_logged and now >= self._next_log:
            _LOGGER.error(
                "The recorder lost %d events (%d since the last message): more than %d were waiting to be written",
                self._rows_lost,
                self._rows_lost - self._lost_logged,
                self._max_backlog,
            )
            self._lost_logged = self._rows_lost
            self._next_log = now + LOG_EVERY
