"""When a time of day comes next, in the zone of the house.

A time that the clocks skip in spring does not come that day; one that comes twice in autumn comes twice, as in Home
Assistant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from marge.automation.ports import Detach
    from marge.core.clock import Cancel, Clock


class TimePattern(Struct, frozen=True):
    """The hours, minutes and seconds at which something happens, each in ascending order and not empty."""

    hours: Sequence[int]
    minutes: Sequence[int]
    seconds: Sequence[int]

    def next(self, after: float, zone: tzinfo) -> float:
        """The first moment after `after` (both Unix seconds) at which the wall clock in `zone` shows the pattern."""
        moment = float(int(after) + 1)
        while True:
            offset = _offset(moment, zone)
            wall = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None) + timedelta(seconds=offset)
            found = self._next_wall(wall)
            candidate = found.replace(tzinfo=UTC).timestamp() - offset
            if _offset(candidate, zone) == offset:
                return candidate
            # The clocks change in between: go on from there.
            moment = _change(moment, candidate, zone)

    def _next_wall(self, wall: datetime) -> datetime:
        """The first matching reading of a clock that never jumps, `wall` itself included."""
        day = wall.replace(hour=0, minute=0, second=0)
        for hour in self.hours:
            if hour < wall.hour:
                continue
            for minute in self.minutes:
                if hour == wall.hour and minute < wall.minute:
                    continue
                same_minute = hour == wall.hour and minute == wall.minute
                second = _first(self.seconds, wall.second) if same_minute else self.seconds[0]
                if second is not None:
                    return day.replace(hour=hour, minute=minute, second=second)
        return (day + timedelta(days=1)).replace(hour=self.hours[0], minute=self.minutes[0], second=self.seconds[0])


def _first(values: Sequence[int], least: int) -> int | None:
    return next((value for value in values if value >= least), None)


def _offset(moment: float, zone: tzinfo) -> float:
    offset = datetime.fromtimestamp(moment, zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()


def _change(low: float, high: float, zone: tzinfo) -> float:
    """The first full second after `low`, and not after `high`, whose offset is another than that of `low`."""
    before = _offset(low, zone)
    while high - low > 1:
        middle = float(int((low + high) // 2))
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def repeat_at(clock: Clock, next_time: Callable[[float], float | None], callback: Callable[[], object]) -> Detach:
    """Call `callback` at each time that `next_time` gives for the time before it; it ends with None."""
    cancel: Cancel | None = None

    def schedule(after: float) -> None:
        nonlocal cancel
        when = next_time(after)
        cancel = None if when is None else clock.call_at(when, lambda: on_time(when))

    def on_time(when: float) -> None:
        # Times that a sleeping machine missed are not made up for.
        schedule(max(when, clock.now()))
        callback()

    def stop() -> None:
        if cancel is not None:
            cancel()

    schedule(clock.now())
    return stop


def every(first: int, last: int, step: int) -> tuple[int, ...]:
    """The multiples of `step` from `first` to `last`."""
    return tuple(value for value in range(first, last + 1) if value % step == 0)
