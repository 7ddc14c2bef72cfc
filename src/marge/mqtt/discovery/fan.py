"""MQTT fan: on and off, with speed, presets, oscillation and direction as far as topics for it are given."""

from __future__ import annotations

import logging
import math
from typing import Final

from marge.entities.fan import FanEntity, Features
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import Kept, one_of
from marge.mqtt.discovery.on_off import MqttOnOff, OnOffConfig
from marge.mqtt.discovery.ranges import from_percent, steps, to_percent
from marge.mqtt.discovery.reading import NotTaken, whole
from marge.mqtt.discovery.words import Count, PublishTopic, SubscribeTopic, TemplateText, Word
from marge.util.schema import Invalid, Strings

_LOGGER = logging.getLogger("marge.mqtt.entity")


class FanConfig(OnOffConfig, frozen=True, kw_only=True):
    """Speeds are `speed_range_min` to `speed_range_max`, without the one that is off."""

    direction_command_topic: PublishTopic | None = None
    direction_command_template: TemplateText | None = None
    direction_state_topic: SubscribeTopic | None = None
    direction_value_template: TemplateText | None = None
    oscillation_command_topic: PublishTopic | None = None
    oscillation_command_template: TemplateText | None = None
    oscillation_state_topic: SubscribeTopic | None = None
    oscillation_value_template: TemplateText | None = None
    payload_oscillation_off: Word = "oscillate_off"
    payload_oscillation_on: Word = "oscillate_on"
    payload_reset_percentage: Word = "None"
    payload_reset_preset_mode: Word = "None"
    percentage_command_topic: PublishTopic | None = None
    percentage_command_template: TemplateText | None = None
    percentage_state_topic: SubscribeTopic | None = None
    percentage_value_template: TemplateText | None = None
    preset_mode_command_topic: PublishTopic | None = None
    preset_mode_command_template: TemplateText | None = None
    preset_mode_state_topic: SubscribeTopic | None = None
    preset_mode_value_template: TemplateText | None = None
    preset_modes: Strings | None = None
    speed_range_max: Count = 100
    speed_range_min: Count = 1
    state_value_template: TemplateText | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for a range or presets that cannot be."""
        if self.speed_range_min == 0:
            raise Invalid("value must be at least 1, got 0", ("speed_range_min",))
        if self.speed_range_min >= self.speed_range_max:
            raise Invalid("'speed_range_max' must be above 'speed_range_min'", ("speed_range_max",))
        if self.payload_reset_preset_mode in (self.preset_modes or ()):
            raise Invalid("'preset_modes' contains 'payload_reset_preset_mode'", ("preset_modes",))
        if (self.preset_mode_command_topic is None) != (self.preset_modes is None):
            raise Invalid("'preset_mode_command_topic' and 'preset_modes' go together", ("preset_modes",))

    @property
    def speeds(self) -> tuple[int, int]:
        """The range of speeds."""
        return (self.speed_range_min, self.speed_range_max)


class MqttFan(MqttOnOff, FanEntity):
    """A fan behind MQTT; what has no state topic is what it was last told to be."""

    default_name = "MQTT Fan"
    reserved_attributes = frozenset(
        {"direction", "oscillating", "percentage", "percentage_step", "preset_mode", "preset_modes"}
    )

    kept = (
        *MqttOnOff.kept,
        Kept("percentage", "percentage"),
        Kept("preset_mode", "preset_mode", one_of("preset_modes")),
        Kept("oscillating", "oscillating"),
        Kept("direction", "direction"),
    )

    config: FanConfig

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.assumed_state = config.assumed
        features = Features.TURN_ON | Features.TURN_OFF
        self.speed_count = 100
        if config.percentage_command_topic is not None:
            features |= Features.SET_SPEED
            self.speed_count = min(steps(config.speeds), 100)
        if config.preset_mode_command_topic is not None:
            features |= Features.PRESET_MODE
        if config.oscillation_command_topic is not None:
            features |= Features.OSCILLATE
        if config.direction_command_topic is not None:
            features |= Features.DIRECTION
        self.preset_modes = config.preset_modes or []
        self.supported_features = features.value
        if config.oscillation_state_topic is not None and self.oscillating is None:
            self.oscillating = False

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config = self.config
        topics.on(config.state_topic, self._state_received, config.state_value_template)
        topics.on(config.percentage_state_topic, self._percentage_received, config.percentage_value_template)
        topics.on(config.preset_mode_state_topic, self._preset_received, config.preset_mode_value_template)
        topics.on(config.oscillation_state_topic, self._oscillation_received, config.oscillation_value_template)
        topics.on(config.direction_state_topic, self._direction_received, config.direction_value_template)

    # What the device reports.

    def _state_received(self, value: str) -> None:
        self.take_state(value, self.config.payload_on, self.config.payload_off)

    def _percentage_received(self, value: str) -> None:
        if not value:
            return
        if value == self.config.payload_reset_percentage:
            self.percentage = None
            return
        percentage = to_percent(self.config.speeds, whole(value, "speed"))
        if not 0 <= percentage <= 100:
            raise NotTaken("is no speed between {} and {}".format(*self.config.speeds))
        self.percentage = percentage

    def _preset_received(self, value: str) -> None:
        if value == self.config.payload_reset_preset_mode:
            self.preset_mode = None
        elif value in (self.config.preset_modes or ()):
            self.preset_mode = value
        elif value:
            _LOGGER.warning("%s: '%s' is none of its presets", self.entity_id, value)

    def _oscillation_received(self, value: str) -> None:
        if value == self.config.payload_oscillation_on:
            self.oscillating = True
        elif value == self.config.payload_oscillation_off:
            self.oscillating = False

    def _direction_received(self, value: str) -> None:
        if value:
            self.direction = value

    # Commands.

    async def do_turn_on(self, percentage: int | None, preset_mode: str | None) -> None:
        """See `FanEntity.do_turn_on`."""
        self.send(self.config.command_topic, self.config.payload_on, self.config.command_template)
        if percentage:
            await self.do_set_percentage(percentage)
        if preset_mode:
            await self.do_set_preset_mode(preset_mode)
        self.assume_on(True)

    async def do_turn_off(self) -> None:
        """See `FanEntity.do_turn_off`."""
        self.send(self.config.command_topic, self.config.payload_off, self.config.command_template)
        self.assume_on(False)

    async def do_set_percentage(self, percentage: int) -> None:
        """See `FanEntity.do_set_percentage`; at 0 a device whose range begins at 1 is sent 0."""
        config = self.config
        speed = math.ceil(from_percent(config.speeds, percentage))
        self.send(config.percentage_command_topic, speed, config.percentage_command_template)
        self.assume("percentage", percentage, config.percentage_state_topic)

    async def do_set_preset_mode(self, preset_mode: str) -> None:
        """See `FanEntity.do_set_preset_mode`."""
        config = self.config
        self.send(config.preset_mode_command_topic, preset_mode, config.preset_mode_command_template)
        self.assume("preset_mode", preset_mode, config.preset_mode_state_topic)

    async def do_oscillate(self, oscillating: bool) -> None:
        """See `FanEntity.do_oscillate`."""
        config = self.config
        payload = config.payload_oscillation_on if oscillating else config.payload_oscillation_off
        self.send(config.oscillation_command_topic, payload, config.oscillation_command_template)
        self.assume("oscillating", oscillating, config.oscillation_state_topic)

    async def do_set_direction(self, direction: str) -> None:
        """See `FanEntity.do_set_direction`."""
        config = self.config
        self.send(config.direction_command_topic, direction, config.direction_command_template)
        self.assume("direction", direction, config.direction_state_topic)


COMPONENT: Final = entity_component("fan", FanConfig, MqttFan)
