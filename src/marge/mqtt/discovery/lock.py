"""MQTT lock: locking, unlocking and opening by commands, perhaps with a code."""

from __future__ import annotations

from typing import Any, Final

from marge.entities.lock import Features, LockEntity
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import CommandConfig
from marge.mqtt.discovery.entity import MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import STATE, Kept, is_text
from marge.mqtt.discovery.words import Pattern, TemplateText, Word


class LockConfig(CommandConfig, frozen=True, kw_only=True):
    """`code_format` is a regular expression; a lock with `payload_open` can open its latch."""

    code_format: Pattern | None = None
    command_template: TemplateText | None = None
    payload_lock: Word = "LOCK"
    payload_open: Word | None = None
    payload_reset: Word = "None"
    payload_unlock: Word = "UNLOCK"
    state_jammed: Word = "JAMMED"
    state_locked: Word = "LOCKED"
    state_locking: Word = "LOCKING"
    state_open: Word = "OPEN"
    state_opening: Word = "OPENING"
    state_unlocked: Word = "UNLOCKED"
    state_unlocking: Word = "UNLOCKING"
    value_template: TemplateText | None = None


class MqttLock(MqttEntity, LockEntity):
    """A lock behind MQTT; without a state topic it begins as unlocked."""

    default_name = "MQTT Lock"
    reserved_attributes = frozenset({"changed_by", "code_format"})

    kept = (Kept("is_locked", STATE, is_text("locked")), Kept("is_open", STATE, is_text("open")))

    config: LockConfig
    code_format: Any = from_config("code_format")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.assumed_state = self.config.assumed
        if self.assumed_state and self.is_locked is None:
            self.is_locked = False
        self.supported_features = 0 if self.config.payload_open is None else Features.OPEN.value

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._state_received, self.config.value_template)

    def _state_received(self, value: str) -> None:
        config = self.config
        if value == config.payload_reset:
            self.is_locked = None
        elif value in (
            config.state_jammed,
            config.state_locked,
            config.state_locking,
            config.state_open,
            config.state_opening,
            config.state_unlocked,
            config.state_unlocking,
        ):
            self.is_locked = value == config.state_locked
            self.is_locking = value == config.state_locking
            self.is_open = value == config.state_open
            self.is_opening = value == config.state_opening
            self.is_unlocking = value == config.state_unlocking
            self.is_jammed = value == config.state_jammed

    async def do_lock(self, code: str | None) -> None:
        """See `LockEntity.do_lock`."""
        self._command(self.config.payload_lock, code)
        if self.assumed_state:
            self.is_locked = True
            self.write_state()

    async def do_unlock(self, code: str | None) -> None:
        """See `LockEntity.do_unlock`."""
        self._command(self.config.payload_unlock, code)
        if self.assumed_state:
            self.is_locked = False
            self.write_state()

    async def do_open(self, code: str | None) -> None:
        """See `LockEntity.do_open`."""
        assert self.config.payload_open is not None
        self._command(self.config.payload_open, code)
        if self.assumed_state:
            self.is_open = True
            self.write_state()

    def _command(self, payload: str, code: str | None) -> None:
        self.send(self.config.command_topic, payload, self.config.command_template, {"code": code})


COMPONENT: Final = entity_component("lock", LockConfig, MqttLock)
