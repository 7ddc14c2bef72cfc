"""A hub with registries on a store that a second run can take over."""

from __future__ import annotations

from typing import Any

from marge.core.hub import Hub
from marge.registries import Registries
from marge.testing import FakeClock, MemoryStore, make_hub


class House:
    """Registries on a fake clock and a store that a second house can take over."""

    def __init__(self, store: MemoryStore | None = None, clock: FakeClock | None = None, seed: int = 1) -> None:
        self.clock = clock or FakeClock()
        self.store = store or MemoryStore()
        self.hub: Hub = make_hub(clock=self.clock, store=self.store, seed=seed)
        self.registries = Registries(self.hub)
        self.registries.load()
        self.events: list[tuple[str, Any]] = []
        self.hub.bus.listen_all(lambda event: self.events.append((event.event_type, event.data)))

    def restart(self) -> House:
        """The same store and clock in a new run of the hub."""
        return House(self.store, self.clock, seed=2)

    def fired(self, event_type: str) -> list[Any]:
        """The data of the events of a type so far; they are forgotten then."""
        found = [data for kind, data in self.events if kind == event_type]
        self.events = [(kind, data) for kind, data in self.events if kind != event_type]
        return found
