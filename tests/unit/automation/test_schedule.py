"""When a time of day comes next."""

from __future__ import annotations

from datetime import UTC, timedelta

from marge.automation.schedule import TimePattern, every, repeat_at
from marge.testing import FakeClock


def test_a_machine_that_slept_makes_up_for_nothing() -> None:
    clock = FakeClock(0.0)
    fired: list[float] = []
    pattern = TimePattern(every(0, 23, 1), (0,), (0,))
    stop = repeat_at(clock, lambda after: pattern.next(after, UTC), lambda: fired.append(clock.now()))
    clock._now = 5 * 3600.0 + 30  # the clock jumps; timers run late
    clock.advance(3600)
    assert fired == [5 * 3600.0 + 30, 6 * 3600.0]
    stop()
    clock.advance(timedelta(days=1).total_seconds())
    assert len(fired) == 2


def test_an_end_is_an_end() -> None:
    clock = FakeClock(0.0)
    stop = repeat_at(clock, lambda after: None, lambda: None)
    stop()
    assert clock.pending == 0
