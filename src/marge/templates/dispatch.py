"""Hands state changes to trackers by domain, and the turn of the minute: one listener each for all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from marge.core.events import STATE_CHANGED, Event, Remove

if TYPE_CHECKING:
    from marge.core.clock import Cancel
    from marge.core.hub import Hub

_LOGGER = logging.getLogger("marge.templates")

REGISTRY_EVENTS: Final = (
    "area_registry_updated",
    "device_registry_updated",
    "entity_registry_updated",
    "floor_registry_updated",
    "label_registry_updated",
)

OnEvent = Callable[[Event], None]
OnMinute = Callable[[], None]


class Dispatch:
    """Listens to the bus and the clock only while somebody is interested."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._domains: dict[str, dict[object, OnEvent]] = {}
        self._everything: dict[object, OnEvent] = {}
        self._registries: dict[object, OnEvent] = {}
        self._minutes: dict[object, OnMinute] = {}
        self._states_remove: Remove | None = None
        self._registries_removes: list[Remove] = []
        self._timer: Cancel | None = None

    def follow(self, owner: object, domains: set[str], everything: bool, listener: OnEvent) -> None:
        """Call `listener` for changes in these domains, or for all; replaces what `owner` followed before."""
        self._forget_states(owner)
        if everything:
            self._everything[owner] = listener
        else:
            for domain in domains:
                self._domains.setdefault(domain, {})[owner] = listener
        self._settle()

    def follow_registries(self, owner: object, listener: OnEvent | None) -> None:
        """Call `listener` when a registry changes; none ends it."""
        if listener is None:
            self._registries.pop(owner, None)
        else:
            self._registries[owner] = listener
        self._settle()

    def follow_minutes(self, owner: object, listener: OnMinute | None) -> None:
        """Call `listener` at the beginning of every minute; none ends it."""
        if listener is None:
            self._minutes.pop(owner, None)
        else:
            self._minutes[owner] = listener
        self._settle()

    def forget(self, owner: object) -> None:
        """End everything of `owner`."""
        self._forget_states(owner)
        self._registries.pop(owner, None)
        self._minutes.pop(owner, None)
        self._settle()

    def close(self) -> None:
        """End everything."""
        for table in (self._domains, self._everything, self._registries, self._minutes):
            table.clear()
        self._settle()

    def _forget_states(self, owner: object) -> None:
        self._everything.pop(owner, None)
        for domain in [domain for domain, owners in self._domains.items() if owner in owners]:
            owners = self._domains[domain]
            del owners[owner]
            if not owners:
                del self._domains[domain]

    def _settle(self) -> None:
        bus = self._hub.bus
        if bool(self._domains or self._everything) != (self._states_remove is not None):
            if self._states_remove is None:
                self._states_remove = bus.listen(STATE_CHANGED, self._on_state)
            else:
                self._states_remove()
                self._states_remove = None
        if bool(self._registries) != bool(self._registries_removes):
            if self._registries:
                self._registries_removes = [bus.listen(name, self._on_registry) for name in REGISTRY_EVENTS]
            else:
                for remove in self._registries_removes:
                    remove()
                self._registries_removes = []
        if bool(self._minutes) != (self._timer is not None):
            if self._timer is None:
                self._schedule()
            else:
                self._timer()
                self._timer = None

    def _on_state(self, event: Event) -> None:
        owners = self._domains.get(event.data.entity_id.partition(".")[0])
        if owners:
            for listener in tuple(owners.values()):
                _call(listener, event)
        if self._everything:
            for listener in tuple(self._everything.values()):
                _call(listener, event)

    def _on_registry(self, event: Event) -> None:
        for listener in tuple(self._registries.values()):
            _call(listener, event)

    def _schedule(self) -> None:
        clock = self._hub.clock
        self._timer = clock.call_at((clock.now() // 60 + 1) * 60, self._on_minute)

    def _on_minute(self) -> None:
        self._schedule()
        for listener in tuple(self._minutes.values()):
            try:
                listener()
            except Exception:
                _LOGGER.exception("A template could not be rendered at the turn of the minute")


def _call(listener: OnEvent, event: Event) -> None:
    try:
        listener(event)
    except Exception:
        _LOGGER.exception("A template could not be rendered after %s", event.event_type)
