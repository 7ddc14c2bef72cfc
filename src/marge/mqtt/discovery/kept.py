"""What outlives a restart: the values that a component takes back from the last state, each in one line of a table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from marge.core.state import UNKNOWN, State
from marge.mqtt.discovery.reading import NotTaken

if TYPE_CHECKING:
    from marge.mqtt.discovery.entity import MqttEntity

_LOGGER = logging.getLogger("marge.mqtt.entity")

STATE: Final = "state"
"""In place of an attribute: the state itself."""


def as_it_was(_entity: MqttEntity, value: Any) -> Any:
    """The value as it was shown."""
    return value


def one_of(choices: str) -> Callable[[MqttEntity, Any], Any]:
    """The value as it was shown, if the entity's `choices` still have it."""

    def read(entity: MqttEntity, value: Any) -> Any:
        if value not in (getattr(entity, choices) or ()):
            raise NotTaken(f"is none of the {choices}")
        return value

    return read


def is_text(text: str) -> Callable[[MqttEntity, Any], bool]:
    """Whether the value was this text."""
    return lambda _entity, value: value == text


class Kept(NamedTuple):
    """One value that a component takes back, until its device reports it."""

    name: str
    """The attribute of the entity."""
    shown: str
    """The attribute of the last state, or STATE."""
    read: Callable[[Any, Any], Any] = as_it_was
    """Makes of what was shown to the entity what the entity has; raises NotTaken, ValueError, TypeError."""
    topic: str | None = None
    """For STATE: the key of the topic that tells it; None where `assumed_state` says whether one does.

    A state that is told is not taken back: until it is, the whole of the last state is shown.
    """


def take_back(entity: MqttEntity, last: State) -> None:
    """Give an entity what it had in the last run."""
    for name, shown, read, topic in entity.kept:
        value = last.attributes.get(shown)
        if shown == STATE:
            value = None if last.state == UNKNOWN or _is_told(entity, topic) else last.state
        if value is None:
            continue
        try:
            setattr(entity, name, read(entity, value))
        except (NotTaken, ValueError, TypeError, ArithmeticError) as error:
            _LOGGER.debug("%s: its last %s, %.100r, is not taken back: %s", entity.entity_id, shown, value, error)


def _is_told(entity: MqttEntity, topic: str | None) -> bool:
    if topic is None:
        return not entity.assumed_state
    return getattr(entity.config, topic) is not None and not getattr(entity.config, "optimistic", False)
