"""MQTT topics as configuration and discovery give them; the broker has checks of its own for what clients send."""

from __future__ import annotations

from sys import intern
from typing import Any


def subscribe_topic(value: Any) -> str:
    """`value` when it is a topic filter, with wildcards or without; raises ValueError."""
    topic = _topic(value)
    if "#" in topic or "+" in topic:
        levels = topic.split("/")
        for index, level in enumerate(levels):
            if "#" in level and (level != "#" or index != len(levels) - 1):
                raise ValueError(f"'#' must be the last level of the topic filter {topic!r}, alone")
            if "+" in level and level != "+":
                raise ValueError(f"'+' must be alone in its level of the topic filter {topic!r}")
    return topic


def publish_topic(value: Any) -> str:
    """`value` when a message can be published to it; raises ValueError."""
    topic = _topic(value)
    if "+" in topic or "#" in topic:
        raise ValueError(f"wildcards cannot be used in the topic {topic!r} to publish to")
    return topic


def _topic(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected a topic, got {value!r}")
    if "\0" in value:
        raise ValueError("a topic has no NUL character")
    try:
        if len(value.encode()) > 65535:
            raise ValueError("a topic has at most 65535 bytes")
    except UnicodeEncodeError:
        raise ValueError(f"the topic {value!r} cannot be written in UTF-8") from None
    return intern(value) if type(value) is str else value
