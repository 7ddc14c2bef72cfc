"""MQTT packets and topics under arbitrary input."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st
from mqtt_rig import Peer, Rig
from msgspec import Struct

from marge.mqtt import packets
from marge.mqtt import properties as p
from marge.mqtt.client import ClientSession, ConnectionRefused, Identity
from marge.mqtt.errors import InvalidTopic, ProtocolError
from marge.mqtt.index import SubscriptionIndex
from marge.mqtt.limits import Limits
from marge.mqtt.message import Message
from marge.mqtt.packets import (
    V5,
    V311,
    Ack,
    Auth,
    Connack,
    Connect,
    Disconnect,
    Packet,
    PingReq,
    PingResp,
    Publish,
    SubAck,
    Subscribe,
    SubscribeItem,
    Unsubscribe,
    Will,
)
from marge.mqtt.retained import RetainedMessages
from marge.mqtt.router import LocalSubscription
from marge.mqtt.topics import check_filter, covers, matches, overlaps
from marge.testing import FakeClock

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
BLOB = st.binary(max_size=40)
IDS = st.integers(1, 0xFFFF)
VALUES = {
    p.BYTE: st.integers(0, 1),
    p.UINT16: IDS,
    p.UINT32: st.integers(1, 0xFFFFFFFF),
    p.VARINT: st.integers(1, 268435455),
    p.TEXT: TEXT,
    p.BINARY: BLOB,
    p.PAIR: st.tuples(TEXT, TEXT),
}


def properties(packet: int, version: int) -> st.SearchStrategy[p.Properties]:
    """Any properties that a packet of this kind may carry."""
    if version != V5:
        return st.just(p.NONE)
    fields: dict[str, st.SearchStrategy[object]] = {}
    for name, kind, where in p.TABLE.values():
        if packet in where:
            one = VALUES[kind]
            if name == "user_properties" or (name == "subscription_identifiers" and packet == p.PUBLISH):
                fields[name] = st.lists(one, min_size=1, max_size=3).map(tuple)
            elif name == "subscription_identifiers":
                fields[name] = one.map(lambda value: (value,))
            else:
                fields[name] = one
    return st.fixed_dictionaries({}, optional=fields).map(lambda values: p.Properties(**values))


def any_packet(version: int) -> st.SearchStrategy[Packet]:
    reason = st.integers(0, 255) if version == V5 else st.just(0)
    five = st.booleans() if version == V5 else st.just(False)
    item = st.builds(
        SubscribeItem,
        TEXT,
        st.integers(0, 2),
        five,
        five,
        st.integers(0, 2) if version == V5 else st.just(0),
    )
    will = st.builds(Will, TEXT, BLOB, st.integers(0, 2), st.booleans(), properties(p.WILL, version))
    connect = st.builds(
        Connect,
        TEXT,
        st.just(version),
        st.booleans(),
        st.integers(0, 0xFFFF),
        TEXT,
        st.none() | BLOB,
        st.none() | will,
        properties(p.CONNECT, version),
    )
    publish_0 = st.builds(
        Publish, TEXT, BLOB, st.just(0), st.booleans(), st.just(False), st.just(0), properties(p.PUBLISH, version)
    )
    publish = st.builds(
        Publish, TEXT, BLOB, st.integers(1, 2), st.booleans(), st.booleans(), IDS, properties(p.PUBLISH, version)
    )
    kinds: list[st.SearchStrategy[Packet]] = [connect, publish_0, publish, st.just(PingReq()), st.just(PingResp())]
    kinds += [
        st.builds(Ack, st.just(kind), IDS, reason, properties(kind, version))
        for kind in (p.PUBACK, p.PUBREC, p.PUBREL, p.PUBCOMP)
    ]
    kinds += [
        st.builds(Connack, st.booleans(), st.integers(0, 255), properties(p.CONNACK, version)),
        st.builds(Subscribe, IDS, st.lists(item, min_size=1, max_size=4).map(tuple), properties(p.SUBSCRIBE, version)),
        st.builds(
            Unsubscribe, IDS, st.lists(TEXT, min_size=1, max_size=4).map(tuple), properties(p.UNSUBSCRIBE, version)
        ),
        st.builds(
            SubAck, st.just(p.SUBACK), IDS, st.lists(st.integers(0, 255)).map(tuple), properties(p.SUBACK, version)
        ),
        st.builds(Disconnect, reason, properties(p.DISCONNECT, version)),
    ]
    if version == V5:
        kinds.append(st.builds(Auth, reason, properties(p.AUTH, version)))
    return st.one_of(kinds)


VERSIONED = st.sampled_from((V311, V5)).flatmap(lambda version: st.tuples(st.just(version), any_packet(version)))


def split(raw: bytes) -> tuple[int, bytes]:
    length, start = p.read_varint(raw, 1, len(raw))
    assert start + length == len(raw)
    return raw[0], raw[start:]


@given(VERSIONED)
def test_decoding_what_was_encoded_gives_the_same_packet(versioned: tuple[int, Packet]) -> None:
    version, packet = versioned
    assert packets.decode(*split(packets.encode(packet, version)), version) == packet


@given(st.integers(0, 255), st.binary(max_size=80), st.sampled_from((V311, V5)))
def test_any_body_is_decoded_or_refused(first: int, body: bytes, version: int) -> None:
    with contextlib.suppress(ProtocolError):
        packet = packets.decode(first, body, version)
        packets.decode(*split(packets.encode(packet, version)), version)


@given(VERSIONED, st.data())
def test_a_damaged_packet_is_decoded_or_refused(versioned: tuple[int, Packet], data: st.DataObject) -> None:
    version, packet = versioned
    raw = bytearray(packets.encode(packet, version))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ProtocolError):
        packets.decode(raw[0], bytes(raw[2:]), version)


@settings(deadline=None)
@given(
    st.lists(st.binary(max_size=60) | VERSIONED.map(lambda item: packets.encode(item[1], item[0])), max_size=12),
    st.sampled_from((None, V311, V5)),
    st.lists(st.integers(1, 40), max_size=6),
)
def test_any_bytes_on_a_connection_leave_the_broker_serving(
    chunks: list[bytes], version: int | None, cuts: list[int]
) -> None:
    rig = Rig(limits=Limits(packet_size=4096))
    bystander = rig.client("bystander")
    bystander.subscribe("still/here")
    fuzz = Peer(rig, version or V311)
    if version is not None:
        fuzz.connect("fuzz", will=Will("w", b"x"), clean_start=False)
    stream = b"".join(chunks)
    for cut in cuts:
        fuzz.raw(stream[:cut])
        stream = stream[cut:]
    fuzz.raw(stream)
    rig.settle()
    rig.clock.advance(30)
    bystander.take()
    publisher = rig.client("publisher")
    publisher.publish("still/here", b"yes")
    assert bystander.payloads() == [b"yes"]
    fuzz.drop()
    assert rig.broker.router.retained.changed is not None
    rig.persistence.write()
    rig.restart()


@settings(deadline=None)
@given(st.lists(VERSIONED, max_size=15), st.sampled_from((V311, V5)))
def test_any_sequence_of_packets_is_answered_or_ends_the_connection_without_an_internal_error(
    sequence: list[tuple[int, Packet]], version: int
) -> None:
    rig = Rig()
    client = rig.client("c", version)
    for _, packet in sequence:
        with contextlib.suppress(ProtocolError):
            client.send(packet)
    for answer in client.take():
        assert not (isinstance(answer, Disconnect) and answer.reason == 0x83), "internal error"


@given(st.lists(st.binary(max_size=60) | VERSIONED.map(lambda item: packets.encode(item[1], V311)), max_size=10))
def test_any_bytes_of_an_external_broker_are_accepted_or_refused(chunks: list[bytes]) -> None:
    session = ClientSession(Identity("hub"), FakeClock(), lambda callback: callback())
    session.subscribe(LocalSubscription("#", lambda *_: None, session.unsubscribe), 0)
    session.begin(lambda data: None)
    try:
        session.receive(packets.encode(Connack(), V311))
        for chunk in chunks:
            session.receive(chunk)
    except (ProtocolError, ConnectionRefused):
        session.end()
    session.publish(Publish("a", b"x", 1))


LEVEL = st.sampled_from(("a", "b", "", "$x"))
TOPIC = st.lists(LEVEL, min_size=1, max_size=4).map("/".join).filter(bool)
FILTER = (
    st.lists(LEVEL | st.just("+"), min_size=1, max_size=4)
    .flatmap(lambda levels: st.sampled_from((levels, [*levels, "#"], ["#"])))
    .map("/".join)
    .filter(bool)
)


class Item(Struct):
    filter: str
    key: int


@given(st.lists(FILTER, max_size=12), st.lists(st.integers(0, 11), max_size=6), TOPIC)
def test_the_index_finds_exactly_what_matches(filters: list[str], removed: list[int], topic: str) -> None:
    index: SubscriptionIndex[Item] = SubscriptionIndex()
    items = [Item(check_filter(filter_), number) for number, filter_ in enumerate(filters)]
    for item in items:
        index.add(item)
    for number in removed:
        if number < len(items):
            index.remove(items[number])
    kept = [item for item in items if item.key not in removed]
    assert sorted(item.key for item in index.match(topic)) == [item.key for item in kept if matches(item.filter, topic)]
    assert len(index) == len(kept)


@given(st.lists(TOPIC, max_size=12), FILTER)
def test_retained_topics_are_found_exactly_when_they_match(topics: list[str], filter_: str) -> None:
    store = RetainedMessages(Limits())
    for topic in topics:
        store.set(Message(topic, b"x", retain=True))
    assert sorted(store.topics(filter_)) == sorted({topic for topic in topics if matches(filter_, topic)})


@given(FILTER, FILTER, TOPIC)
def test_covering_and_overlapping_agree_with_matching(one: str, two: str, topic: str) -> None:
    if covers(one, two) and matches(two, topic):
        assert matches(one, topic)
    if matches(one, topic) and matches(two, topic):
        assert overlaps(one, two)


@given(st.text(max_size=30))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidTopic):
        index: SubscriptionIndex[Item] = SubscriptionIndex()
        index.add(Item(check_filter(text), 1))
        assert index.remove(Item(text, 1)) and len(index) == 0
