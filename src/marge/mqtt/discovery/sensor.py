"""MQTT sensor: a value on a topic, perhaps with a reset time and an expiry."""

from __future__ import annotations

from typing import Final, Literal

from marge.entities.sensor import SensorEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import ReadConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.expiry import Expiry
from marge.util.dt import parse_datetime
from marge.util.schema import Flag, Invalid, Strings, Text

PAYLOAD_NONE: Final = "None"


class SensorConfig(ReadConfig, frozen=True, kw_only=True):
    """`expire_after` in seconds."""

    device_class: Text | None = None
    expire_after: int | None = None
    force_update: Flag = False
    last_reset_value_template: Text | None = None
    options: Strings | None = None
    state_class: Literal["measurement", "total", "total_increasing"] | None = None
    suggested_display_precision: int | None = None
    unit_of_measurement: Text | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for keys that do not go together."""
        super().__post_init__()
        if self.last_reset_value_template is not None and self.state_class != "total":
            raise Invalid(
                "'last_reset_value_template' goes with state_class total only", ("last_reset_value_template",)
            )
        if self.options is not None and self.device_class != "enum":
            raise Invalid("'options' goes with device_class enum only", ("options",))
        if self.options is not None and (self.state_class is not None or self.unit_of_measurement is not None):
            raise Invalid("a sensor with 'options' has no state_class and no unit_of_measurement", ("options",))
        if self.options == []:
            raise Invalid("an empty list of 'options' is not allowed", ("options",))


class MqttSensor(MqttEntity, SensorEntity):
    """A sensor behind MQTT."""

    default_name = "MQTT Sensor"
    names_by_device_class = True
    reserved_attributes = frozenset({"last_reset", "options", "state_class"})
    _expiry: Expiry | None = None

    def setup(self, config: SensorConfig) -> None:
        """See `MqttEntity.setup`."""
        self._config = config
        self.device_class = config.device_class
        self.native_unit_of_measurement = config.unit_of_measurement
        self.state_class = config.state_class
        self.options = config.options
        self.suggested_display_precision = config.suggested_display_precision
        self.force_update = config.force_update
        if self._expiry is not None:
            self._expiry.stop()
        self._expiry = Expiry(self.mqtt.hub.clock, config.expire_after, self._expire) if config.expire_after else None
        self.expired = self._expiry is not None

    def listen(self) -> None:
        """See `MqttEntity.listen`."""
        config = self._config
        self.on(config.state_topic, self._value_received, config.value_template)
        if config.last_reset_value_template is not None:
            self.on(config.state_topic, self._last_reset_received, config.last_reset_value_template)

    def _value_received(self, value: str) -> None:
        if self._expiry is not None:
            self._expiry.renew()
            if self.expired:
                self.expired = False
                self.update_available()
        if value == "":
            return
        self.native_value = None if value == PAYLOAD_NONE else value

    def _last_reset_received(self, value: str) -> None:
        if value and (reset := parse_datetime(value)) is not None:
            self.last_reset = reset

    def _expire(self) -> None:
        self.expired = True
        self.update_available()
        self.write_state()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        if self._expiry is not None:
            self._expiry.stop()


COMPONENT: Final = entity_component("sensor", SensorConfig, MqttSensor)
