"""What an entity without a name of its own is called by its device class."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_NAMES: Final[Mapping[str, str]] = {
    "aqi": "Air quality index",
    "battery_charging": "Charging",
    "ph": "pH",
    "pm1": "PM1",
    "pm10": "PM10",
    "pm25": "PM2.5",
}


@lru_cache(maxsize=256)
def device_class_name(device_class: str) -> str:
    """The English name of a device class."""
    return _NAMES.get(device_class) or device_class.replace("_", " ").capitalize()
