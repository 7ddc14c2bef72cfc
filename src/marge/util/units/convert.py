"""Conversion between units of the same kind, with Home Assistant's unit classes and results.

Each class gives for every unit how many of it make one of the class's base unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import ceil, floor, log10
from typing import Final

import msgspec

Convert = Callable[[float], float]
Unit = str | None

_INCH: Final = 0.0254  # metres
_FOOT: Final = _INCH * 12
_YARD: Final = _FOOT * 3
_MILE: Final = _YARD * 1760
_NAUTICAL_MILE: Final = 1852
_HOUR: Final = 3600  # seconds
_DAY: Final = 24 * _HOUR
_WH_IN_CAL: Final = _HOUR / 4.184
_POUND: Final = 453.59237  # grams
_GRAVITY: Final = 9.80665  # m/s²
_MERCURY: Final = 13.5951  # g/cm³
_LITRE: Final = 0.001  # cubic metres
_MILLILITRE: Final = 0.001 * _LITRE
_GALLON: Final = 231 * pow(_INCH, 3)
_CUBIC_FOOT: Final = pow(_FOOT, 3)


class UnitClass(msgspec.Struct, frozen=True, eq=False):
    """Units that can be converted into each other."""

    name: str
    per_base: Mapping[Unit, float]
    inverse: frozenset[Unit] = frozenset()
    """Units that get larger when the others get smaller, such as km/kWh and kWh/100km."""
    choice: frozenset[Unit] | None = None
    """The units that a user may choose, when not all."""

    @property
    def units(self) -> frozenset[Unit]:
        """The units that a user may choose between."""
        return frozenset(self.per_base) if self.choice is None else self.choice

    def convert(self, value: float, from_unit: Unit, to_unit: Unit) -> float:
        """Convert a value; raises ValueError for a unit that the class does not have."""
        return converter(self, from_unit, to_unit)(value)

    def ratio(self, from_unit: Unit, to_unit: Unit) -> float:
        """How many times larger `from_unit` counts than `to_unit`; raises ValueError."""
        return self._factor(from_unit) / self._factor(to_unit)

    def more_decimals(self, from_unit: Unit, to_unit: Unit) -> int:
        """Decimals that a value needs more in a larger unit: 3 from Wh to kWh, 0 the other way."""
        return floor(max(0.0, log10(self.ratio(from_unit, to_unit))))

    def shift_decimals(self, from_unit: Unit, to_unit: Unit) -> int:
        """Decimals that a value needs more in a larger unit, or (negative) fewer in a smaller one."""
        shift = log10(self.ratio(from_unit, to_unit))
        return floor(shift) if shift > 0 else ceil(shift)

    def _factor(self, unit: Unit) -> float:
        try:
            return self.per_base[unit]
        except KeyError:
            raise ValueError(f"{unit} is not a unit of {self.name.replace('_', ' ')}") from None


@cache
def converter(kind: UnitClass, from_unit: Unit, to_unit: Unit) -> Convert:
    """A function that converts; raises ValueError for a unit that the class does not have."""
    from_factor, to_factor = kind._factor(from_unit), kind._factor(to_unit)
    if from_unit == to_unit:
        return _same
    if kind is TEMPERATURE:
        return _TEMPERATURES[from_unit, to_unit]
    if from_unit == _BEAUFORT:
        return lambda value: float(0.836 * value ** (3 / 2)) * to_factor
    if to_unit == _BEAUFORT:
        return lambda value: float(round(((value / from_factor / 0.836) ** 2) ** (1 / 3)))
    if (from_unit in kind.inverse) != (to_unit in kind.inverse):
        return lambda value: to_factor / (value / from_factor)
    return lambda value: (value / from_factor) * to_factor


def temperature_interval(interval: float, from_unit: str, to_unit: str) -> float:
    """Convert a difference of temperatures: 10 °C are 18 °F; raises ValueError."""
    return interval / TEMPERATURE._factor(from_unit) * TEMPERATURE._factor(to_unit)


def _same(value: float) -> float:
    return value


_BEAUFORT: Final = "Beaufort"

_TEMPERATURES: Final[Mapping[tuple[Unit, Unit], Convert]] = {
    ("°C", "°F"): lambda value: value * 1.8 + 32.0,
    ("°C", "K"): lambda value: value + 273.15,
    ("°F", "°C"): lambda value: (value - 32.0) / 1.8,
    ("°F", "K"): lambda value: 273.15 + ((value - 32.0) / 1.8),
    ("K", "°C"): lambda value: value - 273.15,
    ("K", "°F"): lambda value: (value - 273.15) * 1.8 + 32.0,
}

TEMPERATURE: Final = UnitClass("temperature", {"°C": 1.0, "°F": 1.8, "K": 1.0})
AREA: Final = UnitClass(
    "area",
    {
        "m²": 1,
        "cm²": 1 / 0.01**2,
        "mm²": 1 / 0.001**2,
        "km²": 1 / 1000**2,
        "in²": 1 / _INCH**2,
        "ft²": 1 / _FOOT**2,
        "yd²": 1 / _YARD**2,
        "mi²": 1 / _MILE**2,
        "ac": 1 / (66 * 660 * _FOOT**2),
        "ha": 1 / (100 * 100),
    },
)
BLOOD_GLUCOSE_CONCENTRATION: Final = UnitClass("blood_glucose_concentration", {"mmol/L": 1, "mg/dL": 18})
CONDUCTIVITY: Final = UnitClass("conductivity", {"µS/cm": 1, "mS/cm": 1e-3, "S/cm": 1e-6})
DATA_RATE: Final = UnitClass(
    "data_rate",
    {
        "bit/s": 1,
        "kbit/s": 1 / 1e3,
        "Mbit/s": 1 / 1e6,
        "Gbit/s": 1 / 1e9,
        "B/s": 1 / 8,
        "kB/s": 1 / 8e3,
        "MB/s": 1 / 8e6,
        "GB/s": 1 / 8e9,
        "KiB/s": 1 / 2**13,
        "MiB/s": 1 / 2**23,
        "GiB/s": 1 / 2**33,
    },
)
DISTANCE: Final = UnitClass(
    "distance",
    {
        "m": 1,
        "mm": 1 / 0.001,
        "cm": 1 / 0.01,
        "km": 1 / 1000,
        "in": 1 / _INCH,
        "ft": 1 / _FOOT,
        "yd": 1 / _YARD,
        "mi": 1 / _MILE,
        "nmi": 1 / _NAUTICAL_MILE,
    },
)
DURATION: Final = UnitClass(
    "duration",
    {
        "\u03bcs": 1_000_000,  # a Greek mu here, a micro sign elsewhere: as Home Assistant has it
        "ms": 1000,
        "s": 1,
        "min": 1 / 60,
        "h": 1 / _HOUR,
        "d": 1 / _DAY,
        "w": 1 / (7 * _DAY),
    },
)
ELECTRIC_CURRENT: Final = UnitClass("electric_current", {"A": 1, "mA": 1e3})
ENERGY: Final = UnitClass(
    "energy",
    {
        "J": _HOUR * 1e3,
        "kJ": _HOUR,
        "MJ": _HOUR / 1e3,
        "GJ": _HOUR / 1e6,
        "mWh": 1e6,
        "Wh": 1e3,
        "kWh": 1,
        "MWh": 1 / 1e3,
        "GWh": 1 / 1e6,
        "TWh": 1 / 1e9,
        "cal": _WH_IN_CAL * 1e3,
        "kcal": _WH_IN_CAL,
        "Mcal": _WH_IN_CAL / 1e3,
        "Gcal": _WH_IN_CAL / 1e6,
    },
)
ENERGY_DISTANCE: Final = UnitClass(
    "energy_distance",
    {"kWh/100km": 1, "mi/kWh": 100 * 1000 / _MILE, "km/kWh": 100},
    frozenset({"mi/kWh", "km/kWh"}),
)
INFORMATION: Final = UnitClass(
    "information",
    {
        "bit": 1,
        "kbit": 1 / 1e3,
        "Mbit": 1 / 1e6,
        "Gbit": 1 / 1e9,
        "B": 1 / 8,
        "kB": 1 / 8e3,
        "MB": 1 / 8e6,
        "GB": 1 / 8e9,
        "TB": 1 / 8e12,
        "PB": 1 / 8e15,
        "EB": 1 / 8e18,
        "ZB": 1 / 8e21,
        "YB": 1 / 8e24,
        "KiB": 1 / 2**13,
        "MiB": 1 / 2**23,
        "GiB": 1 / 2**33,
        "TiB": 1 / 2**43,
        "PiB": 1 / 2**53,
        "EiB": 1 / 2**63,
        "ZiB": 1 / 2**73,
        "YiB": 1 / 2**83,
    },
)
MASS: Final = UnitClass(
    "mass",
    {
        "µg": 1_000_000,
        "mg": 1000,
        "g": 1,
        "kg": 1 / 1000,
        "oz": 1 / (_POUND / 16),
        "lb": 1 / _POUND,
        "st": 1 / (_POUND * 14),
    },
)
POWER: Final = UnitClass("power", {"mW": 1000, "W": 1, "kW": 1 / 1000, "MW": 1 / 1e6, "GW": 1 / 1e9, "TW": 1 / 1e12})
PRESSURE: Final = UnitClass(
    "pressure",
    {
        "Pa": 1,
        "hPa": 1 / 100,
        "kPa": 1 / 1000,
        "bar": 1 / 100000,
        "cbar": 1 / 1000,
        "mbar": 1 / 100,
        "inHg": 1 / (_INCH * 1000 * _GRAVITY * _MERCURY),
        "psi": 1 / 6894.757,
        "mmHg": 1 / (0.001 * 1000 * _GRAVITY * _MERCURY),
    },
)
SPEED: Final = UnitClass(
    "speed",
    {
        "in/d": _DAY / _INCH,
        "in/h": _HOUR / _INCH,
        "mm/d": _DAY / 0.001,
        "mm/h": _HOUR / 0.001,
        "ft/s": 1 / _FOOT,
        "in/s": 1 / _INCH,
        "km/h": _HOUR / 1000,
        "kn": _HOUR / _NAUTICAL_MILE,
        "m/s": 1,
        "mm/s": 1 / 0.001,
        "mph": _HOUR / _MILE,
        _BEAUFORT: 1,
    },
)
UNITLESS: Final = UnitClass(
    "unitless", {None: 1, "ppb": 1_000_000_000, "ppm": 1_000_000, "%": 100}, choice=frozenset({None, "%"})
)
VOLTAGE: Final = UnitClass("voltage", {"V": 1, "mV": 1e3, "µV": 1e6, "kV": 1 / 1e3, "MV": 1 / 1e6})
VOLUME: Final = UnitClass(
    "volume",
    {
        "L": 1 / _LITRE,
        "mL": 1 / _MILLILITRE,
        "gal": 1 / _GALLON,
        "fl. oz.": 1 / (_GALLON / 128),
        "m³": 1,
        "ft³": 1 / _CUBIC_FOOT,
        "CCF": 1 / (100 * _CUBIC_FOOT),
    },
)
VOLUME_FLOW_RATE: Final = UnitClass(
    "volume_flow_rate",
    {
        "m³/h": 1,
        "ft³/min": 1 / (60 * _CUBIC_FOOT),
        "L/min": 1 / (60 * _LITRE),
        "gal/min": 1 / (60 * _GALLON),
        "mL/s": 1 / (_HOUR * _MILLILITRE),
    },
)

UNIT_CLASSES: Final[Mapping[str, UnitClass]] = {
    kind.name: kind
    for kind in (
        AREA,
        BLOOD_GLUCOSE_CONCENTRATION,
        CONDUCTIVITY,
        DATA_RATE,
        DISTANCE,
        DURATION,
        ELECTRIC_CURRENT,
        ENERGY,
        ENERGY_DISTANCE,
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
    )
}
