"""What climate and water heater have in common: temperatures that are reported and set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marge.mqtt.discovery.entity import PAYLOAD_NONE, MqttEntity
from marge.mqtt.discovery.reading import NotTaken, number
from marge.util.schema import word
from marge.util.units import convert_temperature

if TYPE_CHECKING:
    from marge.mqtt.discovery.config import EntityConfig

_UNITS: Final = {"C": "°C", "F": "°F", "°C": "°C", "°F": "°F"}


def _unit(value: Any) -> str:
    unit = _UNITS.get(str(value).strip().upper().replace("°", ""))
    if unit is None:
        raise ValueError(f"invalid temperature unit (expected C or F), got {value!r}")
    return unit


def _precision(value: Any) -> float:
    if value not in (0.1, 0.5, 1.0) or isinstance(value, bool):
        raise ValueError(f"expected a precision of 0.1, 0.5 or 1.0, got {value!r}")
    return float(value)


if TYPE_CHECKING:
    TemperatureUnit = str
    Precision = float
else:
    TemperatureUnit = word("TemperatureUnit", _unit)
    Precision = word("Precision", _precision)


class TemperatureControl(MqttEntity):
    """An entity with temperatures; one that no topic tells is what it was last set to."""

    temperature_unit: str

    def number_received(self, attribute: str, value: str) -> None:
        """Take over a number, a temperature or the like, as `attribute`; raises NotTaken."""
        if not value:
            return
        if value == PAYLOAD_NONE:
            setattr(self, attribute, None)
            return
        setattr(self, attribute, number(value))

    def set_number(
        self, attribute: str, value: float | None, topic: str | None, template: str | None, state_topic: str | None
    ) -> bool:
        """Send a number; True when it counts as reached, as nothing will report it. None is not sent."""
        if value is None:
            return False
        self.send(topic, value, template)
        if state_topic is not None and not getattr(self.config, "optimistic", False):
            return False
        setattr(self, attribute, value)
        return True

    def own_unit(self, config: EntityConfig) -> str:
        """The unit that the device speaks: what it says, or the household's."""
        unit: str | None = getattr(config, "temperature_unit", None)
        return unit or self.mqtt.hub.config.units.temperature


def temperature(entity: TemperatureControl, value: Any) -> float:
    """A temperature of the last state in the device's unit; raises NotTaken when the scale is another one now."""
    last, present = entity.last_state, entity.capabilities() or {}
    if last is None or any(last.attributes.get(end) != present[end] for end in ("min_temp", "max_temp")):
        raise NotTaken("was on another scale")
    return convert_temperature(number(value), entity.hub.config.units.temperature, entity.temperature_unit)


def in_unit(value: float, unit: str, wanted: str) -> float:
    """A temperature in another unit."""
    return convert_temperature(value, unit, wanted)
