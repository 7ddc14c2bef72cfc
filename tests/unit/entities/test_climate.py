"""Thermostats and water heaters: units, ranges, modes."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.climate import ClimateEntity, Features
from marge.entities.temperature import show
from marge.entities.water_heater import WaterHeaterEntity
from marge.testing.house import House, recording
from marge.util.schema import Invalid

TARGETS = int(Features.TARGET_TEMPERATURE | Features.TARGET_TEMPERATURE_RANGE)


def thermostat(**attributes: Any) -> Any:
    return recording(
        ClimateEntity,
        inherit=("do_turn_on", "do_turn_off"),
        **{"hvac_modes": ["off", "heat"], "hvac_mode": "heat", "supported_features": TARGETS, **attributes},
    )


async def test_temperatures_are_shown_in_the_unit_of_the_household() -> None:
    house = House(unit_system="us_customary")
    house.add(thermostat(current_temperature=20.5, target_temperature=21, target_temperature_high=25.2))
    attributes = house.state("climate.it").attributes
    assert attributes == {
        "hvac_modes": ["off", "heat"],
        "min_temp": 45,
        "max_temp": 95,
        "current_temperature": 69,
        "temperature": 70,
        "target_temp_high": 77,
        "target_temp_low": None,
        "supported_features": TARGETS,
    }


@pytest.mark.parametrize(
    ("value", "precision", "shown"), [(20.26, None, 20.3), (20.26, 0.5, 20.5), (20.26, 1, 20), (None, 1, None)]
)
def test_precision_rounds(value: float | None, precision: float | None, shown: float | None) -> None:
    assert show(value, "°C", "°C", precision) == shown


async def test_targets_reach_the_platform_in_its_own_unit() -> None:
    house = House(unit_system="us_customary")
    it = house.add(thermostat())
    await house.call("climate.set_temperature", {"temperature": "68", "hvac_mode": "heat"})
    await house.call("climate.set_temperature", {"target_temp_low": 68, "target_temp_high": 77})
    assert it.calls == [
        ("do_set_temperature", {"temperature": pytest.approx(20), "hvac_mode": "heat"}),
        ("do_set_temperature", {"target_temp_low": pytest.approx(20), "target_temp_high": pytest.approx(25)}),
    ]


@pytest.mark.parametrize(
    ("features", "data", "key"),
    [
        (3, {"temperature": 99}, "temp_out_of_range"),
        (3, {"target_temp_low": 24, "target_temp_high": 20}, "low_temp_higher_than_high_temp"),
        (2, {"temperature": 20}, "missing_target_temperature_entity_feature"),
        (1, {"target_temp_low": 20, "target_temp_high": 24}, "missing_target_temperature_range_entity_feature"),
    ],
)
async def test_target_that_does_not_fit_is_refused(features: int, data: dict[str, Any], key: str) -> None:
    house = House()
    it = house.add(thermostat(supported_features=features))
    with pytest.raises(ServiceValidationError) as refusal:
        await house.call("climate.set_temperature", data)
    assert refusal.value.translation_key == key
    assert refusal.value.translation_domain == "climate"
    assert it.calls == []


async def test_half_a_range_and_no_target_are_refused() -> None:
    house = House()
    house.add(thermostat())
    for data, message in (
        ({"target_temp_low": 20}, "some but not all values in the same group of inclusion"),
        ({"hvac_mode": "heat"}, "must contain at least one of temperature"),
        ({"temperature": 20, "hvac_mode": "boil"}, "value must be one of .*, got 'boil' @ data"),
    ):
        with pytest.raises(Invalid, match=message):
            await house.call("climate.set_temperature", data)


async def test_mode_that_it_does_not_have_is_refused() -> None:
    house = House()
    it = house.add(thermostat(supported_features=Features.SWING_HORIZONTAL_MODE.value, swing_horizontal_modes=["on"]))
    with pytest.raises(ServiceValidationError) as refusal:
        await house.call("climate.set_swing_horizontal_mode", {"swing_horizontal_mode": "wild"})
    assert str(refusal.value) == "Horizontal swing mode wild is not valid. Valid horizontal swing modes are: on."
    assert refusal.value.translation_key == "not_valid_horizontal_swing_mode"
    assert it.calls == []


async def test_hvac_mode_out_of_its_list_is_passed_on_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    it = house.add(thermostat())
    await house.call("climate.set_hvac_mode", {"hvac_mode": "dry"})
    assert it.calls == [("do_set_hvac_mode", "dry")]
    assert "climate.it is set to dry, which is none of its modes: off, heat" in caplog.text


async def test_switching_on_without_a_mode_to_switch_to_is_refused() -> None:
    house = House()
    house.add(thermostat(hvac_modes=["dry", "fan_only"], supported_features=384))
    for service in ("turn_on", "turn_off"):
        with pytest.raises(ServiceValidationError, match=f"does not support action climate.{service}"):
            await house.call(f"climate.{service}")


async def test_water_heater_has_its_range_in_fahrenheit() -> None:
    house = House()
    it = house.add(recording(WaterHeaterEntity, temperature_unit="°F", target_temperature=120, current_operation="eco"))
    state = house.state("water_heater.it")
    assert state.state == "eco"
    assert (state.attributes["min_temp"], state.attributes["max_temp"]) == (43.3, 60.0)
    assert state.attributes["temperature"] == 48.9
    await house.call("water_heater.set_temperature", {"temperature": 50})
    assert it.calls == [("do_set_temperature", 122.0, None)]


async def test_water_heater_that_cannot_says_so() -> None:
    house = House()
    entity = house.add(WaterHeaterEntity())
    assert entity.supported_features == 0
    for service, data in (("set_away_mode", {"away_mode": True}), ("set_temperature", {"temperature": 40})):
        with pytest.raises(ServiceValidationError, match=f"does not support action water_heater.{service}"):
            await house.call(f"water_heater.{service}", data)
    with pytest.raises(ServiceValidationError) as refusal:
        await house.call("water_heater.set_operation_mode", {"operation_mode": "eco"})
    assert refusal.value.translation_key == "operation_list_not_defined"
