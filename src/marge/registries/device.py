"""The device registry: things that entities belong to, known by identifiers and connections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Unpack

from marge.core.errors import NotFound, Refused
from marge.core.hub import Hub
from marge.registries.area import AreaRegistry
from marge.registries.awaited import Awaited
from marge.registries.base import Index, Registry
from marge.registries.config_entry import ConfigEntries, ConfigEntry
from marge.registries.device_entry import (
    DeviceChanges,
    DeviceDisabledBy,
    DeviceEntry,
    DeviceFacts,
    Pair,
    RemovedDevice,
    as_connections,
    as_identifiers,
    check_url,
)
from marge.registries.removed import Removed

DEVICE_REGISTRY_UPDATED: Final = "device_registry_updated"

# Integrations that describe a device which often has an integration of its own as well: that one is its primary then.
_LOW_PRIORITY: Final = frozenset({"homekit_controller", "matter", "mqtt", "upnp"})
_KEPT: Final = tuple(
    field for field in RemovedDevice.__struct_fields__ if field not in ("connections", "identifiers", "modified_at")
)


class DeviceRegistry(Registry[DeviceEntry]):
    """All devices; fires `device_registry_updated`. An identifier or connection leads to one device only."""

    COLLECTION = "device_registry"
    ENTRY = DeviceEntry
    KEY = "id"
    SHARED = (
        "area_id",
        "config_entries",
        "manufacturer",
        "model",
        "model_id",
        "hw_version",
        "sw_version",
        "primary_config_entry",
        "suggested_area",
        "via_device_id",
    )

    def __init__(self, hub: Hub, areas: AreaRegistry, entries: ConfigEntries) -> None:
        super().__init__(hub)
        self._areas = areas
        self._config_entries = entries
        self._identifiers: dict[Pair, str] = {}
        self._connections: dict[Pair, str] = {}
        self._of_area = Index()
        self._of_label = Index()
        self._of_config_entry = Index()
        self._via = Index()
        self._awaited = Awaited()
        self._removed_devices = Removed(hub, "removed_devices", RemovedDevice)
        self._removed_pairs: dict[Pair, str] = {}

    # ── look-ups ──

    def find(
        self, identifiers: Iterable[Iterable[str]] = (), connections: Iterable[Iterable[str]] = ()
    ) -> DeviceEntry | None:
        """The device that has one of the identifiers, or else one of the connections."""
        return self._find(as_identifiers(identifiers), as_connections(connections))

    def for_area(self, area_id: str) -> list[DeviceEntry]:
        """The devices of an area."""
        return [self._entries[key] for key in self._of_area.get(area_id)]

    def for_label(self, label_id: str) -> list[DeviceEntry]:
        """The devices that have a label."""
        return [self._entries[key] for key in self._of_label.get(label_id)]

    def for_config_entry(self, config_entry_id: str) -> list[DeviceEntry]:
        """The devices of a config entry."""
        return [self._entries[key] for key in self._of_config_entry.get(config_entry_id)]

    # ── changes ──

    def get_or_create(
        self,
        config_entry_id: str,
        *,
        identifiers: Iterable[Iterable[str]] = (),
        connections: Iterable[Iterable[str]] = (),
        default_manufacturer: str | None = None,
        default_model: str | None = None,
        default_name: str | None = None,
        disabled_by: DeviceDisabledBy | None = None,
        suggested_area: str | None = None,
        via_device: Pair | None = None,
        **facts: Unpack[DeviceFacts],
    ) -> DeviceEntry:
        """The device with one of the identifiers or connections, updated with what is given; added when it is new.

        What is given merges into what is known, except an identifier or connection that another device has. A
        suggested area is made when there is none, and given to a device that has none each time that the suggestion
        is a new one. `disabled_by` counts for a new device only. A `via_device` that is not there yet is linked once it
        is. One removed within 30 days gets its id, area, labels and name back. Raises NotFound for an unknown config
        entry; Refused without identifiers and connections, and for a configuration_url that leads nowhere.
        """
        config_entry = self._config_entries.get(config_entry_id)
        if config_entry is None:
            raise NotFound("Config entry", config_entry_id)
        own_identifiers, own_connections = as_identifiers(identifiers), as_connections(connections)
        if not own_identifiers and not own_connections:
            raise Refused("A device needs at least one of identifiers and connections")
        if url := facts.get("configuration_url"):
            check_url(url)

        now = self._hub.clock.now()
        old = self._find(own_identifiers, own_connections)
        new = old is None
        # One that gives defaults only adds to a device that another integration describes.
        defaults = default_manufacturer or default_model or default_name
        primary = bool(facts or suggested_area or via_device) and not defaults
        if old is None:
            old = self._returned(own_identifiers, own_connections, now, disabled_by)
            if primary and not facts.get("name"):
                facts["name"] = config_entry.title
        changes: dict[str, Any] = dict(facts)
        for field, default in (
            ("manufacturer", default_manufacturer),
            ("model", default_model),
            ("name", default_name),
        ):
            if default is not None and field not in changes and getattr(old, field) is None:
                changes[field] = default
        changes |= self._merged(old, own_identifiers, own_connections)
        changes |= self._belongs_to(old, config_entry, primary=primary)
        if via_device is not None:
            parent = as_identifiers((via_device,))
            via = self._find(parent, frozenset())
            if via is None:
                self._awaited.wait(old.id, parent - own_identifiers)
            elif via.id != old.id:
                self._awaited.forget(old.id)
                changes["via_device_id"] = via.id
        if suggested_area and suggested_area != old.suggested_area:
            changes["suggested_area"] = suggested_area
            if old.area_id is None:
                changes["area_id"] = self._areas.get_or_create(suggested_area).id

        entry, before = self._changed(old, changes)
        if new:
            entry = self._put(entry)
            self._forget_removed(entry)
            self._fire({"action": "create", "device_id": entry.id})
            self._link_waiting(entry)
        elif before:
            entry = self._store(entry, before)
        return entry

    def update(self, device_id: str, **changes: Unpack[DeviceChanges]) -> DeviceEntry:
        """Change a device and return the new entry. Disabling it disables its entities.

        Raises NotFound; Refused for a configuration_url that leads nowhere.
        """
        old = self._needed(device_id)
        if url := changes.get("configuration_url"):
            check_url(url)
        wanted: dict[str, Any] = dict(changes)
        if "labels" in wanted:
            wanted["labels"] = frozenset(wanted["labels"])
        entry, before = self._changed(old, wanted)
        if before:
            entry = self._store(entry, before)
        return entry

    def remove_config_entry(self, device_id: str, config_entry_id: str) -> DeviceEntry | None:
        """Take a device from a config entry, with the entities it has there; removed (None) when it was its last.

        Raises NotFound.
        """
        old = self._needed(device_id)
        if config_entry_id not in old.config_entries:
            return old
        left = tuple(each for each in old.config_entries if each != config_entry_id)
        if not left:
            self.remove(device_id)
            return None
        changes: dict[str, Any] = {"config_entries": left}
        if old.primary_config_entry == config_entry_id:
            changes["primary_config_entry"] = None
        entry, before = self._changed(old, changes)
        return self._store(entry, before)

    def remove(self, device_id: str) -> None:
        """Forget a device and its entities; remembered for 30 days. Raises NotFound."""
        entry = self._needed(device_id)
        self._drop(device_id)
        kept: dict[str, Any] = {field: getattr(entry, field) for field in _KEPT}
        removed = RemovedDevice(
            connections=entry.connections, identifiers=entry.identifiers, modified_at=self._hub.clock.now(), **kept
        )
        for pair in (*removed.identifiers, *removed.connections):
            self._removed_pairs[pair] = device_id
        for forgotten in self._removed_devices.add(device_id, removed):
            self._unlink(forgotten)
        self._awaited.forget(device_id)
        for other_id in self._via.get(device_id):
            self.update(other_id, via_device_id=None)
            self._awaited.wait(other_id, entry.identifiers)
        self._fire({"action": "remove", "device_id": device_id})

    def clear_area(self, area_id: str) -> None:
        """Take all devices out of an area that is no more."""
        for entry in self.for_area(area_id):
            self.update(entry.id, area_id=None)
        self._removed_devices.amend(lambda entry: {"area_id": None} if entry.area_id == area_id else {})

    def clear_label(self, label_id: str) -> None:
        """Take a label that is no more from all devices."""
        for entry in self.for_label(label_id):
            self.update(entry.id, labels=entry.labels - {label_id})
        self._removed_devices.amend(
            lambda entry: {"labels": entry.labels - {label_id}} if label_id in entry.labels else {}
        )

    def load(self) -> None:
        """Read all devices back, and those that were removed."""
        super().load()
        for device_id, removed in self._removed_devices.load():
            for pair in (*removed.identifiers, *removed.connections):
                self._removed_pairs[pair] = device_id

    # ── parts of get_or_create ──

    def _find(self, identifiers: frozenset[Pair], connections: frozenset[Pair]) -> DeviceEntry | None:
        for pair in identifiers:
            if (key := self._identifiers.get(pair)) is not None:
                return self._entries[key]
        for pair in connections:
            if (key := self._connections.get(pair)) is not None:
                return self._entries[key]
        return None

    def _merged(
        self, old: DeviceEntry, identifiers: frozenset[Pair], connections: frozenset[Pair]
    ) -> dict[str, frozenset[Pair]]:
        merged = {}
        if not identifiers <= old.identifiers:
            free = {pair for pair in identifiers if self._identifiers.get(pair, old.id) == old.id}
            merged["identifiers"] = old.identifiers | free
        if not connections <= old.connections:
            free = {pair for pair in connections if self._connections.get(pair, old.id) == old.id}
            merged["connections"] = old.connections | free
        return merged

    def _belongs_to(self, old: DeviceEntry, config_entry: ConfigEntry, *, primary: bool) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if config_entry.id not in old.config_entries:
            changes["config_entries"] = (*old.config_entries, config_entry.id)
        if primary and old.primary_config_entry != config_entry.id:
            present = self._config_entries.get(old.primary_config_entry or "")
            if present is None or present.domain in _LOW_PRIORITY:
                changes["primary_config_entry"] = config_entry.id
        return changes

    def _returned(
        self,
        identifiers: frozenset[Pair],
        connections: frozenset[Pair],
        now: float,
        disabled_by: DeviceDisabledBy | None,
    ) -> DeviceEntry:
        """A new entry, or one with what is kept of a device that was removed."""
        for pair in (*identifiers, *connections):
            removed = self._removed_devices.get(self._removed_pairs.get(pair, ""))
            if removed is not None:
                kept: dict[str, Any] = {field: getattr(removed, field) for field in _KEPT}
                if kept["disabled_by"] == "config_entry":
                    kept["disabled_by"] = disabled_by
                return DeviceEntry(modified_at=now, **kept)
        return DeviceEntry(id=self._hub.hex_id(), created_at=now, modified_at=now, disabled_by=disabled_by)

    def _forget_removed(self, entry: DeviceEntry) -> None:
        """A device that now has the identifiers of removed ones takes their place."""
        for pair in (*entry.identifiers, *entry.connections):
            removed = self._removed_devices.get(self._removed_pairs.get(pair, ""))
            if removed is not None:
                self._removed_devices.pop(removed.id)
                self._unlink(removed)

    def _unlink(self, removed: RemovedDevice) -> None:
        for pair in (*removed.identifiers, *removed.connections):
            if self._removed_pairs.get(pair) == removed.id:
                del self._removed_pairs[pair]

    # ── the rest ──

    def _link_waiting(self, entry: DeviceEntry) -> None:
        """Those that are reached through a device learn that it is there."""
        for device_id in self._awaited.arrived(entry.identifiers):
            # One that waited may itself be known by the identifier that it waited for.
            if device_id != entry.id:
                self.update(device_id, via_device_id=entry.id)

    def _store(self, entry: DeviceEntry, before: dict[str, Any]) -> DeviceEntry:
        entry = self._put(entry)
        if "identifiers" in before or "connections" in before:
            self._forget_removed(entry)
        self._fire({"action": "update", "device_id": entry.id, "changes": before})
        if "identifiers" in before:
            self._link_waiting(entry)
        return entry

    def _needed(self, device_id: str) -> DeviceEntry:
        entry = self._entries.get(device_id)
        if entry is None:
            raise NotFound("Device", device_id)
        return entry

    def _fire(self, data: dict[str, Any]) -> None:
        self._hub.bus.fire(DEVICE_REGISTRY_UPDATED, data)

    def _conflict(self, entry: DeviceEntry) -> str | None:
        other = self._find(entry.identifiers, entry.connections)
        return None if other is None else f"the device {other.id} has the same identifiers or connections"

    def _added(self, entry: DeviceEntry) -> None:
        key = entry.id
        for pair in entry.identifiers:
            self._identifiers[pair] = key
        for pair in entry.connections:
            self._connections[pair] = key
        self._of_area.add(entry.area_id, key)
        self._via.add(entry.via_device_id, key)
        for label in entry.labels:
            self._of_label.add(label, key)
        for config_entry_id in entry.config_entries:
            self._of_config_entry.add(config_entry_id, key)

    def _removed(self, entry: DeviceEntry) -> None:
        key = entry.id
        for pair in entry.identifiers:
            del self._identifiers[pair]
        for pair in entry.connections:
            del self._connections[pair]
        self._of_area.discard(entry.area_id, key)
        self._via.discard(entry.via_device_id, key)
        for label in entry.labels:
            self._of_label.discard(label, key)
        for config_entry_id in entry.config_entries:
            self._of_config_entry.discard(config_entry_id, key)
