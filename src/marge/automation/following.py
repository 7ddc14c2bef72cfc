"""`for:` in triggers: something has to stay as it is for a while; over a restart too."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from marge.automation.ports import Detach, Pending, TriggerHost
from marge.automation.words import Period
from marge.core.errors import TemplateError

_LOGGER = logging.getLogger("marge.automation")


class Holding:
    """The running `for:` timers of one trigger, one per key (an entity)."""

    def __init__(self, host: TriggerHost, period: Period) -> None:
        self._host = host
        self._period = period
        self._timers: dict[str, Detach] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._timers

    def seconds(self, variables: dict[str, Any]) -> float | None:
        """How long it has to stay so; None, with an error in the log, when that cannot be rendered."""
        try:
            return self._period.seconds(self._host.house.templates, {**self._host.variables, **variables})
        except TemplateError as error:
            _LOGGER.error("%s: 'for' cannot be rendered: %s", self._host.name, error)
            return None

    def start(
        self, key: str, seconds: float, fire: Callable[[], None], *, since: float, memo: dict[str, Any] | None = None
    ) -> None:
        """Call `fire` when `key` has stayed so for `seconds` from now; ends a timer of that key that runs.

        `since` and `memo` tell a later run of the hub what it was that had to stay so.
        """
        due = self._host.hub.clock.now() + seconds
        self._run(key, Pending(since, due, seconds, memo or {}), fire, resumed=False)

    def left(self, key: str) -> Pending | None:
        """What a former run of the hub left for `key`, if it had the same length."""
        pending = self._host.timers.left(self._full(key))
        if pending is None or (self._period.fixed is not None and self._period.fixed != pending.seconds):
            return None
        return pending

    def forget(self, key: str) -> None:
        """What a former run left for `key` did not stay so."""
        self._host.timers.forget(self._full(key))

    def _full(self, key: str) -> str:
        return f"{self._host.key}/{key}"

    def resume(self, key: str, pending: Pending, fire: Callable[[], None]) -> None:
        """Go on with what a former run left."""
        self._run(key, pending, fire, resumed=True)

    def _run(self, key: str, pending: Pending, fire: Callable[[], None], *, resumed: bool) -> None:
        self.end(key)

        def on_time() -> None:
            self._timers.pop(key, None)
            fire()

        self._timers[key] = self._host.timers.start(self._full(key), pending, on_time, resumed=resumed)

    def end(self, key: str) -> None:
        """It did not stay so."""
        if (cancel := self._timers.pop(key, None)) is not None:
            cancel()

    def end_all(self) -> None:
        """The trigger is no longer watched."""
        for key in list(self._timers):
            self.end(key)
