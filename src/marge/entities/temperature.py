"""How thermostats and water heaters show their temperatures."""

from __future__ import annotations

from math import isfinite

from marge.util.units import convert_temperature


def show(value: float | None, unit: str, shown_unit: str, precision: float | None) -> float | None:
    """`value` in the household's unit, rounded to `precision`: 0.1, 0.5 or 1; None is 0.1 for °C and 1 for others.

    None for None and for what is no finite number.
    """
    if value is not None and unit != shown_unit:
        value = convert_temperature(value, unit, shown_unit)
    if value is None or not isfinite(value):
        return None
    if precision is None:
        precision = 0.1 if shown_unit == "°C" else 1
    if precision == 0.5:
        return round(value * 2) / 2.0
    return round(value, 1) if precision == 0.1 else round(value)
