"""Device tracker: where something is, or whether it is on the network of the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from marge.entities.base import Entity
from marge.entities.domain import Domain

HOME: Final = "home"
NOT_HOME: Final = "not_home"

ZoneLookup = Callable[[float, float, float], str | None]
"""Finds the zone of (latitude, longitude, accuracy in metres): `home`, the zone's name, or None outside of all."""


def no_zones(_latitude: float, _longitude: float, _accuracy: float) -> str | None:
    """A house without zones: everything is away."""
    return None


class DeviceTrackerEntity(Entity):
    """What all trackers have in common."""

    domain = "device_tracker"

    source_type: str = "gps"
    battery_level: int | None = None
    """In percent."""

    def attributes(self) -> dict[str, Any]:
        """The kind of source, and the battery if it tells."""
        if self.battery_level is None:
            return {"source_type": self.source_type}
        return {"source_type": self.source_type, "battery_level": self.battery_level}


class TrackerEntity(DeviceTrackerEntity):
    """Something that tells its position, or by itself the name of the place.

    The platform sets `zone_lookup`, and writes the state again when zones change.
    """

    force_update = True

    latitude: float | None = None
    longitude: float | None = None
    location_accuracy: float = 0
    location_name: str | None = None
    zone_lookup: ZoneLookup = staticmethod(no_zones)

    @property
    def state(self) -> str | None:
        """The name of the place, `home`, a zone, `not_home`, or None without a position."""
        if self.location_name is not None:
            return self.location_name
        if self.latitude is None or self.longitude is None:
            return None
        return self.zone_lookup(self.latitude, self.longitude, self.location_accuracy) or NOT_HOME

    def attributes(self) -> dict[str, Any]:
        """Source, battery and position."""
        attributes = super().attributes()
        if self.latitude is not None and self.longitude is not None:
            attributes["latitude"] = self.latitude
            attributes["longitude"] = self.longitude
            attributes["gps_accuracy"] = self.location_accuracy
        return attributes


class ScannerEntity(DeviceTrackerEntity):
    """Something that is seen on the network, or not."""

    source_type = "router"

    is_connected: bool = False
    ip_address: str | None = None
    mac_address: str | None = None
    hostname: str | None = None

    @property
    def state(self) -> str:
        """`home` or `not_home`."""
        return HOME if self.is_connected else NOT_HOME

    def attributes(self) -> dict[str, Any]:
        """Source, battery and addresses."""
        attributes = super().attributes()
        if self.ip_address:
            attributes["ip"] = self.ip_address
        if self.mac_address is not None:
            attributes["mac"] = self.mac_address
        if self.hostname is not None:
            attributes["host_name"] = self.hostname
        return attributes


DEVICE_TRACKER: Final = Domain("device_tracker", DeviceTrackerEntity)
