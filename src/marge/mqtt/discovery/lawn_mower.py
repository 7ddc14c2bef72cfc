"""MQTT lawn mower: mowing, pausing and docking by commands."""

from __future__ import annotations

import logging
from typing import Final

from marge.entities.lawn_mower import Features, LawnMowerEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept
from marge.mqtt.discovery.words import PublishTopic, SubscribeTopic, TemplateText
from marge.util.schema import Flag

_LOGGER = logging.getLogger("marge.mqtt.entity")

ACTIVITIES: Final = frozenset({"docked", "error", "mowing", "paused", "returning"})


class LawnMowerConfig(EntityConfig, frozen=True, kw_only=True):
    """A mower can do what there is a command topic for."""

    activity_state_topic: SubscribeTopic | None = None
    activity_value_template: TemplateText | None = None
    dock_command_template: TemplateText | None = None
    dock_command_topic: PublishTopic | None = None
    optimistic: Flag = False
    pause_command_template: TemplateText | None = None
    pause_command_topic: PublishTopic | None = None
    retain: Flag = False
    start_mowing_command_template: TemplateText | None = None
    start_mowing_command_topic: PublishTopic | None = None


class MqttLawnMower(MqttEntity, LawnMowerEntity):
    """A lawn mower behind MQTT."""

    default_name = "MQTT Lawn Mower"

    kept = (Kept("activity", STATE),)

    config: LawnMowerConfig

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.assumed_state = config.optimistic or config.activity_state_topic is None
        features = 0
        if config.dock_command_topic is not None:
            features |= Features.DOCK.value
        if config.pause_command_topic is not None:
            features |= Features.PAUSE.value
        if config.start_mowing_command_topic is not None:
            features |= Features.START_MOWING.value
        self.supported_features = features

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.activity_state_topic, self._activity_received, self.config.activity_value_template)

    def _activity_received(self, value: str) -> None:
        if value.lower() == "none":
            self.activity = None
        elif value in ACTIVITIES:
            self.activity = value
        elif value:
            _LOGGER.error(
                "%s: '%s' is no activity of a lawn mower; those are: %s",
                self.entity_id,
                value,
                ", ".join(sorted(ACTIVITIES)),
            )

    async def do_start_mowing(self) -> None:
        """See `LawnMowerEntity.do_start_mowing`."""
        config = self.config
        self._command(config.start_mowing_command_topic, "start_mowing", config.start_mowing_command_template, "mowing")

    async def do_pause(self) -> None:
        """See `LawnMowerEntity.do_pause`."""
        config = self.config
        self._command(config.pause_command_topic, "pause", config.pause_command_template, "paused")

    async def do_dock(self) -> None:
        """See `LawnMowerEntity.do_dock`."""
        config = self.config
        self._command(config.dock_command_topic, "dock", config.dock_command_template, "docked")

    def _command(self, topic: str | None, payload: str, template: str | None, activity: str) -> None:
        self.send(topic, payload, template)
        if self.assumed_state:
            self.activity = activity
            self.write_state()


COMPONENT: Final = entity_component("lawn_mower", LawnMowerConfig, MqttLawnMower)
