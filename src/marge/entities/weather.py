"""Weather: what it is like outside, and what it will be like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntFlag
from typing import Any, Final, Literal

import msgspec

from marge.core.errors import OperationFailed
from marge.core.services import SupportsResponse
from marge.entities.base import Overrides
from marge.entities.complaints import ComplainingEntity
from marge.entities.domain import Domain, EntityService
from marge.util.units import US_CUSTOMARY
from marge.util.units.convert import DISTANCE, PRESSURE, SPEED, TEMPERATURE, Convert, UnitClass, converter

CONDITIONS: Final = (
    "clear-night",
    "cloudy",
    "exceptional",
    "fog",
    "hail",
    "lightning",
    "lightning-rainy",
    "partlycloudy",
    "pouring",
    "rainy",
    "snowy",
    "snowy-rainy",
    "sunny",
    "windy",
    "windy-variant",
)

ForecastType = Literal["daily", "hourly", "twice_daily"]
Forecast = Mapping[str, Any]
"""One item of a forecast: `datetime`, `condition`, `native_temperature`, `native_templow`, … (see `_FORECAST`)."""
ALL_FORECASTS: Final[tuple[ForecastType, ...]] = ("daily", "hourly", "twice_daily")
ForecastListener = Callable[[list[dict[str, Any]] | None], None]


class Features(IntFlag):
    """Bits of `supported_features`."""

    FORECAST_DAILY = 1
    FORECAST_HOURLY = 2
    FORECAST_TWICE_DAILY = 4


FEATURE_OF: Final[Mapping[ForecastType, Features]] = {
    "daily": Features.FORECAST_DAILY,
    "hourly": Features.FORECAST_HOURLY,
    "twice_daily": Features.FORECAST_TWICE_DAILY,
}


class GetForecasts(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `get_forecasts`."""

    type: ForecastType


class _Measure(msgspec.Struct, frozen=True, eq=False):
    """A kind of value: the attribute that names its unit, how it converts, what a user may choose."""

    unit: str
    kind: UnitClass
    choice: frozenset[str]


_TEMPERATURE: Final = _Measure("temperature_unit", TEMPERATURE, frozenset({"°C", "°F"}))
_PRESSURE: Final = _Measure("pressure_unit", PRESSURE, frozenset({"hPa", "mbar", "inHg", "mmHg"}))
_WIND: Final = _Measure("wind_speed_unit", SPEED, frozenset({"ft/s", "km/h", "kn", "m/s", "mph"}))
_VISIBILITY: Final = _Measure("visibility_unit", DISTANCE, frozenset({"km", "mi"}))
_PRECIPITATION: Final = _Measure("precipitation_unit", DISTANCE, frozenset({"mm", "in"}))
_MEASURES: Final = (_PRESSURE, _TEMPERATURE, _VISIBILITY, _PRECIPITATION, _WIND)

# Attribute, its native value, its kind.
_CONVERTED: Final = (
    ("temperature", "native_temperature", _TEMPERATURE),
    ("apparent_temperature", "native_apparent_temperature", _TEMPERATURE),
    ("dew_point", "native_dew_point", _TEMPERATURE),
    ("pressure", "native_pressure", _PRESSURE),
    ("wind_gust_speed", "native_wind_gust_speed", _WIND),
    ("wind_speed", "native_wind_speed", _WIND),
    ("visibility", "native_visibility", _VISIBILITY),
)
_AS_THEY_ARE: Final = ("ozone", "cloud_coverage", "uv_index", "wind_bearing")

# Key of a forecast item, its native key, its kind.
_FORECAST: Final = (
    ("temperature", "native_temperature", _TEMPERATURE),
    ("apparent_temperature", "native_apparent_temperature", _TEMPERATURE),
    ("templow", "native_templow", _TEMPERATURE),
    ("dew_point", "native_dew_point", _TEMPERATURE),
    ("pressure", "native_pressure", _PRESSURE),
    ("wind_gust_speed", "native_wind_gust_speed", _WIND),
    ("wind_speed", "native_wind_speed", _WIND),
    ("precipitation", "native_precipitation", _PRECIPITATION),
)


def convertible_units() -> dict[str, list[str]]:
    """The units a user may choose, as `weather/convertible_units` answers."""
    return {measure.unit: sorted(measure.choice, key=str.casefold) for measure in _MEASURES}


