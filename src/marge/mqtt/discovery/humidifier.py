"""MQTT humidifier: on and off, a target humidity and modes."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

from marge.entities.humidifier import Features, HumidifierEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.entity import PAYLOAD_NONE, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import Kept, one_of
from marge.mqtt.discovery.on_off import MqttOnOff, OnOffConfig
from marge.mqtt.discovery.reading import NotTaken, number
from marge.mqtt.discovery.words import NotNegative, PublishTopic, SubscribeTopic, TemplateText, Word
from marge.util.schema import Invalid, Strings

_LOGGER = logging.getLogger("marge.mqtt.entity")

ACTIONS: Final = frozenset({"drying", "humidifying", "idle", "off"})


class HumidifierConfig(OnOffConfig, frozen=True, kw_only=True):
    """Humidities are in percent."""

    action_template: TemplateText | None = None
    action_topic: SubscribeTopic | None = None
    current_humidity_template: TemplateText | None = None
    current_humidity_topic: SubscribeTopic | None = None
    device_class: Literal["humidifier", "dehumidifier"] | None = "humidifier"
    max_humidity: NotNegative = 100.0
    min_humidity: NotNegative = 0.0
    mode_command_template: TemplateText | None = None
    mode_command_topic: PublishTopic | None = None
    mode_state_template: TemplateText | None = None
    mode_state_topic: SubscribeTopic | None = None
    modes: Strings | None = None
    payload_reset_humidity: Word = "None"
    payload_reset_mode: Word = "None"
    state_value_template: TemplateText | None = None
    target_humidity_command_template: TemplateText | None = None
    target_humidity_command_topic: PublishTopic
    target_humidity_state_template: TemplateText | None = None
    target_humidity_state_topic: SubscribeTopic | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for a range or modes that cannot be."""
        if self.min_humidity >= self.max_humidity:
            raise Invalid("'max_humidity' must be above 'min_humidity'", ("max_humidity",))
        if self.max_humidity > 100:
            raise Invalid(f"value must be at most 100, got {self.max_humidity}", ("max_humidity",))
        if self.payload_reset_mode in (self.modes or ()):
            raise Invalid("'modes' contains 'payload_reset_mode'", ("modes",))
        if (self.mode_command_topic is None) != (self.modes is None):
            raise Invalid("'mode_command_topic' and 'modes' go together", ("modes",))


class MqttHumidifier(MqttOnOff, HumidifierEntity):
    """A humidifier behind MQTT; what has no state topic is what it was last told to be."""

    default_name = "MQTT Humidifier"
    reserved_attributes = frozenset({"available_modes", "humidity", "max_humidity", "min_humidity", "mode"})

    kept = (
        *MqttOnOff.kept,
        Kept("action", "action"),
        Kept("current_humidity", "current_humidity"),
        Kept("target_humidity", "humidity"),
        Kept("mode", "mode", one_of("available_modes")),
    )

    config: HumidifierConfig
    device_class: Any = from_config("device_class")
    available_modes: Any = from_config("modes")
    max_humidity: Any = from_config("max_humidity")
    min_humidity: Any = from_config("min_humidity")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.assumed_state = self.config.assumed
        self.supported_features = Features.MODES.value if self.config.modes else 0

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config = self.config
        topics.on(config.state_topic, self._state_received, config.state_value_template)
        topics.on(config.action_topic, self._action_received, config.action_template)
        topics.on(config.current_humidity_topic, self._current_received, config.current_humidity_template)
        topics.on(config.target_humidity_state_topic, self._target_received, config.target_humidity_state_template)
        topics.on(config.mode_state_topic, self._mode_received, config.mode_state_template)

    # What the device reports.

    def _state_received(self, value: str) -> None:
        self.take_state(value, self.config.payload_on, self.config.payload_off)

    def _action_received(self, value: str) -> None:
        if value in ACTIONS:
            self.action = value
        elif value and value != PAYLOAD_NONE:
            _LOGGER.error("%s: '%s' is no action of a humidifier", self.entity_id, value)

    def _current_received(self, value: str) -> None:
        if value == self.config.payload_reset_humidity:
            self.current_humidity = None
        elif value:
            self.current_humidity = _humidity(value, 0, 100)

    def _target_received(self, value: str) -> None:
        config = self.config
        if value == config.payload_reset_humidity:
            self.target_humidity = None
        elif value:
            self.target_humidity = _humidity(value, config.min_humidity, config.max_humidity)

    def _mode_received(self, value: str) -> None:
        if value == self.config.payload_reset_mode:
            self.mode = None
        elif value in (self.config.modes or ()):
            self.mode = value
        elif value:
            _LOGGER.warning("%s: '%s' is none of its modes", self.entity_id, value)

    # Commands.

    async def do_turn_on(self) -> None:
        """See `HumidifierEntity.do_turn_on`."""
        self._switch(self.config.payload_on, True)

    async def do_turn_off(self) -> None:
        """See `HumidifierEntity.do_turn_off`."""
        self._switch(self.config.payload_off, False)

    def _switch(self, payload: str, on: bool) -> None:
        self.send(self.config.command_topic, payload, self.config.command_template)
        self.assume_on(on)

    async def do_set_humidity(self, humidity: int) -> None:
        """See `HumidifierEntity.do_set_humidity`."""
        config = self.config
        self.send(config.target_humidity_command_topic, humidity, config.target_humidity_command_template)
        self.assume("target_humidity", humidity, config.target_humidity_state_topic)

    async def do_set_mode(self, mode: str) -> None:
        """See `HumidifierEntity.do_set_mode`; a mode that it does not have is logged and not sent."""
        config = self.config
        modes = config.modes or []
        if mode not in modes:
            _LOGGER.warning("%s: '%s' is none of its modes: %s", self.entity_id, mode, ", ".join(modes))
            return
        self.send(config.mode_command_topic, mode, config.mode_command_template)
        self.assume("mode", mode, config.mode_state_topic)


def _humidity(value: str, low: float, high: float) -> int:
    humidity = round(number(value, "humidity"))
    if not low <= humidity <= high:
        raise NotTaken(f"is no humidity between {low} and {high}")
    return humidity


COMPONENT: Final = entity_component("humidifier", HumidifierConfig, MqttHumidifier)
