"""Weather: what the replay of recorded answers does not show."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from marge.core.errors import OperationFailed, ServiceValidationError
from marge.entities import Overrides
from marge.entities.weather import Features, Forecast, ForecastType, WeatherEntity, convertible_units
from marge.testing.entity_house import House
from marge.util.schema import Invalid


class Weather(WeatherEntity):
    supported_features = Features.FORECAST_DAILY
    condition = "sunny"
    native_temperature_unit = "°C"

    forecast: Sequence[Forecast] | None = ({"datetime": "2026-01-01T00:00:00+00:00", "native_temperature": 20.04},)

    async def do_forecast(self, forecast_type: ForecastType) -> Sequence[Forecast] | None:
        assert forecast_type == "daily"
        return self.forecast


SHOWN = [{"datetime": "2026-01-01T00:00:00+00:00", "temperature": 20.0}]


async def test_the_forecast_is_a_response() -> None:
    house = House()
    weather = house.add(Weather(), "weather.home")
    answer = await house.call("weather.get_forecasts", "weather.home", response=True, type="daily")
    assert answer == {"weather.home": {"forecast": SHOWN}}
    weather.forecast = None
    answer = await house.call("weather.get_forecasts", "weather.home", response=True, type="daily")
    assert answer == {"weather.home": {"forecast": []}}


async def test_what_is_not_forecast_is_refused() -> None:
    house = House()
    house.add(Weather(), "weather.home")
    with pytest.raises(OperationFailed, match="'weather.home' does not support 'hourly' forecast"):  # noqa: RUF043
        await house.call("weather.get_forecasts", "weather.home", response=True, type="hourly")
    with pytest.raises(Invalid):
        await house.call("weather.get_forecasts", "weather.home", response=True, type="weekly")
    with pytest.raises(ServiceValidationError, match="requires responses"):
        await house.call("weather.get_forecasts", "weather.home", type="daily")
    plain = Weather()
    plain.supported_features = 0
    house.add(plain, "weather.plain")
    with pytest.raises(ServiceValidationError, match="does not support action"):
        await house.call("weather.get_forecasts", "weather.plain", response=True, type="daily")


async def test_listeners_get_the_forecast_until_they_leave() -> None:
    house = House()
    weather = house.add(Weather(), "weather.home")
    heard: list[object] = []
    await weather.update_listeners()
    leave = weather.subscribe_forecast("daily", heard.append)
    await weather.update_listeners()
    weather.forecast = None
    await weather.update_listeners(["daily"])
    leave()
    leave()
    await weather.update_listeners()
    assert heard == [SHOWN, None]


async def test_the_user_s_units_show_from_the_next_state_on() -> None:
    house = House()
    weather = Weather()
    weather.native_temperature = 20
    house.add(weather, "weather.home")
    assert house.state("weather.home") == "sunny"
    assert house.attributes("weather.home")["temperature"] == 20.0
    weather.set_overrides(Overrides(options={"temperature_unit": "°F"}))
    weather.write_state()
    assert house.attributes("weather.home")["temperature"] == 68
    assert house.attributes("weather.home")["temperature_unit"] == "°F"


async def test_a_native_unit_that_does_not_convert_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    weather = Weather()
    weather.native_temperature, weather.native_temperature_unit = 5, "bananas"
    with caplog.at_level(logging.WARNING):
        house.add(weather, "weather.home")
    assert house.attributes("weather.home")["temperature"] == 5.0
    assert "native temperature_unit bananas cannot be converted" in caplog.text


def test_the_units_for_the_ui() -> None:
    assert convertible_units() == {
        "pressure_unit": ["hPa", "inHg", "mbar", "mmHg"],
        "temperature_unit": ["°C", "°F"],
        "visibility_unit": ["km", "mi"],
        "precipitation_unit": ["in", "mm"],
        "wind_speed_unit": ["ft/s", "km/h", "kn", "m/s", "mph"],
    }
