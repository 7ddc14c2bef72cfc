"""MQTT tag scanner: each tag that is held to it becomes an event `tag_scanned`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from marge.core.errors import TemplateError
from marge.mqtt.discovery.component import Component, Item
from marge.mqtt.discovery.config import Device, read_config
from marge.mqtt.discovery.following import FAILED
from marge.mqtt.discovery.holding import DeviceHolder
from marge.mqtt.discovery.ports import MqttPlatform
from marge.mqtt.discovery.words import Qos, SubscribeTopic, TemplateText, Word

_LOGGER = logging.getLogger("marge.mqtt.tag")

TAG_SCANNED: Final = "tag_scanned"


class TagConfig(Struct, frozen=True, kw_only=True):
    """The payload on `topic`, or what the template makes of it, is the tag's id."""

    topic: SubscribeTopic
    value_template: TemplateText | None = None
    device: Device | None = None
    qos: Qos = 0
    encoding: Word = "utf-8"


class TagScanner(DeviceHolder):
    """A scanner while it is announced."""

    __slots__ = ("_config", "_unsubscribe")

    def __init__(self, mqtt: MqttPlatform, payload: dict[str, Any]) -> None:
        self._config = read_config(mqtt.shared, payload, TagConfig)
        super().__init__(mqtt, self._config.device)
        self._unsubscribe = self._subscribe()

    def update(self, payload: dict[str, Any]) -> None:
        """See `Item.update`."""
        config = read_config(self.mqtt.shared, payload, TagConfig)
        if config == self._config:
            return
        self.hold(config.device)
        self._config = config
        self._unsubscribe()
        self._unsubscribe = self._subscribe()

    def remove(self, *, forget: bool) -> None:
        """See `Item.remove`."""
        self._unsubscribe()
        self.release(forget=forget)

    def _subscribe(self) -> Callable[[], None]:
        return self.mqtt.link.subscribe(self._config.topic, self._receive, self._config.qos)

    def _receive(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        config = self._config
        text = self.mqtt.messages(topic, payload, qos, retain).decode(config.encoding)
        if text is None:
            _LOGGER.warning("Can't decode a tag on %s with encoding %s", topic, config.encoding)
            return
        value: Any = text.value
        if config.value_template is not None:
            try:
                value = self.mqtt.shared.reader(config.value_template).render(text, default=FAILED)
            except TemplateError as error:
                _LOGGER.warning("The template of the tag scanner on %s failed: %s", topic, error)
                return
        if value is FAILED or not (tag_id := str(value).strip()):
            return
        entities = self.mqtt.registries.entities
        entity_id = entities.get_entity_id("tag", "tag", tag_id)
        entry = None if entity_id is None else entities.get(entity_id)
        name = None if entry is None else entry.name or entry.original_name
        self.mqtt.hub.bus.fire(TAG_SCANNED, {"tag_id": tag_id, "name": name, "device_id": self.device_id})


def _create(mqtt: MqttPlatform, payload: dict[str, Any]) -> Item:
    return TagScanner(mqtt, payload)


COMPONENT: Final = Component("tag", _create, lambda _payload: TagConfig)
