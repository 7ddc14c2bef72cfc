"""`expire_after`: a value that is not renewed in time makes the entity unavailable."""

from __future__ import annotations

from collections.abc import Callable

from marge.core.clock import Cancel, Clock


class Expiry:
    """Calls `expired` once nothing was `renewed` for `seconds`.

    Renewing only notes the time: the timer looks at it when it fires, so a busy sensor costs no timer per message.
    """

    def __init__(self, clock: Clock, seconds: float, expired: Callable[[], None]) -> None:
        self._clock = clock
        self._seconds = seconds
        self._expired = expired
        self._renewed = 0.0
        self._timer: Cancel | None = None

    def renew(self) -> None:
        """A value came."""
        self._renewed = self._clock.monotonic()
        if self._timer is None:
            self._timer = self._clock.call_later(self._seconds, self._look)

    def _look(self) -> None:
        left = self._renewed + self._seconds - self._clock.monotonic()
        if left > 0:
            self._timer = self._clock.call_later(left, self._look)
            return
        self._timer = None
        self._expired()

    def stop(self) -> None:
        """Expire no more."""
        if self._timer is not None:
            self._timer()
            self._timer = None
