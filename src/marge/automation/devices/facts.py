"""What is known of an entity of a device: its state says it while there is one, else its registry entry."""

from __future__ import annotations

from typing import Any

from marge.core.hub import Hub
from marge.core.state import State
from marge.registries import EntityEntry


class EntityFacts:
    """An entity as the lists of device automations look at it; nothing is known of one without a registry entry."""

    __slots__ = ("_entry", "_state", "hub")

    def __init__(self, hub: Hub, entry: EntityEntry | None) -> None:
        self.hub = hub
        self._entry = entry
        self._state: State | None = None if entry is None else hub.states.get(entry.entity_id)

    @property
    def features(self) -> int:
        """The bits of what it can do."""
        if self._state is not None:
            return int(self._state.attributes.get("supported_features") or 0)
        return 0 if self._entry is None else self._entry.supported_features

    @property
    def device_class(self) -> str | None:
        """Its device class, the user's before the integration's."""
        if self._state is not None:
            return self._state.attributes.get("device_class")
        return None if self._entry is None else self._entry.device_class or self._entry.original_device_class

    @property
    def unit(self) -> str | None:
        """The unit of its state."""
        if self._state is not None:
            return self._state.attributes.get("unit_of_measurement")
        return None if self._entry is None else self._entry.unit_of_measurement

    def capability(self, name: str) -> Any:
        """A thing that stays as it is while the entity is there, such as its options; None when it has none."""
        if self._state is not None:
            return self._state.attributes.get(name)
        return None if self._entry is None else (self._entry.capabilities or {}).get(name)

    def attributes(self) -> dict[str, Any]:
        """The attributes of its state; empty while it has no state."""
        return {} if self._state is None else dict(self._state.attributes)
