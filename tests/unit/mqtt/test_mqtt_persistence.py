"""Retained messages and sessions survive a restart; little is written for it."""

from __future__ import annotations

import pytest
from mqtt_rig import Rig, client_5

from marge.mqtt.packets import Ack, Connack, Disconnect, Publish, SubscribeItem
from marge.mqtt.persistence import RETAINED, SESSIONS
from marge.mqtt.properties import PUBCOMP, PUBREC, PUBREL, Properties
from marge.testing import MemoryStore


def test_retained_messages_survive_a_restart_with_all_that_belongs_to_them() -> None:
    rig = Rig()
    client = client_5(rig)
    properties = Properties(content_type="json", message_expiry_interval=100, user_properties=(("a", "b"),))
    client.publish("a/ü", b"\x00\xff", 1, retain=True, properties=properties)
    client.publish("gone", b"x", retain=True)
    client.publish("gone", b"", retain=True)
    rig.clock.advance(2)
    client = client_5(rig.restart())
    client.subscribe("#", qos=1)
    (message,) = client.messages()
    assert (message.topic, message.payload, message.qos, message.retain) == ("a/ü", b"\x00\xff", 1, True)
    assert message.properties == Properties(
        content_type="json", message_expiry_interval=98, user_properties=(("a", "b"),)
    )


def test_a_retained_message_that_expired_meanwhile_does_not_come_back() -> None:
    rig = Rig()
    client_5(rig).publish("a", retain=True, properties=Properties(message_expiry_interval=5))
    rig.clock.advance(2)
    assert list(rig.store.collections[RETAINED]) == ["a"]
    crashed = MemoryStore()
    crashed.put(RETAINED, "a", rig.store.collections[RETAINED]["a"])
    rig.clock.advance(30)
    assert rig.broker.retained_messages == 0
    rig.clock.advance(1)
    assert rig.store.collections[RETAINED] == {}
    rig = Rig(store=crashed, clock=rig.clock)
    assert rig.broker.retained_messages == 0
    assert crashed.collections[RETAINED] == {}


def test_a_session_survives_with_its_subscriptions_queue_and_what_is_under_way() -> None:
    rig = Rig()
    client = client_5(rig, "c", session_expiry_interval=1000, receive_maximum=2)
    client.subscribe(SubscribeItem("a/+", 2, retain_as_published=True), identifier=7)
    client.subscribe("$share/g/b", qos=1)
    rig.local.publish("a/1", "one", 1)
    rig.local.publish("a/2", "two", 2)
    rig.local.publish("a/3", "three", 1)
    one, two = client.messages()
    client.send(Ack(PUBREC, two.packet_id))
    client.send(Publish("x", b"", 2, packet_id=33))
    client.take()
    rig.clock.advance(1.1)

    rig = rig.restart()
    client = client_5(rig, "c", clean_start=False, session_expiry_interval=1000)
    assert client.connack is not None and client.connack.session_present
    packets = client.take()
    assert Ack(PUBREL, two.packet_id) in packets
    got = [packet for packet in packets if isinstance(packet, Publish)]
    assert [(item.payload, item.packet_id, item.dup) for item in got] == [
        (b"one", one.packet_id, True),
        (b"three", got[1].packet_id, False),
    ]
    assert [item.properties.subscription_identifiers for item in got] == [(7,), (7,)]
    client.send(Publish("x", b"", 2, dup=True, packet_id=33))
    assert client.take() == [Ack(PUBREC, 33)], "the QoS 2 message is still known"
    rig.local.publish("b", "shared", 1)
    assert client.payloads() == [b"shared"]


def test_messages_that_were_acknowledged_meanwhile_are_never_written() -> None:
    rig = Rig()
    client = rig.client("c", clean_start=False)
    client.subscribe("a", qos=1)
    rig.clock.advance(1.1)
    written = dict(rig.store.collections[SESSIONS])
    for _ in range(50):
        rig.local.publish("a", "x", 1)
        client.puback(client.messages()[0])
    rig.clock.advance(1.1)
    assert rig.store.collections[SESSIONS] == written
    assert list(written) == ["session:c"]


def test_what_is_done_is_deleted() -> None:
    rig = Rig()
    client = client_5(rig, "c", session_expiry_interval=100)
    client.subscribe("a", qos=2)
    rig.local.publish("a", "x", 2)
    (message,) = client.messages()
    rig.clock.advance(1.1)
    assert sorted(rig.store.collections[SESSIONS]) == ["message:1:c", "session:c"]
    client.finish_2(message)
    rig.clock.advance(1.1)
    assert list(rig.store.collections[SESSIONS]) == ["session:c"]
    client.send(Disconnect(0, Properties(session_expiry_interval=0)))
    rig.clock.advance(1.1)
    assert rig.store.collections[SESSIONS] == {}


