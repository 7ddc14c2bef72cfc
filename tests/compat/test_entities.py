"""Replays what Home Assistant answered: `entities/values/*.json` holds questions and answers of its own classes."""

from __future__ import annotations

import json
import logging
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from marge.entities import Overrides
from marge.entities.number import NumberEntity
from marge.entities.sensor import SensorEntity
from marge.entities.update import UpdateEntity
from marge.entities.weather import WeatherEntity
from marge.testing.entity_house import House
from marge.util.units.convert import UNIT_CLASSES
from marge.util.units.preferred import preferred_unit

VALUES = Path(__file__).parent / "entities" / "values"


def recorded(name: str) -> list[Any]:
    """The questions and answers in a file."""
    found = json.loads((VALUES / f"{name}.json").read_text())
    assert isinstance(found, list) and found
    return found


def test_units_convert_to_the_same_values() -> None:
    for key, from_unit, to_unit, value, expected in recorded("unit_conversion"):
        name, _, what = key.partition("#")
        kind = UNIT_CLASSES[name]
        got = kind.more_decimals(from_unit, to_unit) if what else kind.convert(value, from_unit, to_unit)
        assert got == expected, (key, from_unit, to_unit, value)


def test_unit_systems_prefer_the_same_units() -> None:
    for system, kind, unit, expected in recorded("preferred_units"):
        assert preferred_unit(system, kind, unit) == expected, (system, kind, unit)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["datetime"]) if "datetime" in value else date.fromisoformat(value["date"])
    return value


def test_sensors_show_the_same_states_and_units(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    houses = {system: House(unit_system=system) for system in ("metric", "us_customary")}
    for number, case in enumerate(recorded("sensor")):
        ask, answer = case["ask"], case["answer"]
        house = houses[ask.get("system", "metric")]
        sensor = SensorEntity()
        sensor.device_class = ask.get("device_class")
        sensor.native_unit_of_measurement = ask.get("unit")
        sensor.native_value = _value(ask.get("value"))
        sensor.state_class = ask.get("state_class")
        sensor.suggested_display_precision = ask.get("precision")
        sensor.suggested_unit_of_measurement = ask.get("suggested")
        sensor.options = ask.get("options")
        sensor.unique_id = "u" if "unique_id" in ask else None
        entity_id = f"sensor.x{number}"
        house.add(sensor, entity_id, Overrides(options=ask.get("registry", {})))
        got = house.state(entity_id), house.attributes(entity_id).get("unit_of_measurement")
        assert got == (answer["state"], answer["unit"]), ask


def test_numbers_show_the_same_states_and_limits() -> None:
    houses = {system: House(unit_system=system) for system in ("metric", "us_customary")}
    for count, case in enumerate(recorded("number")):
        ask, answer = case["ask"], case["answer"]
        house = houses[ask["system"]]
        number = NumberEntity()
        number.device_class = ask.get("device_class")
        number.native_unit_of_measurement = ask.get("unit")
        number.native_value = ask.get("value")
        number.native_min_value = ask.get("min", 0.0)
        number.native_max_value = ask.get("max", 100.0)
        number.native_step = ask.get("step")
        number.unique_id = "u" if "unique_id" in ask else None
        entity_id = f"number.x{count}"
        house.add(number, entity_id, Overrides(options=ask.get("registry", {})))
        attributes = house.attributes(entity_id)
        assert house.state(entity_id) == answer["state"], ask
        assert attributes.get("unit_of_measurement") == answer["unit"], ask
        assert {key: attributes[key] for key in answer["capabilities"]} == answer["capabilities"], ask


def test_updates_see_the_same_versions_as_newer() -> None:
    for installed, latest, state in recorded("versions"):
        update = UpdateEntity()
        update.installed_version, update.latest_version = installed, latest
        assert update.state == state, (installed, latest)


def test_weather_is_converted_to_the_same_values(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    forecast, *cases = recorded("weather")
    houses = {system: House(unit_system=system) for system in ("metric", "us_customary")}
    for count, case in enumerate(cases):
        ask = case["ask"]
        weather = WeatherEntity()
        for name, value in ask["values"].items():
            assert hasattr(weather, name)
            setattr(weather, name, value)
        weather.precision = ask["precision"]
        house = houses[ask["system"]]
        house.add(weather, f"weather.x{count}", Overrides(options=ask["options"]))
        assert house.attributes(f"weather.x{count}") == case["attributes"], ask
        assert weather.convert_forecast(forecast) == case["forecast"], ask
