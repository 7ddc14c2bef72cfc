"""MQTT camera: pictures that are published as they are or in base64."""

from __future__ import annotations

import logging
from base64 import b64decode
from typing import Final, Literal

from marge.entities.camera import CameraEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.message import Message
from marge.mqtt.discovery.words import SubscribeTopic

_LOGGER = logging.getLogger("marge.mqtt.entity")


class CameraConfig(EntityConfig, frozen=True, kw_only=True):
    """`encoding` says nothing about the pictures: they are bytes."""

    topic: SubscribeTopic
    image_encoding: Literal["b64"] | None = None


class MqttCamera(MqttEntity, CameraEntity):
    """A camera behind MQTT; a new picture is no new state."""

    default_name = "MQTT Camera"
    reserved_attributes = frozenset({"access_token", "brand", "model_name", "motion_detection"})

    config: CameraConfig
    _picture: bytes | None = None

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on_message(self.config.topic, self._picture_received, writes=False)

    def _picture_received(self, message: Message) -> None:
        picture = message.payload
        if self.config.image_encoding is not None:
            try:
                picture = b64decode(picture)
            except ValueError as error:
                _LOGGER.warning("%s: the picture on %s is not in base64: %s", self.entity_id, message.topic, error)
                return
        self._picture = picture

    async def image(self) -> bytes | None:
        """See `PictureEntity.image`."""
        return self._picture


COMPONENT: Final = entity_component("camera", CameraConfig, MqttCamera)
