"""Plans for climate devices, humidifiers and water heaters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from marge.automation.reproduce import Call, Wanted, check_state
from marge.core.state import State

_HVAC_MODES: Final = ("off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only")
_TEMPERATURES: Final = ("temperature", "target_temp_high", "target_temp_low")
_CLIMATE_MODES: Final = ("preset_mode", "swing_mode", "swing_horizontal_mode", "fan_mode")
_WATER_HEATER: Final = (
    "eco",
    "electric",
    "gas",
    "heat_pump",
    "high_demand",
    "off",
    "on",
    "performance",
)


def climate(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Climate devices: the mode first, as it decides what else can be set."""
    if wanted.state in _HVAC_MODES:
        yield "set_hvac_mode", {"hvac_mode": wanted.state}
    temperatures = {name: value for name in _TEMPERATURES if (value := wanted.get(name)) is not None}
    if temperatures:
        yield "set_temperature", temperatures
    for name in _CLIMATE_MODES:
        if (value := wanted.get(name)) is not None:
            yield f"set_{name}", {name: value}
    if (humidity := wanted.get("humidity")) is not None:
        yield "set_humidity", {"humidity": humidity}


def humidifier(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Humidifiers: on, then the mode, which may change what humidity is aimed at, then the humidity."""
    check_state(wanted, ("on", "off"))
    if current().state != wanted.state:
        yield f"turn_{wanted.state}", {}
    if wanted.state == "off":
        return
    state = current()
    mode, humidity = wanted.get("mode"), wanted.get("humidity")
    if mode is not None and mode != state.attributes.get("mode"):
        yield "set_mode", {"mode": mode}
    if humidity is not None and humidity != state.attributes.get("humidity"):
        yield "set_humidity", {"humidity": humidity}


def water_heater(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Water heaters: operation, temperature, away mode."""
    check_state(wanted, _WATER_HEATER)
    state = current()
    if state.state != wanted.state:
        if wanted.state in ("on", "off"):
            yield f"turn_{wanted.state}", {}
        else:
            yield "set_operation_mode", {"operation_mode": wanted.state}
    for name in ("temperature", "away_mode"):
        value = wanted.get(name)
        if value is not None and value != state.attributes.get(name):
            yield f"set_{name}", {name: value}
