"""Binary sensor: something that is seen to be on or off."""

from __future__ import annotations

from typing import Final

from marge.entities.base import Entity
from marge.entities.domain import Domain

DEVICE_CLASSES: Final = frozenset(
    [
        "battery",
        "battery_charging",
        "carbon_monoxide",
        "cold",
        "connectivity",
        "door",
        "garage_door",
        "gas",
        "heat",
        "light",
        "lock",
        "moisture",
        "motion",
        "moving",
        "occupancy",
        "opening",
        "plug",
        "power",
        "presence",
        "problem",
        "running",
        "safety",
        "smoke",
        "sound",
        "tamper",
        "update",
        "vibration",
        "window",
    ]
)


class BinarySensorEntity(Entity):
    """A binary sensor; `is_on` is None while nobody knows."""

    domain = "binary_sensor"

    is_on: bool | None = None

    @property
    def state(self) -> str | None:
        """`on`, `off`, or None."""
        on = self.is_on
        return None if on is None else "on" if on else "off"


BINARY_SENSOR: Final = Domain("binary_sensor", BinarySensorEntity)
