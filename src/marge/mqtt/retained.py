"""Retained messages: the last one of each topic, and which of them match a filter."""

from __future__ import annotations

from collections.abc import Iterator

from marge.mqtt.changes import Changes
from marge.mqtt.limits import Limits
from marge.mqtt.message import Message
from marge.mqtt.topics import is_wildcard, matches


class RetainedMessages:
    """Topic → message, grouped by the first level so that a wildcard looks only where it can match."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_root: dict[str, dict[str, Message]] = {}
        self._count = 0
        self._bytes = 0
        self._expiring: set[str] = set()
        self.changed: Changes[str] = Changes()
        """Topics set or removed since persistence last looked."""

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Message]:
        for group in self._by_root.values():
            yield from group.values()

    def get(self, topic: str) -> Message | None:
        """The retained message of exactly this topic."""
        group = self._by_root.get(topic.partition("/")[0])
        return group.get(topic) if group else None

    def set(self, message: Message) -> bool:
        """Keep `message`, or forget its topic when the payload is empty; False when there is no room for it."""
        topic = message.topic
        if not message.payload:
            self.remove(topic)
            return True
        old = self.get(topic)
        if old is not None and _same(old, message):
            return True
        size = self._bytes + message.size - (old.size if old else 0)
        if size > self._limits.retained_bytes or (not old and self._count >= self._limits.retained_messages):
            return False
        self._by_root.setdefault(topic.partition("/")[0], {})[topic] = message
        self._count += old is None
        self._bytes = size
        if message.expires_at is not None:
            self._expiring.add(topic)
        self.changed.add(topic)
        return True

    def remove(self, topic: str) -> None:
        """Forget what is retained for `topic`, if anything."""
        root = topic.partition("/")[0]
        group = self._by_root.get(root)
        if group is None:
            return
        old = group.pop(topic, None)
        if old is None:
            return
        if not group:
            del self._by_root[root]
        self._count -= 1
        self._bytes -= old.size
        self.changed.add(topic)

    def topics(self, filter_: str) -> list[str]:
        """The topics with a retained message that match `filter_`."""
        if not is_wildcard(filter_):
            return [filter_] if self.get(filter_) else []
        root = filter_.partition("/")[0]
        if root in ("+", "#"):
            groups = list(self._by_root.values())
        else:
            groups = [self._by_root.get(root, {})]
        if filter_.endswith("/#") and not is_wildcard(filter_[:-2]):
            prefix, bare = filter_[:-1], filter_[:-2]
            return [topic for group in groups for topic in group if topic.startswith(prefix) or topic == bare]
        return [topic for group in groups for topic in group if matches(filter_, topic)]

    @property
    def expiring(self) -> bool:
        """Whether `expire` may ever have something to do."""
        return bool(self._expiring)

    def expire(self, now: float) -> None:
        """Forget what has expired at `now` (Unix seconds)."""
        for topic in list(self._expiring):
            message = self.get(topic)
            if message is None or message.expires_at is None:
                self._expiring.discard(topic)
            elif message.expired(now):
                self._expiring.discard(topic)
                self.remove(topic)


def _same(old: Message, new: Message) -> bool:
    """Whether keeping `new` changes nothing; many devices repeat their retained messages at every reconnect."""
    return (
        old.payload == new.payload
        and old.qos == new.qos
        and old.properties == new.properties
        and old.expires_at is None
        and new.expires_at is None
    )
