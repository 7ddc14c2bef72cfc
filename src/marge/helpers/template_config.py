"""What an item of the `template:` section may contain, and how the old form under `sensor:` is read as a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.entities.binary_sensor import DEVICE_CLASSES as BINARY_CLASSES
from marge.entities.button import DEVICE_CLASSES as BUTTON_CLASSES
from marge.entities.sensor_classes import DEVICE_CLASSES as SENSOR_CLASSES
from marge.entities.words import choice
from marge.util.schema import Flag, Text, word
from marge.util.units.convert import DISTANCE, PRESSURE, SPEED, TEMPERATURE, UnitClass


def _sensor_class(value: Any) -> str:
    if isinstance(value, str) and value in SENSOR_CLASSES:
        return value
    raise ValueError(f"unknown device class {value!r}")


def _template(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        if isinstance(value, bool):
            return str(value)
        raise ValueError("template value is None" if value is None else "template value should be a string")
    return str(value)


def _units(kind: UnitClass) -> list[str]:
    return sorted(unit for unit in kind.per_base if unit is not None)


if TYPE_CHECKING:
    BinaryClass = str
    ButtonClass = str
    DistanceUnit = str
    PressureUnit = str
    SensorClass = str
    SpeedUnit = str
    StateClass = str
    TemperatureUnit = str
    TemplateText = str
else:
    BinaryClass = choice("BinaryClass", *BINARY_CLASSES)
    ButtonClass = choice("ButtonClass", *BUTTON_CLASSES)
    SensorClass = word("SensorClass", _sensor_class)
    DistanceUnit = choice("DistanceUnit", *_units(DISTANCE))
    PressureUnit = choice("PressureUnit", *_units(PRESSURE))
    SpeedUnit = choice("SpeedUnit", *_units(SPEED))
    TemperatureUnit = choice("TemperatureUnit", *_units(TEMPERATURE))
    StateClass = choice("StateClass", "measurement", "total", "total_increasing")
    TemplateText = word("TemplateText", _template)


class TemplateItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What all kinds have; all but the unique id are templates."""

    state: TemplateText | UnsetType = UNSET
    name: TemplateText | UnsetType = UNSET
    unique_id: Text | UnsetType = UNSET
    icon: TemplateText | UnsetType = UNSET
    picture: TemplateText | UnsetType = UNSET
    availability: TemplateText | UnsetType = UNSET
    attributes: dict[str, TemplateText] = {}
    variables: dict[str, Any] = {}
    """What its templates find beside the house, by name; rendered when it begins to follow it."""

    FOLLOWED: ClassVar[tuple[str, ...]] = ()
    """The further fields that are templates."""
    ACTIONS: ClassVar[tuple[str, ...]] = ()
    """The fields that are actions."""

    def templates(self) -> dict[str, str]:
        """The templates that are followed, by what they are for."""
        texts: dict[str, str] = {}
        for field in ("state", "name", "icon", "picture", *self.FOLLOWED):
            if (text := getattr(self, field)) is not UNSET:
                texts[field] = text
        return texts | {f"attributes.{key}": text for key, text in self.attributes.items()}


class SensorItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `sensor:`."""

    FOLLOWED = ("last_reset",)

    state: TemplateText
    unit_of_measurement: Text | UnsetType = UNSET
    device_class: SensorClass | UnsetType = UNSET
    state_class: StateClass | UnsetType = UNSET
    last_reset: TemplateText | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a reset of what is no total."""
        if self.last_reset is not UNSET and self.state_class != "total":
            raise ValueError("last_reset is only valid for template sensors with state_class 'total'")


class BinarySensorItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `binary_sensor:`; the times are durations, or templates that give one."""

    state: TemplateText
    device_class: BinaryClass | UnsetType = UNSET
    delay_on: Any = None
    delay_off: Any = None
    auto_off: Any = None
    """For how long it is on after a trigger."""


class SwitchItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `switch:`; without a state it is what it was last told to be."""

    ACTIONS = ("turn_on", "turn_off")

    turn_on: Any
    turn_off: Any


class ButtonItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `button:`."""

    ACTIONS = ("press",)

    press: Any
    device_class: ButtonClass | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a state, which a button gets from being pressed."""
        if self.state is not UNSET:
            raise ValueError("a button has no 'state'")


class NumberItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `number:`; an `optimistic` one takes a new value on before the source tells it."""

    FOLLOWED = ("step", "min", "max")
    ACTIONS = ("set_value",)

    state: TemplateText
    step: TemplateText
    set_value: Any
    min: TemplateText = "0"
    max: TemplateText = "100"
    unit_of_measurement: Text | UnsetType = UNSET
    optimistic: Flag = False


class SelectItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `select:`; `options` is the template of a list."""

    FOLLOWED = ("options",)
    ACTIONS = ("select_option",)

    state: TemplateText
    options: TemplateText
    select_option: Any
    optimistic: Flag = False


class ImageItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `image:`; the picture is at the address that `url` gives."""

    FOLLOWED = ("url",)

    url: TemplateText
    verify_ssl: Flag = True

    def __post_init__(self) -> None:
        """Refuse a state, which is when the picture changed."""
        if self.state is not UNSET:
            raise ValueError("an image has no 'state'")


class WeatherItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `weather:`."""

    FOLLOWED = (
        "condition_template",
        "temperature_template",
        "humidity_template",
        "apparent_temperature_template",
        "dew_point_template",
        "pressure_template",
        "wind_speed_template",
        "wind_gust_speed_template",
        "wind_bearing_template",
        "visibility_template",
        "ozone_template",
        "cloud_coverage_template",
        "attribution_template",
        "forecast_daily_template",
        "forecast_hourly_template",
        "forecast_twice_daily_template",
    )

    name: TemplateText
    condition_template: TemplateText
    temperature_template: TemplateText
    humidity_template: TemplateText
    apparent_temperature_template: TemplateText | UnsetType = UNSET
    dew_point_template: TemplateText | UnsetType = UNSET
    pressure_template: TemplateText | UnsetType = UNSET
    wind_speed_template: TemplateText | UnsetType = UNSET
    wind_gust_speed_template: TemplateText | UnsetType = UNSET
    wind_bearing_template: TemplateText | UnsetType = UNSET
    visibility_template: TemplateText | UnsetType = UNSET
    ozone_template: TemplateText | UnsetType = UNSET
    cloud_coverage_template: TemplateText | UnsetType = UNSET
    attribution_template: TemplateText | UnsetType = UNSET
    forecast_daily_template: TemplateText | UnsetType = UNSET
    forecast_hourly_template: TemplateText | UnsetType = UNSET
    forecast_twice_daily_template: TemplateText | UnsetType = UNSET
    temperature_unit: TemperatureUnit | UnsetType = UNSET
    pressure_unit: PressureUnit | UnsetType = UNSET
    wind_speed_unit: SpeedUnit | UnsetType = UNSET
    visibility_unit: DistanceUnit | UnsetType = UNSET
    precipitation_unit: DistanceUnit | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a state, which is the condition."""
        if self.state is not UNSET:
            raise ValueError("a weather has no 'state': it has a 'condition_template'")


ITEMS: Final[Mapping[str, type[TemplateItem]]] = {
    "binary_sensor": BinarySensorItem,
    "button": ButtonItem,
    "image": ImageItem,
    "number": NumberItem,
    "select": SelectItem,
    "sensor": SensorItem,
    "switch": SwitchItem,
    "weather": WeatherItem,
}

TRIGGERED: Final = frozenset({"binary_sensor", "image", "number", "select", "sensor", "weather"})
"""The kinds that may have triggers."""
