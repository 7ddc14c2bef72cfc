"""When an entity was in one of some states: spells, out of its changes in time order."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable


class Spells:
    """The changes of an entity since some moment."""

    def __init__(self, states: frozenset[str]) -> None:
        self._states = states
        self._changes: deque[tuple[float, bool]] = deque()

    def add(self, at: float, state: str) -> None:
        """The entity came into a state."""
        self._changes.append((at, state in self._states))

    def put_before(self, changes: Iterable[tuple[float, str]]) -> None:
        """Put older changes before those that are here; what both know counts once."""
        older = [(at, state in self._states) for at, state in changes]
        newest = older[-1][0] if older else -math.inf
        self._changes = deque([*older, *(each for each in self._changes if each[0] > newest)])

    def forget(self, before: float) -> None:
        """Forget what has no say after `before`; the state that held then stays known."""
        while len(self._changes) > 1 and self._changes[1][0] <= before:
            self._changes.popleft()

    def within(self, start: float, end: float, now: float) -> tuple[float, int]:
        """For how many seconds it was in the states between `start` and `end`, and how often; up to `now`."""
        seconds, count = 0.0, 0
        since: float | None = None
        limit = min(end, now)
        for at, matches in self._changes:
            if math.floor(at) > end or math.floor(at) > now:
                break
            if since is not None:
                seconds += max(at, start) - since
            elif matches:
                count += 1
            since = max(at, start) if matches else None
        if since is not None:
            seconds += limit - since
        return seconds, count
