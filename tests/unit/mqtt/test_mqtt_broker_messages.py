"""Messages through the broker: QoS, retained, overlapping, shared, options, properties, aliases, bounds."""

from __future__ import annotations

import logging

import pytest
from mqtt_rig import Peer, Rig, client_5

from marge.mqtt import reasons
from marge.mqtt.access import Access, Rule
from marge.mqtt.limits import Limits
from marge.mqtt.packets import V5, V311, Ack, Disconnect, Publish, SubAck, Subscribe, SubscribeItem, Unsubscribe, encode
from marge.mqtt.properties import PUBACK, PUBCOMP, PUBREC, PUBREL, Properties


@pytest.mark.parametrize("version", [V311, V5])
def test_each_qos_reaches_a_subscriber_of_qos_2_as_it_was_published(version: int) -> None:
    rig = Rig()
    client = rig.client(version=version)
    client.subscribe("TopicA", qos=2)
    client.publish("TopicA", b"0", 0)
    client.publish("TopicA", b"1", 1)
    client.publish_2("TopicA", b"2")
    assert [(item.payload, item.qos) for item in client.messages()] == [(b"0", 0), (b"1", 1), (b"2", 2)]


@pytest.mark.parametrize(("published", "subscribed", "received"), [(2, 0, 0), (2, 1, 1), (1, 2, 1), (0, 2, 0)])
def test_the_lower_qos_holds(published: int, subscribed: int, received: int) -> None:
    rig = Rig()
    client = rig.client()
    client.subscribe("a", qos=subscribed)
    client.publish("a", qos=published)
    assert [item.qos for item in client.messages()] == [received]


@pytest.mark.parametrize("publisher", [V311, V5])
@pytest.mark.parametrize("subscriber", [V311, V5])
def test_plain_messages_cross_protocol_versions(publisher: int, subscriber: int) -> None:
    rig = Rig()
    sub = rig.client("sub", subscriber)
    pub = rig.client("pub", publisher)
    sub.subscribe("a/+")
    for number in range(3):
        pub.publish("a/b", str(number).encode())
    pub.publish("a/b", b"")
    assert sub.payloads() == [b"0", b"1", b"2", b""]
    assert (rig.broker.messages_received, rig.broker.messages_sent) == (4, 4)


def test_a_qos_2_message_sent_twice_is_delivered_once() -> None:
    rig = Rig()
    client = rig.client()
    client.subscribe("a", qos=2)
    client.send(Publish("a", b"x", 2, packet_id=7))
    client.send(Publish("a", b"x", 2, dup=True, packet_id=7))
    packets = client.take()
    assert [packet for packet in packets if isinstance(packet, Ack)] == [Ack(PUBREC, 7), Ack(PUBREC, 7)]
    assert len([packet for packet in packets if isinstance(packet, Publish)]) == 1
    client.send(Ack(PUBREL, 7))
    assert client.take() == [Ack(PUBCOMP, 7)]
    client.send(Publish("a", b"new", 2, packet_id=7))
    assert client.payloads() == [b"new"]


def test_acknowledgements_of_unknown_packets_are_answered_with_their_reason() -> None:
    client = client_5(Rig())
    client.send(Ack(PUBREL, 9))
    client.send(Ack(PUBREC, 9))
    unknown = reasons.PACKET_IDENTIFIER_NOT_FOUND
    assert client.take() == [Ack(PUBCOMP, 9, unknown), Ack(PUBREL, 9, unknown)]
    client.send(Ack(PUBACK, 9))
    assert client.take() == [] and not client.closed


def test_a_refused_qos_2_message_is_given_up() -> None:
    rig = Rig()
    client = client_5(rig)
    client.subscribe("a", qos=2)
    client.publish_2("a")
    message = client.messages()[0]
    client.send(Ack(PUBREC, message.packet_id, reasons.QUOTA_EXCEEDED))
    assert client.take() == []
    assert not rig.broker.sessions["client"].inflight


