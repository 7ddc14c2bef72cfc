"""The device classes of sensors: which units and state classes fit, and how units convert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from marge.util.units.convert import (
    AREA,
    BLOOD_GLUCOSE_CONCENTRATION,
    CONDUCTIVITY,
    DATA_RATE,
    DISTANCE,
    DURATION,
    ELECTRIC_CURRENT,
    ENERGY,
    INFORMATION,
    MASS,
    POWER,
    PRESSURE,
    SPEED,
    TEMPERATURE,
    UNITLESS,
    VOLTAGE,
    VOLUME,
    VOLUME_FLOW_RATE,
    Unit,
    UnitClass,
)

STATE_CLASSES: Final = frozenset({"measurement", "total", "total_increasing"})


class DeviceClass(msgspec.Struct, frozen=True, eq=False):
    """What a device class allows; `units` is None when any unit (or none at all) goes."""

    units: frozenset[Unit] | None
    state_classes: frozenset[str]
    unit_class: UnitClass | None


def _class(units: str | None, state_classes: frozenset[str], unit_class: UnitClass | None) -> DeviceClass:
    """One row; `-` among the units stands for none at all."""
    parts = None if units is None else frozenset(None if unit == "-" else unit for unit in units.split(", "))
    return DeviceClass(parts, state_classes, unit_class)


_MEASUREMENT: Final = frozenset({"measurement"})
_TOTALS: Final = frozenset({"total", "total_increasing"})
_ALL: Final = STATE_CLASSES

DEVICE_CLASSES: Final[Mapping[str, DeviceClass]] = {
    "apparent_power": _class("VA", _MEASUREMENT, None),
    "aqi": _class("-", _MEASUREMENT, None),
    "area": _class("ac, cm², ft², ha, in², km², mi², mm², m², yd²", _ALL, AREA),
    "atmospheric_pressure": _class("Pa, bar, cbar, hPa, inHg, kPa, mbar, mmHg, psi", _MEASUREMENT, PRESSURE),
    "battery": _class("%", _MEASUREMENT, None),
    "blood_glucose_concentration": _class("mg/dL, mmol/L", _MEASUREMENT, BLOOD_GLUCOSE_CONCENTRATION),
    "carbon_dioxide": _class("ppm", _MEASUREMENT, None),
    "carbon_monoxide": _class("ppm", _MEASUREMENT, None),
    "conductivity": _class("S/cm, mS/cm, µS/cm", _MEASUREMENT, CONDUCTIVITY),
    "current": _class("A, mA", _MEASUREMENT, ELECTRIC_CURRENT),
    "data_rate": _class(
        "B/s, GB/s, Gbit/s, GiB/s, KiB/s, MB/s, Mbit/s, MiB/s, bit/s, kB/s, kbit/s", _MEASUREMENT, DATA_RATE
    ),
    "data_size": _class(
        "B, EB, EiB, GB, Gbit, GiB, KiB, MB, Mbit, MiB, PB, PiB, TB, TiB, YB, YiB, ZB, ZiB, bit, kB, kbit",
        _ALL,
        INFORMATION,
    ),
    "date": _class(None, frozenset(), None),
    "distance": _class("cm, ft, in, km, m, mi, mm, nmi, yd", _ALL, DISTANCE),
    "duration": _class("d, h, min, ms, s", _ALL, DURATION),
    "energy": _class("GJ, GWh, Gcal, J, MJ, MWh, Mcal, TWh, Wh, cal, kJ, kWh, kcal, mWh", _TOTALS, ENERGY),
    "energy_storage": _class("GJ, GWh, Gcal, J, MJ, MWh, Mcal, TWh, Wh, cal, kJ, kWh, kcal, mWh", _MEASUREMENT, ENERGY),
    "enum": _class(None, frozenset(), None),
    "frequency": _class("GHz, Hz, MHz, kHz", _MEASUREMENT, None),
    "gas": _class("CCF, ft³, m³", _TOTALS, VOLUME),
    "humidity": _class("%", _MEASUREMENT, None),
    "illuminance": _class("lx", _MEASUREMENT, None),
    "irradiance": _class("BTU/(h⋅ft²), W/m²", _MEASUREMENT, None),
    "moisture": _class("%", _MEASUREMENT, None),
    "monetary": _class(None, frozenset({"total"}), None),
    "nitrogen_dioxide": _class("µg/m³", _MEASUREMENT, None),
    "nitrogen_monoxide": _class("µg/m³", _MEASUREMENT, None),
    "nitrous_oxide": _class("µg/m³", _MEASUREMENT, None),
    "ozone": _class("µg/m³", _MEASUREMENT, None),
    "ph": _class("-", _MEASUREMENT, None),
    "pm1": _class("µg/m³", _MEASUREMENT, None),
    "pm10": _class("µg/m³", _MEASUREMENT, None),
    "pm25": _class("µg/m³", _MEASUREMENT, None),
    "power": _class("GW, MW, TW, W, kW", _MEASUREMENT, POWER),
    "power_factor": _class("%, -", _MEASUREMENT, UNITLESS),
    "precipitation": _class("cm, in, mm", _ALL, DISTANCE),
    "precipitation_intensity": _class("in/d, in/h, mm/d, mm/h", _MEASUREMENT, SPEED),
    "pressure": _class("Pa, bar, cbar, hPa, inHg, kPa, mbar, mmHg, psi", _MEASUREMENT, PRESSURE),
    "reactive_power": _class("var", _MEASUREMENT, None),
    "signal_strength": _class("dB, dBm", _MEASUREMENT, None),
    "sound_pressure": _class("dB, dBA", _MEASUREMENT, None),
    "speed": _class("Beaufort, ft/s, in/d, in/h, in/s, km/h, kn, m/s, mm/d, mm/h, mm/s, mph", _MEASUREMENT, SPEED),
    "sulphur_dioxide": _class("µg/m³", _MEASUREMENT, None),
    "temperature": _class("K, °C, °F", _MEASUREMENT, TEMPERATURE),
    "timestamp": _class(None, frozenset(), None),
    "volatile_organic_compounds": _class("µg/m³", _MEASUREMENT, None),
    "volatile_organic_compounds_parts": _class("ppb, ppm", _MEASUREMENT, UNITLESS),
    "voltage": _class("V, mV, µV", _MEASUREMENT, VOLTAGE),
    "volume": _class("CCF, L, fl. oz., ft³, gal, mL, m³", _TOTALS, VOLUME),
    "volume_flow_rate": _class("L/min, ft³/min, gal/min, mL/s, m³/h", _MEASUREMENT, VOLUME_FLOW_RATE),
    "volume_storage": _class("CCF, L, fl. oz., ft³, gal, mL, m³", _MEASUREMENT, VOLUME),
    "water": _class("CCF, L, ft³, gal, m³", _TOTALS, VOLUME),
    "weight": _class("g, kg, lb, mg, oz, st, µg", _ALL, MASS),
    "wind_speed": _class("Beaufort, ft/s, in/s, km/h, kn, m/s, mm/s, mph", _MEASUREMENT, SPEED),
}

LATER_DEVICE_CLASSES: Final = frozenset(
    {"absolute_humidity", "energy_distance", "pm4", "reactive_energy", "temperature_delta", "wind_direction"}
)
"""What newer devices announce: nothing is known of their units, and they are shown as they come."""

NON_NUMERIC: Final = frozenset({"date", "enum", "timestamp"})

NUMERIC_DEVICE_CLASSES: Final = tuple(name for name in DEVICE_CLASSES if name not in NON_NUMERIC)
"""The answer to `sensor/numeric_device_classes`."""


def unit_class(device_class: str | None) -> UnitClass | None:
    """How values of a device class convert; None when they do not."""
    found = DEVICE_CLASSES.get(device_class) if device_class is not None else None
    return None if found is None else found.unit_class


def convertible_units(device_class: str) -> list[Unit]:
    """The units a user may choose for a device class, as `sensor/device_class_convertible_units` answers."""
    found = DEVICE_CLASSES.get(device_class)
    if found is None or found.unit_class is None or found.units is None:
        return []
    return sorted(found.units, key=lambda unit: str(unit).casefold())
