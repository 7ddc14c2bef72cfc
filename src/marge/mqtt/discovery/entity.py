"""What all MQTT entities do: take over a configuration, follow topics and availability, publish commands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar

from msgspec import UNSET

from marge.core.errors import ServiceValidationError, TemplateError
from marge.core.state import UNAVAILABLE
from marge.entities.base import DeviceInfo, Entity
from marge.mqtt.discovery.availability import AvailabilityGroup, group_for
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.devices import device_info
from marge.mqtt.discovery.following import PAYLOAD_NONE, Reader, Topics, read_as, reader
from marge.mqtt.discovery.kept import Kept
from marge.mqtt.discovery.last_run import RESERVED_ATTRIBUTES, LastRun
from marge.mqtt.discovery.message import Message
from marge.mqtt.discovery.names import device_class_name
from marge.mqtt.discovery.ports import MqttPlatform
from marge.templates import VALUE_LIMIT
from marge.util import jsonx

__all__ = ["PAYLOAD_NONE", "MqttEntity", "from_config"]

_LOGGER = logging.getLogger("marge.mqtt.entity")


def from_config(name: str) -> Any:
    """An attribute of an entity that is a key of its configuration; thousands of entities keep no copy of it."""
    return property(attrgetter(f"config.{name}"))


def _device(entity: MqttEntity) -> DeviceInfo | None:
    """What the registry is told of the device; an entity without a unique id has none."""
    config = entity.config
    return None if config.device is None or config.unique_id is None else device_info(config.device)


class MqttEntity(Entity):
    """The base of all MQTT entities; a component extends it together with a domain's class.

    A component gives `setup`, which takes over a configuration (the first one and each update), and `listen`, which
    says what each topic is for. Its state is written once per message, after all handlers of the topic. Attributes are
    set only where they differ from the class: up to thirty of them share their keys with all entities of the class.
    """

    platform = "mqtt"
    default_name: ClassVar[str | None] = None
    names_by_device_class: ClassVar[bool] = False
    """Whether an entity without a name is called by its device class."""
    reserved_attributes: ClassVar[frozenset[str]] = frozenset()
    """Attributes of the domain that JSON attributes may not set."""
    has_entity_name = True
    kept: ClassVar[tuple[Kept, ...]] = ()
    """What it takes back from its last state."""

    config: EntityConfig
    unique_id = from_config("unique_id")
    suggested_object_id = from_config("object_id")
    config_entry_id: Any = property(attrgetter("mqtt.config_entry_id"))
    device: Any = property(_device)
    entity_category = from_config("entity_category")
    enabled_by_default = from_config("enabled_by_default")
    icon = from_config("icon")
    entity_picture = from_config("entity_picture")

    expired = False
    """Whether the value is too old to be shown."""
    _last_run: LastRun | None = None
    _removes: tuple[Callable[[], None], ...] = ()
    _group: AvailabilityGroup | None = None
    _registered_device: str | None = None

    def __init__(self, mqtt: MqttPlatform, config: Any) -> None:
        self.mqtt = mqtt
        self.configure(config)

    # What a component gives.

    def setup(self) -> None:
        """Take over `self.config`, the first one or an update; raises Invalid."""

    def listen(self, topics: Topics) -> None:
        """Say what each topic is for."""

    # What the component uses.

    def reader(self, template: str | None) -> Reader | None:
        """What `template` picks from payloads; None for none."""
        return None if template is None else reader(self, template)

    def refuse(self, topic: str | None, value: object, problem: object) -> None:
        """Say that a value on `topic` is not taken over, and what it is: what was there before stays."""
        # One line a minute for each kind of problem: what differs from message to message is in its brackets.
        about = self.entity_id, topic, str(problem).partition(" (")[0]
        line = "%s: %.200r on %s %s: it is passed over"
        _LOGGER.warning(line, self.entity_id, value, topic, problem, extra={"about": about})

    def send(
        self,
        topic: str | None,
        value: str | float | bytes,
        template: str | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        """Publish a command, or what `template` makes of it, with the entity's qos and retain.

        Nothing happens without a topic. Raises ServiceValidationError when the template fails.
        """
        if topic is None:
            return
        payload = value if template is None else self.render_command(template, value, variables)
        if not isinstance(payload, bytes):
            encoding = self.config.encoding
            if not encoding:
                _LOGGER.error(
                    "%s: the payload for %s is text, which is not published as the encoding is empty",
                    self.entity_id,
                    topic,
                )
                return
            payload = str(payload)
            if encoding != "utf-8":
                try:
                    payload = payload.encode(encoding)
                except (UnicodeError, LookupError):
                    _LOGGER.error("%s: the payload for %s cannot be written in %s", self.entity_id, topic, encoding)
                    return
        self.mqtt.link.publish(topic, payload, self.config.qos, getattr(self.config, "retain", False))

    def assume(self, attribute: str, value: Any, state_topic: str | None) -> None:
        """Take a command for done, as told to or as no `state_topic` says what became of it."""
        if state_topic is None or getattr(self.config, "optimistic", False):
            setattr(self, attribute, value)
            self.write_state()

    def render_command(self, template: str, value: Any, variables: Mapping[str, Any] | None = None) -> str | bytes:
        """What a command template makes of `value` and `variables`; raises ServiceValidationError."""
        values = {"value": value, **self.template_variables(), **(variables or {})}
        try:
            text = str(self.mqtt.templates.template(template).render(values, parse_result=False, limit=VALUE_LIMIT))
        except TemplateError as error:
            raise ServiceValidationError(
                f"{error} rendering template for entity '{self.entity_id}', template: '{template}' "
                f"and payload: {value}",
                translation_domain="mqtt",
                translation_key="command_template_error",
                placeholders={"error": str(error), "entity_id": self.entity_id, "command_template": template},
            ) from error
        return bytes_literal(text) if text.startswith(("b'", 'b"')) else text

    def template_variables(self) -> dict[str, Any]:
        """The entity as variables of its templates."""
        entity_id = self.entity_id
        if not entity_id:
            return {}
        return {"entity_id": entity_id, "name": self.name, "this": self.mqtt.templates.this(entity_id)}

    # Life.

    def configure(self, config: EntityConfig) -> None:
        """Take over a configuration, the first or an update; raises Invalid."""
        self.config = config
        self.setup()
        if config.name is not UNSET:
            self.name = config.name
        elif self.names_by_device_class and self.device_class not in (None, "enum"):
            self.name = device_class_name(self.device_class)
        else:
            self.name = self.default_name
        self.description_changed()

    def reconfigure(self, config: EntityConfig) -> None:
        """Take over an update while the entity lives: topics and templates are followed anew, the state stays."""
        before = self.config
        try:
            self.configure(config)
        except Exception:
            self.configure(before)
            raise
        if self.is_added:
            self._unsubscribe()
            self._subscribe()
            self.write_state()

    def added(self) -> None:
        """Follow the topics; retained messages come at once.

        Where none says how the entity is, it stays what it was in the last run until its device reports.
        """
        super().added()
        last = self.last_state
        if last is not None and last.state != UNAVAILABLE:
            self._last_run = LastRun(self, last)
        self._subscribe()

    def write_state(self) -> None:
        """See `Entity.write_state`."""
        if self._last_run is not None and self.available:
            if self.show("state") is None and self._last_run.write(self):
                return
            self._last_run = None
        super().write_state()

    def forget_last(self) -> None:
        """The device says that nobody knows how it is: the last run's state holds no longer."""
        if self._last_run is not None:
            self._last_run = None

    def removed(self) -> None:
        """Follow nothing any more."""
        super().removed()
        self._unsubscribe()
        if self._group is not None:
            self._group.leave(self)
            self._group = None

    def update_available(self) -> None:
        """Work out whether the entity is there: the broker, the device, and a value that has not expired."""
        available = self._group is not None and self._group.available and not self.expired
        if available != self.available:
            self.available = available

    def availability_changed(self) -> None:
        """See `availability.Member`."""
        # One that is about to join shows itself when it follows its topics too.
        if self._group is not None:
            self.update_available()
            self.write_state()

    def _subscribe(self) -> None:
        config = self.config
        group = group_for(self.mqtt, config.availability, config.qos, config.encoding or "utf-8", self)
        if group is not self._group:
            group.join(self)
            if self._group is not None:
                self._group.leave(self)
            self._group = group
        topics = Topics(self)
        if config.json_attributes_topic is not None:
            read = self.reader(config.json_attributes_template)
            topics.on_message(config.json_attributes_topic, partial(self._json_attributes_received, read))
        self.listen(topics)
        self.update_available()
        self._removes = topics.subscribe()

    def _unsubscribe(self) -> None:
        for remove in self._removes:
            remove()
        self._removes = ()

    def _json_attributes_received(self, read: Reader | None, message: Message) -> None:
        data: Any = message.json
        if read is not None:
            payload = message.decode(self.config.encoding)
            data = None if payload is None else jsonx.loads_object(read_as(self, read, payload))
        if not isinstance(data, dict):
            _LOGGER.warning("%s: the JSON attributes on %s are no JSON object", self.entity_id, message.topic)
            return
        own = self.reserved_attributes
        self.set_json_attributes(
            {str(key): value for key, value in data.items() if key not in RESERVED_ATTRIBUTES and key not in own}
        )

    def set_json_attributes(self, attributes: dict[str, Any]) -> None:
        """Take over the JSON attributes; a component that reads some of them itself overrides this."""
        self.extra_attributes = attributes

    @property
    def device_id(self) -> str | None:
        """The registry id of the device, None for an entity without one."""
        entry = self.mqtt.registries.entities.get(self.entity_id)
        return None if entry is None else entry.device_id


def bytes_literal(text: str) -> str | bytes:
    """What a template means that writes bytes as Python does: `b'\\xde\\xad'`."""
    from ast import literal_eval

    try:
        value = literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, bytes) else text
