"""The subscription index agrees with plain matching."""

from __future__ import annotations

from msgspec import Struct

from marge.mqtt.index import SubscriptionIndex


class Item(Struct):
    filter: str
    key: str = "a"


def names(index: SubscriptionIndex[Item], topic: str) -> list[str]:
    return sorted(item.filter for item in index.match(topic))


def test_exact_and_wildcard_filters_are_found() -> None:
    index: SubscriptionIndex[Item] = SubscriptionIndex()
    for filter_ in ("a/b", "a/+", "a/#", "#", "+/b", "a/b/#", "b/#", "/#", "+"):
        index.add(Item(filter_))
    assert names(index, "a/b") == ["#", "+/b", "a/#", "a/+", "a/b", "a/b/#"]
    assert names(index, "a") == ["#", "+", "a/#"]
    assert names(index, "/x") == ["#", "/#"]
    assert names(index, "$SYS/b") == []


def test_system_topics_need_their_name_spelled_out() -> None:
    index: SubscriptionIndex[Item] = SubscriptionIndex()
    for filter_ in ("#", "+/x", "$SYS/#", "$SYS/+"):
        index.add(Item(filter_))
    assert names(index, "$SYS/x") == ["$SYS/#", "$SYS/+"]


def test_the_same_filter_and_key_is_replaced() -> None:
    index: SubscriptionIndex[Item] = SubscriptionIndex()
    assert index.add(Item("a/+"))
    assert not index.add(Item("a/+"))
    assert index.add(Item("a/+", "b"))
    assert len(index) == 2
    assert len(index.match("a/x")) == 2


def test_what_is_removed_is_gone_and_leaves_nothing_behind() -> None:
    index: SubscriptionIndex[Item] = SubscriptionIndex()
    items = [Item(filter_) for filter_ in ("a/b", "a/+/c", "a/+/#", "#", "+", "a/b/+/")]
    for item in items:
        index.add(item)
    for item in items:
        assert index.remove(item)
        assert not index.remove(item)
    assert len(index) == 0
    assert not index._exact and not index._root.children and not index._root.below


def test_a_plus_at_the_end_and_an_empty_last_level_are_different() -> None:
    index: SubscriptionIndex[Item] = SubscriptionIndex()
    index.add(Item("a/+"))
    index.add(Item("a/+/"))
    assert names(index, "a/b") == ["a/+"]
    assert names(index, "a/b/") == ["a/+/"]
