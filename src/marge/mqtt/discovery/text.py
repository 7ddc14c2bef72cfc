"""MQTT text: a short text that can be set."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

from marge.core.state import MAX_STATE_LENGTH
from marge.entities.text import TextEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import CommandConfig
from marge.mqtt.discovery.entity import PAYLOAD_NONE, MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept
from marge.mqtt.discovery.words import Count, Pattern, TemplateText
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.mqtt.entity")


class TextConfig(CommandConfig, frozen=True, kw_only=True):
    """`min` and `max` count characters."""

    command_template: TemplateText | None = None
    max: Count = MAX_STATE_LENGTH
    min: Count = 0
    mode: Literal["text", "password"] = "text"
    pattern: Pattern | None = None
    value_template: TemplateText | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for limits that no state can keep."""
        if self.min > self.max:
            raise Invalid(f"'max' ({self.max}) is below 'min' ({self.min})", ("max",))
        if self.max > MAX_STATE_LENGTH:
            raise Invalid(f"a state has at most {MAX_STATE_LENGTH} characters", ("max",))


class MqttText(MqttEntity, TextEntity):
    """A text behind MQTT."""

    default_name = "MQTT Text"
    reserved_attributes = frozenset({"max", "min", "mode", "pattern"})
    kept = (Kept("native_value", STATE),)

    config: TextConfig
    mode: Any = from_config("mode")
    native_max: Any = from_config("max")
    native_min: Any = from_config("min")
    pattern: Any = from_config("pattern")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.assumed_state = self.config.assumed

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._text_received, self.config.value_template)

    def _text_received(self, value: str) -> None:
        if value != PAYLOAD_NONE and (problem := self._problem(value)) is not None:
            _LOGGER.warning("%s: a text is passed over, as it %s", self.entity_id, problem)
            return
        self.native_value = None if value == PAYLOAD_NONE else value

    async def do_set_value(self, value: str) -> None:
        """See `TextEntity.do_set_value`."""
        self.send(self.config.command_topic, value, self.config.command_template)
        if self.assumed_state:
            self.native_value = value
            self.write_state()


COMPONENT: Final = entity_component("text", TextConfig, MqttText)
