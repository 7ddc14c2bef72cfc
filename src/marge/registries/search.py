"""What is related to what: above a thing the device, area, floor and integration it belongs to, below it what it holds.

Automations, scripts, scenes, groups and persons refer to other things; their owners tell `Search` of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from marge.registries.entity_entry import EntityEntry

if TYPE_CHECKING:
    from marge.registries import Registries


class References(msgspec.Struct, frozen=True, kw_only=True):
    """What an automation, script, scene, group or person refers to, by id."""

    entity: frozenset[str] = frozenset()
    device: frozenset[str] = frozenset()
    area: frozenset[str] = frozenset()
    floor: frozenset[str] = frozenset()
    label: frozenset[str] = frozenset()
    blueprint: str | None = None


Source = Callable[[], Mapping[str, References]]
"""All things of a kind: entity id → what it refers to."""

SOURCES: Final = ("automation", "script", "scene", "group", "person")

_USERS: Final = {
    "group": ("automation", "script", "scene"),
    "person": ("automation", "script"),
    "scene": ("automation", "script"),
}
"""What is asked whether it refers to such a thing."""


class Search:
    """Answers `search/related`."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries
        self._sources: dict[str, Source] = {}
        self.platform_of: Callable[[str], str | None] = lambda entity_id: None
        """The platform of an entity; asked for those that are not registered."""

    def add_source(self, kind: str, source: Source) -> None:
        """Tell where the things of one of the `SOURCES` are."""
        if kind not in SOURCES:
            raise ValueError(f"{kind} refers to nothing")
        self._sources[kind] = source

    def related(self, item_type: str, item_id: str) -> dict[str, list[str]]:
        """The ids related to an item by their type, sorted, without the item; {} for an unknown item or type."""
        things = {kind: source() for kind, source in self._sources.items()}
        walk = _Walk(self._registries, things, self.platform_of)
        if item_type in _WALKS:
            _WALKS[item_type](walk, item_id)
        elif item_type in SOURCES:
            walk.from_thing(item_type, item_id)
        walk.found.get(item_type, set()).discard(item_id)
        return {kind: sorted(ids) for kind, ids in walk.found.items() if ids}


