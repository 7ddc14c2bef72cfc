"""MQTT device tracker: the name of the place on a topic, or a position in the JSON attributes."""

from __future__ import annotations

from typing import Any, Final, Literal

from marge.entities.device_tracker import HOME, NOT_HOME, TrackerEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.ports import MqttPlatform
from marge.mqtt.discovery.reading import NotTaken, number
from marge.mqtt.discovery.words import SubscribeTopic, TemplateText, Word
from marge.util.schema import Invalid


class TrackerConfig(EntityConfig, frozen=True, kw_only=True):
    """Needs at least one of the two topics."""

    state_topic: SubscribeTopic | None = None
    value_template: TemplateText | None = None
    payload_home: Word = HOME
    payload_not_home: Word = NOT_HOME
    payload_reset: Word = "None"
    source_type: Literal["gps", "router", "bluetooth", "bluetooth_le"] = "gps"

    def __post_init__(self) -> None:
        """Raises Invalid when nothing tells where it is."""
        if self.state_topic is None and self.json_attributes_topic is None:
            raise Invalid("give at least one of 'state_topic' and 'json_attributes_topic'")


class MqttDeviceTracker(MqttEntity, TrackerEntity):
    """A tracker behind MQTT; after `payload_reset` its position tells where it is."""

    config: TrackerConfig
    source_type: Any = from_config("source_type")
    force_update = False

    def __init__(self, mqtt: MqttPlatform, config: TrackerConfig) -> None:
        super().__init__(mqtt, config)
        self.zone_lookup = mqtt.zone_lookup

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._place_received, self.config.value_template)

    def _place_received(self, value: str) -> None:
        config = self.config
        if not value.strip():
            return
        if value == config.payload_home:
            self.location_name = HOME
        elif value == config.payload_not_home:
            self.location_name = NOT_HOME
        elif value == config.payload_reset:
            self.location_name = None
        else:
            self.location_name = value

    def set_json_attributes(self, attributes: dict[str, Any]) -> None:
        """See `MqttEntity.set_json_attributes`; the position is read from them."""
        self.latitude = self._number(attributes, "latitude")
        self.longitude = self._number(attributes, "longitude")
        self.location_accuracy = self._number(attributes, "gps_accuracy") or 0
        self.extra_attributes = attributes

    def _number(self, attributes: dict[str, Any], name: str) -> float | None:
        value = attributes.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return None
        try:
            number(value)
        except NotTaken as error:
            self.refuse(self.config.json_attributes_topic, value, error)
            return None
        return value


COMPONENT: Final = entity_component("device_tracker", TrackerConfig, MqttDeviceTracker)
