"""Template weather."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from math import inf
from typing import Any, Final

from msgspec import UNSET

from marge.core.errors import TemplateError
from marge.core.state import State
from marge.entities.weather import ALL_FORECASTS, CONDITIONS, FEATURE_OF, Forecast, ForecastType, WeatherEntity
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateItem, WeatherItem
from marge.helpers.template_entity import TemplateEntity

_LOGGER = logging.getLogger("marge.helpers")

_VALUES: Final = {
    "temperature": "native_temperature",
    "apparent_temperature": "native_apparent_temperature",
    "dew_point": "native_dew_point",
    "pressure": "native_pressure",
    "visibility": "native_visibility",
    "wind_speed": "native_wind_speed",
    "wind_gust_speed": "native_wind_gust_speed",
    "humidity": "humidity",
    "ozone": "ozone",
    "cloud_coverage": "cloud_coverage",
}
_MEASURED: Final = frozenset(
    {
        "temperature",
        "apparent_temperature",
        "templow",
        "dew_point",
        "pressure",
        "wind_gust_speed",
        "wind_speed",
        "precipitation",
    }
)
_FORECAST_KEYS: Final = (
    {
        "datetime",
        "is_daytime",
        "condition",
        "humidity",
        "precipitation_probability",
        "cloud_coverage",
        "uv_index",
        "wind_bearing",
    }
    | _MEASURED
    | {f"native_{name}" for name in _MEASURED}
)


class TemplateWeather(TemplateEntity, WeatherEntity):
    """A weather; its values are in the units that the item names."""

    has_features = True

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, WeatherItem)
        self.native_temperature_unit = given(item.temperature_unit)
        self.native_pressure_unit = given(item.pressure_unit)
        self.native_wind_speed_unit = given(item.wind_speed_unit)
        self.native_visibility_unit = given(item.visibility_unit)
        self.native_precipitation_unit = given(item.precipitation_unit)
        self._forecasts: dict[str, list[dict[str, Any]] | None] = {}
        for kind in ALL_FORECASTS:
            if getattr(item, f"forecast_{kind}_template") is not UNSET:
                self.supported_features |= FEATURE_OF[kind].value
        super().prepare(house, item)

    def restore(self, last: State) -> None:
        """See `TemplateEntity.restore`."""
        self.restore_attributes(last)
        self.condition = last.state if last.state in CONDITIONS else None
        self.take_shown(last.attributes)

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`."""
        value = None if isinstance(result, TemplateError) else result
        name = field.removesuffix("_template")
        if name == field:
            super().take(field, result)
        elif name == "condition":
            self.condition = self.one_of("The condition", value, CONDITIONS)
        elif name == "attribution":
            self.attribution = None if value is None else str(value)
            self.description_changed()
        elif name == "wind_bearing":
            self.wind_bearing = value if value is None or isinstance(value, (int, float)) else str(value)
        elif name in _VALUES:
            setattr(self, _VALUES[name], self.number(f"'{name}'", value, -inf, inf))
        else:
            for kind in ALL_FORECASTS:
                if name == f"forecast_{kind}":
                    self._take_forecast(kind, value)

    async def do_forecast(self, forecast_type: ForecastType) -> Sequence[Forecast] | None:
        """See `WeatherEntity.do_forecast`."""
        return self._forecasts.get(forecast_type)

    def _take_forecast(self, kind: ForecastType, value: Any) -> None:
        mistake = None if value is None else _mistake(kind, value)
        if mistake is not None:
            _LOGGER.warning("The %s forecast of %s is not shown: %s", kind, self.entity_id, mistake)
        self._forecasts[kind] = None if mistake is not None else value
        if self.is_added and self._listeners:
            self.hub.tasks.create(self.update_listeners([kind]), f"forecast of {self.entity_id}")


def _mistake(kind: ForecastType, value: Any) -> str | None:
    """What is wrong with a forecast."""
    if not isinstance(value, list):
        return "it is no list"
    for item in value:
        if not isinstance(item, dict):
            return f"{item!r:.100} is no mapping"
        if unknown := sorted(str(key) for key in item if key not in _FORECAST_KEYS):
            return f"unknown key '{unknown[0]}'"
        if missing := [key for key in ("datetime", "is_daytime") if key not in item and (key, kind) not in _OPTIONAL]:
            return f"an item has no '{missing[0]}'"
    return None


_OPTIONAL: Final = {("is_daytime", "daily"), ("is_daytime", "hourly")}
