"""The record of an entity: what its integration says of it and what the user made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypedDict

from marge.registries.base import Entry

DisabledBy = Literal["config_entry", "device", "hass", "integration", "user"]
HiddenBy = Literal["integration", "user"]
EntityCategory = Literal["config", "diagnostic"]

ENTITY_CATEGORIES: Final = {"config": 0, "diagnostic": 1}
"""The numbers that stand for the categories in the display form."""


class EntityEntry(Entry, frozen=True, kw_only=True):
    """One registered entity; `id` never changes, `entity_id` may. The integration's own words are `original_…`."""

    id: str
    entity_id: str
    platform: str
    unique_id: str
    aliases: frozenset[str] = frozenset()
    area_id: str | None = None
    capabilities: dict[str, Any] | None = None
    categories: dict[str, str] = {}
    config_entry_id: str | None = None
    device_class: str | None = None
    device_id: str | None = None
    disabled_by: DisabledBy | None = None
    entity_category: EntityCategory | None = None
    has_entity_name: bool = False
    hidden_by: HiddenBy | None = None
    icon: str | None = None
    labels: frozenset[str] = frozenset()
    name: str | None = None
    options: dict[str, dict[str, Any]] = {}
    original_device_class: str | None = None
    original_icon: str | None = None
    original_name: str | None = None
    supported_features: int = 0
    translation_key: str | None = None
    unit_of_measurement: str | None = None

    @property
    def domain(self) -> str:
        """The part of the entity id before the dot."""
        return self.entity_id.partition(".")[0]

    def as_dict(self) -> dict[str, Any]:
        """The entry as `config/entity_registry/list` shows it."""
        return {
            "area_id": self.area_id,
            "categories": self.categories,
            "config_entry_id": self.config_entry_id,
            "created_at": self.created_at,
            "device_id": self.device_id,
            "disabled_by": self.disabled_by,
            "entity_category": self.entity_category,
            "entity_id": self.entity_id,
            "has_entity_name": self.has_entity_name,
            "hidden_by": self.hidden_by,
            "icon": self.icon,
            "id": self.id,
            "labels": sorted(self.labels),
            "modified_at": self.modified_at,
            "name": self.name,
            "options": self.options,
            "original_name": self.original_name,
            "platform": self.platform,
            "translation_key": self.translation_key,
            "unique_id": self.unique_id,
        }

    def as_extended_dict(self) -> dict[str, Any]:
        """The entry as `config/entity_registry/get` shows it."""
        return {
            **self.as_dict(),
            "aliases": sorted(self.aliases),
            "capabilities": self.capabilities,
            "device_class": self.device_class,
            "original_device_class": self.original_device_class,
            "original_icon": self.original_icon,
        }

    def as_display_dict(self) -> dict[str, Any]:
        """The entry as `config/entity_registry/list_for_display` shows it: short keys, and only what there is."""
        optional = {
            "ai": self.area_id,
            "di": self.device_id,
            "ic": self.icon,
            "tk": self.translation_key,
            "en": self.name or self.original_name,
        }
        short: dict[str, Any] = {"ei": self.entity_id, "pl": self.platform, "lb": sorted(self.labels)}
        short.update({key: value for key, value in optional.items() if value is not None})
        if self.entity_category is not None:
            short["ec"] = ENTITY_CATEGORIES[self.entity_category]
        if self.hidden_by is not None:
            short["hb"] = True
        if self.has_entity_name:
            short["hn"] = True
        if self.options and self.entity_id.startswith("sensor."):
            options = self.options.get("sensor", {})
            precision = options.get("display_precision")
            if precision is None:
                precision = options.get("suggested_display_precision")
            if precision is not None:
                short["dp"] = precision
        return short


class RemovedEntity(Entry, frozen=True, kw_only=True):
    """What is kept of a removed entity; `modified_at` is when it was removed."""

    id: str
    entity_id: str
    platform: str
    unique_id: str
    aliases: frozenset[str] = frozenset()
    area_id: str | None = None
    categories: dict[str, str] = {}
    device_class: str | None = None
    disabled_by: DisabledBy | None = None
    hidden_by: HiddenBy | None = None
    icon: str | None = None
    labels: frozenset[str] = frozenset()
    name: str | None = None
    options: dict[str, dict[str, Any]] = {}


class EntityInfo(TypedDict, total=False):
    """What an integration says of its entity, anew at every start."""

    capabilities: dict[str, Any] | None
    config_entry_id: str | None
    device_id: str | None
    entity_category: EntityCategory | None
    has_entity_name: bool
    original_device_class: str | None
    original_icon: str | None
    original_name: str | None
    supported_features: int
    translation_key: str | None
    unit_of_measurement: str | None


class EntityChanges(EntityInfo, total=False):
    """What may be changed of an entity's entry; the entity id and the unique id change by arguments of their own."""

    aliases: Iterable[str]
    area_id: str | None
    categories: Mapping[str, str]
    device_class: str | None
    disabled_by: DisabledBy | None
    hidden_by: HiddenBy | None
    icon: str | None
    labels: Iterable[str]
    name: str | None
    options: Mapping[str, Mapping[str, Any]]
