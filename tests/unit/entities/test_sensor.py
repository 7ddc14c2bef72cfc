"""Sensor: what the replay of recorded answers does not show."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from marge.entities import Overrides
from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import NUMERIC_DEVICE_CLASSES, convertible_units
from marge.testing.entity_house import House


def sensor(**attributes: Any) -> SensorEntity:
    entity = SensorEntity()
    for name, value in attributes.items():
        setattr(entity, name, value)
    return entity


async def test_attributes_are_capabilities_unit_and_last_reset() -> None:
    house = House()
    reset = datetime(2026, 1, 1, tzinfo=UTC)
    house.add(
        sensor(
            native_value=5,
            device_class="energy",
            native_unit_of_measurement="kWh",
            state_class="total",
            last_reset=reset,
        ),
        "sensor.meter",
    )
    assert house.attributes("sensor.meter") == {
        "state_class": "total",
        "last_reset": "2026-01-01T00:00:00+00:00",
        "unit_of_measurement": "kWh",
        "device_class": "energy",
    }
    house.add(sensor(native_value="a", device_class="enum", options=["a", "b"]), "sensor.enum")
    assert house.attributes("sensor.enum") == {"options": ["a", "b"], "device_class": "enum"}


async def test_last_reset_without_a_total_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    with caplog.at_level(logging.WARNING):
        house.add(sensor(state_class="measurement", last_reset=datetime(2026, 1, 1, tzinfo=UTC)), "sensor.x")
    assert house.attributes("sensor.x") == {"state_class": "measurement"}
    assert "last_reset" in caplog.text


async def test_a_value_that_is_no_number_is_unknown_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    entity = house.add(sensor(native_unit_of_measurement="W", device_class="power"), "sensor.power")
    with caplog.at_level(logging.WARNING):
        for value in ("on fire", "still", [], float("nan"), float("-inf")):
            entity.native_value = value  # type: ignore[assignment]
            entity.write_state()
            assert house.state("sensor.power") == "unknown"
    assert len(caplog.records) == 1
    assert "sensor.power: value 'on fire' is not a finite number" in caplog.text
    entity.native_value = 7.5
    entity.write_state()
    assert house.state("sensor.power") == "7.5"


@pytest.mark.parametrize("unit", [None, "W"])
async def test_a_number_without_measure_is_unknown(unit: str | None, caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    with caplog.at_level(logging.WARNING):
        house.add(sensor(native_value=10**5000, native_unit_of_measurement=unit), "sensor.x")
    assert house.state("sensor.x") == "unknown"
    assert "too many digits" in caplog.text


async def test_a_number_too_large_for_the_shown_unit_is_unknown(caplog: pytest.LogCaptureFixture) -> None:
    house = House(unit_system="us_customary")
    house.add(sensor(native_value="1e308", device_class="temperature", native_unit_of_measurement="°C"), "sensor.x")
    assert house.state("sensor.x") == "unknown"
    assert "cannot be converted to °F" in caplog.text


async def test_a_decimal_keeps_its_digits() -> None:
    house = House()
    house.add(sensor(native_value=Decimal("1.500"), native_unit_of_measurement="W"), "sensor.x")
    assert house.state("sensor.x") == "1.500"


async def test_a_wrong_description_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    with caplog.at_level(logging.WARNING):
        entity = house.add(
            sensor(native_value=1, device_class="energy", native_unit_of_measurement="W", state_class="measurement"),
            "sensor.x",
        )
        entity.description_changed()
        entity.write_state()
    assert house.state("sensor.x") == "1"
    assert len(caplog.records) == 2
    assert "state class measurement does not go with device class energy" in caplog.text
    assert "unit W does not go with device class energy" in caplog.text


async def test_a_unit_the_user_chose_is_used_from_the_next_state_on() -> None:
    house = House()
    entity = house.add(
        sensor(native_value=1234, device_class="distance", native_unit_of_measurement="m", unique_id="u"), "sensor.x"
    )
    assert house.state("sensor.x") == "1234"
    entity.set_overrides(Overrides(options={"unit_of_measurement": "km"}))
    entity.write_state()
    assert house.state("sensor.x") == "1.234"
    assert house.attributes("sensor.x")["unit_of_measurement"] == "km"


async def test_a_suggested_unit_that_does_not_convert_is_logged_and_left(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    with caplog.at_level(logging.WARNING):
        for entity_id, unit in (("sensor.x", "kW"), ("sensor.y", "W")):
            house.add(sensor(native_unit_of_measurement="W", suggested_unit_of_measurement=unit), entity_id)
    assert house.attributes("sensor.x") == house.attributes("sensor.y") == {"unit_of_measurement": "W"}
    assert [record.getMessage() for record in caplog.records] == [
        "sensor.x: suggests the unit kW, which W cannot be converted to"
    ]


@pytest.mark.parametrize(("native", "unit"), [("m", "parsec"), ("furlong", "km"), (None, "km")])
async def test_a_unit_that_the_value_does_not_convert_to_is_not_shown(native: str | None, unit: str) -> None:
    house = House()
    overrides = Overrides(options={"unit_of_measurement": unit})
    house.add(
        sensor(native_value=5, device_class="distance", native_unit_of_measurement=native, unique_id="u"),
        "sensor.x",
        overrides,
    )
    assert house.state("sensor.x") == "5"
    assert house.attributes("sensor.x").get("unit_of_measurement") == native


async def test_a_change_of_the_unit_system_shows_once_the_description_is_read_again() -> None:
    house = House()
    entity = house.add(sensor(native_value=20, device_class="temperature", native_unit_of_measurement="°C"), "sensor.x")
    house.hub.update_config(type(house.hub.config)(unit_system="us_customary"))
    entity.description_changed()
    entity.write_state()
    assert house.state("sensor.x") == "68"
    assert house.attributes("sensor.x")["unit_of_measurement"] == "°F"


async def test_a_conversion_beyond_a_float_is_unknown() -> None:
    house = House()
    house.add(
        sensor(
            native_value=1e300,
            device_class="wind_speed",
            native_unit_of_measurement="Beaufort",
            unique_id="u",
        ),
        "sensor.wind",
    )
    assert house.state("sensor.wind") == "unknown"


@pytest.mark.parametrize(("unit", "precision"), [("Wh", 1), ("kWh", 4), ("mWh", 0), ("parsec", 1)])
async def test_the_suggested_precision_follows_the_shown_unit(unit: str, precision: int) -> None:
    house = House()
    entity = house.add(
        sensor(device_class="energy", native_unit_of_measurement="Wh", suggested_display_precision=1, unique_id="u"),
        "sensor.x",
        Overrides(options={"unit_of_measurement": unit}),
    )
    assert entity.registry_precision() == precision


def test_the_lists_for_the_ui() -> None:
    assert len(NUMERIC_DEVICE_CLASSES) == 51
    assert not {"date", "enum", "timestamp"} & set(NUMERIC_DEVICE_CLASSES)
    assert convertible_units("temperature") == ["K", "°C", "°F"]
    assert convertible_units("power_factor") == ["%", None]
    assert convertible_units("battery") == convertible_units("nonsense") == []
