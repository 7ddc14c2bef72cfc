"""Units: what the replay of recorded answers does not show."""

from __future__ import annotations

import pytest

from marge.util.units import convert_temperature
from marge.util.units.convert import SPEED, TEMPERATURE, UNITLESS, converter, temperature_interval


def test_an_unknown_unit_names_the_kind() -> None:
    with pytest.raises(ValueError, match="parsec is not a unit of speed"):
        SPEED.convert(1, "parsec", "m/s")
    with pytest.raises(ValueError, match="None is not a unit of temperature"):
        converter(TEMPERATURE, "°C", None)


def test_a_unit_is_checked_even_when_nothing_is_to_convert() -> None:
    with pytest.raises(ValueError, match="not a unit"):
        TEMPERATURE.convert(1, "bananas", "bananas")


def test_intervals_of_temperature_do_not_shift() -> None:
    assert temperature_interval(10, "°C", "°F") == 18.0
    assert temperature_interval(18, "°F", "K") == 10.0
    assert convert_temperature(10, "°C", "°F") == 50.0


def test_decimals_shift_with_the_size_of_the_unit() -> None:
    assert SPEED.shift_decimals("mm/s", "m/s") == 3
    assert SPEED.shift_decimals("m/s", "mm/s") == -3


def test_only_a_ratio_and_percent_are_a_choice() -> None:
    assert UNITLESS.units == {None, "%"}
    assert UNITLESS.convert(0.5, None, "ppm") == 500_000
