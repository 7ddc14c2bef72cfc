"""MQTT button: a payload that is published at each press."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Final

from marge.entities.button import DEVICE_CLASSES, ButtonEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import SendConfig
from marge.mqtt.discovery.entity import MqttEntity, from_config
from marge.mqtt.discovery.words import LowerWord, TemplateText, Word


class ButtonConfig(SendConfig, frozen=True, kw_only=True):
    """The keys of a button."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    command_template: TemplateText | None = None
    device_class: LowerWord | None = None
    payload_press: Word = "PRESS"


class MqttButton(MqttEntity, ButtonEntity):
    """A button behind MQTT."""

    default_name = "MQTT Button"
    names_by_device_class = True

    config: ButtonConfig
    device_class: Any = from_config("device_class")

    async def do_press(self) -> None:
        """See `ButtonEntity.do_press`."""
        self.send(self.config.command_topic, self.config.payload_press, self.config.command_template)


COMPONENT: Final = entity_component("button", ButtonConfig, MqttButton)
