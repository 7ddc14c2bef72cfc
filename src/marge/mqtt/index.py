"""Which subscriptions match a topic: exact filters by dict look-up, wildcards by a tree of levels."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Generic, Protocol, TypeVar

from marge.mqtt.topics import is_wildcard


class Subscribed(Protocol):
    """What the index needs of a subscription."""

    @property
    def filter(self) -> str: ...

    @property
    def key(self) -> Hashable: ...


S = TypeVar("S", bound=Subscribed)


class _Node(Generic[S]):
    """One level of the tree. `here` are filters that end at it, `below` those that go on with #."""

    __slots__ = ("below", "children", "here")

    def __init__(self) -> None:
        self.children: dict[str, _Node[S]] = {}
        self.here: dict[Hashable, S] = {}
        self.below: dict[Hashable, S] = {}


def _levels(filter_: str) -> list[str]:
    """The levels that lead to the node of `filter_`; a final # is a property of the node."""
    if filter_ == "#":
        return []
    return filter_.removesuffix("/#").split("/")


class SubscriptionIndex(Generic[S]):
    """Subscriptions by filter; one for each (filter, key), a second one replaces the first."""

    def __init__(self) -> None:
        # Most topics have one subscriber: it stands there itself, without a dict around it.
        self._exact: dict[str, S | dict[Hashable, S]] = {}
        self._root: _Node[S] = _Node()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, subscription: S) -> bool:
        """Add or replace; True when the (filter, key) is new."""
        if is_wildcard(subscription.filter):
            node = self._root
            for level in _levels(subscription.filter):
                node = node.children.setdefault(level, _Node())
            group = node.below if subscription.filter.endswith("#") else node.here
        else:
            there = self._exact.get(subscription.filter)
            if there is None or (not isinstance(there, dict) and there.key == subscription.key):
                self._exact[subscription.filter] = subscription
                self._count += there is None
                return there is None
            group = there if isinstance(there, dict) else {there.key: there}
            self._exact[subscription.filter] = group
        new = subscription.key not in group
        group[subscription.key] = subscription
        self._count += new
        return new

    def remove(self, subscription: S) -> bool:
        """Remove what was added with the same filter and key; False when there was nothing."""
        if not is_wildcard(subscription.filter):
            there = self._exact.get(subscription.filter)
            if isinstance(there, dict):
                if there.pop(subscription.key, None) is None:
                    return False
            elif there is None or there.key != subscription.key:
                return False
            if not isinstance(there, dict) or not there:
                del self._exact[subscription.filter]
            self._count -= 1
            return True
        path: list[tuple[_Node[S], str]] = []
        node = self._root
        for level in _levels(subscription.filter):
            child = node.children.get(level)
            if child is None:
                return False
            path.append((node, level))
            node = child
        group = node.below if subscription.filter.endswith("#") else node.here
        if group.pop(subscription.key, None) is None:
            return False
        self._count -= 1
        for parent, level in reversed(path):
            child = parent.children[level]
            if child.children or child.here or child.below:
                break
            del parent.children[level]
        return True

    def match(self, topic: str) -> list[S]:
        """Every subscription whose filter matches `topic`."""
        exact = self._exact.get(topic)
        found = list(exact.values()) if isinstance(exact, dict) else [] if exact is None else [exact]
        if self._root.children or self._root.below:
            levels = topic.split("/")
            found.extend(self._walk(self._root, levels, 0, topic[:1] == "$"))
        return found

    def _walk(self, node: _Node[S], levels: list[str], depth: int, system: bool) -> Iterator[S]:
        # A filter that begins with a wildcard does not match $-topics (MQTT 5 section 4.7.2).
        if not (system and depth == 0):
            yield from node.below.values()
        if depth == len(levels):
            yield from node.here.values()
            return
        child = node.children.get(levels[depth])
        if child is not None:
            yield from self._walk(child, levels, depth + 1, system)
        if not (system and depth == 0):
            child = node.children.get("+")
            if child is not None:
                yield from self._walk(child, levels, depth + 1, system)
