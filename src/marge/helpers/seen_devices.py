"""Trackers that exist because somebody said by `device_tracker.see` that a device was seen."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from marge.core.clock import Cancel
from marge.core.state import UNAVAILABLE, UNKNOWN
from marge.entities.device_tracker import HOME, NOT_HOME, DeviceTrackerEntity, ZoneLookup
from marge.helpers.known_devices import KnownDevice, append, read
from marge.helpers.see import FILE
from marge.util.slug import slugify

if TYPE_CHECKING:
    from marge.core.context import Context
    from marge.helpers.ports import House
    from marge.helpers.see import Seen

_LOGGER = logging.getLogger("marge.helpers")

NEW_DEVICE: Final = "device_tracker_new_device"


class SeenDevice(DeviceTrackerEntity):
    """A device that was seen: at a place of that name, at a position, or just at home, which ends when it is stale."""

    latitude: float | None = None
    longitude: float | None = None
    location_accuracy: float = 0
    battery: int | None = None

    def __init__(self, device_id: str, known: KnownDevice, zone_lookup: ZoneLookup) -> None:
        self.entity_id = f"device_tracker.{device_id}"
        self.device_id = device_id
        self.known = known
        self.name = known.name or device_id
        self.icon = known.icon
        self.entity_picture = known.shown_picture
        self.consider_home = known.consider_home
        self._zone_lookup = zone_lookup
        self._place = NOT_HOME
        self._location_name: str | None = None
        self._seen_at = 0.0
        self._stale: Cancel | None = None

    @property
    def state(self) -> str:
        """Where it is."""
        return self._place

    def attributes(self) -> dict[str, Any]:
        """Source, position and battery."""
        data: dict[str, Any] = {"source_type": self.source_type}
        if self.latitude is not None and self.longitude is not None:
            data["latitude"], data["longitude"] = self.latitude, self.longitude
            data["gps_accuracy"] = self.location_accuracy
        if self.battery is not None:
            data["battery"] = self.battery
        return data

    def added(self) -> None:
        """Take over where it was in the last run."""
        last = self.last_state
        if last is None or last.state in (UNKNOWN, UNAVAILABLE):
            return
        attributes = last.attributes
        self._place = last.state
        self.source_type = attributes.get("source_type", self.source_type)
        self.location_accuracy = attributes.get("gps_accuracy", 0)
        self.battery = attributes.get("battery")
        if "latitude" in attributes and "longitude" in attributes:
            self.latitude, self.longitude = attributes["latitude"], attributes["longitude"]
        if self._place == HOME:
            self._seen_at = self.hub.clock.monotonic()
            self._watch()

    def removed(self) -> None:
        """Watch no more."""
        if self._stale is not None:
            self._stale()
            self._stale = None

    def seen(self, seen: Seen) -> None:
        """It was seen."""
        self._seen_at = self.hub.clock.monotonic()
        self.source_type = seen.source_type
        if seen.host_name and self.known.name is None and seen.host_name != self.name:
            self.name = seen.host_name
            self.description_changed()
        self._location_name = seen.location_name
        if seen.consider_home:
            self.consider_home = seen.consider_home
        if seen.battery is not None:
            self.battery = seen.battery
        if seen.attributes is not None:
            self.extra_attributes = {**(self.extra_attributes or {}), **seen.attributes}
        self.latitude, self.longitude = seen.gps or (None, None)
        if seen.gps is not None:
            self.location_accuracy = seen.gps_accuracy or 0
        self._find()

    def _find(self) -> None:
        """Work out where it is; one that was just seen is at home until it is stale."""
        if self._location_name:
            self._place = self._location_name
        elif self.latitude is not None and self.longitude is not None and self.source_type == "gps":
            self._place = self._zone_lookup(self.latitude, self.longitude, self.location_accuracy) or NOT_HOME
        elif self._left() < 0:
            self._place = NOT_HOME
            self.latitude = self.longitude = None
        else:
            self._place = HOME
            self._watch()

    def _left(self) -> float:
        return self._seen_at + self.consider_home - self.hub.clock.monotonic()

    def _watch(self) -> None:
        if self._stale is None and self.known.track:
            # Half a second more: one that is seen just as often is not away in between.
            self._stale = self.hub.clock.call_later(max(0.0, self._left()) + 0.5, self._look)

    def _look(self) -> None:
        self._stale = None
        if self._left() >= 0:
            self._watch()
            return
        self._find()
        self.write_state()


class SeenDevices:
    """The trackers of known_devices.yaml, and those that are new."""

    def __init__(self, house: House, config_dir: Path, zone_lookup: ZoneLookup) -> None:
        self._house = house
        self._config_dir = config_dir
        self._zone_lookup = zone_lookup
        self._devices: dict[str, SeenDevice] = {}
        self._of_mac: dict[str, SeenDevice] = {}
        self._writing = asyncio.Lock()

    def load(self) -> None:
        """Bring the devices of the file; blocks."""
        for device_id, known in read(self._config_dir).items():
            device = self._take(device_id, known)
            if known.track:
                self._house.place.add(device)

    def _take(self, device_id: str, known: KnownDevice) -> SeenDevice:
        device = self._devices[device_id] = SeenDevice(device_id, known, self._zone_lookup)
        device.hub = self._house.hub
        if known.mac is not None:
            self._of_mac[known.mac] = device
        return device

    def _free(self, device_id: str) -> str:
        """The id, or the next one that is not taken: two devices may have the same name."""
        free, number = device_id, 1
        while free in self._devices:
            number += 1
            free = f"{device_id}_{number}"
        return free

    async def see(self, seen: Seen, context: Context) -> None:
        """A device was seen; one that is not known gets a tracker and a place in the file."""
        mac = seen.mac
        if mac is not None:
            device = self._of_mac.get(mac)
            device_id = slugify(seen.host_name or "") or slugify(mac)
        else:
            assert seen.dev_id is not None
            device_id = seen.dev_id
            device = self._devices.get(device_id)
        if device is not None:
            device.set_context(context)
            device.seen(seen)
            device.write_state()
            return
        entity_id = f"device_tracker.{device_id}"
        present = self._house.index.get(entity_id)
        if entity_id in self._house.registries.entities or not isinstance(present, SeenDevice | None):
            _LOGGER.error("%s is no tracker that device_tracker.see can move: it has a source of its own", entity_id)
            return
        device_id = self._free(device_id)
        known = KnownDevice(name=seen.host_name or device_id, mac=mac, track=True)
        device = self._take(device_id, structs.replace(known, name=None))
        device.set_context(context)
        device.seen(seen)
        self._house.place.add(device)
        entity_id = device.entity_id
        self._house.hub.bus.fire(
            NEW_DEVICE, {"entity_id": entity_id, "host_name": seen.host_name, "mac": mac}, context=context
        )
        async with self._writing:
            try:
                await asyncio.to_thread(append, self._config_dir, device_id, known)
            except OSError as error:
                _LOGGER.error("%s is not written to %s and is gone after a restart: %s", entity_id, FILE, error)
