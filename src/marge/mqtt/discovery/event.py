"""MQTT event: things that happen, as JSON with their `event_type`."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, ClassVar, Final

from marge.entities.event import DEVICE_CLASSES, EventEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import ReadConfig
from marge.mqtt.discovery.entity import PAYLOAD_NONE, MqttEntity, from_config
from marge.mqtt.discovery.following import FAILED, Reader, Topics
from marge.mqtt.discovery.message import Message
from marge.mqtt.discovery.words import LowerWord
from marge.util import jsonx
from marge.util.schema import Strings

_LOGGER = logging.getLogger("marge.mqtt.entity")


class EventConfig(ReadConfig, frozen=True, kw_only=True):
    """The keys of an event."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    device_class: LowerWord | None = None
    event_types: Strings


class MqttEvent(MqttEntity, EventEntity):
    """A source of events behind MQTT; a retained message is no event: it happened before."""

    default_name = "MQTT Event"
    names_by_device_class = True
    reserved_attributes = frozenset({"event_type", "event_types"})

    config: EventConfig
    device_class: Any = from_config("device_class")
    event_types: Any = from_config("event_types")
    _read: Reader | None = None

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        self._read = self.reader(self.config.value_template)
        topics.on_message(self.config.state_topic, self._event_received, writes=False)

    def _event_received(self, message: Message) -> None:
        if message.retain:
            return
        payload = message.decode(self.config.encoding)
        if payload is None:
            _LOGGER.warning("%s: a payload on %s is not decodable", self.entity_id, message.topic)
            return
        text = payload.value if self._read is None else self._read.render(payload, default=FAILED)
        if not text or text is FAILED or text in (PAYLOAD_NONE, "{}"):
            return
        data = jsonx.loads_object(text)
        if data is None:
            _LOGGER.warning("%s: an event on %s is no JSON object: %.200r", self.entity_id, message.topic, text)
            return
        if "event_type" not in data:
            _LOGGER.warning("%s: an event on %s has no event_type: %.200r", self.entity_id, message.topic, text)
            return
        event_type = str(data.pop("event_type"))
        try:
            self.trigger(event_type, data)
        except ValueError as error:
            _LOGGER.warning("%s (received on %s)", error, message.topic, extra={"about": self.entity_id})


COMPONENT: Final = entity_component("event", EventConfig, MqttEvent)
