"""Time, handed in: everything that waits or asks for the time does so through a `Clock`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

Cancel = Callable[[], None]
"""Takes a scheduled call back; does nothing once it has run."""


class Clock(Protocol):
    """The time of day and timers. Callbacks run on the loop."""

    def now(self) -> float:
        """Unix time in seconds."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""

    def call_later(self, delay: float, callback: Callable[[], object]) -> Cancel:
        """Call `callback` after `delay` seconds."""

    def call_at(self, when: float, callback: Callable[[], object]) -> Cancel:
        """Call `callback` at Unix time `when`, never before it by the wall clock; at once if it has passed."""


class SystemClock:
    """The machine's clock and the running loop's timers."""

    # A step of the wall clock (NTP, daylight saving on a bad RTC) is noticed within this many seconds.
    LONGEST_SLEEP = 60.0

    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)

    def call_later(self, delay: float, callback: Callable[[], object]) -> Cancel:
        """See `Clock.call_later`."""
        return asyncio.get_running_loop().call_later(max(0.0, delay), callback).cancel

    def call_at(self, when: float, callback: Callable[[], object]) -> Cancel:
        """See `Clock.call_at`."""
        loop = asyncio.get_running_loop()
        handle: asyncio.TimerHandle

        def wait() -> None:
            nonlocal handle
            left = when - time.time()
            if left <= 0:
                callback()
            else:
                # The loop's timers may be early by a clock tick, and the wall clock may be set meanwhile.
                handle = loop.call_later(min(left + 0.0005, self.LONGEST_SLEEP), wait)

        handle = loop.call_later(max(0.0, min(when - time.time(), self.LONGEST_SLEEP)), wait)
        return lambda: handle.cancel()
