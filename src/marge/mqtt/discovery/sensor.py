"""MQTT sensor: a value on a topic, perhaps with a reset time and an expiry."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, ClassVar, Final, Literal

from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import DEVICE_CLASSES, LATER_DEVICE_CLASSES
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import ReadConfig
from marge.mqtt.discovery.entity import PAYLOAD_NONE, from_config
from marge.mqtt.discovery.expiry import ExpiringEntity
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.reading import NotTaken, is_number
from marge.mqtt.discovery.words import Count, LowerWord, TemplateText, Word
from marge.util.dt import parse_datetime
from marge.util.schema import Flag, Invalid, Strings

_LOGGER = logging.getLogger("marge.mqtt.entity")


class SensorConfig(ReadConfig, frozen=True, kw_only=True):
    """`expire_after` in seconds."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES.keys() | LATER_DEVICE_CLASSES

    device_class: LowerWord | None = None
    expire_after: Count | None = None
    force_update: Flag = False
    last_reset_value_template: TemplateText | None = None
    options: Strings | None = None
    state_class: Literal["measurement", "total", "total_increasing"] | None = None
    suggested_display_precision: Count | None = None
    unit_of_measurement: Word | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for keys that do not go together."""
        if self.last_reset_value_template is not None and self.state_class != "total":
            raise Invalid(
                "'last_reset_value_template' goes with state_class total only", ("last_reset_value_template",)
            )
        if self.options is not None:
            if not self.options:
                raise Invalid("an empty list of 'options' is not allowed", ("options",))
            if self.state_class is not None or self.unit_of_measurement is not None:
                raise Invalid("a sensor with 'options' has no state_class and no unit_of_measurement", ("options",))
            if self.device_class != "enum":
                raise Invalid("'options' goes with device_class enum only", ("options",))


class MqttSensor(ExpiringEntity, SensorEntity):
    """A sensor behind MQTT."""

    default_name = "MQTT Sensor"
    names_by_device_class = True
    reserved_attributes = frozenset({"last_reset", "state_class"})

    config: SensorConfig
    device_class: Any = from_config("device_class")
    native_unit_of_measurement = from_config("unit_of_measurement")
    state_class = from_config("state_class")
    options = from_config("options")
    suggested_display_precision = from_config("suggested_display_precision")
    force_update = from_config("force_update")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.setup_expiry(self.config.expire_after)

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config = self.config
        text = config.options is None and config.device_class in ("date", "timestamp")
        received = self._time_received if text else self._number_received if self._is_numeric else self._value_received
        topics.on(config.state_topic, received, config.value_template, strict=True)
        if config.last_reset_value_template is not None:
            topics.on(config.state_topic, self._last_reset_received, config.last_reset_value_template)

    def _value_received(self, value: str) -> None:
        if self._expiry is not None:
            self.renew()
        if value == PAYLOAD_NONE:
            self.native_value = None
        elif (options := self.options) is not None and value not in options:
            _LOGGER.warning("%s: '%s' is not one of its options: %s", self.entity_id, value, ", ".join(options))
        else:
            self.native_value = value

    def _number_received(self, value: str) -> None:
        if self._expiry is not None:
            self.renew()
        if value == PAYLOAD_NONE:
            self.native_value = None
        elif is_number(value):
            self.native_value = value
        elif value:
            raise NotTaken("is no number, which its device class, state class, unit or precision ask for")

    def _time_received(self, value: str) -> None:
        if self._expiry is not None:
            self.renew()
        if value == PAYLOAD_NONE:
            self.native_value = None
            return
        time = parse_datetime(value)
        if time is None:
            _LOGGER.warning("%s: '%s' is no %s", self.entity_id, value, self.device_class)
            self.native_value = None
        else:
            self.native_value = time.date() if self.device_class == "date" else time

    @property
    def _is_numeric(self) -> bool:
        config = self.config
        return config.device_class not in (None, "enum") or not (
            config.state_class is None
            and config.unit_of_measurement is None
            and config.suggested_display_precision is None
        )

    def _last_reset_received(self, value: str) -> None:
        if not value:
            return
        reset = parse_datetime(value)
        if reset is None:
            _LOGGER.warning("%s: '%s' is no time of a last reset", self.entity_id, value)
        else:
            self.last_reset = reset


COMPONENT: Final = entity_component("sensor", SensorConfig, MqttSensor)
