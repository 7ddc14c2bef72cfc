"""Binary sensor: something that is seen to be on or off."""

from __future__ import annotations

from typing import Final

from marge.entities.domain import Domain
from marge.entities.on_off import OnOffEntity

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


class BinarySensorEntity(OnOffEntity):
    """A binary sensor; `is_on` is None while nobody knows."""

    domain = "binary_sensor"


BINARY_SENSOR: Final = Domain("binary_sensor", BinarySensorEntity)
