"""What a change in one registry means for the others: removal, disabling and enabling travel on from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marge.core.events import Event
from marge.registries.area import AREA_REGISTRY_UPDATED
from marge.registries.category import CATEGORY_REGISTRY_UPDATED
from marge.registries.config_entry import Action, ConfigEntry
from marge.registries.device import DEVICE_REGISTRY_UPDATED
from marge.registries.device_entry import DeviceEntry
from marge.registries.floor import FLOOR_REGISTRY_UPDATED
from marge.registries.label import LABEL_REGISTRY_UPDATED

if TYPE_CHECKING:
    from marge.core.events import EventBus
    from marge.registries import Registries


def connect(bus: EventBus, registries: Registries) -> None:
    """Keep the registries consistent from now on."""
    cascade = _Cascade(registries)
    bus.listen(AREA_REGISTRY_UPDATED, cascade.area)
    bus.listen(FLOOR_REGISTRY_UPDATED, cascade.floor)
    bus.listen(LABEL_REGISTRY_UPDATED, cascade.label)
    bus.listen(CATEGORY_REGISTRY_UPDATED, cascade.category)
    bus.listen(DEVICE_REGISTRY_UPDATED, cascade.device)
    registries.entries.listen(cascade.config_entry)


class _Cascade:
    def __init__(self, registries: Registries) -> None:
        self._registries = registries

    def area(self, event: Event) -> None:
        if event.data["action"] == "remove":
            self._registries.devices.clear_area(event.data["area_id"])
            self._registries.entities.clear_area(event.data["area_id"])

    def floor(self, event: Event) -> None:
        if event.data["action"] == "remove":
            areas = self._registries.areas
            for area in areas.for_floor(event.data["floor_id"]):
                areas.update(area.id, floor_id=None)

    def label(self, event: Event) -> None:
        if event.data["action"] == "remove":
            label_id = event.data["label_id"]
            areas = self._registries.areas
            for area in areas.for_label(label_id):
                areas.update(area.id, labels=area.labels - {label_id})
            self._registries.devices.clear_label(label_id)
            self._registries.entities.clear_label(label_id)

    def category(self, event: Event) -> None:
        if event.data["action"] == "remove":
            self._registries.entities.clear_category(event.data["scope"], event.data["category_id"])

    def device(self, event: Event) -> None:
        action, device_id = event.data["action"], event.data["device_id"]
        if action == "remove":
            self._device_removed(device_id)
        elif action == "update":
            device = self._registries.devices.get(device_id)
            if device is None:
                return
            changes = event.data["changes"]
            if "config_entries" in changes:
                self._device_left_config_entry(device)
            if "disabled_by" in changes:
                self._device_disabled_or_enabled(device)

    def _device_removed(self, device_id: str) -> None:
        entities = self._registries.entities
        for entity in entities.for_device(device_id, include_disabled=True):
            entities.remove(entity.entity_id)

    def _device_left_config_entry(self, device: DeviceEntry) -> None:
        entities = self._registries.entities
        for entity in entities.for_device(device.id, include_disabled=True):
            if entity.config_entry_id is not None and entity.config_entry_id not in device.config_entries:
                entities.remove(entity.entity_id)

    def _device_disabled_or_enabled(self, device: DeviceEntry) -> None:
        entities = self._registries.entities
        for entity in entities.for_device(device.id, include_disabled=True):
            if device.disabled_by is None:
                if entity.disabled_by == "device":
                    entities.update(entity.entity_id, disabled_by=None)
            # Entities of a disabled config entry are disabled by that themselves.
            elif device.disabled_by != "config_entry" and entity.disabled_by is None:
                entities.update(entity.entity_id, disabled_by="device")

    def config_entry(self, action: Action, entry: ConfigEntry) -> None:
        if action == "removed":
            self._config_entry_removed(entry.id)
        elif action == "updated":
            self._config_entry_updated(entry)

    def _config_entry_removed(self, entry_id: str) -> None:
        devices, entities = self._registries.devices, self._registries.entities
        for device in devices.for_config_entry(entry_id):
            devices.remove_config_entry(device.id, entry_id)
        for entity in entities.for_config_entry(entry_id):
            entities.remove(entity.entity_id)

    def _config_entry_updated(self, entry: ConfigEntry) -> None:
        devices, entities = self._registries.devices, self._registries.entities
        if entry.disabled_by is None:
            for device in devices.for_config_entry(entry.id):
                if device.disabled_by == "config_entry":
                    devices.update(device.id, disabled_by=None)
            for entity in entities.for_config_entry(entry.id):
                if entity.disabled_by == "config_entry":
                    entities.update(entity.entity_id, disabled_by=None)
            return
        for device in devices.for_config_entry(entry.id):
            if device.disabled_by is None and not self._has_enabled_entry(device.config_entries):
                devices.update(device.id, disabled_by="config_entry")
        for entity in entities.for_config_entry(entry.id):
            if entity.disabled_by is None:
                entities.update(entity.entity_id, disabled_by="config_entry")

    def _has_enabled_entry(self, entry_ids: tuple[str, ...]) -> bool:
        entries = self._registries.entries
        return any((entry := entries.get(each)) is not None and entry.disabled_by is None for each in entry_ids)
