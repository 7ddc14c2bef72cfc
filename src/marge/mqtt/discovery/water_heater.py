"""MQTT water heater: operation modes and a temperature, as far as topics for them are given."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, Final

from msgspec import field

from marge.entities.water_heater import Features, WaterHeaterEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import PAYLOAD_NONE, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept, one_of
from marge.mqtt.discovery.temperatures import Precision, TemperatureControl, TemperatureUnit, in_unit, temperature
from marge.mqtt.discovery.words import Count, Number, PublishTopic, SubscribeTopic, TemplateText, Word
from marge.util.schema import Flag, Strings

_LOGGER = logging.getLogger("marge.mqtt.entity")

_MODES: Final = ("eco", "electric", "gas", "heat_pump", "high_demand", "performance", "off")


class WaterHeaterConfig(EntityConfig, frozen=True, kw_only=True):
    """`value_template` stands in for every state template that is not given."""

    current_temperature_template: TemplateText | None = None
    current_temperature_topic: SubscribeTopic | None = None
    initial: Count | None = None
    max_temp: Number | None = None
    min_temp: Number | None = None
    mode_command_template: TemplateText | None = None
    mode_command_topic: PublishTopic | None = None
    mode_state_template: TemplateText | None = None
    mode_state_topic: SubscribeTopic | None = None
    modes: Strings = field(default_factory=lambda: list(_MODES))
    optimistic: Flag = False
    payload_off: Word = "OFF"
    payload_on: Word = "ON"
    power_command_template: TemplateText | None = None
    power_command_topic: PublishTopic | None = None
    precision: Precision | None = None
    retain: Flag = False
    temperature_command_template: TemplateText | None = None
    temperature_command_topic: PublishTopic | None = None
    temperature_state_template: TemplateText | None = None
    temperature_state_topic: SubscribeTopic | None = None
    temperature_unit: TemperatureUnit | None = None
    value_template: TemplateText | None = None


class MqttWaterHeater(TemperatureControl, WaterHeaterEntity):
    """A water heater behind MQTT; what has no state topic is what it was last told to be."""

    default_name = "MQTT Water Heater"
    reserved_attributes = frozenset(
        {
            "current_temperature",
            "max_temp",
            "min_temp",
            "operation_list",
            "operation_mode",
            "temperature",
        }
    )

    kept = (
        Kept("current_operation", STATE, one_of("operation_list"), "mode_state_topic"),
        Kept("current_temperature", "current_temperature", temperature),
        Kept("target_temperature", "temperature", temperature),
    )

    config: WaterHeaterConfig
    operation_list: Any = from_config("modes")
    min_temp: Any = from_config("min_temp")
    max_temp: Any = from_config("max_temp")
    precision: Any = from_config("precision")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.temperature_unit = self.own_unit(config)
        features = 0
        if config.temperature_state_topic is not None or config.temperature_command_topic is not None:
            features |= Features.TARGET_TEMPERATURE.value
        if config.mode_state_topic is not None or config.mode_command_topic is not None:
            features |= Features.OPERATION_MODE.value
        if config.power_command_topic is not None:
            features |= Features.ON_OFF.value
        self.supported_features = features
        if self.target_temperature is None and (config.optimistic or config.temperature_state_topic is None):
            self.target_temperature = (
                config.initial if config.initial is not None else in_unit(110, "°F", self.temperature_unit)
            )
        if self.current_operation is None and (config.optimistic or config.mode_state_topic is None):
            self.current_operation = "off"

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config, common = self.config, self.config.value_template
        topics.on(config.mode_state_topic, self._mode_received, config.mode_state_template or common)
        topics.on(
            config.current_temperature_topic,
            partial(self.number_received, "current_temperature"),
            config.current_temperature_template or common,
        )
        topics.on(
            config.temperature_state_topic,
            partial(self.number_received, "target_temperature"),
            config.temperature_state_template or common,
        )

    def _mode_received(self, value: str) -> None:
        if value == PAYLOAD_NONE:
            self.current_operation = None
        elif value in self.config.modes:
            self.current_operation = value
        elif value.strip():
            _LOGGER.warning("%s: '%s' is none of its modes: %s", self.entity_id, value, ", ".join(self.config.modes))

    async def do_set_temperature(self, temperature: float, operation_mode: str | None) -> None:
        """See `WaterHeaterEntity.do_set_temperature`."""
        config = self.config
        if operation_mode is not None:
            await self.do_set_operation_mode(operation_mode)
        if self.set_number(
            "target_temperature",
            temperature,
            config.temperature_command_topic,
            config.temperature_command_template,
            config.temperature_state_topic,
        ):
            self.write_state()

    async def do_set_operation_mode(self, operation_mode: str) -> None:
        """See `WaterHeaterEntity.do_set_operation_mode`."""
        config = self.config
        self.send(config.mode_command_topic, operation_mode, config.mode_command_template)
        self.assume("current_operation", operation_mode, config.mode_state_topic)

    async def do_turn_on(self) -> None:
        """See `WaterHeaterEntity.do_turn_on`."""
        config = self.config
        self.send(config.power_command_topic, config.payload_on, config.power_command_template)

    async def do_turn_off(self) -> None:
        """See `WaterHeaterEntity.do_turn_off`."""
        config = self.config
        self.send(config.power_command_topic, config.payload_off, config.power_command_template)


COMPONENT: Final = entity_component("water_heater", WaterHeaterConfig, MqttWaterHeater)
