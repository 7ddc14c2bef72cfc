"""Number: what the replay of recorded answers does not show."""

from __future__ import annotations

import logging

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.number import NumberEntity, convertible_units
from marge.testing.entity_house import House
from marge.util.schema import Invalid


class Number(NumberEntity):
    async def do_set_value(self, value: float) -> None:
        self.native_value = value
        self.write_state()


async def test_a_number_is_set_within_its_limits() -> None:
    house = House()
    house.add(Number(), "number.level")
    assert house.attributes("number.level") == {"min": 0.0, "max": 100.0, "step": 1.0, "mode": "auto"}
    await house.call("number.set_value", "number.level", value="42.5")
    assert house.state("number.level") == "42.5"


@pytest.mark.parametrize("value", [-0.1, 100.5, float("inf"), float("nan")])
async def test_a_number_outside_is_refused(value: float) -> None:
    house = House()
    house.add(Number(), "number.level")
    with pytest.raises(ServiceValidationError, match=r"outside of its range 0.0 to 100.0") as refused:
        await house.call("number.set_value", "number.level", value=value)
    assert (refused.value.translation_domain, refused.value.translation_key) == ("number", "out_of_range")
    assert house.state("number.level") == "unknown"


async def test_what_is_no_number_is_refused_with_its_place() -> None:
    house = House()
    house.add(Number(), "number.level")
    with pytest.raises(Invalid) as refused:
        await house.call("number.set_value", "number.level", value="loud")
    assert refused.value.path == ("value",)


async def test_the_value_is_given_in_the_shown_unit_and_set_in_the_native_one() -> None:
    house = House(unit_system="us_customary")
    number = Number()
    number.device_class, number.native_unit_of_measurement = "temperature", "°C"
    number.native_min_value, number.native_max_value = 5, 30
    house.add(number, "number.heat")
    assert house.attributes("number.heat")["min"] == 41
    await house.call("number.set_value", "number.heat", value=68)
    assert number.native_value == 20.0
    assert house.state("number.heat") == "68.0"
    await house.call("number.set_value", "number.heat", value=86)
    assert number.native_value == 30


async def test_a_source_that_is_not_finite_is_unknown(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    number = Number()
    number.native_value = float("nan")
    with caplog.at_level(logging.WARNING):
        house.add(number, "number.level")
    assert house.state("number.level") == "unknown"
    assert "not a finite number" in caplog.text


async def test_changed_limits_show_once_the_description_is_read_again() -> None:
    house = House()
    number = house.add(Number(), "number.level")
    number.native_max_value = 10
    number.description_changed()
    number.write_state()
    assert house.attributes("number.level")["max"] == 10


def test_only_some_numbers_convert() -> None:
    assert convertible_units("temperature") == ["K", "°C", "°F"]
    assert convertible_units("distance") == []
