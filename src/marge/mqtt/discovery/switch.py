"""MQTT switch: a command topic, and a state topic that says what became of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Final

from marge.entities.switch import DEVICE_CLASSES, SwitchEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.entity import from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.on_off import MqttOnOff, OnOffConfig
from marge.mqtt.discovery.words import LowerWord, TemplateText, Word


class SwitchConfig(OnOffConfig, frozen=True, kw_only=True):
    """`state_on` and `state_off` default to the payloads."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    state_on: Word | None = None
    state_off: Word | None = None
    value_template: TemplateText | None = None
    device_class: LowerWord | None = None


class MqttSwitch(MqttOnOff, SwitchEntity):
    """A switch behind MQTT; without a state topic it is what it was last told to be."""

    default_name = "MQTT Switch"

    config: SwitchConfig
    device_class: Any = from_config("device_class")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.assumed_state = self.config.assumed

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._state_received, self.config.value_template)

    def _state_received(self, value: str) -> None:
        config = self.config
        on = config.payload_on if config.state_on is None else config.state_on
        off = config.payload_off if config.state_off is None else config.state_off
        self.take_state(value, on, off)

    async def turn_on(self) -> None:
        """See `ToggleEntity.turn_on`."""
        self._command(self.config.payload_on, True)

    async def turn_off(self) -> None:
        """See `ToggleEntity.turn_off`."""
        self._command(self.config.payload_off, False)

    def _command(self, payload: str, on: bool) -> None:
        self.send(self.config.command_topic, payload, self.config.command_template)
        self.assume_on(on)


COMPONENT: Final = entity_component("switch", SwitchConfig, MqttSwitch)
