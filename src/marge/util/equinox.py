"""When the equinoxes and solstices are, by the formula of Meeus (Astronomical Algorithms, chapter 27).

It is right to a minute for the years 1000 to 3000.
"""

from __future__ import annotations

from math import cos, radians
from typing import Final

_MEAN: Final = {
    3: (2451623.80984, 365242.37404, 0.05169, -0.00411, -0.00057),
    6: (2451716.56767, 365241.62603, 0.00325, 0.00888, -0.00030),
    9: (2451810.21715, 365242.01767, -0.11575, 0.00337, 0.00078),
    12: (2451900.05952, 365242.74049, -0.06223, -0.00823, 0.00032),
}
"""Month → the mean moment as a Julian date, a polynomial in thousands of years since 2000."""

_PERIODIC: Final = (
    (485, 324.96, 1934.136),
    (203, 337.23, 32964.467),
    (199, 342.08, 20.186),
    (182, 27.85, 445267.112),
    (156, 73.14, 45036.886),
    (136, 171.52, 22518.443),
    (77, 222.54, 65928.934),
    (74, 296.72, 3034.906),
    (70, 243.58, 9037.513),
    (58, 119.81, 33718.147),
    (52, 297.17, 150.678),
    (50, 21.02, 2281.226),
    (45, 247.54, 29929.562),
    (44, 325.15, 31555.956),
    (29, 60.93, 4443.417),
    (18, 155.12, 67555.328),
    (17, 288.79, 4562.452),
    (16, 198.04, 62894.029),
    (14, 199.76, 31436.921),
    (12, 95.39, 14577.848),
    (12, 287.11, 31931.756),
    (12, 320.81, 34777.259),
    (9, 227.73, 1222.114),
    (8, 15.45, 16859.074),
)
_UNIX_EPOCH: Final = 2440587.5
_CLOCK_IS_BEHIND: Final = 69.2
"""Seconds by which UTC is behind the even time of the formula in this century's first half."""


def equinox(year: int, month: int) -> float:
    """The equinox of March or September, or the solstice of June or December, in Unix seconds."""
    thousands = (year - 2000) / 1000
    mean = sum(factor * thousands**power for power, factor in enumerate(_MEAN[month]))
    centuries = (mean - 2451545.0) / 36525
    angle = radians(35999.373 * centuries - 2.47)
    stretch = 1 + 0.0334 * cos(angle) + 0.0007 * cos(2 * angle)
    moved = sum(size * cos(radians(start + speed * centuries)) for size, start, speed in _PERIODIC)
    return (mean + 0.00001 * moved / stretch - _UNIX_EPOCH) * 86400 - _CLOCK_IS_BEHIND
