"""How old the moon is on a day, by a low-precision formula for its elongation from the sun (Meeus)."""

from __future__ import annotations

from datetime import date
from math import degrees, radians, sin
from typing import Final

_MONTH: Final = 28
"""What the age of a whole month is called; its quarters are 7."""
_NOON_2000: Final = 730120.5
"""Noon of 2000-01-01, in days of the proleptic calendar."""


def age(day: date) -> float:
    """The age at midnight UTC, 0 to 28, in steps of a degree: 0 new, 7 first quarter, 14 full, 21 last quarter."""
    days = day.toordinal() - _NOON_2000
    days += (days + 69397.0) ** 2 / (41048480 * 86400)  # the day grows longer
    centuries = days / 36525
    squared, cubed = centuries**2, centuries**3
    elongation = radians((297.85 + 445267.1115 * centuries - 0.00163 * squared + cubed / 545868) % 360)
    sun = radians((357.53 + 35999.0503 * centuries) % 360)
    moon = radians((134.96 + 477198.8676 * centuries + 0.008997 * squared + cubed / 69699) % 360)
    angle = degrees(elongation) + 6.29 * sin(moon) - 2.10 * sin(sun)
    angle += 1.27 * sin(2 * elongation - moon) + 0.66 * sin(2 * elongation)
    return (round(angle % 360) + 6.43) / 360 * _MONTH % _MONTH