def test_a_publisher_learns_that_nobody_listens() -> None:
    client = client_5(Rig())
    client.publish("nobody", qos=1)
    client.publish("nobody", qos=2)
    assert [packet.reason for packet in client.take() if isinstance(packet, Ack)] == [0x10, 0x10]


def test_retained_messages_come_with_the_subscription_and_their_flag() -> None:
    rig = Rig()
    client = rig.client()
    client.publish("a/b", b"0", 0, retain=True)
    client.publish("a/c", b"1", 1, retain=True)
    client.publish_2("b/c", b"2", retain=True)
    client.take()
    client.subscribe("+/+", qos=2)
    got = client.messages()
    assert sorted((item.topic, item.payload, item.qos, item.retain) for item in got) == [
        ("a/b", b"0", 0, True),
        ("a/c", b"1", 1, True),
        ("b/c", b"2", 2, True),
    ]
    assert rig.broker.retained_messages == 3


def test_an_empty_retained_message_clears_the_topic() -> None:
    rig = Rig()
    client = rig.client()
    client.publish("a", b"x", retain=True)
    client.publish("a", b"", retain=True)
    client.subscribe("#")
    assert client.messages() == [] and rig.broker.retained_messages == 0


def test_the_store_of_retained_messages_is_bounded_but_messages_still_arrive(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = Rig(limits=Limits(retained_messages=2))
    client = rig.client()
    client.subscribe("#")
    for number in range(5):
        client.publish(f"t/{number}", b"x", retain=True)
    client.publish("t/0", b"newer", retain=True)
    assert len(client.messages()) == 6
    assert rig.broker.retained_messages == 2
    assert rig.broker.messages_dropped == 3
    assert len([record for record in caplog.records if "store of retained messages is full" in record.message]) == 1


def test_overlapping_subscriptions_give_one_message_with_the_highest_qos_and_all_identifiers() -> None:
    rig = Rig()
    client = client_5(rig)
    client.subscribe("a/#", qos=2, identifier=456789)
    client.subscribe("+/c", qos=1, identifier=2)
    client.publish_2("a/c")
    (message,) = client.messages()
    assert message.qos == 2
    assert sorted(message.properties.subscription_identifiers) == [2, 456789]


def test_topics_that_begin_with_a_dollar_do_not_match_a_leading_wildcard() -> None:
    rig = Rig()
    client = rig.client()
    client.subscribe("#", "+/x")
    client.publish("$own/x")
    assert client.messages() == []
    client.subscribe("$own/#")
    client.publish("$own/x", b"yes")
    assert client.payloads() == [b"yes"]


def test_clients_cannot_publish_system_topics(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    client = client_5(rig)
    client.subscribe("$SYS/#")
    client.publish("$SYS/broker/uptime", qos=1)
    (answer,) = client.take()
    assert isinstance(answer, Ack) and answer.reason == reasons.NOT_AUTHORIZED
    assert "may not publish to $SYS/broker/uptime" in caplog.text


def test_after_unsubscribe_nothing_more_arrives() -> None:
    rig = Rig()
    client = client_5(rig)
    client.subscribe("a", "b/+", "c")
    client.send(Unsubscribe(9, ("a", "b/+", "never")))
    (answer,) = client.take()
    assert isinstance(answer, SubAck)
    assert answer.reasons == (0, 0, reasons.NO_SUBSCRIPTION_EXISTED)
    for topic in ("a", "b/x", "c"):
        client.publish(topic, topic.encode())
    assert client.payloads() == [b"c"]


def test_a_refused_subscription_says_so_and_the_others_hold() -> None:
    access = Access(rules=[Rule("test/nosubscribe", "deny"), Rule("#")])
    for version in (V311, V5):
        rig = Rig(access=access)
        client = rig.client(version=version)
        answer = client.subscribe("test/nosubscribe", "test/good", "bad/#/filter", qos=1)
        assert answer.reasons == (0x80, 1, 0x80 if version == V311 else reasons.TOPIC_FILTER_INVALID)
        if version == V5:
            assert answer.properties.reason_string
        client.publish("test/good", b"yes")
        assert client.payloads() == [b"yes"]


def test_rules_are_applied_to_each_message_of_a_wide_subscription() -> None:
    rig = Rig(access=Access(rules=[Rule("secret/#", "deny"), Rule("ro/#", "read"), Rule("free/#")]))
    rig.local.publish("secret/kept", "x", retain=True)
    rig.local.publish("ro/kept", "x", retain=True)
    client = rig.client()
    client.subscribe("#")
    assert [item.topic for item in client.messages()] == ["ro/kept"]
    for topic in ("secret/a", "ro/a", "free/a", "other/a"):
        rig.local.publish(topic, "x")
    assert [item.topic for item in client.messages()] == ["ro/a", "free/a"]
    for topic in ("secret/a", "ro/a", "free/a"):
        client.publish(topic)
    assert [item.topic for item in client.messages()] == ["free/a"]


def test_no_local_keeps_a_clients_own_messages_from_it() -> None:
    rig = Rig()
    one, two = client_5(rig, "one"), client_5(rig, "two")
    for client in (one, two):
        client.subscribe(SubscribeItem("a", 1, no_local=True))
    one.publish("a", b"from one", 1)
    one.publish("a", b"plain", 0)
    assert one.messages() == []
    assert two.payloads() == [b"from one", b"plain"]
    one.subscribe("a/#")
    one.publish("a", b"through the other filter")
    assert one.payloads() == [b"through the other filter"]


def test_retain_as_published_keeps_the_flag_of_a_live_message() -> None:
    rig = Rig()
    kept, cleared, publisher = client_5(rig, "kept"), client_5(rig, "cleared"), client_5(rig, "publisher")
    kept.subscribe(SubscribeItem("a", 1, retain_as_published=True))
    cleared.subscribe("a", qos=1)
    publisher.publish("a", b"1", 1, retain=False)
    publisher.publish("a", b"2", 1, retain=True)
    assert [item.retain for item in kept.messages()] == [False, True]
    assert [item.retain for item in cleared.messages()] == [False, False]


@pytest.mark.parametrize(("handling", "first", "second"), [(0, 1, 1), (1, 1, 0), (2, 0, 0)])
def test_retain_handling_decides_when_retained_messages_are_sent(handling: int, first: int, second: int) -> None:
    rig = Rig()
    client = client_5(rig)
    client.publish("a", b"x", retain=True)
    for expected in (first, second):
        client.subscribe(SubscribeItem("a", 0, retain_handling=handling))
        assert len(client.messages()) == expected


def test_properties_of_a_message_travel_with_it_unchanged() -> None:
    rig = Rig()
    client = client_5(rig)
    client.subscribe("a", qos=2)
    properties = Properties(
        payload_format_indicator=1,
        content_type="My name",
        response_topic="answers/here",
        correlation_data=b"\x00\xff334",
        user_properties=(("a", "2"), ("c", "3"), ("a", "4")),
    )
    client.publish("a", b"", 0, properties=properties)
    client.publish("a", b"", 1, properties=properties)
    client.publish_2("a", b"", properties=properties)
    assert [item.properties for item in client.messages()] == [properties] * 3
    old = rig.client("old")
    old.subscribe("a")
    client.publish("a", b"plain for the old one", properties=properties)
    assert old.payloads() == [b"plain for the old one"]


def test_retained_messages_keep_their_properties() -> None:
    rig = Rig()
    client = client_5(rig)
    properties = Properties(user_properties=(("a", "2"),))
    client.publish("a", b"x", retain=True, properties=properties)
    client.subscribe("#")
    assert [item.properties for item in client.messages()] == [properties]


def test_message_expiry_counts_down_and_ends_the_message() -> None:
    rig = Rig()
    absent = client_5(rig, "absent", session_expiry_interval=99999)
    absent.subscribe("a", qos=2)
    absent.send(Disconnect())
    publisher = client_5(rig, "publisher")
    for seconds in (1, 6):
        expiry = Properties(message_expiry_interval=seconds)
        publisher.publish("a", b"1 for %d" % seconds, 1, properties=expiry)
        publisher.publish_2("a", b"2 for %d" % seconds, properties=expiry)
    publisher.publish("b", b"kept", retain=True, properties=Properties(message_expiry_interval=1))
    rig.clock.advance(3)
    absent = client_5(rig, "absent", clean_start=False)
    got = absent.messages()
    assert [(item.payload, item.properties.message_expiry_interval) for item in got] == [
        (b"1 for 6", 3),
        (b"2 for 6", 3),
    ]
    absent.subscribe("b")
    assert absent.messages() == []
    assert rig.broker.retained_messages == 0


def test_members_of_a_shared_subscription_take_turns() -> None:
    rig = Rig()
    members = [client_5(rig, name) for name in ("one", "two", "three")]
    for client in members:
        client.subscribe("$share/group/jobs/+", "all/+", qos=1)
    for number in range(9):
        members[0].publish(f"jobs/{number}", b"x", number % 2)
    members[0].publish("all/x")
    got = [[item.topic.partition("/")[0] for item in client.messages()] for client in members]
    assert sum(topics.count("jobs") for topics in got) == 9
    assert all(topics.count("jobs") == 3 and topics.count("all") == 1 for topics in got)


def test_a_shared_message_goes_to_a_member_that_is_there() -> None:
    rig = Rig()
    here, away = client_5(rig, "here"), client_5(rig, "away", session_expiry_interval=100)
    for client in (here, away):
        client.subscribe("$share/group/jobs", qos=1)
    away.drop()
    for _ in range(4):
        here.publish("jobs", qos=1)
    assert len(here.messages()) == 4
    here.send(Unsubscribe(9, ("$share/group/jobs",)))
    here.publish("jobs", b"for later", 1)
    assert client_5(rig, "away", clean_start=False).payloads() == [b"for later"]


def test_shared_subscriptions_get_no_retained_messages_and_no_no_local() -> None:
    rig = Rig()
    client = client_5(rig)
    client.publish("a", b"x", retain=True)
    client.subscribe("$share/group/a")
    assert client.messages() == []
    client.send(Subscribe(5, (SubscribeItem("$share/group/a", 0, no_local=True),)))
    assert client.disconnect_reason() == reasons.PROTOCOL_ERROR and client.closed


def test_a_client_may_use_topic_aliases() -> None:
    rig = Rig()
    client = client_5(rig)
    assert client.connack is not None
    assert client.connack.properties.topic_alias_maximum == 64
    client.subscribe("a", "b")
    client.publish("a", b"1", properties=Properties(topic_alias=1))
    client.publish("", b"2", properties=Properties(topic_alias=1))
    client.publish("b", b"3", properties=Properties(topic_alias=1))
    client.publish("", b"4", properties=Properties(topic_alias=1))
    got = client.messages()
    assert [(item.topic, item.payload) for item in got] == [("a", b"1"), ("a", b"2"), ("b", b"3"), ("b", b"4")]
    assert all(item.properties.topic_alias is None for item in got)


@pytest.mark.parametrize(("topic", "alias"), [("a", 0), ("a", 65), ("", 1)])
def test_a_bad_topic_alias_ends_the_connection(topic: str, alias: int) -> None:
    client = client_5(Rig())
    client.publish(topic, properties=Properties(topic_alias=alias))
    assert client.disconnect_reason() == reasons.TOPIC_ALIAS_INVALID and client.closed


def test_aliases_end_with_the_connection() -> None:
    rig = Rig()
    client = client_5(rig, session_expiry_interval=100)
    client.publish("a", properties=Properties(topic_alias=1))
    client.drop()
    client = client_5(rig, clean_start=False)
    client.publish("", properties=Properties(topic_alias=1))
    assert client.disconnect_reason() == reasons.TOPIC_ALIAS_INVALID


def test_the_broker_uses_aliases_where_the_client_allows_them() -> None:
    rig = Rig()
    client = client_5(rig, topic_alias_maximum=1)
    client.subscribe("a", "b", qos=2)
    client.publish("a", b"0")
    client.publish("a", b"1", 1)
    client.publish_2("a", b"2")
    client.publish("b", b"3")
    got = [(item.topic, item.properties.topic_alias) for item in client.messages()]
    assert got == [("a", 1), ("", 1), ("", 1), ("b", None)]


def test_a_message_larger_than_the_client_takes_is_not_sent_to_it(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    small, large = client_5(rig, "small", maximum_packet_size=64), client_5(rig, "large")
    for client in (small, large):
        client.subscribe("a", qos=1)
    for size, qos in ((32, 0), (64, 0), (64, 1), (32, 1)):
        large.publish("a", b"." * size, qos)
    assert [len(item.payload) for item in small.messages()] == [32, 32]
    assert len(large.messages()) == 4
    assert rig.broker.messages_dropped == 2
    assert len([record for record in caplog.records if "maximum packet size" in record.message]) == 1
    assert not small.closed


def test_a_packet_larger_than_the_broker_takes_ends_the_connection_before_it_is_read() -> None:
    rig = Rig(limits=Limits(packet_size=1000))
    client = client_5(rig)
    assert client.connack is not None and client.connack.properties.maximum_packet_size == 1000
    client.raw(encode(Publish("a", b"." * 2000), V5)[:10])
    assert client.disconnect_reason() == reasons.PACKET_TOO_LARGE and client.closed


def test_no_more_messages_are_under_way_than_the_client_takes() -> None:
    rig = Rig()
    client = client_5(rig, receive_maximum=2)
    client.subscribe("a", qos=1)
    for number in range(4):
        client.publish("a", str(number).encode(), 1)
    first, second = client.messages()
    assert (first.payload, second.payload) == (b"0", b"1")
    client.puback(second)
    assert client.payloads() == [b"2"]
    client.puback(first)
    assert client.payloads() == [b"3"]


def test_more_qos_2_messages_than_receive_maximum_end_the_connection() -> None:
    rig = Rig(limits=Limits(receive_maximum=5))
    client = client_5(rig)
    assert client.connack is not None and client.connack.properties.receive_maximum == 5
    for _ in range(5):
        client.publish("a", qos=2)
    assert client.disconnect_reason() is None
    client.publish("a", qos=2)
    assert client.disconnect_reason() == reasons.RECEIVE_MAXIMUM_EXCEEDED


def test_a_client_has_a_bounded_number_of_subscriptions() -> None:
    rig = Rig(limits=Limits(subscriptions=2))
    client = client_5(rig)
    assert client.subscribe("a", "b", "c", "a").reasons == (0, 0, reasons.QUOTA_EXCEEDED, 0)


def slow(rig: Rig, qos: int) -> Peer:
    """A subscriber whose socket is full after the first write."""
    client = rig.client("slow", clean_start=False, keep_alive=0)
    client.subscribe("a", qos=qos)
    client.block = True
    client.connection.set_writable(False)
    return client


@pytest.mark.parametrize("qos", [0, 1])
def test_a_slow_client_has_a_bounded_queue_and_hurts_nobody(qos: int, caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(limits=Limits(queue_messages=10))
    client, other = slow(rig, qos), rig.client("other")
    other.subscribe("a")
    for number in range(100):
        rig.local.publish("a", str(number), qos)
    assert len(other.messages()) == 100
    assert client.messages() == []
    assert rig.broker.messages_dropped == 90
    assert len([record for record in caplog.records if "client slow" in record.message]) == 1
    client.block = False
    client.connection.set_writable(True)
    # Of QoS 0 the newest are kept, of QoS 1 those that were promised first.
    expected = range(90, 100) if qos == 0 else range(10)
    assert client.payloads() == [str(number).encode() for number in expected]


def test_dropped_messages_are_logged_once_a_minute_for_each_client(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(limits=Limits(queue_messages=1))
    slow(rig, 0)
    for _ in range(3):
        for _ in range(11):
            rig.local.publish("a", "x")
        rig.clock.advance(61)
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [line.split(" dropped")[0] for line in lines] == [
        "client slow: 1 message",
        "client slow: 9 messages",
        "client slow: 11 messages",
        "client slow: 11 messages",
    ]


def test_dropped_messages_are_summed_up_when_the_session_ends(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(limits=Limits(queue_messages=1))
    slow(rig, 0)
    for _ in range(6):
        rig.local.publish("a", "x")
    rig.broker.end(rig.broker.sessions["slow"])
    rig.clock.advance(120)
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert lines == [
        "client slow: 1 message dropped, the client is too slow",
        "client slow: 4 messages dropped, the client is too slow",
    ]


def test_the_bytes_that_wait_for_a_client_are_bounded() -> None:
    rig = Rig(limits=Limits(queue_bytes=1000))
    client = slow(rig, 0)
    for _ in range(20):
        rig.local.publish("a", "." * 290)
    client.block = False
    client.connection.set_writable(True)
    assert len(client.messages()) == 3


def test_a_qos_0_queue_is_sent_in_order_before_what_is_new() -> None:
    rig = Rig()
    client = slow(rig, 0)
    publisher = rig.client("publisher")
    publisher.publish("a", b"1")
    publisher.publish("a", b"2")
    client.block = False
    client.connection.set_writable(True)
    publisher.publish("a", b"3")
    assert client.payloads() == [b"1", b"2", b"3"]


def test_many_retained_messages_wait_for_a_slow_client_without_loss() -> None:
    rig = Rig(limits=Limits(queue_messages=10))
    for number in range(100):
        rig.local.publish(f"t/{number}", "x" * 2000, retain=True)
    client = rig.client()
    client.block = True
    client.subscribe("t/#")
    got = 0
    for _ in range(100):
        got += len(client.messages())
        client.connection.set_writable(True)
    assert got == 100
    assert rig.broker.messages_dropped == 0


def test_a_long_replay_of_retained_messages_leaves_the_loop_to_others() -> None:
    rig = Rig()
    for number in range(1000):
        rig.local.publish(f"t/{number}", "x", retain=True)
    client = rig.client()
    client.send(Subscribe(1, (SubscribeItem("t/#"), SubscribeItem("t/+"))))
    rig.settle(rounds=1)
    assert 0 < rig.broker.messages_sent <= 200
    rig.settle(rounds=30)
    assert len(client.messages()) == 2000


def test_subscribing_again_and_again_asks_for_the_retained_messages_once() -> None:
    rig = Rig()
    for number in range(100):
        rig.local.publish(f"t/{number}", "x", retain=True)
    client = rig.client()
    client.send(Subscribe(1, (SubscribeItem("t/#"),) * 500))
    assert len(client.messages()) == 100


def test_more_filters_in_one_packet_than_anybody_needs_end_the_connection() -> None:
    client = client_5(Rig())
    client.send(Subscribe(1, (SubscribeItem("a"),) * 10_001))
    assert client.disconnect_reason() == reasons.QUOTA_EXCEEDED
    client = client_5(Rig())
    client.send(Unsubscribe(1, ("a",) * 10_001))
    assert client.disconnect_reason() == reasons.QUOTA_EXCEEDED


def test_qos_2_messages_that_are_never_released_are_bounded_for_old_clients_too() -> None:
    rig = Rig()
    client = rig.client()
    for _ in range(4096):
        client.publish("a", qos=2)
    assert not client.closed
    client.publish("a", qos=2)
    assert client.closed
