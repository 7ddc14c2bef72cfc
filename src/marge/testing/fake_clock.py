"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from marge.core.clock import Cancel


class FakeClock:
    """Implements `marge.core.clock.Clock`; `advance` and `move_to` run what has become due, in order."""

    def __init__(self, now: float | datetime = 1_767_268_800.0) -> None:
        self._now = now.timestamp() if isinstance(now, datetime) else float(now)
        self._start = self._now
        self._timers: list[tuple[float, int, Callable[[], object]]] = []
        self._cancelled: set[int] = set()
        self._numbers = count()

    def now(self) -> float:
        """Unix seconds; 2026-01-01 12:00 UTC unless moved or told otherwise."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._now - self._start

    def call_later(self, delay: float, callback: Callable[[], object]) -> Cancel:
        """See `Clock.call_later`."""
        return self.call_at(self._now + max(0.0, delay), callback)

    def call_at(self, when: float, callback: Callable[[], object]) -> Cancel:
        """See `Clock.call_at`."""
        number = next(self._numbers)
        heapq.heappush(self._timers, (when, number, callback))
        return lambda: self._cancelled.add(number)

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`, running every callback at its time."""
        self.move_to(self._now + seconds)

    def move_to(self, when: float | datetime) -> None:
        """Move on to `when` (Unix seconds or an aware datetime), running every callback at its time."""
        target = when.timestamp() if isinstance(when, datetime) else when
        while self._timers and self._timers[0][0] <= target:
            due, number, callback = heapq.heappop(self._timers)
            if number in self._cancelled:
                self._cancelled.discard(number)
                continue
            self._now = max(self._now, due)
            callback()
        self._now = max(self._now, target)

    @property
    def pending(self) -> int:
        """How many calls are scheduled and not cancelled."""
        return sum(number not in self._cancelled for _, number, _ in self._timers)

    async def advance_async(self, seconds: float, steps: int = 50) -> None:
        """Like `advance`, letting tasks run to rest after every callback; for code that awaits between timers."""
        target = self._now + seconds
        await _settle(steps)
        while True:
            while self._timers and self._timers[0][1] in self._cancelled:
                self._cancelled.discard(heapq.heappop(self._timers)[1])
            if not self._timers or self._timers[0][0] > target:
                break
            self.move_to(self._timers[0][0])
            await _settle(steps)
        self._now = max(self._now, target)
        await _settle(steps)

    async def sleep(self, seconds: float) -> None:
        """Return once the clock has been moved on by `seconds`."""
        done = asyncio.get_running_loop().create_future()
        self.call_later(seconds, lambda: None if done.done() else done.set_result(None))
        await done


async def _settle(steps: int) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)
