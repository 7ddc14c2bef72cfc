"""MQTT number: a number that can be set."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Final, Literal

from marge.entities.number import DEVICE_CLASSES, NumberEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import CommandConfig
from marge.mqtt.discovery.entity import MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept
from marge.mqtt.discovery.reading import NotTaken
from marge.mqtt.discovery.words import LowerWord, Number, TemplateText, Word
from marge.util.schema import Invalid


class NumberConfig(CommandConfig, frozen=True, kw_only=True):
    """`min`, `max` and `step` are in `unit_of_measurement`."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    command_template: TemplateText | None = None
    device_class: LowerWord | None = None
    max: Number = 100.0
    min: Number = 0.0
    mode: Literal["auto", "box", "slider"] = "auto"
    payload_reset: Word = "None"
    step: Number = 1.0
    unit_of_measurement: Word | None = None
    value_template: TemplateText | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for limits and steps that leave no room."""
        if self.min > self.max:
            raise Invalid(f"'max' ({self.max}) is below 'min' ({self.min})", ("max",))
        if self.step < 1e-3:
            raise Invalid(f"value must be at least 0.001, got {self.step}", ("step",))


def _native(entity: MqttNumber, text: str) -> float:
    """What was shown, in the device's unit; raises ValueError for a state in a unit that is neither's."""
    assert entity.last_state is not None
    unit, value = entity.last_state.attributes.get("unit_of_measurement"), _number(text)
    if unit == entity.native_unit_of_measurement:
        return value
    if unit != entity.registry_unit() or entity._to_native is None:
        raise NotTaken(f"was in {unit}")
    return entity._to_native(value)


class MqttNumber(MqttEntity, NumberEntity):
    """A number behind MQTT."""

    default_name = "MQTT Number"
    names_by_device_class = True
    reserved_attributes = frozenset({"max", "min", "step"})
    kept = (Kept("native_value", STATE, _native),)

    config: NumberConfig
    device_class: Any = from_config("device_class")
    mode: Any = from_config("mode")
    native_max_value: Any = from_config("max")
    native_min_value: Any = from_config("min")
    native_step: Any = from_config("step")
    native_unit_of_measurement: Any = from_config("unit_of_measurement")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.assumed_state = self.config.assumed

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._value_received, self.config.value_template)

    def _value_received(self, value: str) -> None:
        if not value.strip():
            return
        if value == self.config.payload_reset:
            self.native_value = None
            return
        try:
            number = _number(value)
        except ValueError:
            raise NotTaken("is no number") from None
        if not self.config.min <= number <= self.config.max:
            raise NotTaken(f"is outside of its range ({self.config.min} to {self.config.max})")
        self.native_value = number

    async def do_set_value(self, value: float) -> None:
        """See `NumberEntity.do_set_value`."""
        number = int(value) if float(value).is_integer() else value
        self.send(self.config.command_topic, number, self.config.command_template)
        if self.assumed_state:
            self.native_value = number
            self.write_state()


def _number(text: str) -> float:
    """A number, whole if it is written so; raises ValueError."""
    if text.isnumeric() and len(text) <= 300:
        return int(text)
    return float(text)


COMPONENT: Final = entity_component("number", NumberConfig, MqttNumber)
