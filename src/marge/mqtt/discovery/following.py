"""From the messages of a topic to the handlers of one entity, and from there to its state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from marge.core.errors import TemplateError
from marge.mqtt.discovery.message import Message
from marge.mqtt.discovery.reading import NotTaken
from marge.mqtt.discovery.sharing import needs_entity
from marge.templates import NO_JSON, OWNER
from marge.util.log_limit import OncePerMinute

if TYPE_CHECKING:
    from marge.mqtt.discovery.entity import MqttEntity
    from marge.templates import Payload, ValueTemplate

_LOGGER = logging.getLogger("marge.mqtt.entity")
# What devices send wrongly they send again and again; each line of this logger begins with its entity.
_LOGGER.addFilter(OncePerMinute())

ValueHandler = Callable[[str], object]
"""Takes the text of a payload, or what a value template made of it; raises NotTaken for what it keeps away."""

MessageHandler = Callable[[Message], object]
"""Takes a message as it came."""

PAYLOAD_NONE: Final = "None"
"""The text that a template makes of null: nobody knows."""

FAILED: Final[Any] = object()
"""What a template gives that could not be rendered."""


class Reader(Protocol):
    """Picks a value from a payload."""

    def render(self, payload: Payload, *, default: Any = ...) -> Any:
        """The value as text; raises TemplateError.

        `default` when the payload lacks what the template asks for; without one the payload as it is.
        """


class EntityReader:
    """A value template that sees the entity, or keys of its configuration."""

    __slots__ = ("_attributes", "_entity", "_template")

    def __init__(self, template: ValueTemplate, entity: MqttEntity, attributes: Mapping[str, Any] | None) -> None:
        self._template = template
        self._entity = entity
        self._attributes = attributes

    def render(self, payload: Payload, *, default: Any = NO_JSON) -> Any:
        """See `Reader.render`."""
        variables = self._entity.template_variables()
        if self._attributes is not None:
            variables = {**self._attributes, **variables}
        return self._template.render(payload, default=default, variables=variables)


def reader(entity: MqttEntity, template: str, attributes: Mapping[str, Any] | None = None) -> Reader:
    """The reader of a template; shared by all entities unless it needs to see this one."""
    shared = entity.mqtt.shared.reader(template)
    if attributes is None and not needs_entity(template):
        return shared
    return EntityReader(shared, entity, attributes)


def read_as(entity: MqttEntity, read: Reader, payload: Payload, default: Any = NO_JSON) -> Any:
    """See `Reader.render`; the log names the entity."""
    owner = OWNER.set(entity.entity_id)
    try:
        return read.render(payload, default=default)
    finally:
        OWNER.reset(owner)


class Follower:
    """What an entity does with the messages of one topic; its state is written once, after all of it."""

    __slots__ = ("_entity", "_messages", "_values", "_writes")

    def __init__(self, entity: MqttEntity) -> None:
        self._entity = entity
        self._values: tuple[tuple[ValueHandler, Reader | None, Any], ...] = ()
        self._messages: tuple[MessageHandler, ...] = ()
        self._writes = False

    def add_value(self, handler: ValueHandler, read: Reader | None, default: Any) -> None:
        """Call `handler` with the text of each message, or with what `read` makes of it."""
        self._values = (*self._values, (handler, read, default))
        self._writes = True

    def add_message(self, handler: MessageHandler, writes: bool) -> None:
        """Call `handler` with each message; `writes` says whether the state follows from it."""
        self._messages = (*self._messages, handler)
        self._writes = self._writes or writes

    def receive(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Take a message."""
        entity = self._entity
        message = entity.mqtt.messages(topic, payload, qos, retain)
        if self._values:
            text = message.decode(entity.config.encoding)
            if text is None:
                _LOGGER.warning(
                    "Can't decode a payload on %s with encoding %s (for %s)",
                    topic,
                    entity.config.encoding,
                    entity.entity_id,
                    extra={"about": entity.entity_id},
                )
            else:
                for handler, read, default in self._values:
                    try:
                        value = text.value if read is None else read_as(entity, read, text, default)
                        if type(value) is str:
                            if value == PAYLOAD_NONE:
                                entity.forget_last()
                            handler(value)
                        else:
                            self._no_text(topic, value)
                    except NotTaken as error:
                        entity.refuse(topic, value, error)
                    except TemplateError as error:
                        _LOGGER.warning("%s: template failed on a message of %s: %s", entity.entity_id, topic, error)
                    except Exception:
                        _LOGGER.exception("%s: a message on %s could not be processed", entity.entity_id, topic)
        for take in self._messages:
            try:
                take(message)
            except TemplateError as error:
                _LOGGER.warning("%s: template failed on a message of %s: %s", entity.entity_id, topic, error)
            except Exception:
                _LOGGER.exception("%s: a message on %s could not be processed", entity.entity_id, topic)
        if self._writes:
            entity.write_state()

    def _no_text(self, topic: str, value: Any) -> None:
        if value is FAILED:
            problem = "lacks what its template asks for"
        else:
            problem = "is not decoded, as its encoding is empty, and no template makes a text of it"
        _LOGGER.warning("%s: the payload on %s %s; it is passed over", self._entity.entity_id, topic, problem)


class Topics:
    """Gathers what an entity follows, then subscribes: once per topic, with the entity's qos."""

    def __init__(self, entity: MqttEntity) -> None:
        self._entity = entity
        self._followers: dict[str, Follower] = {}

    def on(
        self,
        topic: str | None,
        handler: ValueHandler,
        template: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        *,
        strict: bool = False,
    ) -> None:
        """Call `handler` with the text of each message on `topic`, or with what `template` makes of it.

        A payload that lacks what the template asks for, such as one that is no JSON, is taken as it is, or passed over
        when `strict`. `attributes` are further variables of the template. Nothing happens without a topic.
        """
        if topic is not None:
            read = None if template is None else reader(self._entity, template, attributes)
            self._follower(topic).add_value(handler, read, FAILED if strict else NO_JSON)

    def on_message(self, topic: str | None, handler: MessageHandler, *, writes: bool = True) -> None:
        """Call `handler` with each message on `topic` as it came, retained or not."""
        if topic is not None:
            self._follower(topic).add_message(handler, writes)

    def subscribe(self) -> tuple[Callable[[], None], ...]:
        """Follow the topics, retained messages at once; returns what ends it."""
        link, qos = self._entity.mqtt.link, self._entity.config.qos
        return tuple([link.subscribe(topic, follower.receive, qos) for topic, follower in self._followers.items()])

    def _follower(self, topic: str) -> Follower:
        follower = self._followers.get(topic)
        if follower is None:
            follower = self._followers[topic] = Follower(self._entity)
        return follower
