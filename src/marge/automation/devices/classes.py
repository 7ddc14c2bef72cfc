"""The device classes of binary sensors and sensors, and the types of device automation that each gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from marge.entities.sensor_classes import NUMERIC_DEVICE_CLASSES

_OPEN: Final = ("opened", "not_opened")

BINARY: Final[Mapping[str, tuple[str, str]]] = {
    "battery": ("bat_low", "not_bat_low"),
    "battery_charging": ("charging", "not_charging"),
    "carbon_monoxide": ("co", "no_co"),
    "cold": ("cold", "not_cold"),
    "connectivity": ("connected", "not_connected"),
    "door": _OPEN,
    "garage_door": _OPEN,
    "gas": ("gas", "no_gas"),
    "heat": ("hot", "not_hot"),
    "light": ("light", "no_light"),
    "lock": ("not_locked", "locked"),
    "moisture": ("moist", "not_moist"),
    "motion": ("motion", "no_motion"),
    "moving": ("moving", "not_moving"),
    "occupancy": ("occupied", "not_occupied"),
    "opening": _OPEN,
    "plug": ("plugged_in", "not_plugged_in"),
    "power": ("powered", "not_powered"),
    "presence": ("present", "not_present"),
    "problem": ("problem", "no_problem"),
    "running": ("running", "not_running"),
    "safety": ("unsafe", "not_unsafe"),
    "smoke": ("smoke", "no_smoke"),
    "sound": ("sound", "no_sound"),
    "tamper": ("tampered", "not_tampered"),
    "update": ("update", "no_update"),
    "vibration": ("vibration", "no_vibration"),
    "window": _OPEN,
}
"""What it is called that a binary sensor of a class becomes on, and off."""

BINARY_OTHERS: Final = ("turned_on", "turned_off")
"""The same of binary sensors of any other class, and of none."""


def binary_condition(type: str) -> str:
    """The condition of a binary sensor that holds after a trigger of this type."""
    return {"opened": "is_open", "not_opened": "is_not_open", "turned_on": "is_on", "turned_off": "is_off"}.get(
        type, f"is_{type}"
    )


_RENAMED: Final = {"battery": "battery_level", "energy_storage": "energy", "volume_storage": "volume"}
_LATER: Final = ("energy_distance", "wind_direction")

SENSOR: Final[Mapping[str, str]] = {name: _RENAMED.get(name, name) for name in (*NUMERIC_DEVICE_CLASSES, *_LATER)}
"""The type of a sensor's class; classes of later releases of Home Assistant are known too."""

SENSOR_OTHERS: Final = "value"
