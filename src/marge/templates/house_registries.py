"""The hub's registries as templates see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marge.entities import EntityIndex
from marge.registries import ConfigEntry, EntityEntry, FloorEntry, LabelEntry, Registries


class RegisteredEntity:
    """An entity entry in the words of `ports.Entity`."""

    __slots__ = ("_entry",)

    def __init__(self, entry: EntityEntry) -> None:
        self._entry = entry

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    @property
    def hidden(self) -> bool:
        """Whether the entity is hidden."""
        return self._entry.hidden_by is not None

    @property
    def display_precision(self) -> int | None:
        """The decimals that the user wants shown, else those that the integration suggests."""
        options = self._entry.options.get("sensor", {})
        precision = options.get("display_precision")
        return precision if precision is not None else options.get("suggested_display_precision")


class ConfiguredIntegration:
    """A config entry in the words of `ports.ConfigEntry`."""

    __slots__ = ("_entry", "state")

    def __init__(self, entry: ConfigEntry, state: str) -> None:
        self._entry = entry
        self.state = state

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    @property
    def entry_id(self) -> str:
        """The id of the entry."""
        return self._entry.id


class NamedThing:
    """A floor or label in the words of `ports.Floor` and `ports.Label`."""

    __slots__ = ("floor_id", "label_id", "name")

    def __init__(self, id: str, name: str) -> None:
        self.floor_id = self.label_id = id
        self.name = name


def _named(entry: FloorEntry | LabelEntry | None) -> NamedThing | None:
    return None if entry is None else NamedThing(entry.id, entry.name)


class HouseRegistries:
    """Implements `RegistryLookup` on the registries of the hub."""

    def __init__(self, registries: Registries, index: EntityIndex) -> None:
        self._registries = registries
        self._index = index

    def floors(self) -> Iterable[Any]:
        return [NamedThing(floor.id, floor.name) for floor in self._registries.floors]

    def floor(self, floor_id: str) -> Any:
        return _named(self._registries.floors.get(floor_id))

    def floor_by_name(self, name: str) -> Any:
        return _named(self._registries.floors.by_name(name))

    def areas(self) -> Iterable[Any]:
        return self._registries.areas

    def area(self, area_id: str) -> Any:
        return self._registries.areas.get(area_id)

    def area_by_name(self, name: str) -> Any:
        return self._registries.areas.by_name(name)

    def labels(self) -> Iterable[Any]:
        return [NamedThing(label.id, label.name) for label in self._registries.labels]

    def label(self, label_id: str) -> Any:
        return _named(self._registries.labels.get(label_id))

    def label_by_name(self, name: str) -> Any:
        return _named(self._registries.labels.by_name(name))

    def devices(self) -> Iterable[Any]:
        return self._registries.devices

    def device(self, device_id: str) -> Any:
        return self._registries.devices.get(device_id)

    def devices_in_area(self, area_id: str) -> Iterable[Any]:
        return self._registries.devices.for_area(area_id)

    def entities(self) -> Iterable[Any]:
        return [RegisteredEntity(entry) for entry in self._registries.entities]

    def entity(self, entity_id: str) -> Any:
        entry = self._registries.entities.get(entity_id)
        return None if entry is None else RegisteredEntity(entry)

    def entities_of_device(self, device_id: str) -> Iterable[Any]:
        return [RegisteredEntity(entry) for entry in self._registries.entities.for_device(device_id)]

    def entities_in_area(self, area_id: str) -> Iterable[Any]:
        return [RegisteredEntity(entry) for entry in self._registries.entities.for_area(area_id)]

    def config_entries(self) -> Iterable[Any]:
        return [self._integration(entry) for entry in self._registries.entries]

    def config_entry(self, entry_id: str) -> Any:
        entry = self._registries.entries.get(entry_id)
        return None if entry is None else self._integration(entry)

    def _integration(self, entry: ConfigEntry) -> ConfiguredIntegration:
        return ConfiguredIntegration(entry, self._registries.entries.status(entry.id).get("state", "not_loaded"))

    def source(self, entity_id: str) -> str | None:
        entity = self._index.get(entity_id)
        return None if entity is None else entity.platform

    def entities_from(self, integration: str) -> Iterable[str]:
        return [entity.entity_id for entity in self._index if entity.platform == integration]

    def issues(self) -> Mapping[tuple[str, str], dict[str, Any]]:
        return {}
