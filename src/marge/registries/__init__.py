"""The registries: what the house is made of and what the user calls it. Everything of it survives a restart.

Import from here; the modules below are the package's own.
"""

from __future__ import annotations

from marge.core.hub import Hub
from marge.registries.area import AREA_REGISTRY_UPDATED, AreaEntry, AreaRegistry
from marge.registries.cascade import connect
from marge.registries.category import CATEGORY_REGISTRY_UPDATED, CategoryEntry, CategoryRegistry
from marge.registries.config_entry import ConfigEntries, ConfigEntry
from marge.registries.device import DEVICE_REGISTRY_UPDATED, DeviceRegistry
from marge.registries.device_entry import DeviceEntry, format_mac
from marge.registries.entity import ENTITY_REGISTRY_UPDATED, EntityRegistry
from marge.registries.entity_entry import EntityEntry
from marge.registries.entity_host import EntityHost
from marge.registries.floor import FLOOR_REGISTRY_UPDATED, FloorEntry, FloorRegistry
from marge.registries.label import LABEL_REGISTRY_UPDATED, LabelEntry, LabelRegistry
from marge.registries.search import References, Search
from marge.registries.targets import Targets

__all__ = [
    "AREA_REGISTRY_UPDATED",
    "CATEGORY_REGISTRY_UPDATED",
    "DEVICE_REGISTRY_UPDATED",
    "ENTITY_REGISTRY_UPDATED",
    "FLOOR_REGISTRY_UPDATED",
    "LABEL_REGISTRY_UPDATED",
    "AreaEntry",
    "CategoryEntry",
    "ConfigEntry",
    "DeviceEntry",
    "EntityEntry",
    "EntityHost",
    "FloorEntry",
    "LabelEntry",
    "References",
    "Registries",
    "Search",
    "Targets",
    "format_mac",
]


class Registries:
    """All registries of one hub, kept consistent with each other.

    A change is queued in the hub's store at once: `await hub.store.flush()` before telling anybody that it is done.
    """

    def __init__(self, hub: Hub) -> None:
        self.entries = ConfigEntries(hub)
        self.floors = FloorRegistry(hub)
        self.labels = LabelRegistry(hub)
        self.categories = CategoryRegistry(hub)
        self.areas = AreaRegistry(hub)
        self.devices = DeviceRegistry(hub, self.areas, self.entries)
        self.entities = EntityRegistry(hub, self.devices, self.entries)
        self.targets = Targets(self)
        self.search = Search(self)
        connect(hub.bus, self)

    def load(self) -> None:
        """Read everything back from the store; blocks, once, before anything else is done with the registries."""
        self.entries.load()
        self.floors.load()
        self.labels.load()
        self.categories.load()
        self.areas.load()
        self.devices.load()
        self.entities.load()
