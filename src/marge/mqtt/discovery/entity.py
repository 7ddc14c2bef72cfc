"""What all MQTT entities do: take over a configuration, follow topics and availability, publish commands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from msgspec import UNSET

from marge.core.errors import TemplateError
from marge.core.state import UNAVAILABLE, UNKNOWN
from marge.entities.base import Entity
from marge.mqtt.discovery.availability import AvailabilityTracker
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.devices import device_info
from marge.mqtt.discovery.message import Message
from marge.mqtt.discovery.names import device_class_name
from marge.mqtt.discovery.ports import MqttPlatform, Reader, Writer
from marge.templates import ValueTemplate
from marge.util import jsonx

_LOGGER = logging.getLogger("marge.mqtt.entity")

ValueHandler = Callable[[str], None]
MessageHandler = Callable[[Message], None]

# Attributes that JSON attributes may not set: they say what the entity is.
RESERVED_ATTRIBUTES: Final = frozenset(
    {
        "assumed_state",
        "available",
        "device_class",
        "device_info",
        "entity_category",
        "entity_picture",
        "entity_registry_enabled_default",
        "extra_state_attributes",
        "force_update",
        "friendly_name",
        "icon",
        "should_poll",
        "state",
        "supported_features",
        "unique_id",
        "unit_of_measurement",
    }
)


class MqttEntity(Entity):
    """The base of all MQTT entities; a component extends it together with a domain's class.

    A component gives `setup`, which takes over a configuration (the first one and each update), and `listen`, which
    says with `on` what each topic is for. Its state is written once per message, after all handlers of the topic.
    """

    platform = "mqtt"
    default_name: ClassVar[str] = "MQTT Entity"
    names_by_device_class: ClassVar[bool] = False
    """Whether an entity without a name is called by its device class."""
    reserved_attributes: ClassVar[frozenset[str]] = frozenset()
    """Attributes of the domain that JSON attributes may not set."""
    has_entity_name = True
    _keep_last = False
    expired = False
    """Whether the value is too old to be shown."""

    def __init__(self, mqtt: MqttPlatform, config: Any) -> None:
        self.mqtt = mqtt
        self._topics: dict[str, list[MessageHandler]] = {}
        self._qos: dict[str, int] = {}
        self._removes: list[Callable[[], None]] = []
        self._availability = AvailabilityTracker()
        self.config: EntityConfig
        self.configure(config)

    # What a component gives.

    def setup(self, config: Any) -> None:
        """Take over a configuration; raises TemplateError or Invalid."""

    def listen(self) -> None:
        """Call `on` for each topic."""

    # What the component uses.

    def on(
        self,
        topic: str | None,
        handler: ValueHandler,
        template: str | None = None,
        *,
        qos: int | None = None,
    ) -> None:
        """Call `handler` with the text of each message on `topic`, or with what `template` makes of it."""
        if topic is None:
            return
        read = self.reader(template)
        encoding = self.config.encoding or "utf-8"

        def receive(message: Message) -> None:
            payload = message.decode(encoding)
            if payload is None:
                _LOGGER.warning(
                    "Can't decode a payload on %s with encoding %s (for %s)", message.topic, encoding, self.entity_id
                )
                return
            handler(str(payload.value) if read is None else read(payload))

        self.on_message(topic, receive, qos=qos)

    def on_message(self, topic: str | None, handler: MessageHandler, *, qos: int | None = None) -> None:
        """Call `handler` with each message on `topic` as it came."""
        if topic is not None:
            self._topics.setdefault(topic, []).append(handler)
            self._qos[topic] = max(self._qos.get(topic, 0), self.config.qos if qos is None else qos)

    def reader(self, template: str | None) -> Reader | None:
        """What `template` picks from payloads, with the entity as variables; None for none."""
        if template is None:
            return None
        value_template = ValueTemplate(
            self.mqtt.templates, template, entity_id=self.entity_id or None, name=self.friendly_name
        )
        return value_template.render

    def writer(self, template: str | None) -> Writer | None:
        """What `template` makes of a command, with the entity as variables beside those given; None for none."""
        if template is None:
            return None
        compiled = self.mqtt.templates.template(template)

        def write(variables: Mapping[str, Any]) -> str:
            more = {
                "entity_id": self.entity_id,
                "name": self.friendly_name,
                "this": self.mqtt.templates.this(self.entity_id),
            }
            return str(compiled.render({**more, **variables}, parse_result=False))

        return write

    def publish(self, topic: str, payload: str | bytes, *, retain: bool | None = None) -> None:
        """Publish a command with the entity's qos and, unless given, its `retain`."""
        keep = bool(getattr(self.config, "retain", False)) if retain is None else retain
        data = payload
        if isinstance(payload, str) and self.config.encoding not in ("", "utf-8"):
            data = payload.encode(self.config.encoding, "replace")
        self.mqtt.link.publish(topic, data, self.config.qos, keep)

    # Life.

    def configure(self, config: EntityConfig) -> None:
        """Take over a configuration, the first or an update; raises TemplateError or Invalid."""
        self.config = config
        self.unique_id = config.unique_id
        self.suggested_object_id = config.object_id
        self.config_entry_id = self.mqtt.config_entry_id
        self.entity_category = config.entity_category
        self.enabled_by_default = config.enabled_by_default
        self.icon = config.icon
        self.entity_picture = config.entity_picture
        self.device = device_info(config.device) if config.device is not None and config.unique_id else None
        self._availability.configure(config)
        self.setup(config)
        self._set_name(config)
        self.description_changed()

    def _set_name(self, config: EntityConfig) -> None:
        if config.name is not UNSET:
            self.name = config.name
        elif self.names_by_device_class and self.device_class is not None:
            self.name = device_class_name(self.device_class)
        else:
            self.name = self.default_name

    def reconfigure(self, config: EntityConfig) -> None:
        """Take over an update while the entity lives: topics and templates are followed anew, the state stays."""
        before = self.config
        self._unsubscribe()
        try:
            self.configure(config)
        except Exception:
            self.configure(before)
            raise
        finally:
            if self.is_added:
                self._subscribe()
        self.write_state()

    def added(self) -> None:
        """Follow the topics; retained messages come at once.

        Where none says how the entity is, it stays what it was in the last run until its device reports.
        """
        self._subscribe()
        last = self.last_state
        if last is not None and last.state not in (UNKNOWN, UNAVAILABLE):
            self._keep_last = True

    def write_state(self) -> None:
        """See `Entity.write_state`."""
        if self._keep_last and self.available:
            if self.state is None and self.last_state is not None:
                self.hub.states.restore(self.last_state)
                return
            self._keep_last = False
        super().write_state()

    def removed(self) -> None:
        """Follow nothing any more."""
        self._unsubscribe()

    def update_available(self) -> None:
        """Work out whether the entity is there: the broker, the device, and a value that has not expired."""
        self.available = self.mqtt.link.connected and self._availability.available and not self.expired

    def _connection_changed(self, _connected: bool) -> None:
        self.update_available()
        self.write_state()

    def _subscribe(self) -> None:
        self._removes.append(self.mqtt.link.on_connection(self._connection_changed))
        self._topics.clear()
        self._qos.clear()
        for topic, availability in self._availability.topics.items():
            self.on_message(topic, self._availability_handler(topic, self.reader(availability.value_template)))
        self.on_message(self.config.json_attributes_topic, self._json_attributes_handler())
        self.listen()
        self.update_available()
        for topic, handlers in self._topics.items():
            self._removes.append(self.mqtt.link.subscribe(topic, self._receiver(handlers), self._qos[topic]))

    def _unsubscribe(self) -> None:
        for remove in self._removes:
            remove()
        self._removes.clear()

    def _receiver(self, handlers: list[MessageHandler]) -> Callable[[str, bytes, int, bool], None]:
        messages = self.mqtt.messages
        write_state = self.write_state

        def receive(topic: str, payload: bytes, qos: int, retain: bool) -> None:
            message = messages(topic, payload, qos, retain)
            for handler in handlers:
                try:
                    handler(message)
                except TemplateError as error:
                    _LOGGER.warning("%s: template failed on a message of %s: %s", self.entity_id, topic, error)
                except Exception:
                    _LOGGER.exception("%s: a message on %s could not be processed", self.entity_id, topic)
            write_state()

        return receive

    def _availability_handler(self, topic: str, read: Reader | None) -> MessageHandler:
        tracker = self._availability

        def receive(message: Message) -> None:
            payload = message.decode(self.config.encoding or "utf-8")
            if payload is None:
                return
            tracker.receive(topic, str(payload.value) if read is None else read(payload))
            self.update_available()

        return receive

    def _json_attributes_handler(self) -> MessageHandler:
        read = self.reader(self.config.json_attributes_template)
        reserved = RESERVED_ATTRIBUTES | self.reserved_attributes

        def receive(message: Message) -> None:
            data: Any = message.json
            if read is not None and message.value is not None:
                try:
                    data = jsonx.loads(read(message.value))
                except ValueError:
                    data = None
            if not isinstance(data, dict):
                _LOGGER.warning("%s: the JSON attributes on %s are no JSON object", self.entity_id, message.topic)
                return
            self.set_json_attributes({str(key): value for key, value in data.items() if key not in reserved})

        return receive

    @property
    def device_id(self) -> str | None:
        """The registry id of the device, None for an entity without one."""
        entry = self.mqtt.registries.entities.get(self.entity_id)
        return None if entry is None else entry.device_id

    def set_json_attributes(self, attributes: dict[str, Any]) -> None:
        """Take over the JSON attributes; a component that reads some of them itself overrides this."""
        self.extra_attributes = attributes
