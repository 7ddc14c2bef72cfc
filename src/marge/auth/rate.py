"""Slows down guessing: after a few failed logins from an address, or for a username, each further one has to wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """`free` failures cost nothing; then the wait doubles from `first` up to `longest` seconds."""

    free: int
    first: float
    longest: float

    def wait_after(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        if failures < self.free:
            return 0.0
        return min(self.longest, self.first * 2.0 ** min(failures - self.free, 32))


ADDRESS_LIMIT: Final = Limit(free=5, first=2.0, longest=300.0)
# Gentler than for an address: anybody can fail in somebody else's name, and must not be able to lock them out.
USER_LIMIT: Final = Limit(free=10, first=1.0, longest=30.0)
FORGET_AFTER: Final = 3600.0
MAX_KEYS: Final = 4096


class _Record(msgspec.Struct):
    failures: int = 0
    last: float = 0.0
    blocked_until: float = 0.0


class LoginThrottle:
    """Counts failed logins per address and per username, in bounded memory; failures are forgotten after an hour.

    An attempt counts as failed until `succeeded` is called, so that a burst of simultaneous guesses is slowed as well.
    """

    def __init__(self, monotonic: Callable[[], float], max_keys: int = MAX_KEYS) -> None:
        self._now = monotonic
        self._max = max_keys
        self._records: OrderedDict[tuple[str, str], _Record] = OrderedDict()

    def attempt(self, address: str, username: str) -> float:
        """0.0 when a login may be tried now, and then it is counted; otherwise the seconds to wait first."""
        now = self._now()
        keys = ((("address", address), ADDRESS_LIMIT), (("user", username[:128]), USER_LIMIT))
        waits = [record.blocked_until - now for key, _ in keys if (record := self._records.get(key)) is not None]
        if (wait := max(waits, default=0.0)) > 0:
            return wait
        for key, limit in keys:
            record = self._records.get(key)
            if record is None or now - record.last > FORGET_AFTER:
                record = self._records[key] = _Record()
            record.failures += 1
            record.last = now
            record.blocked_until = now + limit.wait_after(record.failures)
            self._records.move_to_end(key)
        while len(self._records) > self._max:
            self._records.popitem(last=False)
        return 0.0

    def succeeded(self, address: str, username: str) -> None:
        """Forget the failures of an address and a username that logged in."""
        self._records.pop(("address", address), None)
        self._records.pop(("user", username[:128]), None)

    def __len__(self) -> int:
        return len(self._records)
