"""Messages that a client was not given: one line at once, then one a minute with how many more there were."""

from __future__ import annotations

import logging
from typing import Final

from marge.core.clock import Cancel, Clock

LOGGER = logging.getLogger("marge.mqtt.broker")
_TELL_EVERY: Final = 60.0


class Drops:
    """What was given up for one client; on the clock only while there is something to tell."""

    def __init__(self, client_id: str, clock: Clock) -> None:
        self._client_id = client_id
        self._clock = clock
        self._untold: dict[str, int] = {}
        self._timer: Cancel | None = None

    def add(self, why: str) -> None:
        """One more."""
        self._untold[why] = self._untold.get(why, 0) + 1
        if self._timer is None:
            self._tell()

    def _tell(self) -> None:
        self._timer = None
        if self._untold:
            self._log()
            self._timer = self._clock.call_later(_TELL_EVERY, self._tell)

    def _log(self) -> None:
        for why, count in self._untold.items():
            noun = "message" if count == 1 else "messages"
            LOGGER.warning("client %s: %d %s dropped, %s", self._client_id, count, noun, why)
        self._untold.clear()

    def end(self) -> None:
        """The session is over: tell the rest."""
        self._log()
        if self._timer is not None:
            self._timer()
            self._timer = None
