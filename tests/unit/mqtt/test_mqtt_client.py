"""The client protocol for an external broker, packet by packet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marge.mqtt.client import ClientSession, ConnectionRefused, Identity
from marge.mqtt.errors import ProtocolError
from marge.mqtt.external import pauses
from marge.mqtt.packets import (
    V311,
    Ack,
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
    decode,
    encode,
)
from marge.mqtt.properties import PUBACK, PUBCOMP, PUBREC, PUBREL, SUBACK, read_varint
from marge.mqtt.router import LocalSubscription
from marge.testing import FakeClock

Got = list[tuple[str, bytes, int, bool]]


class Line:
    """A client session and the broker's end of its connection."""

    def __init__(self, identity: Identity | None = None, *, queue_messages: int = 100) -> None:
        self.deferred: list[Callable[[], object]] = []
        self.session = ClientSession(
            identity or Identity("hub"), FakeClock(), self.deferred.append, queue_messages=queue_messages
        )
        self.out = bytearray()
        self.got: Got = []

    def connect(self, *, accept: bool = True) -> list[Packet]:
        self.out.clear()
        self.session.begin(self.out.extend)
        if accept:
            self.send(Connack())
        return self.take()

    def send(self, packet: Packet) -> None:
        self.session.receive(encode(packet, V311))

    def take(self) -> list[Packet]:
        while self.deferred:
            self.deferred.pop(0)()
        found: list[Packet] = []
        pos = 0
        while pos < len(self.out):
            length, start = read_varint(self.out, pos + 1, len(self.out))
            found.append(decode(self.out[pos], bytes(self.out[start : start + length]), V311))
            pos = start + length
        self.out.clear()
        return [packet for packet in found if not isinstance(packet, Connect)]

    def answer_subscribe(self) -> None:
        """The broker acknowledges what was asked and the ping that follows."""
        for packet in self.take():
            if isinstance(packet, Subscribe):
                self.send(SubAck(SUBACK, packet.packet_id, tuple(item.qos for item in packet.items)))
        for packet in self.take():
            if isinstance(packet, PingReq):
                self.send(PingResp())

    def subscribe(self, filter_: str, qos: int = 0, into: Got | None = None) -> LocalSubscription:
        target = self.got if into is None else into
        subscription = LocalSubscription(filter_, lambda *message: target.append(message), self.session.unsubscribe)
        self.session.subscribe(subscription, qos)
        return subscription


def test_the_hub_introduces_itself() -> None:
    will = Will("marge/system/status", b"offline", 1, True)
    line = Line(Identity("hub", "u", "pä", will, 30))
    out = bytearray()
    line.session.begin(out.extend)
    assert decode(out[0], bytes(out[2:]), V311) == Connect("hub", V311, True, 30, "u", "pä".encode(), will)


@pytest.mark.parametrize(("code", "permanent"), [(2, True), (3, False), (4, True), (5, True)])
def test_a_refusal_says_what_to_do(code: int, permanent: bool) -> None:
    line = Line()
    line.connect(accept=False)
    with pytest.raises(ConnectionRefused) as error:
        line.send(Connack(False, code))
    assert error.value.permanent is permanent and str(error.value)


@pytest.mark.parametrize("packet", [PingReq(), Publish("a", b"x"), Connect("c")])
def test_anything_before_connack_is_an_error(packet: Packet) -> None:
    line = Line()
    line.connect(accept=False)
    with pytest.raises(ProtocolError):
        line.send(packet)


@pytest.mark.parametrize("packet", [PingReq(), Connect("c"), Subscribe(1, (SubscribeItem("a"),)), Connack()])
def test_what_only_a_client_sends_is_an_error(packet: Packet) -> None:
    line = Line()
    line.connect()
    with pytest.raises(ProtocolError):
        line.send(packet)


def test_subscriptions_go_out_together_and_again_after_a_reconnect() -> None:
    line = Line()
    line.subscribe("early", 1)
    (first,) = [packet for packet in line.connect() if isinstance(packet, Subscribe)]
    assert first.items == (SubscribeItem("early", 1),)
    for number in range(250):
        line.subscribe(f"t/{number}")
    sizes = [len(packet.items) for packet in line.take() if isinstance(packet, Subscribe)]
    assert sizes == [200, 50]
    line.session.end()
    sizes = [len(packet.items) for packet in line.connect() if isinstance(packet, Subscribe)]
    assert sizes == [200, 51]


def test_the_broker_is_told_when_the_last_subscription_of_a_filter_goes() -> None:
    line = Line()
    line.connect()
    one, two = line.subscribe("a"), line.subscribe("a")
    line.take()
    one.end()
    assert line.take() == []
    two.end()
    (packet,) = line.take()
    assert isinstance(packet, Unsubscribe) and packet.filters == ("a",)
    three = line.subscribe("b")
    line.take()
    three.end()
    line.subscribe("b")
    assert [type(packet) for packet in line.take()] == [Subscribe]


