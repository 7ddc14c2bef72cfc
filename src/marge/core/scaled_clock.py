"""A clock that runs faster than the machine's, so that a day of the demo home passes in minutes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from marge.core.clock import Cancel


class ScaledClock:
    """Implements `Clock`: `speed` of its seconds pass in one real second; both clocks agree at Unix time `epoch`."""

    def __init__(self, speed: float, epoch: float) -> None:
        if speed <= 0:
            raise ValueError("speed must be more than 0")
        self.speed = speed
        self.epoch = epoch

    def now(self) -> float:
        """See `Clock.now`."""
        return self.epoch + (time.time() - self.epoch) * self.speed

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return time.monotonic() * self.speed

    def call_later(self, delay: float, callback: Callable[[], object]) -> Cancel:
        """See `Clock.call_later`."""
        return asyncio.get_running_loop().call_later(max(0.0, delay) / self.speed, callback).cancel

    def call_at(self, when: float, callback: Callable[[], object]) -> Cancel:
        """See `Clock.call_at`."""
        loop = asyncio.get_running_loop()
        handle: asyncio.TimerHandle

        def wait() -> None:
            nonlocal handle
            if self.now() >= when:
                callback()
            else:
                handle = loop.call_later((when - self.now()) / self.speed + 0.0005, wait)

        handle = loop.call_later(max(0.0, (when - self.now()) / self.speed), wait)
        return lambda: handle.cancel()
