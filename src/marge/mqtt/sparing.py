"""Log lines that a misbehaving client could cause a thousand times a second."""

from __future__ import annotations

import logging
from typing import Final

from marge.core.clock import Clock

_EVERY: Final = 60.0
_MAX_SUBJECTS: Final = 1000


class Sparing:
    """Gives a warning its level once a minute for each subject, and the level of a debug line in between."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def level(self, subject: str) -> int:
        """The level to log at about `subject`, such as a client id or an address."""
        now = self._clock.monotonic()
        if now - self._last.get(subject, float("-inf")) < _EVERY:
            return logging.DEBUG
        if len(self._last) >= _MAX_SUBJECTS:
            self._last.clear()
        self._last[subject] = now
        return logging.WARNING
