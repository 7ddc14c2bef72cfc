"""MQTT trigger: a message arrives."""

from __future__ import annotations

import logging
from codecs import lookup
from contextlib import suppress
from typing import Any, Literal

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.words import LimitedText, TplText
from marge.core.errors import Refused, TemplateError
from marge.templates import OWNER, ValueTemplate, is_template_string
from marge.util import jsonx
from marge.util.schema import Invalid, Text
from marge.util.topics import subscribe_topic

_LOGGER = logging.getLogger("marge.automation")


class MqttTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires at a message on `topic` whose payload, or what `value_template` makes of it, is `payload` if given.

    An empty `encoding` leaves the payload as bytes.
    """

    topic: LimitedText
    payload: TplText | None = None
    value_template: Text | None = None
    encoding: Text = "utf-8"
    qos: Literal[0, 1, 2] = 0

    def __post_init__(self) -> None:
        if not is_template_string(self.topic.text):
            try:
                subscribe_topic(self.topic.text)
            except ValueError as error:
                raise Invalid(str(error), ("topic",)) from None
        if self.encoding:
            try:
                lookup(self.encoding)
            except LookupError:
                raise ValueError(f"there is no encoding '{self.encoding}'") from None

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        mqtt = host.house.mqtt
        if mqtt is None:
            raise Refused("there is no MQTT")
        engine = host.house.templates
        topic = str(self.topic.bind(engine).render(host.variables, parse_result=False))
        wanted = (
            None if self.payload is None else str(self.payload.bind(engine).render(host.variables, parse_result=False))
        )
        value = None if self.value_template is None else ValueTemplate(engine, self.value_template)

        def on_message(topic: str, data: bytes, qos: int, retain: bool) -> None:
            payload: str | bytes = data
            if self.encoding:
                try:
                    payload = data.decode(self.encoding)
                except UnicodeDecodeError:
                    _LOGGER.warning("%s: a message on %s is not %s", host.name, topic, self.encoding)
                    return
            if wanted is not None:
                owner = OWNER.set(host.name)
                try:
                    found = payload if value is None else value.render(payload, default=None)
                except TemplateError as error:
                    _LOGGER.warning("%s: the value template of a message on %s: %s", host.name, topic, error)
                    return
                finally:
                    OWNER.reset(owner)
                if not found or found != wanted:
                    return
            fire(message_variables(topic, payload, qos))

        return mqtt.subscribe(topic, on_message, self.qos)


def message_variables(topic: str, payload: str | bytes, qos: int) -> dict[str, Any]:
    """What a message adds to `trigger`; `payload_json` is there when the payload is JSON."""
    variables = {"topic": topic, "payload": payload, "qos": qos, "description": f"mqtt topic {topic}"}
    with suppress(ValueError):
        variables["payload_json"] = jsonx.loads(payload)
    return variables
