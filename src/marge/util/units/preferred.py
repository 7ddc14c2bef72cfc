"""The unit in which a household reads a value that comes in another one, by unit system (Home Assistant's choices)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Unit system → device class or unit class → unit of the source → unit of the state.
_METRIC: Final[Mapping[str, Mapping[str, str]]] = {
    "atmospheric_pressure": dict.fromkeys(("Pa", "kPa", "bar", "cbar", "mbar", "mmHg", "inHg", "psi"), "hPa"),
    "area": {"in²": "cm²", "ft²": "m²", "mi²": "km²", "yd²": "m²", "ac": "ha"},
    "distance": {"ft": "m", "in": "mm", "mi": "km", "nmi": "km", "yd": "m"},
    "gas": {"CCF": "m³", "ft³": "m³"},
    "precipitation": {"in": "mm"},
    "precipitation_intensity": {"in/d": "mm/d", "in/h": "mm/h"},
    "pressure": {"psi": "kPa", "inHg": "hPa"},
    "speed": {"ft/s": "km/h", "in/s": "mm/s", "mph": "km/h", "in/d": "mm/d", "in/h": "mm/h"},
    "volume": {"CCF": "m³", "ft³": "m³", "fl. oz.": "mL", "gal": "L"},
    "water": {"CCF": "m³", "ft³": "m³", "gal": "L"},
    "wind_speed": dict.fromkeys(("Beaufort", "ft/s", "in/s", "m/s", "mm/s", "mph"), "km/h"),
}
_US_CUSTOMARY: Final[Mapping[str, Mapping[str, str]]] = {
    "atmospheric_pressure": dict.fromkeys(("Pa", "hPa", "kPa", "bar", "cbar", "mbar", "mmHg", "psi"), "inHg"),
    "area": {"m²": "ft²", "cm²": "in²", "mm²": "in²", "km²": "mi²", "ha": "ac"},
    "distance": {"cm": "in", "km": "mi", "m": "ft", "mm": "in"},
    "gas": {"m³": "ft³"},
    "precipitation": {"cm": "in", "mm": "in"},
    "precipitation_intensity": {"mm/d": "in/d", "mm/h": "in/h"},
    "pressure": {**dict.fromkeys(("mbar", "cbar", "bar", "Pa", "hPa", "kPa"), "psi"), "mmHg": "inHg"},
    "speed": {"m/s": "mph", "mm/s": "in/s", "km/h": "mph", "mm/d": "in/d", "mm/h": "in/h"},
    "volume": {"m³": "ft³", "L": "gal", "mL": "fl. oz."},
    "water": {"m³": "ft³", "L": "gal"},
    "wind_speed": dict.fromkeys(("Beaufort", "ft/s", "in/s", "km/h", "m/s", "mm/s"), "mph"),
}
_PREFERRED: Final = {"metric": _METRIC, "us_customary": _US_CUSTOMARY}


def preferred_unit(system: str, kind: str | None, unit: str | None) -> str | None:
    """The unit that `system` shows instead of `unit` for a device class or unit class; None to leave it."""
    if kind is None or unit is None:
        return None
    return _PREFERRED.get(system, _METRIC).get(kind, {}).get(unit)
