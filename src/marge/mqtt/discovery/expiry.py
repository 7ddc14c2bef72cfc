"""`expire_after`: a value that is not renewed in time makes the entity unavailable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marge.core.clock import Cancel
from marge.core.state import UNAVAILABLE, UNKNOWN
from marge.mqtt.discovery.entity import MqttEntity

if TYPE_CHECKING:
    from marge.core.clock import Clock


class Expiry:
    """Calls `expired` of an entity once nothing was `renewed` for `seconds`.

    Renewing only notes the time: the timer looks at it when it fires, so a busy sensor costs no timer per message.
    """

    __slots__ = ("_clock", "_entity", "_renewed", "_timer", "seconds")

    def __init__(self, clock: Clock, seconds: float, entity: ExpiringEntity) -> None:
        self._clock = clock
        self._entity = entity
        self._renewed = 0.0
        self._timer: Cancel | None = None
        self.seconds = seconds

    def renew(self, ago: float = 0.0) -> None:
        """A value came, `ago` seconds before now."""
        self._renewed = self._clock.monotonic() - ago
        if self._timer is None:
            self._timer = self._clock.call_later(self.seconds - ago, self._look)

    def _look(self) -> None:
        left = self._renewed + self.seconds - self._clock.monotonic()
        if left > 0:
            self._timer = self._clock.call_later(left, self._look)
            return
        self._timer = None
        self._entity.expire()

    def stop(self) -> None:
        """Expire no more."""
        if self._timer is not None:
            self._timer()
            self._timer = None


class ExpiringEntity(MqttEntity):
    """An entity whose value may expire: unavailable until the first one comes and when no new one comes in time."""

    _expiry: Expiry | None = None

    def setup_expiry(self, seconds: int | None) -> None:
        """Take over `expire_after`; a value that is there goes on to count."""
        old = self._expiry
        if not seconds:
            if old is not None:
                old.stop()
                self._expiry = None
                self.expired = False
            return
        if old is not None:
            if old.seconds == seconds:
                return
            old.stop()
        new = Expiry(self.mqtt.hub.clock, seconds, self)
        if old is None:
            self.expired = True
        elif not self.expired:
            new.renew()
        self._expiry = new

    def added(self) -> None:
        """See `Entity.added`; a value of the last run that has not expired meanwhile still counts."""
        expiry, last = self._expiry, self.last_state
        if expiry is not None and last is not None:
            age = self.hub.clock.now() - last.last_changed
            if last.state not in (UNKNOWN, UNAVAILABLE) and 0 <= age < expiry.seconds:
                self.expired = False
                expiry.renew(age)
        super().added()

    def renew(self) -> None:
        """A value came."""
        expiry = self._expiry
        if expiry is not None:
            expiry.renew()
            if self.expired:
                self.expired = False
                self.update_available()

    def expire(self) -> None:
        """The value is too old."""
        self.expired = True
        self.update_available()
        self.write_state()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        if self._expiry is not None:
            self._expiry.stop()