def test_clean_sessions_are_not_written() -> None:
    rig = Rig()
    client = rig.client("c")
    client.subscribe("a", qos=1)
    rig.local.publish("a", "x", 1)
    rig.clock.advance(1.1)
    assert SESSIONS not in rig.store.collections


def test_a_clean_start_replaces_what_was_stored() -> None:
    rig = Rig()
    old = client_5(rig, "c", session_expiry_interval=100)
    old.subscribe("a", qos=1)
    rig.local.publish("a", "old", 1)
    rig.clock.advance(1.1)
    new = client_5(rig, "c", session_expiry_interval=100)
    new.subscribe("b", qos=1)
    rig.local.publish("b", "new", 1)
    rig.clock.advance(1.1)
    client = client_5(rig.restart(), "c", clean_start=False)
    assert client.payloads() == [b"new"]


def test_a_session_whose_time_ran_out_while_the_hub_was_off_is_gone() -> None:
    rig = Rig()
    client = client_5(rig, "c", session_expiry_interval=50)
    client.subscribe("a", qos=1)
    client.drop()
    rig.local.publish("a", "x", 1)
    rig.clock.advance(2)
    rig.clock.advance(47)
    near = rig.restart()
    assert list(near.broker.sessions) == ["c"]
    near.clock.advance(1.5)
    assert not near.broker.sessions
    late = rig.restart()
    assert not late.broker.sessions and rig.store.collections[SESSIONS] == {}


def test_a_client_that_was_connected_when_the_hub_died_has_its_whole_time_to_come_back() -> None:
    rig = Rig()
    client_5(rig, "c", session_expiry_interval=50)
    rig.clock.advance(40)
    rig.clock.advance(40)
    rig = rig.restart()
    rig.clock.advance(49)
    client = client_5(rig, "c", clean_start=False)
    assert client.connack is not None and client.connack.session_present


def test_what_cannot_be_read_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    store.put(RETAINED, "good", b'{"topic": "good", "payload": "eA=="}')
    store.put(RETAINED, "bad", b'{"topic": "a/#", "payload": "eA=="}')
    store.put(RETAINED, "worse", b"not json")
    store.put(SESSIONS, "session:bad", b'{"expiry": "soon"}')
    store.put(SESSIONS, "session:filter", b'{"expiry": 100, "subscriptions": [{"filter": "a/#/b"}]}')
    store.put(SESSIONS, "message:1:bad", b'{"topic": "a", "payload": "eA=="}')
    store.put(SESSIONS, "message:x:good", b'{"topic": "a", "payload": "eA=="}')
    rig = Rig(store=store)
    assert [message.topic for message in rig.broker.router.retained] == ["good"]
    assert not rig.broker.sessions
    assert store.collections[SESSIONS] == {} and list(store.collections[RETAINED]) == ["good"]
    assert caplog.text.count("cannot be read") == 4


async def test_stopping_writes_what_is_left_and_waits_for_the_disk() -> None:
    rig = Rig()
    rig.local.publish("a", "x", retain=True)
    await rig.broker.stop()
    await rig.persistence.stop()
    assert list(rig.store.collections[RETAINED]) == ["a"] and rig.store.flushes == 1
    assert rig.clock.pending == 0


def test_an_old_client_comes_back_to_its_session() -> None:
    rig = Rig()
    client = rig.client("c", clean_start=False)
    client.subscribe("a", qos=1)
    rig.clock.advance(1.1)
    rig = rig.restart()
    rig.local.publish("a", "while away", 1)
    client = rig.client("c", clean_start=False)
    assert client.connack == Connack(True, 0)
    assert client.payloads() == [b"while away"]
    client.send(Ack(PUBCOMP, 1))
    assert not client.closed


def test_a_retained_message_that_is_repeated_is_not_written_again() -> None:
    rig = Rig()
    rig.local.publish("a", "x", retain=True)
    rig.clock.advance(1.1)
    rig.store.collections[RETAINED].clear()
    rig.local.publish("a", "x", retain=True)
    rig.clock.advance(1.1)
    assert rig.store.collections[RETAINED] == {}
    rig.local.publish("a", "x", 1, retain=True)
    rig.clock.advance(1.1)
    assert list(rig.store.collections[RETAINED]) == ["a"]


def test_many_retained_messages_are_written_in_parts() -> None:
    rig = Rig()
    for number in range(5000):
        rig.local.publish(f"t/{number}", "x", retain=True)
    rig.clock.advance(0.76)
    assert len(rig.store.collections[RETAINED]) == 2000
    rig.clock.advance(0.05)
    assert len(rig.store.collections[RETAINED]) == 5000