class _Walk:
    """One search, in all directions from the item that was asked for."""

    def __init__(
        self,
        registries: Registries,
        things: dict[str, Mapping[str, References]],
        platform_of: Callable[[str], str | None],
    ) -> None:
        self._registries = registries
        self._things = things
        self._platform_of = platform_of
        self._scripts_seen: set[str] = set()
        self.found: dict[str, set[str]] = {}

    def _add(self, kind: str, ids: Iterable[str | None]) -> None:
        self.found.setdefault(kind, set()).update(each for each in ids if each is not None)

    def _add_entity(self, entity_id: str) -> None:
        """An entity, which may be a thing that refers to others as well."""
        self._add("entity", (entity_id,))
        domain = entity_id.partition(".")[0]
        if domain in SOURCES:
            self._add(domain, (entity_id,))

    def _referring(self, field: str, id: str, kinds: Iterable[str] = SOURCES) -> None:
        for kind in kinds:
            things = self._things.get(kind, {})
            self._add(kind, (thing for thing, refers in things.items() if id in getattr(refers, field)))

    # ── up ──

    def _above_entity(self, entity_id: str) -> EntityEntry | None:
        entry = self._registries.entities.get(entity_id)
        if entry is None:
            self._add("integration", (self._platform_of(entity_id),))
            return None
        device = self._registries.devices.get(entry.device_id or "")
        self._above_area(entry.area_id or (None if device is None else device.area_id))
        self._add("device", (entry.device_id,))
        self._above_config_entries((entry.config_entry_id,))
        return entry

    def _above_device(self, device_id: str) -> None:
        device = self._registries.devices.get(device_id)
        if device is not None:
            self._above_area(device.area_id)
            self._above_config_entries(device.config_entries)

    def _above_area(self, area_id: str | None) -> None:
        area = None if area_id is None else self._registries.areas.get(area_id)
        if area is not None:
            self._add("area", (area.id,))
            self._add("floor", (area.floor_id,))

    def _above_config_entries(self, entry_ids: Iterable[str | None]) -> None:
        for entry_id in entry_ids:
            entry = self._registries.entries.get(entry_id or "")
            if entry is not None:
                self._add("config_entry", (entry.id,))
                self._add("integration", (entry.domain,))

    # ── from an item ──

    def from_floor(self, floor_id: str) -> None:
        self._referring("floor", floor_id)
        for area in self._registries.areas.for_floor(floor_id):
            self._add("area", (area.id,))
            self._in_area(area.id)

    def from_area(self, area_id: str) -> None:
        area = self._registries.areas.get(area_id)
        if area is not None:
            self._add("label", area.labels)
            self._above_area(area_id)
            self._in_area(area_id)

    def _in_area(self, area_id: str) -> None:
        registries = self._registries
        self._referring("area", area_id)
        entries = registries.entities.for_area(area_id)
        for device in registries.devices.for_area(area_id):
            self._add("device", (device.id,))
            self._above_config_entries(device.config_entries)
            self._referring("device", device.id)
            entries += [entry for entry in registries.entities.for_device(device.id) if entry.area_id is None]
        for entry in entries:
            self._add_entity(entry.entity_id)
            self._referring("entity", entry.entity_id)
            self._above_config_entries((entry.config_entry_id,))

    def from_device(self, device_id: str) -> None:
        device = self._registries.devices.get(device_id)
        if device is not None:
            self._add("label", device.labels)
            self._of_device(device_id)

    def _of_device(self, device_id: str) -> None:
        self._above_device(device_id)
        self._referring("device", device_id)
        for entry in self._registries.entities.for_device(device_id):
            self._of_entity(entry.entity_id)

    def from_entity(self, entity_id: str) -> None:
        entry = self._registries.entities.get(entity_id)
        if entry is not None:
            self._add("label", entry.labels)
        self._of_entity(entity_id)

    def _of_entity(self, entity_id: str) -> None:
        self._add("entity", (entity_id,))
        self._above_entity(entity_id)
        self._referring("entity", entity_id)

    def from_label(self, label_id: str) -> None:
        registries = self._registries
        self._referring("label", label_id)
        self._add("area", (area.id for area in registries.areas.for_label(label_id)))
        self._add("device", (device.id for device in registries.devices.for_label(label_id)))
        for entry in registries.entities.for_label(label_id):
            self._add_entity(entry.entity_id)

    def from_config_entry(self, entry_id: str) -> None:
        self._above_config_entries((entry_id,))
        for device in self._registries.devices.for_config_entry(entry_id):
            self._add("device", (device.id,))
            self._of_device(device.id)
        for entry in self._registries.entities.for_config_entry(entry_id):
            self._of_entity(entry.entity_id)

    def from_integration(self, domain: str) -> None:
        for entry in self._registries.entries.for_domain(domain):
            self.from_config_entry(entry.id)

    def from_automation_blueprint(self, path: str) -> None:
        self._with_blueprint("automation", path)

    def from_script_blueprint(self, path: str) -> None:
        self._with_blueprint("script", path)

    def _with_blueprint(self, kind: str, path: str) -> None:
        self._add(kind, (thing for thing, refers in self._things.get(kind, {}).items() if refers.blueprint == path))

    def from_thing(self, kind: str, entity_id: str) -> None:
        """From an automation, script, scene, group or person."""
        # Home Assistant knows old-style groups only, which are in no area and have no labels.
        entry = None if kind == "group" else self._above_entity(entity_id)
        if entry is not None:
            self._add("label", entry.labels)
        self._referring("entity", entity_id, _USERS.get(kind, ()))
        self._below_thing(kind, entity_id)

    def _below_thing(self, kind: str, entity_id: str) -> None:
        refers = self._things.get(kind, {}).get(entity_id)
        if refers is None:
            return
        self._add(f"{kind}_blueprint", (refers.blueprint,))
        self._add("floor", refers.floor)
        self._add("label", refers.label)
        self._add("area", refers.area)
        self._add("device", refers.device)
        for area_id in refers.area:
            self._above_area(area_id)
        for device_id in refers.device:
            self._above_device(device_id)
        for each in refers.entity:
            if kind in ("automation", "script"):
                self._add_entity(each)
                self._inside(each)
            else:
                self._add("entity", (each,))
            if kind != "person":
                self._above_entity(each)

    def _inside(self, entity_id: str) -> None:
        """What an automation or script reaches through a group, scene or script that it uses."""
        domain = entity_id.partition(".")[0]
        if domain == "script" and entity_id not in self._scripts_seen:
            self._scripts_seen.add(entity_id)
            self._below_thing("script", entity_id)
        elif domain in ("group", "scene"):
            refers = self._things.get(domain, {}).get(entity_id)
            for each in () if refers is None else refers.entity:
                self._add("entity", (each,))
                self._above_entity(each)


_WALKS: Final[Mapping[str, Callable[[_Walk, str], None]]] = {
    "area": _Walk.from_area,
    "automation_blueprint": _Walk.from_automation_blueprint,
    "config_entry": _Walk.from_config_entry,
    "device": _Walk.from_device,
    "entity": _Walk.from_entity,
    "floor": _Walk.from_floor,
    "integration": _Walk.from_integration,
    "label": _Walk.from_label,
    "script_blueprint": _Walk.from_script_blueprint,
}