def test_a_refused_subscription_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    line = Line()
    line.connect()
    line.subscribe("secret/#")
    (packet,) = line.take()
    assert isinstance(packet, Subscribe)
    line.send(SubAck(SUBACK, packet.packet_id, (0x80,)))
    assert "does not allow to subscribe to secret/#" in caplog.text


def test_messages_reach_their_subscribers_and_are_acknowledged() -> None:
    line = Line()
    line.subscribe("a/+", 2)
    line.connect()
    for _ in range(2):
        line.send(Publish("a/b", b"0"))
    line.send(Publish("a/b", b"1", 1, packet_id=5))
    line.send(Publish("a/b", b"2", 2, packet_id=6))
    line.send(Publish("a/b", b"2", 2, dup=True, packet_id=6))
    line.send(Ack(PUBREL, 6))
    assert line.take() == [Ack(PUBACK, 5), Ack(PUBREC, 6), Ack(PUBREC, 6), Ack(PUBCOMP, 6)]
    assert line.got == [("a/b", payload, qos, False) for payload, qos in ((b"0", 0), (b"0", 0), (b"1", 1), (b"2", 2))]


def test_packets_cut_anywhere_are_put_together() -> None:
    line = Line()
    line.subscribe("a")
    line.connect()
    for byte in encode(Publish("a", b"x" * 300), V311) + encode(Publish("a", b"y"), V311):
        line.session.receive(bytes([byte]))
    assert [payload for _, payload, _, _ in line.got] == [b"x" * 300, b"y"]


def test_retained_messages_go_to_those_that_have_just_asked() -> None:
    line = Line()
    old: Got = []
    new: Got = []
    line.subscribe("a/#", into=old)
    line.connect(accept=False)
    line.send(Connack())
    line.send(Publish("a/b", b"x", retain=True))
    line.send(Publish("a/b", b"live"))
    line.answer_subscribe()
    assert old == [("a/b", b"x", 0, True), ("a/b", b"live", 0, False)]
    line.subscribe("a/b", into=new)
    line.send(Publish("a/b", b"live", retain=True))
    line.send(Publish("a/b", b"live", retain=True))
    assert new == [("a/b", b"live", 0, True)] and len(old) == 2
    line.answer_subscribe()
    line.send(Publish("a/b", b"late", retain=True))
    assert len(new) == 2 and len(old) == 3, "nobody has asked: better twice than never"


def test_messages_wait_while_the_broker_is_away_within_bounds(caplog: pytest.LogCaptureFixture) -> None:
    line = Line(queue_messages=3)
    for number in range(5):
        line.session.publish(Publish("a", str(number).encode(), number % 2))
    sent = [packet for packet in line.connect() if isinstance(packet, Publish)]
    assert [(packet.payload, packet.qos) for packet in sent] == [(b"2", 0), (b"3", 1), (b"4", 0)]
    assert caplog.text.count("wait for the broker") == 1


def test_messages_wait_while_the_socket_is_full() -> None:
    line = Line()
    line.connect()
    line.session.set_writable(False)
    line.session.publish(Publish("a", b"1"))
    assert line.take() == []
    line.session.set_writable(True)
    line.session.publish(Publish("a", b"2"))
    assert line.take() == [Publish("a", b"1"), Publish("a", b"2")]


def test_unacknowledged_messages_are_sent_again() -> None:
    line = Line()
    line.connect()
    line.session.publish(Publish("a", b"1", 1))
    line.session.publish(Publish("a", b"2", 2))
    line.session.publish(Publish("a", b"done", 1))
    one, two, done = line.take()
    assert isinstance(one, Publish) and isinstance(two, Publish) and isinstance(done, Publish)
    line.send(Ack(PUBACK, done.packet_id))
    line.session.end()
    assert line.connect() == [
        Publish("a", b"1", 1, dup=True, packet_id=one.packet_id),
        Publish("a", b"2", 2, dup=True, packet_id=two.packet_id),
    ]
    line.send(Ack(PUBREC, two.packet_id))
    assert line.take() == [Ack(PUBREL, two.packet_id)]
    line.session.end()
    assert Ack(PUBREL, two.packet_id) in line.connect()
    line.send(Ack(PUBCOMP, two.packet_id))
    line.send(Ack(PUBACK, one.packet_id))
    line.session.end()
    assert line.connect() == []


def test_no_more_than_a_thousand_messages_are_unacknowledged() -> None:
    line = Line(queue_messages=5000)
    line.connect()
    for number in range(1500):
        line.session.publish(Publish("a", str(number).encode(), 1))
    first = line.take()
    assert len(first) == 1000
    for packet in first[:500]:
        assert isinstance(packet, Publish)
        line.send(Ack(PUBACK, packet.packet_id))
    rest = line.take()
    assert [packet.payload for packet in rest if isinstance(packet, Publish)][-1] == b"1499"


def test_a_goodbye_takes_the_will_back() -> None:
    line = Line()
    line.connect()
    line.session.leave()
    assert line.take() == [Disconnect()]


def test_pauses_between_attempts_grow_to_a_minute() -> None:
    steps = pauses()
    assert [next(steps) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
