"""Topic names and filters: validity and matching."""

from __future__ import annotations

import pytest

from marge.mqtt.errors import InvalidTopic
from marge.mqtt.topics import check_filter, check_topic, covers, matches, overlaps, split_share

MATCHES = [
    ("sport/tennis/#", "sport/tennis", True),
    ("sport/tennis/#", "sport/tennis/player1/ranking", True),
    ("sport/#", "sports", False),
    ("#", "anything/at/all", True),
    ("+", "one", True),
    ("+", "one/two", False),
    ("+/+", "/finance", True),
    ("/+", "/finance", True),
    ("+", "/finance", False),
    ("sport/+", "sport/", True),
    ("sport/+", "sport", False),
    ("sport/+/player", "sport/tennis/player", True),
    ("a/b", "a/b", True),
    ("a/b", "A/b", False),
    ("#", "$SYS/broker", False),
    ("+/broker", "$SYS/broker", False),
    ("$SYS/#", "$SYS/broker", True),
    ("$SYS/+", "$SYS/broker", True),
    ("a//b", "a//b", True),
    ("a/+/b", "a//b", True),
]


@pytest.mark.parametrize(("filter_", "topic", "expected"), MATCHES)
def test_matching_follows_the_specification(filter_: str, topic: str, expected: bool) -> None:
    assert matches(filter_, topic) is expected


@pytest.mark.parametrize("topic", ["", "a/+", "#", "a\0b", "/" * 200, "x" * 5000])
def test_a_bad_topic_name_is_refused(topic: str) -> None:
    with pytest.raises(InvalidTopic):
        check_topic(topic)


@pytest.mark.parametrize("filter_", ["", "a#", "a/#/b", "a+/b", "#/a", "a\0", "+a", "/" * 200])
def test_a_bad_topic_filter_is_refused(filter_: str) -> None:
    with pytest.raises(InvalidTopic):
        check_filter(filter_)


@pytest.mark.parametrize("filter_", ["#", "+", "a/#", "+/a/#", "/", "//", "$SYS/#", "ü/°"])
def test_a_good_topic_filter_is_accepted(filter_: str) -> None:
    assert check_filter(filter_) == filter_


def test_a_shared_subscription_is_split() -> None:
    assert split_share("$share/group/a/#") == ("group", "a/#")
    assert split_share("a/$share/b") == ("", "a/$share/b")


@pytest.mark.parametrize("filter_", ["$share/", "$share/group", "$share/group/", "$share//a", "$share/g+/a"])
def test_an_incomplete_shared_subscription_is_refused(filter_: str) -> None:
    with pytest.raises(InvalidTopic):
        split_share(filter_)


@pytest.mark.parametrize(
    ("pattern", "filter_", "expected"),
    [
        ("#", "a/+/c", True),
        ("a/#", "a/b/#", True),
        ("a/#", "a", True),
        ("a/+", "a/#", False),
        ("a/b", "a/+", False),
        ("+/b", "a/b", True),
        ("a/b", "a/b/c", False),
        ("#", "$SYS/#", False),
    ],
)
def test_covers_means_every_topic(pattern: str, filter_: str, expected: bool) -> None:
    assert covers(pattern, filter_) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a/#", "+/b", True),
        ("a/b", "a/+", True),
        ("a/b", "a/c", False),
        ("a/b/c", "a/b", False),
        ("a/b/#", "a/b", True),
        ("#", "$SYS/x", False),
        ("a/+/c", "a/b/+", True),
    ],
)
def test_overlaps_means_some_topic(first: str, second: str, expected: bool) -> None:
    assert overlaps(first, second) is expected
    assert overlaps(second, first) is expected
