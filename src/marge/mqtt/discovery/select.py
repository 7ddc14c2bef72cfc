"""MQTT select: one of a list of options."""

from __future__ import annotations

import logging
from typing import Any, Final

from marge.entities.select import SelectEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import CommandConfig
from marge.mqtt.discovery.entity import MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept, one_of
from marge.mqtt.discovery.words import TemplateText
from marge.util.schema import Strings

_LOGGER = logging.getLogger("marge.mqtt.entity")


class SelectConfig(CommandConfig, frozen=True, kw_only=True):
    """The keys of a select."""

    command_template: TemplateText | None = None
    options: Strings
    value_template: TemplateText | None = None


class MqttSelect(MqttEntity, SelectEntity):
    """A select behind MQTT."""

    default_name = "MQTT Select"
    reserved_attributes = frozenset({"options"})
    kept = (Kept("current_option", STATE, one_of("options")),)

    config: SelectConfig
    options: Any = from_config("options")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.assumed_state = self.config.assumed

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._option_received, self.config.value_template)

    def _option_received(self, value: str) -> None:
        if value.lower() == "none":
            self.current_option = None
        elif value in self.config.options:
            self.current_option = value
        elif value.strip():
            _LOGGER.error(
                "%s: '%s' is not one of its options: %s", self.entity_id, value, ", ".join(self.config.options)
            )

    async def do_select_option(self, option: str) -> None:
        """See `SelectEntity.do_select_option`."""
        self.send(self.config.command_topic, option, self.config.command_template)
        if self.assumed_state:
            self.current_option = option
            self.write_state()


COMPONENT: Final = entity_component("select", SelectConfig, MqttSelect)
