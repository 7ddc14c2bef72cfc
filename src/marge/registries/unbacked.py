"""Registered entities that nothing backs: shown as `unavailable` with `restored: true` until their source is back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marge.core.events import Event
from marge.core.state import UNAVAILABLE
from marge.registries.entity import ENTITY_REGISTRY_UPDATED
from marge.registries.entity_entry import EntityEntry

if TYPE_CHECKING:
    from marge.core.context import Context
    from marge.core.hub import Hub
    from marge.registries import Registries

RESTORED: Final = "restored"


class Unbacked:
    """Writes those states and keeps them in step with the registry."""

    def __init__(self, hub: Hub, registries: Registries) -> None:
        self._states = hub.states
        self._new_context = hub.new_context
        self._registries = registries
        hub.bus.listen(ENTITY_REGISTRY_UPDATED, self._registry_updated)

    def write_all(self) -> int:
        """Write a state for every enabled entity that has none; called once, when all sources had their chance."""
        missing = [
            entry
            for entry in self._registries.entities
            if entry.disabled_by is None and entry.entity_id not in self._states
        ]
        # All have the same cause, the start of the hub: one context for them saves 0.1 KB each.
        context = self._new_context()
        for entry in missing:
            self.write(entry, context)
        return len(missing)

    def write(self, entry: EntityEntry, context: Context | None = None) -> None:
        """Show an entity as what is left of it."""
        self._states.set(entry.entity_id, UNAVAILABLE, self._attributes(entry), context=context)

    def is_shown(self, entity_id: str) -> bool:
        """Whether the state of `entity_id` is one of those."""
        state = self._states.get(entity_id)
        return state is not None and state.attributes.get(RESTORED) is True

    def _attributes(self, entry: EntityEntry) -> dict[str, Any]:
        attributes: dict[str, Any] = {RESTORED: True, **(entry.capabilities or {})}
        optional = {
            "device_class": entry.device_class or entry.original_device_class,
            "icon": entry.icon or entry.original_icon,
            "friendly_name": self._name(entry),
            "unit_of_measurement": entry.unit_of_measurement,
        }
        attributes.update({key: value for key, value in optional.items() if value is not None})
        attributes["supported_features"] = entry.supported_features
        return attributes

    def _name(self, entry: EntityEntry) -> str | None:
        if entry.name is not None or not entry.has_entity_name:
            return entry.name or entry.original_name
        device = self._registries.devices.get(entry.device_id or "")
        return " ".join(part for part in (device and device.display_name, entry.original_name) if part) or None

    def _registry_updated(self, event: Event) -> None:
        entity_id: str = event.data["entity_id"]
        shown_as: str = event.data.get("old_entity_id", entity_id)
        if event.data["action"] == "create" or not self.is_shown(shown_as):
            return
        entry = self._registries.entities.get(entity_id)
        if entry is None or entry.disabled_by is not None or shown_as != entity_id:
            self._states.remove(shown_as)
        if entry is not None and entry.disabled_by is None:
            self.write(entry)
