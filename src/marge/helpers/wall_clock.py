"""From the clock on the wall to Unix time, on days when the clocks are changed too."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo


def wall_time(day: date, clock: time, zone: tzinfo) -> float:
    """When the clocks of `zone` first show `clock` on `day`; a time that they skip is the moment of the change."""
    wanted = datetime.combine(day, clock, zone)
    late, early = wanted.timestamp(), wanted.replace(fold=1).timestamp()
    if early >= late:
        return late
    # In a gap the first reading is after the change and the second before it: the change is where the offset jumps.
    offset = datetime.fromtimestamp(early, zone).utcoffset()
    low, high = int(early), int(late)
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return float(high)
