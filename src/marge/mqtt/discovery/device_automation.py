"""MQTT device triggers: what a device's buttons and the like do, for automations to start with.

They fire nothing by themselves: an automation listens with `DeviceTriggers.listen`.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, Final, Literal

from msgspec import Struct

from marge.core.errors import Refused, TemplateError
from marge.mqtt.discovery.component import Component, Item
from marge.mqtt.discovery.config import Device, read_config
from marge.mqtt.discovery.device_triggers import DeviceTrigger
from marge.mqtt.discovery.following import FAILED
from marge.mqtt.discovery.holding import DeviceHolder
from marge.mqtt.discovery.ports import MqttPlatform
from marge.mqtt.discovery.words import Qos, SubscribeTopic, TemplateText, Word
from marge.templates import Payload
from marge.util.schema import Invalid, Text

_LOGGER = logging.getLogger("marge.mqtt.device_triggers")


class TriggerConfig(Struct, frozen=True, kw_only=True):
    """Fires at `payload` on `topic` (after the template), at any payload without one or with an empty one."""

    automation_type: Literal["trigger"]
    type: Word
    subtype: Word
    topic: SubscribeTopic
    payload: Text | None = None
    value_template: TemplateText | None = None
    device: Device
    qos: Qos = 0
    encoding: Word = "utf-8"


class DeviceTriggerItem(DeviceHolder):
    """A trigger while it is announced."""

    __slots__ = ("_config", "_trigger")

    def __init__(self, mqtt: MqttPlatform, payload: dict[str, Any]) -> None:
        self._config = read_config(mqtt.shared, payload, TriggerConfig)
        super().__init__(mqtt, self._config.device)
        try:
            self._trigger = self._add()
        except Invalid:
            self.release(forget=True)
            raise

    def update(self, payload: dict[str, Any]) -> None:
        """See `Item.update`."""
        config = read_config(self.mqtt.shared, payload, TriggerConfig)
        if config == self._config:
            return
        before, old = self._config, self._trigger
        self.hold(config.device)
        self.mqtt.triggers.remove(old.key)
        self._config = config
        try:
            self._trigger = self._add()
        except Invalid:
            self._config = before
            self.hold(before.device)
            self._trigger = self._add()
            raise

    def remove(self, *, forget: bool) -> None:
        """See `Item.remove`."""
        self.mqtt.triggers.remove(self._trigger.key)
        self.release(forget=forget)

    def _add(self) -> DeviceTrigger:
        config = self._config
        assert self.device_id is not None
        trigger = DeviceTrigger(
            device_id=self.device_id,
            type=config.type,
            subtype=config.subtype,
            topic=config.topic,
            qos=config.qos,
            matches=partial(_matches, self.mqtt, config),
        )
        try:
            self.mqtt.triggers.add(trigger)
        except Refused as error:
            raise Invalid(str(error)) from error
        return trigger


def _matches(mqtt: MqttPlatform, config: TriggerConfig, payload: bytes) -> bool:
    """Whether a payload fires the trigger."""
    try:
        text: Any = payload.decode(config.encoding or "utf-8")
        if config.value_template is not None:
            text = mqtt.shared.reader(config.value_template).render(Payload(text), default=FAILED)
    except (UnicodeError, LookupError, TemplateError) as error:
        _LOGGER.warning("A message on %s cannot be compared with the payload of a trigger: %s", config.topic, error)
        return False
    return not config.payload or bool(text == config.payload)


def _create(mqtt: MqttPlatform, payload: dict[str, Any]) -> Item:
    return DeviceTriggerItem(mqtt, payload)


COMPONENT: Final = Component("device_automation", _create, lambda _payload: TriggerConfig)
