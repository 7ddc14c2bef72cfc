"""The `for:` timers that run, kept in the store so that a restart of the hub does not begin them anew."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from marge.automation.ports import Detach, Pending
from marge.core.errors import MargeError
from marge.core.hub import Hub

_LOGGER = logging.getLogger("marge.automation")

COLLECTION: Final = "automation_timers"


class StoredTimers:
    """Implements `marge.automation.ports.Timers`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._left: dict[str, Pending] = {}
        self._stopping = False

    def load(self) -> None:
        """Read what the last run left; blocks. What cannot be read is dropped, with a warning."""
        for key, value in self._hub.store.load(COLLECTION).items():
            try:
                self._left[key] = msgspec.json.decode(value, type=Pending)
            except msgspec.MsgspecError as error:
                _LOGGER.warning("A timer of an automation (%s) cannot be read and is dropped: %s", key, error)
                self._hub.store.delete(COLLECTION, key)

    def start(self, key: str, pending: Pending, callback: Callable[[], object], *, resumed: bool = False) -> Detach:
        """See `Timers.start`."""
        self._left.pop(key, None)
        self._hub.store.put(COLLECTION, key, msgspec.json.encode(pending))
        if resumed:
            late = self._hub.clock.now() - pending.due
            if late >= 0:
                _LOGGER.info("The 'for' of %s ended %.0f s ago, while the hub was away: it fires now", key, late)
            else:
                _LOGGER.info("The 'for' of %s goes on: it ends in %.0f s", key, -late)
        ended = False

        def on_time() -> None:
            nonlocal ended
            ended = True
            self._hub.store.delete(COLLECTION, key)
            # At once, so that a hub that is killed now does not find it again.
            self._hub.tasks.create(self._flush(), f"forget the timer {key}")
            callback()

        cancel = self._hub.clock.call_at(pending.due, on_time)

        def detach() -> None:
            nonlocal ended
            cancel()
            if not ended and not self._stopping:
                self._hub.store.delete(COLLECTION, key)
            ended = True

        return detach

    async def _flush(self) -> None:
        # A disk that refuses is told of by the store, which tries again.
        with suppress(MargeError):
            await self._hub.store.flush()

    def left(self, key: str) -> Pending | None:
        """See `Timers.left`."""
        return self._left.get(key)

    def forget(self, key: str) -> None:
        """See `Timers.forget`."""
        if self._left.pop(key, None) is not None:
            self._hub.store.delete(COLLECTION, key)

    def forget_others(self, owners: set[str]) -> None:
        """Drop what was left for automations that are not among `owners` any more."""
        for key in [key for key in self._left if key.partition("/")[0] not in owners]:
            self.forget(key)

    def keep(self) -> None:
        """The hub stops: timers that are ended from now on stay in the store."""
        self._stopping = True
