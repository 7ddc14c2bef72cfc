"""The hub's own subscriptions and messages."""

from __future__ import annotations

import pytest
from mqtt_rig import Rig

from marge.mqtt.errors import InvalidTopic, ProtocolError
from marge.mqtt.packets import V5
from marge.mqtt.properties import Properties

Got = list[tuple[str, bytes, int, bool]]


def test_messages_of_clients_reach_the_hub_at_once() -> None:
    rig = Rig()
    got: Got = []
    rig.local.subscribe("a/b", lambda *message: got.append(message))
    rig.local.subscribe("a/+", lambda *message: got.append(message))
    client = rig.client()
    client.publish("a/b", b"0")
    client.publish("a/c", b"1", 1)
    client.publish("b", b"other")
    assert got == [("a/b", b"0", 0, False)] * 2 + [("a/c", b"1", 1, False)]


def test_plain_messages_of_every_version_reach_the_hub_through_the_short_cut() -> None:
    rig = Rig()
    got: Got = []
    rig.local.subscribe("a", lambda *message: got.append(message))
    for version in (4, V5):
        client = rig.client(version=version)
        for payload in (b"first", b"again", b""):
            client.publish("a", payload)
    rig.client(version=V5).publish("a", b"with", properties=Properties(content_type="x"))
    assert [payload for _, payload, _, _ in got] == [b"first", b"again", b""] * 2 + [b"with"]


def test_retained_messages_are_handed_over_with_the_subscription() -> None:
    rig = Rig()
    rig.local.publish("a/1", "x", 1, retain=True)
    rig.local.publish("a/2", b"y", retain=True)
    got: Got = []
    rig.local.subscribe("a/#", lambda *message: got.append(message))
    assert got == [("a/1", b"x", 1, True), ("a/2", b"y", 0, True)]


def test_after_removal_nothing_is_called_any_more_not_even_for_the_message_under_way() -> None:
    rig = Rig()
    got: list[str] = []

    def first(topic: str, payload: bytes, qos: int, retain: bool) -> None:
        got.append("first")
        remove_second()

    rig.local.subscribe("a", first)
    remove_second = rig.local.subscribe("a", lambda *_: got.append("second"))
    rig.local.publish("a", "x")
    rig.local.publish("a", "x")
    remove_second()
    assert got == ["first", "first"]
    assert rig.broker.router.subscription_count == 1


def test_a_subscriber_that_fails_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    got: Got = []

    def fail(*_: object) -> None:
        raise ValueError("no good")

    rig.local.publish("a/kept", "x", retain=True)
    rig.local.subscribe("a/#", fail)
    rig.local.subscribe("a/b", lambda *message: got.append(message))
    rig.client().publish("a/b", b"x")
    assert got == [("a/b", b"x", 0, False)]
    assert "A subscriber of a/# failed on topic a/b" in caplog.text
    assert "failed on retained topic a/kept" in caplog.text


def test_messages_published_by_a_subscriber_come_after_the_one_it_answers() -> None:
    rig = Rig()
    seen: list[tuple[str, str]] = []

    def answer(topic: str, payload: bytes, qos: int, retain: bool) -> None:
        seen.append(("answer", topic))
        if topic == "question":
            rig.local.publish("reply", "x")

    rig.local.subscribe("#", answer)
    rig.local.subscribe("#", lambda topic, *_: seen.append(("watch", topic)))
    rig.local.publish("question", "x")
    rig.settle()
    assert seen == [("answer", "question"), ("watch", "question"), ("answer", "reply"), ("watch", "reply")]


def test_a_subscriber_that_answers_itself_for_ever_does_not_stop_the_loop() -> None:
    rig = Rig()
    count = 0

    def echo(topic: str, payload: bytes, qos: int, retain: bool) -> None:
        nonlocal count
        count += 1
        rig.local.publish(topic, payload)

    rig.local.subscribe("a", echo)
    rig.local.publish("a", "x")
    rig.settle(rounds=10)
    assert count == 11


def test_the_hub_publishes_to_clients_of_both_versions() -> None:
    rig = Rig()
    clients = [rig.client(f"{version}", version) for version in (4, V5)]
    for client in clients:
        client.subscribe("a", qos=1)
    rig.local.publish("a", "grün", 1)
    assert [client.payloads() for client in clients] == [["grün".encode()]] * 2


def test_bad_topics_filters_and_qos_are_refused() -> None:
    rig = Rig()
    with pytest.raises(InvalidTopic, match="may not contain"):
        rig.local.publish("a/+", "x")
    with pytest.raises(InvalidTopic, match="whole level"):
        rig.local.subscribe("a#", lambda *_: None)
    with pytest.raises(ProtocolError, match="QoS"):
        rig.local.publish("a", "x", 3)


def test_who_asked_is_told_when_the_broker_comes_and_goes() -> None:
    rig = Rig()
    seen: list[bool] = []
    remove = rig.local.on_connection(seen.append)
    rig.local.set_connected(True)
    rig.local.set_connected(True)
    assert rig.local.connected
    rig.local.set_connected(False)
    remove()
    rig.local.set_connected(True)
    assert seen == [True, False]
