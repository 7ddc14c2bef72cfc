"""Plays a timetable, day after day, by the clock that the house lives by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from marge.core.clock import Cancel
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.timetable import Step


class Day:
    """Acts on the house at the times of `steps`; those of today that are past wait for tomorrow."""

    def __init__(self, house: House, steps: Sequence[Step]) -> None:
        self._house = house
        self._steps = sorted(steps, key=lambda step: step.seconds)
        self._cancel: Cancel | None = None

    def start(self) -> None:
        """Wait for the next step."""
        now = self._house.world.local()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since = (now - midnight).total_seconds()
        upcoming = [index for index, step in enumerate(self._steps) if step.seconds >= since]
        if upcoming:
            self._wait(upcoming[0], midnight)
        elif self._steps:
            self._wait(0, _next_day(midnight))

    def _wait(self, index: int, midnight: datetime) -> None:
        step = self._steps[index]
        hours, rest = divmod(step.seconds, 3600)
        when = midnight.replace(hour=hours, minute=rest // 60, second=rest % 60).timestamp()
        self._cancel = self._house.clock.call_at(when, lambda: self._act(index, midnight))

    def _act(self, index: int, midnight: datetime) -> None:
        step = self._steps[index]
        if index + 1 < len(self._steps):
            self._wait(index + 1, midnight)
        else:
            self._wait(0, _next_day(midnight))
        self._house.act(step.thing, step.action, step.value)

    def stop(self) -> None:
        """Let nothing more happen."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None


def _next_day(midnight: datetime) -> datetime:
    return (midnight + timedelta(days=1)).replace(hour=0)
