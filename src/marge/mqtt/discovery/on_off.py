"""What MQTT entities that are on or off have in common."""

from __future__ import annotations

from typing import ClassVar

from marge.entities.on_off import OnOffEntity
from marge.mqtt.discovery.config import CommandConfig
from marge.mqtt.discovery.entity import PAYLOAD_NONE, MqttEntity
from marge.mqtt.discovery.kept import STATE, Kept, is_text
from marge.mqtt.discovery.words import TemplateText, Word


class OnOffConfig(CommandConfig, frozen=True, kw_only=True):
    """An entity whose commands are two payloads."""

    command_template: TemplateText | None = None
    payload_off: Word = "OFF"
    payload_on: Word = "ON"


class MqttOnOff(MqttEntity, OnOffEntity):
    """An entity behind MQTT that is on or off."""

    kept: ClassVar[tuple[Kept, ...]] = (Kept("is_on", STATE, is_text("on")),)

    def take_state(self, value: str, on: str, off: str) -> bool:
        """Take over a state that is `on`, `off` or the payload for unknown; False when it is none of them."""
        if value == on:
            self.is_on = True
        elif value == off:
            self.is_on = False
        elif value == PAYLOAD_NONE:
            self.is_on = None
        else:
            return False
        return True

    def assume_on(self, on: bool) -> None:
        """Take a command to switch on or off for done, where no topic says what became of it."""
        if self.assumed_state:
            self.is_on = on
            self.write_state()
