"""MQTT cover: opens, closes, stops, goes to positions and tilts, as far as topics for it are given."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, ClassVar, Final

from marge.entities.cover import DEVICE_CLASSES, CoverEntity, Features
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import PAYLOAD_NONE, MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept, is_text
from marge.mqtt.discovery.ranges import from_percent, to_percent
from marge.mqtt.discovery.reading import NotTaken, number
from marge.mqtt.discovery.words import LowerWord, PublishTopic, SubscribeTopic, TemplateText, Word
from marge.util import jsonx
from marge.util.schema import Flag, Invalid

_LOGGER = logging.getLogger("marge.mqtt.entity")

_TILT: Final = (
    Features.OPEN_TILT.value | Features.CLOSE_TILT.value | Features.STOP_TILT.value | Features.SET_TILT_POSITION.value
)

# A key, and the topic that it is of no use without.
_NEEDS: Final = (
    ("set_position_topic", "position_topic"),
    ("value_template", "state_topic"),
    ("position_template", "position_topic"),
    ("set_position_template", "set_position_topic"),
    ("tilt_command_template", "tilt_command_topic"),
    ("tilt_status_template", "tilt_status_topic"),
)


class CoverConfig(EntityConfig, frozen=True, kw_only=True):
    """A payload that is null takes the ability away."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    command_topic: PublishTopic | None = None
    device_class: LowerWord | None = None
    optimistic: Flag = False
    payload_close: Word | None = "CLOSE"
    payload_open: Word | None = "OPEN"
    payload_stop: Word | None = "STOP"
    payload_stop_tilt: Word | None = "STOP"
    position_closed: int = 0
    position_open: int = 100
    position_template: TemplateText | None = None
    position_topic: SubscribeTopic | None = None
    retain: Flag = False
    set_position_template: TemplateText | None = None
    set_position_topic: PublishTopic | None = None
    state_closed: Word = "closed"
    state_closing: Word = "closing"
    state_open: Word = "open"
    state_opening: Word = "opening"
    state_stopped: Word = "stopped"
    state_topic: SubscribeTopic | None = None
    tilt_closed_value: int = 0
    tilt_command_template: TemplateText | None = None
    tilt_command_topic: PublishTopic | None = None
    tilt_max: int = 100
    tilt_min: int = 0
    tilt_opened_value: int = 100
    tilt_optimistic: Flag = False
    tilt_status_template: TemplateText | None = None
    tilt_status_topic: SubscribeTopic | None = None
    value_template: TemplateText | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for a key that its topic is missing for, and for ranges without a width."""
        for key, topic in _NEEDS:
            if getattr(self, key) is not None and getattr(self, topic) is None:
                raise Invalid(f"'{key}' goes with '{topic}' only", (key,))
        if self.position_open == self.position_closed - 1:
            raise Invalid("'position_open' and 'position_closed' leave no room for a position", ("position_open",))
        if self.tilt_max == self.tilt_min - 1:
            raise Invalid("'tilt_max' and 'tilt_min' leave no room for a tilt", ("tilt_max",))

    @property
    def assumed(self) -> bool:
        """Whether nothing reports what became of a command."""
        statuses = (self.position_topic, self.state_topic, self.tilt_status_topic)
        return self.optimistic or all(topic is None for topic in statuses)

    @property
    def positions(self) -> tuple[int, int]:
        """The range of what is not closed."""
        return (self.position_closed + 1, self.position_open)

    @property
    def tilts(self) -> tuple[int, int]:
        """The range of tilts that are not closed."""
        return (self.tilt_min + 1, self.tilt_max)

    def variables(self) -> dict[str, int]:
        """What templates see of it."""
        return {
            "position_open": self.position_open,
            "position_closed": self.position_closed,
            "tilt_min": self.tilt_min,
            "tilt_max": self.tilt_max,
        }


class MqttCover(MqttEntity, CoverEntity):
    """A cover behind MQTT."""

    default_name = "MQTT Cover"
    reserved_attributes = frozenset({"current_position", "current_tilt_position"})

    kept = (
        Kept("is_closed", STATE, is_text("closed")),
        Kept("current_position", "current_position"),
        Kept("current_tilt_position", "current_tilt_position"),
    )

    config: CoverConfig
    device_class: Any = from_config("device_class")
    _tilt_assumed = False

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.assumed_state = config.assumed
        self._tilt_assumed = config.tilt_optimistic or config.tilt_status_topic is None
        features = 0
        if config.command_topic is not None:
            for payload, feature in (
                (config.payload_open, Features.OPEN),
                (config.payload_close, Features.CLOSE),
                (config.payload_stop, Features.STOP),
            ):
                features |= feature.value if payload is not None else 0
        if config.set_position_topic is not None:
            features |= Features.SET_POSITION.value
        if config.tilt_command_topic is not None:
            features |= _TILT
        self.supported_features = features

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config, variables = self.config, self.config.variables()
        topics.on(config.position_topic, self._position_received, config.position_template, variables)
        topics.on(config.state_topic, self._state_received, config.value_template)
        topics.on(config.tilt_status_topic, self._tilt_received, config.tilt_status_template, variables)

    # What the device reports.

    def _state_received(self, value: str) -> None:
        config = self.config
        if not value:
            return
        if value == config.state_stopped:
            if config.position_topic is not None:
                self._show("closed" if self.current_position == 0 else "open")
            else:
                self._show("closed" if self.state in ("closed", "closing") else "open")
        elif value == config.state_opening:
            self._show("opening")
        elif value == config.state_closing:
            self._show("closing")
        elif value == config.state_open:
            self._show("open")
        elif value == config.state_closed:
            self._show("closed")
        elif value == PAYLOAD_NONE:
            self._show(None)
        else:
            _LOGGER.warning("%s: '%s' is none of its states", self.entity_id, value)

    def _show(self, state: str | None) -> None:
        self.is_closed = None if state is None else state == "closed"
        self.is_opening = state == "opening"
        self.is_closing = state == "closing"

    def _position_received(self, value: str) -> None:
        position: Any = value
        if not value:
            return
        if value[0] in "{ \t\r\n" and (data := jsonx.loads_object(value)):
            if "position" not in data:
                raise NotTaken("is JSON without a 'position'")
            if "tilt_position" in data:
                self._tilt_assumed = self.config.tilt_optimistic
                try:
                    self._tilt_received(data["tilt_position"])
                except NotTaken as error:
                    self.refuse(self.config.position_topic, value, f"has a tilt that {error}")
            position = data["position"]
        percent = to_percent(self.config.positions, number(position, "position"))
        self.current_position = min(100, max(0, percent))
        if self.config.state_topic is None:
            self._show("closed" if self.current_position == 0 else "open")

    def _tilt_received(self, value: Any) -> None:
        config = self.config
        if value == "":
            return
        tilt = round(number(value, "tilt"))
        low, high = sorted((config.tilt_min, config.tilt_max))
        if not low <= tilt <= high:
            raise NotTaken(f"is no tilt between {low} and {high}")
        self.current_tilt_position = to_percent(config.tilts, tilt)

    # Commands.

    async def do_open_cover(self) -> None:
        """See `CoverEntity.do_open_cover`."""
        self._move(self.config.payload_open, "open", 100)

    async def do_close_cover(self) -> None:
        """See `CoverEntity.do_close_cover`."""
        self._move(self.config.payload_close, "closed", 0)

    def _move(self, payload: str | None, state: str, position: int) -> None:
        if payload is not None:
            self.send(self.config.command_topic, payload)
        if self.assumed_state:
            self._show(state)
            if self.config.position_topic is not None:
                self.current_position = position
            self.write_state()

    async def do_stop_cover(self) -> None:
        """See `CoverEntity.do_stop_cover`."""
        if self.config.payload_stop is not None:
            self.send(self.config.command_topic, self.config.payload_stop)

    async def do_set_cover_position(self, position: int) -> None:
        """See `CoverEntity.do_set_cover_position`."""
        config = self.config
        value = round(from_percent(config.positions, position))
        variables = {"position": position, **config.variables()}
        self.send(config.set_position_topic, value, config.set_position_template, variables)
        if self.assumed_state:
            self._show("closed" if position <= config.position_closed else "open")
            self.current_position = position
            self.write_state()

    async def do_open_cover_tilt(self) -> None:
        """See `CoverEntity.do_open_cover_tilt`."""
        value = self.config.tilt_opened_value
        self._tilt(value, value, to_percent(self.config.tilts, value))

    async def do_close_cover_tilt(self) -> None:
        """See `CoverEntity.do_close_cover_tilt`."""
        value = self.config.tilt_closed_value
        self._tilt(value, value, to_percent(self.config.tilts, value))

    async def do_set_cover_tilt_position(self, tilt_position: int) -> None:
        """See `CoverEntity.do_set_cover_tilt_position`."""
        self._tilt(round(from_percent(self.config.tilts, tilt_position)), tilt_position, tilt_position)

    def _tilt(self, value: int, variable: int, position: int) -> None:
        config = self.config
        variables = {"tilt_position": variable, **config.variables()}
        self.send(config.tilt_command_topic, value, config.tilt_command_template, variables)
        if self._tilt_assumed:
            self.current_tilt_position = position
            self.write_state()

    async def do_stop_cover_tilt(self) -> None:
        """See `CoverEntity.do_stop_cover_tilt`."""
        if self.config.payload_stop_tilt is not None:
            self.send(self.config.tilt_command_topic, self.config.payload_stop_tilt)

    async def toggle_cover_tilt(self) -> None:
        """Open the slats when they are at `tilt_closed_value` or below, else close them."""
        closed = to_percent(self.config.tilts, self.config.tilt_closed_value)
        now = self.current_tilt_position
        await (self.do_open_cover_tilt() if now is not None and now <= closed else self.do_close_cover_tilt())


COMPONENT: Final = entity_component("cover", CoverConfig, MqttCover)
