"""MQTT scene: a payload that activates it."""

from __future__ import annotations

from typing import Final

from marge.core.errors import OperationFailed
from marge.entities.scene import SceneEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import SendConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.words import Word


class SceneConfig(SendConfig, frozen=True, kw_only=True):
    """The keys of a scene."""

    payload_on: Word | None = None


class MqttScene(MqttEntity, SceneEntity):
    """A scene behind MQTT."""

    default_name = "MQTT Scene"

    config: SceneConfig

    async def do_activate(self, transition: float | None) -> None:
        """See `SceneEntity.do_activate`; devices know no transitions. Raises OperationFailed without `payload_on`."""
        if self.config.payload_on is None:
            raise OperationFailed(f"{self.entity_id} was announced without a payload_on: there is nothing to send")
        self.send(self.config.command_topic, self.config.payload_on)


COMPONENT: Final = entity_component("scene", SceneConfig, MqttScene)
