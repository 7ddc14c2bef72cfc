"""Template weather."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import OperationFailed
from marge.entities.weather import WeatherEntity

YAML = """
template:
  - weather:
      - name: Here
        unique_id: here
        condition_template: "{{ states('sensor.condition') }}"
        temperature_template: "{{ states('sensor.temperature') }}"
        humidity_template: "{{ 40 + 0.4 }}"
        apparent_temperature_template: "{{ 50 }}"
        dew_point_template: "{{ 32 }}"
        pressure_template: "{{ 1000 }}"
        wind_speed_template: "{{ 10 }}"
        wind_gust_speed_template: "{{ 20 }}"
        wind_bearing_template: "{{ states('sensor.bearing') }}"
        visibility_template: "{{ 5 }}"
        ozone_template: "{{ 300 }}"
        cloud_coverage_template: "{{ 70 }}"
        attribution_template: "{{ 'The ' ~ 'window' }}"
        forecast_daily_template: "{{ state_attr('sensor.forecast', 'items') }}"
        temperature_unit: "°F"
        wind_speed_unit: m/s
"""


async def start(tmp_path: Path, yaml: str = YAML) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml)
    for name, state in {"condition": "sunny", "temperature": "68", "bearing": "NW"}.items():
        house.hub.states.set(f"sensor.{name}", state)
    await house.helpers.settle()
    return house


def forecast(house: HelperHouse, items: Any) -> None:
    house.hub.states.set("sensor.forecast", "ok", {"items": items})


async def answer(house: HelperHouse, kind: str = "daily") -> Any:
    response = await house.hub.services.call(
        "weather", "get_forecasts", {"type": kind}, target={"entity_id": "weather.here"}, return_response=True
    )
    assert response is not None
    return response["weather.here"]["forecast"]


async def test_it_shows_its_templates_in_the_units_of_the_house(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await start(tmp_path)
    assert house.state("weather.here") == "sunny"
    attributes = house.attributes("weather.here")
    expected = {
        "temperature": 20.0,
        "apparent_temperature": 10.0,
        "dew_point": 0.0,
        "temperature_unit": "°C",
        "humidity": 40,
        "pressure": 1000.0,
        "wind_speed": 36.0,
        "wind_gust_speed": 72.0,
        "wind_bearing": "NW",
        "visibility": 5.0,
        "ozone": 300,
        "cloud_coverage": 70,
        "attribution": "The window",
        "supported_features": 1,
    }
    assert {key: attributes[key] for key in expected} == expected
    house.hub.states.set("sensor.bearing", "315")
    assert house.attributes("weather.here")["wind_bearing"] == 315
    house.hub.states.set("sensor.condition", "odd")
    house.hub.states.set("sensor.temperature", "odd")
    assert house.state("weather.here") == "unknown"
    assert "temperature" not in house.attributes("weather.here")
    assert "The condition of weather.here is 'odd'" in caplog.text
    house.stop()


async def test_forecasts_are_asked_for_and_told(tmp_path: Path) -> None:
    house = await start(tmp_path)
    assert await answer(house) == []
    entity = house.index.get("weather.here")
    assert isinstance(entity, WeatherEntity)
    told: list[Any] = []
    entity.subscribe_forecast("daily", told.append)
    forecast(house, [{"datetime": "2026-01-02T12:00:00+00:00", "condition": "rainy", "temperature": 50, "templow": 32}])
    items = await answer(house)
    assert items == [
        {"datetime": "2026-01-02T12:00:00+00:00", "condition": "rainy", "temperature": 10.0, "templow": 0.0}
    ]
    await asyncio.sleep(0)
    assert told == [items]
    with pytest.raises(OperationFailed):
        await answer(house, "hourly")
    house.stop()


@pytest.mark.parametrize(
    ("items", "line"),
    [
        ("rain", "it is no list"),
        (["rain"], "'rain' is no mapping"),
        ([{"condition": "rainy"}], "an item has no 'datetime'"),
        ([{"datetime": "2026-01-02", "rain": 1}], "unknown key 'rain'"),
    ],
)
async def test_a_wrong_forecast_is_not_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, items: Any, line: str
) -> None:
    house = await start(tmp_path)
    forecast(house, items)
    assert await answer(house) == []
    assert f"The daily forecast of weather.here is not shown: {line}" in caplog.text
    house.stop()


async def test_a_forecast_twice_a_day_tells_day_from_night(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await start(tmp_path, YAML.replace("forecast_daily_template", "forecast_twice_daily_template"))
    forecast(house, [{"datetime": "2026-01-02", "is_daytime": True}])
    assert len(await answer(house, "twice_daily")) == 1
    forecast(house, [{"datetime": "2026-01-02"}])
    assert await answer(house, "twice_daily") == []
    assert "an item has no 'is_daytime'" in caplog.text
    house.stop()


async def test_with_triggers_it_is_over_a_restart_what_it_was(tmp_path: Path) -> None:
    house = await start(
        tmp_path, YAML.replace("  - weather:", "  - triggers: {trigger: event, event_type: go}\n    weather:")
    )
    assert house.state("weather.here") == "unknown"
    house.hub.bus.fire("go")
    for _ in range(5):
        await asyncio.sleep(0)
    before = house.attributes("weather.here")
    assert (house.state("weather.here"), before["temperature"], before["wind_speed"]) == ("sunny", 20.0, 36.0)
    house = house.restart()
    await house.helpers.settle()
    after = house.attributes("weather.here")
    assert house.state("weather.here") == "sunny"
    assert {**after, "attribution": None} == {**before, "attribution": None}
    house.stop()


async def test_the_old_form_has_the_same_keys(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await start(
        tmp_path,
        """
weather:
  - {platform: template, name: Old, condition_template: rainy, temperature_template: 3, humidity_template: 4}
  - {platform: template, name: Bad, condition_template: rainy, temperature_template: 3}
template:
  - weather: {name: X, state: a, condition_template: a, temperature_template: 1, humidity_template: 1}
  - weather: {name: Y, pressure_unit: kg, condition_template: a, temperature_template: 1, humidity_template: 1}
""",
    )
    assert (house.state("weather.old"), house.attributes("weather.old")["temperature"]) == ("rainy", 3.0)
    assert house.hub.states.entity_ids("weather") == ["weather.old"]
    assert "key 'humidity_template' is missing at configuration.yaml:4" in caplog.text
    for line in (6, 7):
        assert f"configuration.yaml:{line}" in caplog.text
    house.stop()