class WeatherEntity(ComplainingEntity):
    """The weather. Values are set in the native units and shown in those of the user or the unit system."""

    domain = "weather"

    condition: str | None = None
    humidity: float | None = None
    ozone: float | None = None
    cloud_coverage: float | None = None
    uv_index: float | None = None
    wind_bearing: float | str | None = None
    native_temperature: float | None = None
    native_apparent_temperature: float | None = None
    native_dew_point: float | None = None
    native_pressure: float | None = None
    native_visibility: float | None = None
    native_wind_speed: float | None = None
    native_wind_gust_speed: float | None = None
    native_temperature_unit: str | None = None
    native_pressure_unit: str | None = None
    native_visibility_unit: str | None = None
    native_wind_speed_unit: str | None = None
    native_precipitation_unit: str | None = None
    precision: float | None = None
    """Steps of a temperature: 0.1, 0.5 or 1; None for 0.1 °C or 1 °F."""

    _units: dict[str, str] | None = None
    _converters: dict[str, Convert] | None = None
    _listeners: dict[ForecastType, list[ForecastListener]] | None = None

    @property
    def state(self) -> str | None:
        """The condition, one of `CONDITIONS`."""
        return self.condition

    def attributes(self) -> dict[str, Any]:
        """What is known, converted, and the units."""
        units, _ = self._conversions()
        data: dict[str, Any] = dict(units)
        for name, native, measure in _CONVERTED:
            if (value := getattr(self, native)) is not None:
                data[name] = self._show(value, measure)
        for name in _AS_THEY_ARE:
            if (value := getattr(self, name)) is not None:
                data[name] = value
        if self.humidity is not None:
            data["humidity"] = round(self.humidity)
        return data

    def take_shown(self, attributes: Mapping[str, Any]) -> None:
        """Take the values of a former state of the entity, which are in the units that it names."""
        default = self._default_units()
        for name, native, measure in _CONVERTED:
            unit = getattr(self, f"native_{measure.unit}") or default[measure.unit]
            try:
                convert = converter(measure.kind, attributes.get(measure.unit, unit), unit)
                setattr(self, native, convert(float(attributes[name])))
            except (KeyError, TypeError, ValueError, ArithmeticError):
                continue
        for name in (*_AS_THEY_ARE, "humidity"):
            if name in attributes:
                setattr(self, name, attributes[name])

    def set_overrides(self, overrides: Overrides) -> None:
        """See `Entity.set_overrides`."""
        self._units = None
        super().set_overrides(overrides)

    def description_changed(self) -> None:
        """See `Entity.description_changed`; to be called too when native units or the hub's unit system change."""
        self._units = None
        super().description_changed()

    async def get_forecasts(self, data: GetForecasts) -> dict[str, Any]:
        """The forecast; raises OperationFailed for one that is not supported."""
        if not self.supported_features & FEATURE_OF[data.type]:
            raise OperationFailed(f"Weather entity '{self.entity_id}' does not support '{data.type}' forecast")
        native = await self.do_forecast(data.type)
        return {"forecast": [] if native is None else self.convert_forecast(native)}

    async def do_forecast(self, forecast_type: ForecastType) -> Sequence[Forecast] | None:
        """The forecast in native units, None when there is none now; given by the platform."""
        raise NotImplementedError

    def subscribe_forecast(self, forecast_type: ForecastType, listener: ForecastListener) -> Callable[[], None]:
        """Call `listener` at each `update_listeners`; returns what ends it."""
        if self._listeners is None:
            self._listeners = {}
        listeners = self._listeners.setdefault(forecast_type, [])
        listeners.append(listener)

        def unsubscribe() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return unsubscribe

    async def update_listeners(
        self, forecast_types: Iterable[ForecastType] = ("daily", "hourly", "twice_daily")
    ) -> None:
        """Give the listeners the forecast as it is now; the platform calls it when it has a new one."""
        for forecast_type in forecast_types:
            if not (listeners := (self._listeners or {}).get(forecast_type)):
                continue
            native = await self.do_forecast(forecast_type)
            forecast = None if native is None else self.convert_forecast(native)
            for listener in tuple(listeners):
                listener(forecast)

    def convert_forecast(self, native: Iterable[Forecast]) -> list[dict[str, Any]]:
        """Items of a forecast in the shown units."""
        return [self._convert_item(item) for item in native]

    def _convert_item(self, item: Forecast) -> dict[str, Any]:
        converted = dict(item)
        for name, native, measure in _FORECAST:
            value = converted.pop(native, None)
            if value is None:
                value = converted.get(name)
            if value is not None:
                converted[name] = self._show(value, measure)
        converted.setdefault("temperature", None)
        if (humidity := converted.get("humidity")) is not None:
            converted["humidity"] = round(float(humidity))
        return converted

    def _show(self, value: Any, measure: _Measure) -> Any:
        """The value in the shown unit, rounded; what is no number stays as it is."""
        _, converters = self._conversions()
        try:
            converted = converters[measure.unit](float(value))
            return self._round_temperature(converted) if measure is _TEMPERATURE else round(converted, 2)
        except (TypeError, ValueError, OverflowError):
            return value

    def _round_temperature(self, value: float) -> float:
        precision = self.precision
        if precision is None:
            precision = 0.1 if self._conversions()[0]["temperature_unit"] == "°C" else 1
        if precision == 0.5:
            return round(value * 2) / 2.0
        return round(value, 1) if precision == 0.1 else round(value)

    def _conversions(self) -> tuple[dict[str, str], dict[str, Convert]]:
        """The shown units and how to get there; worked out when the description changes."""
        if self._units is None or self._converters is None:
            default = self._default_units()
            chosen = self.overrides.options
            units: dict[str, str] = {}
            converters: dict[str, Convert] = {}
            for measure in _MEASURES:
                choice = chosen.get(measure.unit)
                shown = choice if choice in measure.choice else default[measure.unit]
                native = getattr(self, f"native_{measure.unit}") or default[measure.unit]
                if native not in measure.kind.per_base:
                    self.complain(measure.unit, "its native %s %s cannot be converted", measure.unit, native)
                    native = default[measure.unit]
                units[measure.unit] = shown
                converters[measure.unit] = converter(measure.kind, native, shown)
            self._units, self._converters = units, converters
        return self._units, self._converters

    def _default_units(self) -> dict[str, str]:
        system = self.hub.config.units
        customary = system is US_CUSTOMARY
        return {
            "temperature_unit": system.temperature,
            "pressure_unit": "inHg" if customary else "hPa",
            "wind_speed_unit": "mph" if customary else "km/h",
            "visibility_unit": system.length,
            "precipitation_unit": system.accumulated_precipitation,
        }


WEATHER: Final = Domain(
    "weather",
    WeatherEntity,
    (
        EntityService(
            "get_forecasts",
            "get_forecasts",
            GetForecasts,
            (Features.FORECAST_DAILY, Features.FORECAST_HOURLY, Features.FORECAST_TWICE_DAILY),
            SupportsResponse.ONLY,
        ),
    ),
)
