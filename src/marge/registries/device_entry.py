"""The record of a device, and how its identifiers and connections are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, Literal, TypedDict

from marge.core.errors import Refused
from marge.registries.base import Entry

DeviceDisabledBy = Literal["config_entry", "integration", "user"]
Pair = tuple[str, str]
"""An identifier (domain, id) or a connection (kind, value)."""

CONNECTION_NETWORK_MAC: Final = "mac"

_URL = re.compile(r"(?:https?|homeassistant)://[^/?#\s]", re.IGNORECASE)
_MAC = re.compile(r"[0-9a-f]{12}")


class DeviceEntry(Entry, frozen=True, kw_only=True):
    """One device; `id` never changes. `suggested_area` is the suggestion that was last followed."""

    id: str
    area_id: str | None = None
    config_entries: tuple[str, ...] = ()
    configuration_url: str | None = None
    connections: frozenset[Pair] = frozenset()
    disabled_by: DeviceDisabledBy | None = None
    entry_type: Literal["service"] | None = None
    hw_version: str | None = None
    identifiers: frozenset[Pair] = frozenset()
    labels: frozenset[str] = frozenset()
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    name: str | None = None
    name_by_user: str | None = None
    primary_config_entry: str | None = None
    serial_number: str | None = None
    suggested_area: str | None = None
    sw_version: str | None = None
    via_device_id: str | None = None

    @property
    def display_name(self) -> str | None:
        """What people call the device: their own name for it before its integration's."""
        return self.name_by_user or self.name

    def as_dict(self) -> dict[str, Any]:
        """The device as `config/device_registry/list` shows it."""
        return {
            "area_id": self.area_id,
            "configuration_url": self.configuration_url,
            "config_entries": self.config_entries,
            "connections": sorted(self.connections),
            "created_at": self.created_at,
            "disabled_by": self.disabled_by,
            "entry_type": self.entry_type,
            "hw_version": self.hw_version,
            "id": self.id,
            "identifiers": sorted(self.identifiers),
            "labels": sorted(self.labels),
            "manufacturer": self.manufacturer,
            "model": self.model,
            "model_id": self.model_id,
            "modified_at": self.modified_at,
            "name_by_user": self.name_by_user,
            "name": self.name,
            "primary_config_entry": self.primary_config_entry,
            "serial_number": self.serial_number,
            "sw_version": self.sw_version,
            "via_device_id": self.via_device_id,
        }


class RemovedDevice(Entry, frozen=True, kw_only=True):
    """What is kept of a removed device; `modified_at` is when it was removed."""

    id: str
    area_id: str | None = None
    connections: frozenset[Pair] = frozenset()
    disabled_by: DeviceDisabledBy | None = None
    identifiers: frozenset[Pair] = frozenset()
    labels: frozenset[str] = frozenset()
    name_by_user: str | None = None
    suggested_area: str | None = None


class DeviceFacts(TypedDict, total=False):
    """What an integration says of a device, anew at every start."""

    configuration_url: str | None
    entry_type: Literal["service"] | None
    hw_version: str | None
    manufacturer: str | None
    model: str | None
    model_id: str | None
    name: str | None
    serial_number: str | None
    sw_version: str | None


class DeviceChanges(DeviceFacts, total=False):
    """What may be changed of a device."""

    area_id: str | None
    disabled_by: DeviceDisabledBy | None
    labels: Iterable[str]
    name_by_user: str | None
    via_device_id: str | None


def format_mac(mac: str) -> str:
    """A MAC address as `aa:bb:cc:dd:ee:ff`, whatever its separators; anything else as it is."""
    lowered = mac.lower()
    digits = re.sub(r"[:.\-]", "", lowered)
    if _MAC.fullmatch(digits) is None:
        return mac
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2))


def as_connections(pairs: Iterable[Iterable[str]]) -> frozenset[Pair]:
    """Connections as they are kept: MAC addresses in one spelling."""
    found = set()
    for kind, value in pairs:
        found.add((kind, format_mac(value) if kind == CONNECTION_NETWORK_MAC else value))
    return frozenset(found)


def as_identifiers(pairs: Iterable[Iterable[str]]) -> frozenset[Pair]:
    """Identifiers as they are kept."""
    return frozenset((domain, value) for domain, value in pairs)


def check_url(url: str) -> None:
    """Raise Refused unless `url` leads somewhere: http, https or homeassistant, with a host."""
    if _URL.match(url) is None:
        raise Refused(f"The configuration_url {url!r} must start with http://, https:// or homeassistant:// and a host")
