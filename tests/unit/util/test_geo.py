"""Distances: known ones, and the corners of the formula."""

from __future__ import annotations

import pytest

from marge.util.geo import distance_m


@pytest.mark.parametrize(
    ("points", "metres"),
    [
        ((52.52, 13.405, 52.52, 13.405), 0.0),
        # Berlin to Paris, and a degree along the equator and a meridian (WGS 84).
        ((52.5200, 13.4050, 48.8566, 2.3522), 879_699.0),
        ((0.0, 0.0, 0.0, 1.0), 111_319.491),
        ((0.0, 0.0, 1.0, 0.0), 110_574.389),
        ((90.0, 0.0, 90.0, 50.0), 0.0),
    ],
)
def test_distance_in_metres(points: tuple[float, float, float, float], metres: float) -> None:
    assert distance_m(*points) == pytest.approx(metres, abs=1.0)


def test_opposite_points_give_none_rather_than_never_ending() -> None:
    assert distance_m(0.0, 0.0, 0.5, 179.7) is None
