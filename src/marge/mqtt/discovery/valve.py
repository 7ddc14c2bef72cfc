"""MQTT valve: opens and closes, or goes to positions when it reports them."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, ClassVar, Final

from msgspec import UNSET, UnsetType

from marge.entities.valve import DEVICE_CLASSES, Features, ValveEntity
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


class ValveConfig(EntityConfig, frozen=True, kw_only=True):
    """Payloads and states of open and closed are for a valve that reports no position; null takes the ability away."""

    device_classes: ClassVar[Collection[str]] = DEVICE_CLASSES

    command_topic: PublishTopic | None = None
    command_template: TemplateText | None = None
    device_class: LowerWord | None = None
    optimistic: Flag = False
    payload_close: Word | UnsetType | None = UNSET
    payload_open: Word | UnsetType | None = UNSET
    payload_stop: Word | None = None
    position_closed: int = 0
    position_open: int = 100
    reports_position: Flag = False
    retain: Flag = False
    state_closed: Word | UnsetType = UNSET
    state_closing: Word = "closing"
    state_open: Word | UnsetType = UNSET
    state_opening: Word = "opening"
    state_topic: SubscribeTopic | None = None
    value_template: TemplateText | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for keys that do not go with `reports_position`."""
        if self.reports_position:
            for key in ("payload_open", "payload_close", "state_open", "state_closed"):
                if getattr(self, key) is not UNSET:
                    raise Invalid(f"a valve that reports its position has no '{key}'", (key,))
        if self.position_open == self.position_closed:
            raise Invalid("'position_open' and 'position_closed' leave no room for a position", ("position_open",))

    @property
    def opens_with(self) -> str | None:
        """The payload that opens."""
        return "OPEN" if self.payload_open is UNSET else self.payload_open

    @property
    def closes_with(self) -> str | None:
        """The payload that closes."""
        return "CLOSE" if self.payload_close is UNSET else self.payload_close

    @property
    def assumed(self) -> bool:
        """Whether nothing reports what became of a command."""
        return self.optimistic or self.state_topic is None

    @property
    def positions(self) -> tuple[int, int]:
        """The range of what is not closed."""
        return (self.position_closed + 1, self.position_open)

    def variables(self) -> dict[str, int]:
        """What templates see of it."""
        return {"position_open": self.position_open, "position_closed": self.position_closed}


def _position(valve: MqttValve, position: Any) -> Any:
    """A position that nothing tells; one that is told is the state, which is not taken back."""
    if not valve.assumed_state:
        raise NotTaken("is told by its topic")
    return position


class MqttValve(MqttEntity, ValveEntity):
    """A valve behind MQTT."""

    default_name = "MQTT Valve"
    reserved_attributes = frozenset({"current_position"})

    kept = (Kept("is_closed", STATE, is_text("closed")), Kept("current_position", "current_position", _position))

    config: ValveConfig
    device_class: Any = from_config("device_class")
    reports_position: Any = from_config("reports_position")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.assumed_state = config.assumed
        features = 0
        if config.command_topic is not None:
            features |= Features.OPEN.value if config.opens_with is not None else 0
            features |= Features.CLOSE.value if config.closes_with is not None else 0
        if config.reports_position:
            features |= Features.SET_POSITION.value
        if config.payload_stop is not None:
            features |= Features.STOP.value
        self.supported_features = features

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config = self.config
        topics.on(config.state_topic, self._state_received, config.value_template, config.variables())

    # What the device reports.

    def _state_received(self, value: str) -> None:
        if not value:
            return
        position: Any = value
        state: Any = value
        data = jsonx.loads_object(value)
        if data is not None:
            needed = "position" if self.config.reports_position else "state"
            if needed not in data:
                _LOGGER.warning("%s: the state is JSON without a '%s': %s", self.entity_id, needed, value)
                return
            position, state = data.get("position"), data.get("state")
        if self.config.reports_position:
            self._position_received(position, state)
        else:
            self._plain_received(state)

    def _plain_received(self, value: Any) -> None:
        config = self.config
        if value == config.state_opening:
            self._show("opening")
        elif value == config.state_closing:
            self._show("closing")
        elif value == ("open" if config.state_open is UNSET else config.state_open):
            self._show("open")
        elif value == ("closed" if config.state_closed is UNSET else config.state_closed):
            self._show("closed")
        elif value == PAYLOAD_NONE:
            self._show(None)
        else:
            _LOGGER.warning("%s: '%s' is none of its states", self.entity_id, value)

    def _position_received(self, position: Any, value: Any) -> None:
        config = self.config
        moving = None
        if value == config.state_opening:
            moving = "opening"
        elif value == config.state_closing:
            moving = "closing"
        elif value == PAYLOAD_NONE:
            self.current_position = None
            return
        if moving is not None and position == value:
            self._show(moving)
            return
        try:
            percent = min(100, max(0, to_percent(config.positions, number(position))))
        except NotTaken:
            if moving is not None:
                self._show(moving)
            raise NotTaken("is neither a position nor one of its states") from None
        self.current_position = percent
        if moving is not None:
            self._show(moving)
        elif percent in (0, 100):
            self._show("arrived")

    def _show(self, state: str | None) -> None:
        self.is_opening = state == "opening"
        self.is_closing = state == "closing"
        if not self.config.reports_position:
            self.is_closed = None if state is None else state == "closed"

    # Commands.

    async def do_open_valve(self) -> None:
        """See `ValveEntity.do_open_valve`."""
        self._move(self.config.opens_with, "open")

    async def do_close_valve(self) -> None:
        """See `ValveEntity.do_close_valve`."""
        self._move(self.config.closes_with, "closed")

    def _move(self, payload: str | None, state: str) -> None:
        if payload is not None:
            self.send(self.config.command_topic, payload, self.config.command_template)
        if self.assumed_state:
            self._show(state)
            self.write_state()

    async def do_stop_valve(self) -> None:
        """See `ValveEntity.do_stop_valve`."""
        if self.config.payload_stop is not None:
            self.send(self.config.command_topic, self.config.payload_stop, self.config.command_template)

    async def do_set_valve_position(self, position: int) -> None:
        """See `ValveEntity.do_set_valve_position`."""
        config = self.config
        value = round(from_percent(config.positions, position))
        self.send(config.command_topic, value, config.command_template, {"position": position, **config.variables()})
        if self.assumed_state:
            self._show("closed" if position == config.position_closed else "open")
            self.current_position = position
            self.write_state()


COMPONENT: Final = entity_component("valve", ValveConfig, MqttValve)
