"""Registries for templates, in memory: implements `marge.templates.ports.RegistryLookup` for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec


class MemoryFloor(msgspec.Struct):
    """A floor."""

    floor_id: str
    name: str


class MemoryArea(msgspec.Struct):
    """An area."""

    id: str
    name: str
    floor_id: str | None = None
    labels: tuple[str, ...] = ()


class MemoryLabel(msgspec.Struct):
    """A label."""

    label_id: str
    name: str


class MemoryDevice(msgspec.Struct):
    """A device."""

    id: str
    name: str | None = None
    name_by_user: str | None = None
    area_id: str | None = None
    labels: tuple[str, ...] = ()
    manufacturer: str | None = None
    model: str | None = None
    sw_version: str | None = None


class MemoryEntity(msgspec.Struct):
    """An entry of the entity registry."""

    entity_id: str
    platform: str = "test"
    area_id: str | None = None
    device_id: str | None = None
    config_entry_id: str | None = None
    translation_key: str | None = None
    hidden: bool = False
    labels: tuple[str, ...] = ()
    display_precision: int | None = None


class MemoryConfigEntry(msgspec.Struct):
    """A config entry."""

    entry_id: str
    domain: str
    title: str
    state: str = "loaded"
    source: str = "user"
    disabled_by: str | None = None


def _normal(name: str) -> str:
    return name.casefold().replace(" ", "")


class MemoryLookup:
    """Fill the dicts; they are keyed by id."""

    def __init__(self) -> None:
        self.floor_table: dict[str, MemoryFloor] = {}
        self.area_table: dict[str, MemoryArea] = {}
        self.label_table: dict[str, MemoryLabel] = {}
        self.device_table: dict[str, MemoryDevice] = {}
        self.entity_table: dict[str, MemoryEntity] = {}
        self.config_entry_table: dict[str, MemoryConfigEntry] = {}
        self.sources: dict[str, str] = {}
        self.issue_table: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, *items: Any) -> None:
        """Put floors, areas, labels, devices, entities and config entries where they belong."""
        for item in items:
            if isinstance(item, MemoryFloor):
                self.floor_table[item.floor_id] = item
            elif isinstance(item, MemoryArea):
                self.area_table[item.id] = item
            elif isinstance(item, MemoryLabel):
                self.label_table[item.label_id] = item
            elif isinstance(item, MemoryDevice):
                self.device_table[item.id] = item
            elif isinstance(item, MemoryEntity):
                self.entity_table[item.entity_id] = item
            elif isinstance(item, MemoryConfigEntry):
                self.config_entry_table[item.entry_id] = item
            else:
                raise TypeError(f"{type(item).__name__} belongs to no registry")

    def floors(self) -> Iterable[MemoryFloor]:
        """See `RegistryLookup`."""
        return self.floor_table.values()

    def floor(self, floor_id: str) -> MemoryFloor | None:
        """See `RegistryLookup`."""
        return self.floor_table.get(floor_id)

    def floor_by_name(self, name: str) -> MemoryFloor | None:
        """See `RegistryLookup`."""
        wanted = _normal(name)
        return next((each for each in self.floors() if wanted == _normal(each.name)), None)

    def areas(self) -> Iterable[MemoryArea]:
        """See `RegistryLookup`."""
        return self.area_table.values()

    def area(self, area_id: str) -> MemoryArea | None:
        """See `RegistryLookup`."""
        return self.area_table.get(area_id)

    def area_by_name(self, name: str) -> MemoryArea | None:
        """See `RegistryLookup`."""
        wanted = _normal(name)
        return next((each for each in self.areas() if wanted == _normal(each.name)), None)

    def labels(self) -> Iterable[MemoryLabel]:
        """See `RegistryLookup`."""
        return self.label_table.values()

    def label(self, label_id: str) -> MemoryLabel | None:
        """See `RegistryLookup`."""
        return self.label_table.get(label_id)

    def label_by_name(self, name: str) -> MemoryLabel | None:
        """See `RegistryLookup`."""
        return next((each for each in self.labels() if _normal(each.name) == _normal(name)), None)

    def devices(self) -> Iterable[MemoryDevice]:
        """See `RegistryLookup`."""
        return self.device_table.values()

    def device(self, device_id: str) -> MemoryDevice | None:
        """See `RegistryLookup`."""
        return self.device_table.get(device_id)

    def devices_in_area(self, area_id: str) -> Iterable[MemoryDevice]:
        """See `RegistryLookup`."""
        return [each for each in self.devices() if each.area_id == area_id]

    def entities(self) -> Iterable[MemoryEntity]:
        """See `RegistryLookup`."""
        return self.entity_table.values()

    def entity(self, entity_id: str) -> MemoryEntity | None:
        """See `RegistryLookup`."""
        return self.entity_table.get(entity_id)

    def entities_of_device(self, device_id: str) -> Iterable[MemoryEntity]:
        """See `RegistryLookup`."""
        return [each for each in self.entities() if each.device_id == device_id]

    def entities_in_area(self, area_id: str) -> Iterable[MemoryEntity]:
        """See `RegistryLookup`."""
        return [each for each in self.entities() if each.area_id == area_id]

    def config_entries(self) -> Iterable[MemoryConfigEntry]:
        """See `RegistryLookup`."""
        return self.config_entry_table.values()

    def config_entry(self, entry_id: str) -> MemoryConfigEntry | None:
        """See `RegistryLookup`."""
        return self.config_entry_table.get(entry_id)

    def source(self, entity_id: str) -> str | None:
        """See `RegistryLookup`."""
        if entity_id in self.sources:
            return self.sources[entity_id]
        entry = self.entity_table.get(entity_id)
        return None if entry is None else entry.platform

    def entities_from(self, integration: str) -> Iterable[str]:
        """See `RegistryLookup`."""
        ids = dict.fromkeys((*self.sources, *self.entity_table))
        return [entity_id for entity_id in ids if self.source(entity_id) == integration]

    def issues(self) -> Mapping[tuple[str, str], dict[str, Any]]:
        """See `RegistryLookup`."""
        return self.issue_table
