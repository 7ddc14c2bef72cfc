"""Topic names and topic filters: what is valid and what matches (MQTT 5 section 4.7). No state."""

from __future__ import annotations

from typing import Final

from marge.mqtt import reasons
from marge.mqtt.errors import InvalidTopic
from marge.util.topic_filter import mistake_in

MAX_LEVELS: Final = 128
MAX_LENGTH: Final = 4096
"""Characters of a topic; MQTT allows 65535 bytes, which thousands of subscriptions must not cost."""
_SHARE: Final = "$share/"


def check_topic(topic: str) -> str:
    """`topic` itself when a message may be published to it; raises InvalidTopic."""
    if not topic:
        raise InvalidTopic(topic, "a topic may not be empty")
    if "+" in topic or "#" in topic:
        raise InvalidTopic(topic, "a topic to publish to may not contain + or #")
    _check_text(topic)
    return topic


def check_filter(filter_: str) -> str:
    """`filter_` itself when it is a valid topic filter (without $share/…); raises InvalidTopic."""
    code = reasons.TOPIC_FILTER_INVALID
    if (mistake := mistake_in(filter_)) is not None:
        raise InvalidTopic(filter_, mistake, code)
    _check_text(filter_, code)
    return filter_


def _check_text(topic: str, reason: int = reasons.TOPIC_NAME_INVALID) -> None:
    if "\0" in topic:
        raise InvalidTopic(topic, "a topic may not contain U+0000", reason)
    if len(topic) > MAX_LENGTH:
        raise InvalidTopic(topic, f"a topic may not be longer than {MAX_LENGTH} characters", reason)
    if topic.count("/") >= MAX_LEVELS:
        raise InvalidTopic(topic, f"a topic may not have more than {MAX_LEVELS} levels", reason)


def split_share(filter_: str) -> tuple[str, str]:
    """('', filter), or the share name and inner filter of `$share/name/filter`; raises InvalidTopic."""
    if not filter_.startswith(_SHARE):
        return "", filter_
    name, slash, inner = filter_[len(_SHARE) :].partition("/")
    if not name or not slash or not inner or "+" in name or "#" in name:
        raise InvalidTopic(filter_, "a shared subscription is $share/name/filter", reasons.TOPIC_FILTER_INVALID)
    return name, inner


def is_wildcard(filter_: str) -> bool:
    """Whether `filter_` can match more than one topic."""
    return "#" in filter_ or "+" in filter_


def matches(filter_: str, topic: str) -> bool:
    """Whether `topic` matches `filter_`; a leading wildcard never matches a topic that begins with $."""
    if filter_ == topic:
        return True
    if topic[:1] == "$" and filter_[:1] in ("+", "#"):
        return False
    wanted = filter_.split("/")
    levels = topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index == len(levels):
            return False
        if level not in ("+", levels[index]):
            return False
    return len(wanted) == len(levels)


def covers(pattern: str, filter_: str) -> bool:
    """Whether every topic that `filter_` matches is also matched by `pattern`."""
    if filter_[:1] == "$" and pattern[:1] in ("+", "#"):
        return False
    wide, narrow = pattern.split("/"), filter_.split("/")
    for index, level in enumerate(wide):
        if level == "#":
            return True
        if index == len(narrow) or narrow[index] == "#":
            return False
        if level != "+" and level != narrow[index]:
            return False
    return len(wide) == len(narrow)


def overlaps(first: str, second: str) -> bool:
    """Whether some topic could match both filters."""
    if (first[:1] == "$" and second[:1] in ("+", "#")) or (second[:1] == "$" and first[:1] in ("+", "#")):
        return False
    one, two = first.split("/"), second.split("/")
    for a, b in zip(one, two, strict=False):
        if "#" in (a, b):
            return True
        if "+" not in (a, b) and a != b:
            return False
    longer = one if len(one) > len(two) else two
    return len(one) == len(two) or longer[min(len(one), len(two))] == "#"
