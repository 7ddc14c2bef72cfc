"""MQTT switch: a command topic, and a state topic that says what became of it."""

from __future__ import annotations

from typing import Any, Final

from marge.entities.switch import SwitchEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import CommandConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.util.schema import Text


class SwitchConfig(CommandConfig, frozen=True, kw_only=True):
    """`state_on` and `state_off` default to the payloads."""

    payload_on: Text = "ON"
    payload_off: Text = "OFF"
    state_on: Text | None = None
    state_off: Text | None = None
    command_template: Text | None = None
    device_class: Text | None = None


class MqttSwitch(MqttEntity, SwitchEntity):
    """A switch behind MQTT; without a state topic it is what it was last told to be."""

    default_name = "MQTT Switch"
    names_by_device_class = True

    def setup(self, config: SwitchConfig) -> None:
        """See `MqttEntity.setup`."""
        self._config = config
        self.device_class = config.device_class
        self.assumed_state = config.optimistic or config.state_topic is None
        self._states = {
            config.state_on if config.state_on is not None else config.payload_on: True,
            config.state_off if config.state_off is not None else config.payload_off: False,
            "None": None,
        }
        self._write_command = self.writer(config.command_template)

    def listen(self) -> None:
        """See `MqttEntity.listen`."""
        self.on(self._config.state_topic, self._state_received, self._config.value_template)

    def _state_received(self, value: str) -> None:
        if value in self._states:
            self.is_on = self._states[value]

    async def turn_on(self) -> None:
        """See `ToggleEntity.turn_on`."""
        self._command(self._config.payload_on, True)

    async def turn_off(self) -> None:
        """See `ToggleEntity.turn_off`."""
        self._command(self._config.payload_off, False)

    def _command(self, payload: str, on: bool) -> None:
        variables: dict[str, Any] = {"value": payload}
        self.publish(
            self._config.command_topic, payload if self._write_command is None else self._write_command(variables)
        )
        if self.assumed_state:
            self.is_on = on
            self.write_state()


COMPONENT: Final = entity_component("switch", SwitchConfig, MqttSwitch)
