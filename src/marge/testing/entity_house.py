"""A hub with an index of entities, and a way to add one, for tests of domains and platforms."""

from __future__ import annotations

from typing import Any, TypeVar

from marge.core.hub import Hub
from marge.core.state import State
from marge.entities import EntityIndex, Overrides
from marge.entities.base import Entity
from marge.testing import FakeClock, make_hub
from marge.testing.list_resolver import ListResolver

E = TypeVar("E", bound=Entity)

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00 UTC


class House:
    """The hub and its entities."""

    def __init__(self, areas: dict[str, list[str]] | None = None, **config: Any) -> None:
        self.clock = FakeClock(now=NOW)
        self.hub: Hub = make_hub(clock=self.clock, **config)
        self.index = EntityIndex(self.hub, ListResolver(areas))

    def add(self, entity: E, entity_id: str, overrides: Overrides | None = None, last: State | None = None) -> E:
        """Add an entity as the host does, and write its first state."""
        entity.attach(self.hub, entity_id, overrides or Overrides())
        entity.last_state = last
        self.index.add(entity)
        entity.added()
        entity.write_state()
        return entity

    def last(self, entity_id: str, state: str, **attributes: Any) -> State:
        """A state of the run before this one."""
        return State(entity_id, state, attributes, NOW - 60, NOW - 60, NOW - 60, self.hub.new_context())

    async def call(self, service: str, entity_id: str, response: bool = False, **data: Any) -> Any:
        """Call `domain.service` on an entity."""
        domain, _, name = service.partition(".")
        return await self.hub.services.call(
            domain, name, data, target={"entity_id": entity_id}, return_response=response
        )

    def state(self, entity_id: str) -> str:
        """The state as the state machine has it."""
        found = self.hub.states.get(entity_id)
        assert found is not None
        return found.state

    def attributes(self, entity_id: str) -> dict[str, Any]:
        """The attributes as the state machine has them."""
        found = self.hub.states.get(entity_id)
        assert found is not None
        return found.attributes
