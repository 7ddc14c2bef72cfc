"""MQTT climate: modes, temperatures, humidity, fan, swing and presets, as far as topics for them are given."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, Final

from marge.entities.climate import ClimateEntity, Features, Setpoint
from marge.mqtt.discovery.climate_config import ClimateConfig
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.entity import PAYLOAD_NONE, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept, one_of
from marge.mqtt.discovery.temperatures import TemperatureControl, in_unit, temperature

_LOGGER = logging.getLogger("marge.mqtt.entity")

ACTIONS: Final = frozenset({"cooling", "defrosting", "drying", "fan", "heating", "idle", "off", "preheating"})
PRESET_NONE: Final = "none"

# Features, and the topics any of which brings them.
_FEATURES: Final = (
    (Features.TARGET_TEMPERATURE, ("temperature_state_topic", "temperature_command_topic")),
    (
        Features.TARGET_TEMPERATURE_RANGE,
        (
            "temperature_low_state_topic",
            "temperature_low_command_topic",
            "temperature_high_state_topic",
            "temperature_high_command_topic",
        ),
    ),
    (Features.TARGET_HUMIDITY, ("target_humidity_command_topic",)),
    (Features.FAN_MODE, ("fan_mode_state_topic", "fan_mode_command_topic")),
    (Features.SWING_MODE, ("swing_mode_state_topic", "swing_mode_command_topic")),
    (Features.PRESET_MODE, ("preset_mode_command_topic",)),
)


class MqttClimate(TemperatureControl, ClimateEntity):
    """A climate entity behind MQTT; what has no state topic is what it was last told to be."""

    default_name = "MQTT HVAC"
    reserved_attributes = frozenset(
        {
            "current_humidity",
            "current_temperature",
            "fan_mode",
            "fan_modes",
            "humidity",
            "hvac_action",
            "hvac_modes",
            "max_humidity",
            "max_temp",
            "min_humidity",
            "min_temp",
            "preset_mode",
            "preset_modes",
            "swing_mode",
            "swing_modes",
            "target_temp_high",
            "target_temp_low",
            "target_temp_step",
            "temperature",
        }
    )

    kept = (
        Kept("hvac_mode", STATE, one_of("hvac_modes"), "mode_state_topic"),
        Kept("hvac_action", "hvac_action"),
        Kept("current_temperature", "current_temperature", temperature),
        Kept("target_temperature", "temperature", temperature),
        Kept("target_temperature_low", "target_temp_low", temperature),
        Kept("target_temperature_high", "target_temp_high", temperature),
        Kept("current_humidity", "current_humidity"),
        Kept("target_humidity", "humidity"),
        Kept("fan_mode", "fan_mode", one_of("fan_modes")),
        Kept("swing_mode", "swing_mode", one_of("swing_modes")),
        Kept("preset_mode", "preset_mode", one_of("preset_modes")),
    )

    config: ClimateConfig
    hvac_modes: Any = from_config("modes")
    fan_modes: Any = from_config("fan_modes")
    swing_modes: Any = from_config("swing_modes")
    min_temp: Any = from_config("min_temp")
    max_temp: Any = from_config("max_temp")
    min_humidity: Any = from_config("min_humidity")
    max_humidity: Any = from_config("max_humidity")
    precision: Any = from_config("precision")
    target_temperature_step: Any = from_config("temp_step")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.temperature_unit = self.own_unit(config)
        features = Features.TURN_ON | Features.TURN_OFF
        for feature, topics in _FEATURES:
            if any(getattr(config, topic) is not None for topic in topics):
                features |= feature
        self.supported_features = features.value
        presets = config.preset_modes or []
        self.preset_modes = [PRESET_NONE, *presets] if presets else []
        if config.preset_mode_command_topic is not None and self.preset_mode is None:
            self.preset_mode = PRESET_NONE
        self._begin()

    def _begin(self) -> None:
        """What is not known and will not be reported begins with a value that is likely."""
        config = self.config
        initial = config.initial if config.initial is not None else in_unit(21.0, "°C", self.temperature_unit)
        for attribute, topic, value in (
            ("target_temperature", config.temperature_state_topic, initial),
            ("target_temperature_low", config.temperature_low_state_topic, initial),
            ("target_temperature_high", config.temperature_high_state_topic, initial),
            ("fan_mode", config.fan_mode_state_topic, "low"),
            ("swing_mode", config.swing_mode_state_topic, "off"),
            ("hvac_mode", config.mode_state_topic, "off"),
        ):
            if (config.optimistic or topic is None) and getattr(self, attribute) is None:
                setattr(self, attribute, value)

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config, common = self.config, self.config.value_template
        topics.on(config.action_topic, self._action_received, config.action_template or common)
        for topic, template, attribute in (
            (config.current_temperature_topic, config.current_temperature_template, "current_temperature"),
            (config.temperature_state_topic, config.temperature_state_template, "target_temperature"),
            (config.temperature_low_state_topic, config.temperature_low_state_template, "target_temperature_low"),
            (config.temperature_high_state_topic, config.temperature_high_state_template, "target_temperature_high"),
            (config.current_humidity_topic, config.current_humidity_template, "current_humidity"),
            (config.target_humidity_state_topic, config.target_humidity_state_template, "target_humidity"),
        ):
            topics.on(topic, partial(self.number_received, attribute), template or common)
        for topic, template, attribute, modes in (
            (config.mode_state_topic, config.mode_state_template, "hvac_mode", config.modes),
            (config.fan_mode_state_topic, config.fan_mode_state_template, "fan_mode", config.fan_modes),
            (config.swing_mode_state_topic, config.swing_mode_state_template, "swing_mode", config.swing_modes),
        ):
            topics.on(topic, partial(self._mode_received, attribute, modes), template or common)
        topics.on(config.preset_mode_state_topic, self._preset_received, config.preset_mode_value_template or common)

    # What the device reports.

    def _action_received(self, value: str) -> None:
        if value == PAYLOAD_NONE:
            self.hvac_action = None
        elif value in ACTIONS:
            self.hvac_action = value
        elif value:
            _LOGGER.warning("%s: '%s' is no HVAC action", self.entity_id, value)

    def _mode_received(self, attribute: str, modes: list[str], value: str) -> None:
        if value == PAYLOAD_NONE:
            setattr(self, attribute, None)
        elif value in modes:
            setattr(self, attribute, value)
        else:
            _LOGGER.warning("%s: '%s' is no %s; those are: %s", self.entity_id, value, attribute, ", ".join(modes))

    def _preset_received(self, value: str) -> None:
        if value in (PRESET_NONE, PAYLOAD_NONE):
            self.preset_mode = PRESET_NONE
        elif value in (self.preset_modes or ()):
            self.preset_mode = value
        elif value:
            _LOGGER.warning("%s: '%s' is none of its presets", self.entity_id, value)

    # Commands.

    async def do_set_temperature(self, setpoint: Setpoint) -> None:
        """See `ClimateEntity.do_set_temperature`."""
        config = self.config
        if setpoint.hvac_mode is not None:
            await self.do_set_hvac_mode(setpoint.hvac_mode)
        reached = self.set_number(
            "target_temperature",
            setpoint.temperature,
            config.temperature_command_topic,
            config.temperature_command_template,
            config.temperature_state_topic,
        )
        reached |= self.set_number(
            "target_temperature_low",
            setpoint.target_temp_low,
            config.temperature_low_command_topic,
            config.temperature_low_command_template,
            config.temperature_low_state_topic,
        )
        reached |= self.set_number(
            "target_temperature_high",
            setpoint.target_temp_high,
            config.temperature_high_command_topic,
            config.temperature_high_command_template,
            config.temperature_high_state_topic,
        )
        if reached:
            self.write_state()

    async def do_set_humidity(self, humidity: int) -> None:
        """See `ClimateEntity.do_set_humidity`."""
        config = self.config
        if self.set_number(
            "target_humidity",
            humidity,
            config.target_humidity_command_topic,
            config.target_humidity_command_template,
            config.target_humidity_state_topic,
        ):
            self.write_state()

    async def do_set_hvac_mode(self, hvac_mode: str) -> None:
        """See `ClimateEntity.do_set_hvac_mode`."""
        config = self.config
        self.send(config.mode_command_topic, hvac_mode, config.mode_command_template)
        self.assume("hvac_mode", hvac_mode, config.mode_state_topic)

    async def do_set_fan_mode(self, fan_mode: str) -> None:
        """See `ClimateEntity.do_set_fan_mode`."""
        config = self.config
        self.send(config.fan_mode_command_topic, fan_mode, config.fan_mode_command_template)
        self.assume("fan_mode", fan_mode, config.fan_mode_state_topic)

    async def do_set_swing_mode(self, swing_mode: str) -> None:
        """See `ClimateEntity.do_set_swing_mode`."""
        config = self.config
        self.send(config.swing_mode_command_topic, swing_mode, config.swing_mode_command_template)
        self.assume("swing_mode", swing_mode, config.swing_mode_state_topic)

    async def do_set_preset_mode(self, preset_mode: str) -> None:
        """See `ClimateEntity.do_set_preset_mode`."""
        config = self.config
        self.send(config.preset_mode_command_topic, preset_mode, config.preset_mode_command_template)
        self.assume("preset_mode", preset_mode, config.preset_mode_state_topic)

    async def do_turn_on(self) -> None:
        """See `ClimateEntity.do_turn_on`; by the power topic if there is one."""
        config = self.config
        if config.power_command_topic is None:
            await super().do_turn_on()
        else:
            self.send(config.power_command_topic, config.payload_on, config.power_command_template)

    async def do_turn_off(self) -> None:
        """See `ClimateEntity.do_turn_off`; by the power topic if there is one."""
        config = self.config
        if config.power_command_topic is None:
            await super().do_turn_off()
            return
        self.send(config.power_command_topic, config.payload_off, config.power_command_template)
        if config.optimistic:
            self.hvac_mode = "off"
            self.write_state()


COMPONENT: Final = entity_component("climate", ClimateConfig, MqttClimate)
