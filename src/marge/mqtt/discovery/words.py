"""Field types of discovery payloads that only MQTT has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marge.util.schema import word


def _topic(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected a topic, got {value!r}")
    if len(value) > 65535 or "\0" in value:
        raise ValueError("a topic has at most 65535 bytes and no NUL character")
    return value


def _subscribe_topic(value: Any) -> str:
    topic = _topic(value)
    levels = topic.split("/")
    for index, level in enumerate(levels):
        if "#" in level and (level != "#" or index != len(levels) - 1):
            raise ValueError(f"'#' must be the last level of the topic filter {topic!r}, alone")
        if "+" in level and level != "+":
            raise ValueError(f"'+' must be alone in its level of the topic filter {topic!r}")
    return topic


def _publish_topic(value: Any) -> str:
    topic = _topic(value)
    if "+" in topic or "#" in topic:
        raise ValueError(f"wildcards cannot be used in the topic {topic!r} to publish to")
    return topic


def _qos(value: Any) -> int:
    try:
        qos = int(value)
    except (TypeError, ValueError):
        qos = -1
    if qos not in (0, 1, 2) or isinstance(value, bool):
        raise ValueError(f"expected a qos of 0, 1 or 2, got {value!r}")
    return qos


if TYPE_CHECKING:
    SubscribeTopic = str
    PublishTopic = str
    Qos = int
else:
    SubscribeTopic = word("SubscribeTopic", _subscribe_topic)
    PublishTopic = word("PublishTopic", _publish_topic)
    Qos = word("Qos", _qos)
