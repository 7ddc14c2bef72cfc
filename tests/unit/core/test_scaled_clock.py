"""A clock that runs faster than the machine's."""

from __future__ import annotations

import asyncio
import time

import pytest

from marge.core.scaled_clock import ScaledClock


async def test_timers_keep_to_its_time() -> None:
    clock = ScaledClock(1000, time.time())
    began, started = clock.now(), clock.monotonic()
    rang: list[str] = []
    done = asyncio.Event()
    clock.call_later(40, lambda: rang.append("later"))
    clock.call_at(began + 20, lambda: rang.append("at"))
    clock.call_later(30, lambda: rang.append("taken back"))()
    clock.call_at(began + 60, done.set)
    await asyncio.wait_for(done.wait(), 5)
    assert rang == ["at", "later"]
    assert clock.now() - began >= 60
    assert clock.monotonic() - started >= 55


async def test_a_time_that_has_passed_is_now() -> None:
    clock = ScaledClock(2, time.time())
    done = asyncio.Event()
    clock.call_at(clock.now() - 100, done.set)
    await asyncio.wait_for(done.wait(), 5)


def test_time_does_not_stand_still_or_run_backwards() -> None:
    for speed in (0, -1):
        with pytest.raises(ValueError, match="more than 0"):
            ScaledClock(speed, 0)
