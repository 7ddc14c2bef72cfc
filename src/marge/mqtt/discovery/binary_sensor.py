"""MQTT binary sensor: on or off on a topic, perhaps with an expiry and a delay after which it is off by itself."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, ClassVar, Final

from marge.core.clock import Cancel
from marge.entities.binary_sensor import DEVICE_CLASSES, BinarySensorEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import ReadConfig
from marge.mqtt.discovery.entity import from_config
from marge.mqtt.discovery.expiry import ExpiringEntity
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.on_off import MqttOnOff
from marge.mqtt.discovery.words import Count, LowerWord, Word
from marge.util.schema import Flag

_LOGGER = logging.getLogger("marge.mqtt.entity")


class BinarySensorConfig(ReadConfig, frozen=True, kw_only=True):
    """`expire_after` and `off_delay` in seconds."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    device_class: LowerWord | None = None
    expire_after: Count | None = None
    force_update: Flag = False
    off_delay: Count | None = None
    payload_off: Word = "OFF"
    payload_on: Word = "ON"


class MqttBinarySensor(MqttOnOff, ExpiringEntity, BinarySensorEntity):
    """A binary sensor behind MQTT."""

    default_name = "MQTT Binary sensor"
    names_by_device_class = True

    config: BinarySensorConfig
    device_class: Any = from_config("device_class")
    force_update: Any = from_config("force_update")
    _off: Cancel | None = None

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.setup_expiry(self.config.expire_after)

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._state_received, self.config.value_template)

    def _state_received(self, value: str) -> None:
        if self._expiry is not None:
            self.renew()
        config = self.config
        if not self.take_state(value, config.payload_on, config.payload_off):
            if value.strip():
                _LOGGER.info("%s: '%s' is neither its payload_on nor its payload_off", self.entity_id, value)
            return
        self._cancel_off()
        if self.is_on and config.off_delay is not None:
            self._off = self.hub.clock.call_later(config.off_delay, self._turn_off)

    def _turn_off(self) -> None:
        self._off = None
        self.is_on = False
        self.write_state()

    def _cancel_off(self) -> None:
        if self._off is not None:
            self._off()
            self._off = None

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        self._cancel_off()


COMPONENT: Final = entity_component("binary_sensor", BinarySensorConfig, MqttBinarySensor)
