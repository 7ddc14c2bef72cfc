"""MQTT image: pictures that are published themselves, or the addresses of pictures."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64decode
from typing import Final, Literal

from marge.entities.image import ImageEntity
from marge.entities.picture_fetch import fetch_picture
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.message import Message
from marge.mqtt.discovery.words import SubscribeTopic, TemplateText, is_url
from marge.util.dt import from_timestamp
from marge.util.schema import Invalid, Text

_LOGGER = logging.getLogger("marge.mqtt.entity")


class ImageConfig(EntityConfig, frozen=True, kw_only=True):
    """One of `image_topic` and `url_topic`."""

    content_type: Text | None = None
    image_encoding: Literal["b64"] | None = None
    image_topic: SubscribeTopic | None = None
    url_template: TemplateText | None = None
    url_topic: SubscribeTopic | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for none or both of the topics."""
        if (self.image_topic is None) == (self.url_topic is None):
            raise Invalid("give either 'image_topic' or 'url_topic'", ("image_topic",))
        if self.content_type is not None and self.url_topic is not None:
            raise Invalid("'content_type' does not go with 'url_topic'", ("content_type",))


class MqttImage(MqttEntity, ImageEntity):
    """A picture behind MQTT; one behind an address is fetched when somebody looks at it."""

    default_name = "MQTT Image"

    config: ImageConfig
    _picture: bytes | None = None
    _url: str | None = None

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.content_type = self.config.content_type or "image/jpeg"

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on_message(self.config.image_topic, self._picture_received)
        topics.on(self.config.url_topic, self._url_received, self.config.url_template)

    def _picture_received(self, message: Message) -> None:
        picture: bytes | None = message.payload
        if self.config.image_encoding is not None:
            try:
                picture = b64decode(message.payload)
            except ValueError as error:
                _LOGGER.error("%s: the picture on %s is not in base64: %s", self.entity_id, message.topic, error)
                picture = None
        self._picture = picture
        self.image_last_updated = from_timestamp(self.hub.clock.now())

    def _url_received(self, value: str) -> None:
        if is_url(value):
            self._url = value
            self._picture = None
        else:
            _LOGGER.error("%s: '%s' is no address of a picture", self.entity_id, value)
        self.image_last_updated = from_timestamp(self.hub.clock.now())

    async def image(self) -> bytes | None:
        """See `PictureEntity.image`."""
        url = self._url
        if self._picture is None and url is not None:
            fetched = await asyncio.to_thread(fetch_picture, url)
            if isinstance(fetched, str):
                _LOGGER.error("%s: %s", self.entity_id, fetched)
            elif url == self._url:
                self._picture, self.content_type = fetched
        return self._picture


COMPONENT: Final = entity_component("image", ImageConfig, MqttImage)
