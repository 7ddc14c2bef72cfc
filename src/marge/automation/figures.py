"""How many runs were started in the last hour, in memory that does not grow."""

from __future__ import annotations

from typing import Final

_BUCKETS: Final = 60
_SECONDS: Final = 60.0


class HourCount:
    """Counts by the minute."""

    def __init__(self) -> None:
        self._counts = [0] * _BUCKETS
        self._minutes = [-1] * _BUCKETS

    def note(self, now: float) -> None:
        """One more, at Unix time `now`."""
        minute = int(now // _SECONDS)
        bucket = minute % _BUCKETS
        if self._minutes[bucket] != minute:
            self._minutes[bucket] = minute
            self._counts[bucket] = 0
        self._counts[bucket] += 1

    def total(self, now: float) -> int:
        """How many in the hour before `now`, to the minute."""
        oldest = int(now // _SECONDS) - _BUCKETS
        return sum(count for count, minute in zip(self._counts, self._minutes, strict=True) if minute > oldest)
