"""MQTT notify: messages that are published as they are, or as a template makes them."""

from __future__ import annotations

from typing import Final

from marge.entities.notify import NotifyEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import SendConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.words import TemplateText


class NotifyConfig(SendConfig, frozen=True, kw_only=True):
    """The keys of a receiver of messages."""

    command_template: TemplateText | None = None


class MqttNotify(MqttEntity, NotifyEntity):
    """A receiver of messages behind MQTT; it shows no titles."""

    default_name = "MQTT notify"

    config: NotifyConfig

    async def do_send_message(self, message: str, title: str | None) -> None:
        """See `NotifyEntity.do_send_message`."""
        self.send(self.config.command_topic, message, self.config.command_template)


COMPONENT: Final = entity_component("notify", NotifyConfig, MqttNotify)
