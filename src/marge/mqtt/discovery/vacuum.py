"""MQTT vacuum: a robot that reports JSON and takes plain commands."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from msgspec import field

from marge.entities.vacuum import Features, VacuumEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import Kept
from marge.mqtt.discovery.words import PublishTopic, Word
from marge.util import jsonx
from marge.util.schema import Flag, Strings, word

_LOGGER = logging.getLogger("marge.mqtt.entity")

ACTIVITIES: Final = frozenset({"cleaning", "docked", "error", "idle", "paused", "returning"})

_FEATURES: Final = {
    "start": Features.START,
    "pause": Features.PAUSE,
    "stop": Features.STOP,
    "return_home": Features.RETURN_HOME,
    "fan_speed": Features.FAN_SPEED,
    "battery": Features.BATTERY,
    "status": Features.STATUS,
    "send_command": Features.SEND_COMMAND,
    "locate": Features.LOCATE,
    "clean_spot": Features.CLEAN_SPOT,
}


_DEFAULT_FEATURES: Final = ("start", "stop", "return_home", "battery", "clean_spot")


def _features(value: Any) -> list[str]:
    names = value if isinstance(value, (list, tuple)) else [value]
    for name in names:
        if not isinstance(name, str) or name not in _FEATURES:
            raise ValueError(f"{name!r} is none of the features {', '.join(_FEATURES)}")
    return list(names)


if TYPE_CHECKING:
    FeatureNames = list[str]
else:
    FeatureNames = word("FeatureNames", _features)


class VacuumConfig(EntityConfig, frozen=True, kw_only=True):
    """The keys of a vacuum."""

    command_topic: PublishTopic | None = None
    fan_speed_list: Strings = []
    payload_clean_spot: Word = "clean_spot"
    payload_locate: Word = "locate"
    payload_pause: Word = "pause"
    payload_return_to_base: Word = "return_to_base"
    payload_start: Word = "start"
    payload_stop: Word = "stop"
    retain: Flag = False
    send_command_topic: PublishTopic | None = None
    set_fan_speed_topic: PublishTopic | None = None
    state_topic: PublishTopic | None = None
    supported_features: FeatureNames = field(default_factory=lambda: list(_DEFAULT_FEATURES))


class MqttVacuum(MqttEntity, VacuumEntity):
    """A vacuum behind MQTT."""

    default_name = "MQTT State Vacuum"
    reserved_attributes = frozenset({"battery_icon", "battery_level", "fan_speed"})

    kept = (Kept("battery_level", "battery_level"), Kept("fan_speed", "fan_speed"))

    config: VacuumConfig
    fan_speed_list: Any = from_config("fan_speed_list")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        features = Features.STATE
        for name in self.config.supported_features:
            features |= _FEATURES[name]
        self.supported_features = features.value

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._state_received)

    def _state_received(self, value: str) -> None:
        data = jsonx.loads_object(value)
        if data is None:
            _LOGGER.warning("%s: the state is no JSON object: %.200s", self.entity_id, value)
            return
        if "state" in data:
            state = data["state"]
            if state is None or state == "":
                self.activity = None
            elif isinstance(state, str) and state in ACTIVITIES:
                self.activity = state
        speed = data.get("fan_speed", self.fan_speed)
        self.fan_speed = 0 if speed is None else speed  # type: ignore[assignment]  # Home Assistant shows 0 for none
        level = data.get("battery_level", self.battery_level or 0)
        if isinstance(level, (int, float)) and not isinstance(level, bool):
            self.battery_level = max(0, min(100, level))  # type: ignore[assignment]  # a device may report fractions
        else:
            self.refuse(self.config.state_topic, level, "is no number for its battery_level")

    async def do_start(self) -> None:
        """See `VacuumEntity.do_start`."""
        self.send(self.config.command_topic, self.config.payload_start)

    async def do_pause(self) -> None:
        """See `VacuumEntity.do_pause`."""
        self.send(self.config.command_topic, self.config.payload_pause)

    async def do_stop(self) -> None:
        """See `VacuumEntity.do_stop`."""
        self.send(self.config.command_topic, self.config.payload_stop)

    async def do_return_to_base(self) -> None:
        """See `VacuumEntity.do_return_to_base`."""
        self.send(self.config.command_topic, self.config.payload_return_to_base)

    async def do_clean_spot(self) -> None:
        """See `VacuumEntity.do_clean_spot`."""
        self.send(self.config.command_topic, self.config.payload_clean_spot)

    async def do_locate(self) -> None:
        """See `VacuumEntity.do_locate`."""
        self.send(self.config.command_topic, self.config.payload_locate)

    async def do_set_fan_speed(self, fan_speed: str) -> None:
        """See `VacuumEntity.do_set_fan_speed`; a speed that is not in the list is not sent."""
        if fan_speed in self.config.fan_speed_list:
            self.send(self.config.set_fan_speed_topic, fan_speed)
        else:
            _LOGGER.warning(
                "%s: '%s' is none of its fan speeds: %s",
                self.entity_id,
                fan_speed,
                ", ".join(self.config.fan_speed_list),
            )

    async def do_send_command(self, command: str, params: dict[str, Any] | list[Any] | None) -> None:
        """See `VacuumEntity.do_send_command`; with a mapping of parameters the command is JSON."""
        payload = command
        if isinstance(params, dict) and params:
            payload = jsonx.dumps({"command": command, **params}).decode()
        self.send(self.config.send_command_topic, payload)


COMPONENT: Final = entity_component("vacuum", VacuumConfig, MqttVacuum)
