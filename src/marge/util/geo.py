"""Distances on the earth: Vincenty's inverse formula on the WGS 84 ellipsoid, as accurate as Home Assistant's."""

from __future__ import annotations

from math import atan, atan2, cos, radians, sin, sqrt, tan
from typing import Final

_RADIUS: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257223563
_POLAR_RADIUS: Final = 6_356_752.314245
_ROUNDS: Final = 200
_CLOSE_ENOUGH: Final = 1e-12


def distance_m(latitude1: float, longitude1: float, latitude2: float, longitude2: float) -> float | None:
    """Metres between two points in degrees, to the millimetre; None for nearly opposite points."""
    if latitude1 == latitude2 and longitude1 == longitude2:
        return 0.0
    reduced1 = atan((1 - _FLATTENING) * tan(radians(latitude1)))
    reduced2 = atan((1 - _FLATTENING) * tan(radians(latitude2)))
    sin1, cos1, sin2, cos2 = sin(reduced1), cos(reduced1), sin(reduced2), cos(reduced2)
    difference = radians(longitude2 - longitude1)
    angle = difference
    for _ in range(_ROUNDS):
        sin_angle, cos_angle = sin(angle), cos(angle)
        sin_sigma = sqrt((cos2 * sin_angle) ** 2 + (cos1 * sin2 - sin1 * cos2 * cos_angle) ** 2)
        if sin_sigma == 0:
            return 0.0
        cos_sigma = sin1 * sin2 + cos1 * cos2 * cos_angle
        sigma = atan2(sin_sigma, cos_sigma)
        sin_alpha = cos1 * cos2 * sin_angle / sin_sigma
        cos_sq_alpha = 1 - sin_alpha**2
        # Zero on the equator.
        cos_2m = cos_sigma - 2 * sin1 * sin2 / cos_sq_alpha if cos_sq_alpha else 0.0
        c = _FLATTENING / 16 * cos_sq_alpha * (4 + _FLATTENING * (4 - 3 * cos_sq_alpha))
        before = angle
        angle = difference + (1 - c) * _FLATTENING * sin_alpha * (
            sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m**2 - 1))
        )
        if abs(angle - before) < _CLOSE_ENOUGH:
            break
    else:
        return None
    u_sq = cos_sq_alpha * (_RADIUS**2 - _POLAR_RADIUS**2) / _POLAR_RADIUS**2
    a = 1 + u_sq / 16384 * (4096 + u_sq * (u_sq * (320 - 175 * u_sq) - 768))
    b = u_sq / 1024 * (256 + u_sq * (u_sq * (74 - 47 * u_sq) - 128))
    correction = cos_sigma * (2 * cos_2m**2 - 1) - b / 6 * cos_2m * (4 * sin_sigma**2 - 3) * (4 * cos_2m**2 - 3)
    sigma -= b * sin_sigma * (cos_2m + b / 4 * correction)
    # Rounded as kilometres: to the last bit what Home Assistant gives.
    return round(_POLAR_RADIUS * a * sigma / 1000, 6) * 1000
