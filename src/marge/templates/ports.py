"""What templates need to know of areas, devices, floors, labels and integrations; the registries' adapter tells.

Ids and names are those of Home Assistant's registries. Names are compared without regard to case and spaces; aliases
are no names. Collections keep the order of the registry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Protocol

DEVICE_ATTRIBUTES: Final = frozenset(
    {
        "area_id",
        "config_entries",
        "configuration_url",
        "connections",
        "created_at",
        "disabled",
        "disabled_by",
        "entry_type",
        "hw_version",
        "id",
        "identifiers",
        "labels",
        "manufacturer",
        "model",
        "model_id",
        "modified_at",
        "name",
        "name_by_user",
        "primary_config_entry",
        "serial_number",
        "suggested_area",
        "sw_version",
        "via_device_id",
    }
)
"""What `device_attr` may ask of a device."""

CONFIG_ENTRY_ATTRIBUTES: Final = frozenset({"domain", "title", "state", "source", "disabled_by"})
"""What `config_entry_attr` may ask of a config entry."""


class Floor(Protocol):
    """A floor of the house."""

    @property
    def floor_id(self) -> str: ...
    @property
    def name(self) -> str: ...


class Area(Protocol):
    """A room, or another area."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def floor_id(self) -> str | None: ...
    @property
    def labels(self) -> Collection[str]: ...


class Label(Protocol):
    """A label that areas, devices and entities may carry."""

    @property
    def label_id(self) -> str: ...
    @property
    def name(self) -> str: ...


class Device(Protocol):
    """A device; `device_attr` reads further attributes (`DEVICE_ATTRIBUTES`) from the same object where it has them."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def name_by_user(self) -> str | None: ...
    @property
    def area_id(self) -> str | None: ...
    @property
    def labels(self) -> Collection[str]: ...


class Entity(Protocol):
    """An entry of the entity registry. `display_precision` is what the user or the integration wants shown."""

    @property
    def entity_id(self) -> str: ...
    @property
    def area_id(self) -> str | None: ...
    @property
    def device_id(self) -> str | None: ...
    @property
    def config_entry_id(self) -> str | None: ...
    @property
    def platform(self) -> str: ...
    @property
    def translation_key(self) -> str | None: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def labels(self) -> Collection[str]: ...
    @property
    def display_precision(self) -> int | None: ...


class ConfigEntry(Protocol):
    """A configured integration; `config_entry_attr` reads `CONFIG_ENTRY_ATTRIBUTES` from it."""

    @property
    def entry_id(self) -> str: ...
    @property
    def domain(self) -> str: ...
    @property
    def title(self) -> str: ...


class RegistryLookup(Protocol):
    """Everything that templates read from the registries."""

    def floors(self) -> Iterable[Floor]: ...
    def floor(self, floor_id: str) -> Floor | None: ...
    def floor_by_name(self, name: str) -> Floor | None: ...

    def areas(self) -> Iterable[Area]: ...
    def area(self, area_id: str) -> Area | None: ...
    def area_by_name(self, name: str) -> Area | None: ...

    def labels(self) -> Iterable[Label]: ...
    def label(self, label_id: str) -> Label | None: ...
    def label_by_name(self, name: str) -> Label | None: ...

    def devices(self) -> Iterable[Device]: ...
    def device(self, device_id: str) -> Device | None: ...
    def devices_in_area(self, area_id: str) -> Iterable[Device]: ...

    def entities(self) -> Iterable[Entity]: ...
    def entity(self, entity_id: str) -> Entity | None: ...
    def entities_of_device(self, device_id: str) -> Iterable[Entity]:
        """Enabled entities of a device."""

    def entities_in_area(self, area_id: str) -> Iterable[Entity]:
        """Entities that name the area themselves; those of its devices are asked for by device."""

    def config_entries(self) -> Iterable[ConfigEntry]: ...
    def config_entry(self, entry_id: str) -> ConfigEntry | None: ...

    def source(self, entity_id: str) -> str | None:
        """The integration that provides a live entity, None when nobody does."""

    def entities_from(self, integration: str) -> Iterable[str]:
        """Ids of the live entities that an integration provides."""

    def issues(self) -> Mapping[tuple[str, str], dict[str, Any]]:
        """Open repairs: (domain, issue id) → JSON form."""
