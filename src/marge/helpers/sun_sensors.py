"""The sun and its sensors as they come into the house."""

from __future__ import annotations

from typing import Final

from marge.entities.base import DeviceInfo
from marge.entities.domain import Domain
from marge.entities.sensor import SensorEntity
from marge.helpers.ports import House
from marge.helpers.sun import EVENTS, SunEntity
from marge.util.dt import from_timestamp

_ANGLES: Final = ("solar_elevation", "solar_azimuth")
_RISING: Final = "solar_rising"


class SunSensor(SensorEntity):
    """One attribute of the sun as a sensor of its own."""

    platform = "sun"
    has_entity_name = True
    entity_category = "diagnostic"

    def __init__(self, sun: SunEntity, entry_id: str, device: DeviceInfo, key: str) -> None:
        self._sun = sun
        self._key = key
        self.config_entry_id = entry_id
        self.device = device
        self.unique_id = f"{entry_id}-{key}"
        self.entity_id = f"sensor.sun_{key}"
        self.translation_key = key
        self.name = key.replace("_", " ").capitalize()
        self.enabled_by_default = key in EVENTS
        if key in EVENTS:
            self.device_class = "timestamp"
        elif key in _ANGLES:
            self.state_class = "measurement"
            self.native_unit_of_measurement = "°"
        self.read()

    def read(self) -> None:
        """Take over what the sun shows now."""
        sun, key = self._sun, self._key
        if key in EVENTS:
            moment = sun.next.get(EVENTS[key])
            self.native_value = None if moment is None else from_timestamp(moment)
        elif key == _RISING:
            self.native_value = str(sun.rising)
        else:
            self.native_value = sun.elevation if key == "solar_elevation" else sun.azimuth


class SunHelper:
    """The sun and its sensors, started once the hub runs."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._of_events: list[SunSensor] = []
        self._of_position: list[SunSensor] = []
        self.sun = SunEntity(lambda: _show(self._of_events), lambda: _show(self._of_position))

    def start(self) -> None:
        """Work out where the sun is, and show it."""
        house = self._house
        house.index.register(Domain("sun", SunEntity))
        house.place.add(self.sun)
        entry = house.registries.entries.ensure("sun", "Sun", source="import")
        house.registries.entries.set_status(entry.id, state="loaded")
        device = DeviceInfo(identifiers=frozenset({("sun", entry.id)}), name="Sun", entry_type="service")
        self._of_events = [SunSensor(self.sun, entry.id, device, key) for key in (*EVENTS, _RISING)]
        self._of_position = [SunSensor(self.sun, entry.id, device, key) for key in _ANGLES]
        for sensor in (*self._of_events, *self._of_position):
            house.place.add(sensor)
        house.hub.load_component("sun")

    def stop(self) -> None:
        """End its timers."""
        self.sun.removed()


def _show(sensors: list[SunSensor]) -> None:
    for sensor in sensors:
        sensor.read()
        sensor.write_state()
