"""A house without registries: what templates see before, or without, areas, devices and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marge.templates.ports import Area, ConfigEntry, Device, Entity, Floor, Label


class NoRegistries:
    """Implements `RegistryLookup`: nothing is registered."""

    def floors(self) -> tuple[Floor, ...]:
        return ()

    def floor(self, floor_id: str) -> Floor | None:
        return None

    def floor_by_name(self, name: str) -> Floor | None:
        return None

    def areas(self) -> tuple[Area, ...]:
        return ()

    def area(self, area_id: str) -> Area | None:
        return None

    def area_by_name(self, name: str) -> Area | None:
        return None

    def labels(self) -> tuple[Label, ...]:
        return ()

    def label(self, label_id: str) -> Label | None:
        return None

    def label_by_name(self, name: str) -> Label | None:
        return None

    def devices(self) -> tuple[Device, ...]:
        return ()

    def device(self, device_id: str) -> Device | None:
        return None

    def devices_in_area(self, area_id: str) -> tuple[Device, ...]:
        return ()

    def entities(self) -> tuple[Entity, ...]:
        return ()

    def entity(self, entity_id: str) -> Entity | None:
        return None

    def entities_of_device(self, device_id: str) -> tuple[Entity, ...]:
        return ()

    def entities_in_area(self, area_id: str) -> tuple[Entity, ...]:
        return ()

    def config_entries(self) -> tuple[ConfigEntry, ...]:
        return ()

    def config_entry(self, entry_id: str) -> ConfigEntry | None:
        return None

    def source(self, entity_id: str) -> str | None:
        return None

    def entities_from(self, integration: str) -> tuple[str, ...]:
        return ()

    def issues(self) -> Mapping[tuple[str, str], dict[str, Any]]:
        return {}
