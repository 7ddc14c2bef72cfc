"""Unit systems; the conversions are in `convert`, what each system prefers in `preferred`."""

from __future__ import annotations

from typing import Final

import msgspec

from marge.util.units.convert import TEMPERATURE


class UnitSystem(msgspec.Struct, frozen=True):
    """The units a household reads its values in; `name` is Home Assistant's (`metric`, `us_customary`)."""

    name: str
    length: str
    accumulated_precipitation: str
    area: str
    mass: str
    pressure: str
    temperature: str
    volume: str
    wind_speed: str

    def as_dict(self) -> dict[str, str]:
        """The units as `get_config` shows them, without the name."""
        units = msgspec.structs.asdict(self)
        del units["name"]
        return units


METRIC: Final = UnitSystem("metric", "km", "mm", "m²", "g", "Pa", "°C", "L", "m/s")
US_CUSTOMARY: Final = UnitSystem("us_customary", "mi", "in", "ft²", "lb", "psi", "°F", "gal", "mph")
UNIT_SYSTEMS: Final = {"metric": METRIC, "us_customary": US_CUSTOMARY, "imperial": US_CUSTOMARY}


def convert_temperature(value: float, from_unit: str, to_unit: str) -> float:
    """Convert between °C, °F and K; raises ValueError for another unit."""
    return TEMPERATURE.convert(value, from_unit, to_unit)
