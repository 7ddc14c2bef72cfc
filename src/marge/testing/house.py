"""A hub with entities whose platform only writes down what it is asked to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from marge.core.state import State
from marge.entities import Entity, EntityIndex, Overrides
from marge.testing import make_hub
from marge.testing.list_resolver import ListResolver


class House:
    """Adds entities, calls services and shows states."""

    def __init__(self, **config: Any) -> None:
        self.hub = make_hub(**config)
        self.resolver = ListResolver()
        self.index = EntityIndex(self.hub, self.resolver)

    def add(self, entity: Any, object_id: str = "it", **overrides: Any) -> Any:
        """Give the entity its place and write its first state."""
        entity.attach(self.hub, f"{entity.domain}.{object_id}", Overrides(**overrides))
        self.index.add(entity)
        entity.added()
        entity.write_state()
        return entity

    async def call(self, service: str, data: dict[str, Any] | None = None, **target: Any) -> Any:
        """Call `domain.service`, aimed at `domain.it` unless told otherwise."""
        domain, _, name = service.partition(".")
        return await self.hub.services.call(domain, name, data, target=target or {"entity_id": f"{domain}.it"})

    def state(self, entity_id: str) -> State:
        """The state of an entity that has one."""
        state = self.hub.states.get(entity_id)
        assert state is not None
        return state


def recording(kind: type[Entity], *, inherit: Iterable[str] = (), **attributes: Any) -> Any:
    """An entity of `kind` with these attributes; `calls` lists (hook, what it was given), structs as dicts.

    The hooks in `inherit` stay as the domain has them.
    """
    hooks = {name: _recorder(name) for name in dir(kind) if name.startswith("do_") and name not in inherit}
    entity = type(f"Recorded{kind.__name__}", (kind,), {"platform": "test", **hooks})()
    entity.calls = []
    for name, value in attributes.items():
        setattr(entity, name, value)
    return entity


def _recorder(name: str) -> Any:
    async def record(self: Any, *args: Any, **kwargs: Any) -> None:
        self.calls.append((name, *map(_plain, args), *([kwargs] if kwargs else [])))

    return record


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {key: item for key, item in msgspec.structs.asdict(value).items() if item is not None}
    return value
