"""Clients come and go: CONNECT, sessions and their expiry, wills, keep-alive, take-over, refusals."""

from __future__ import annotations

import asyncio

import pytest
from mqtt_rig import Peer, Rig, client_5

from marge.mqtt import reasons
from marge.mqtt.access import Access, Rule, User
from marge.mqtt.limits import Limits
from marge.mqtt.packets import (
    V5,
    V31,
    V311,
    Ack,
    Auth,
    Connack,
    Connect,
    Disconnect,
    PingReq,
    PingResp,
    Publish,
    Will,
    encode,
)
from marge.mqtt.properties import PUBCOMP, PUBREC, PUBREL, Properties

# ---------------------------------------------------------------- CONNECT


@pytest.mark.parametrize("version", [V31, V311, V5])
def test_a_client_connects_and_pings(version: int) -> None:
    rig = Rig()
    client = rig.client(version=version)
    assert client.connack is not None and client.connack.reason == 0 and not client.connack.session_present
    client.send(PingReq())
    assert client.take() == [PingResp()]
    assert rig.broker.connected_clients == 1


def test_a_second_connect_ends_the_connection() -> None:
    client = client_5(Rig())
    client.send(Connect("again", V5))
    assert client.disconnect_reason() == reasons.PROTOCOL_ERROR and client.closed


def test_another_protocol_ends_the_connection_without_an_answer() -> None:
    client = Peer(Rig())
    client.raw(b"\x10\x0b\x00\x02hj\x04\x02\x00\x3c\x00\x01a")
    assert client.take() == [] and client.closed


def test_a_future_protocol_level_is_told_so() -> None:
    client = Peer(Rig())
    client.raw(b"\x10\x0d\x00\x04MQTT\x07\x02\x00\x3c\x00\x01a")
    assert client.take() == [Connack(False, 1)] and client.closed


def test_something_else_than_connect_first_ends_the_connection() -> None:
    client = Peer(Rig())
    client.send(PingReq())
    assert client.closed


def test_a_connection_without_connect_is_closed_in_time() -> None:
    rig = Rig()
    client = Peer(rig)
    rig.clock.advance(9)
    assert not client.closed
    rig.clock.advance(2)
    assert client.closed


def test_the_oldest_half_open_connection_makes_room() -> None:
    rig = Rig(limits=Limits(half_open=3))
    first, *others = [Peer(rig) for _ in range(4)]
    assert first.closed and not any(peer.closed for peer in others)
    others[0].connect("still welcome")
    assert others[0].connack == Connack()


def test_an_empty_client_id_is_assigned_in_version_5() -> None:
    rig = Rig()
    for clean_start in (False, True):
        client = rig.client("", V5, clean_start=clean_start)
        assert client.connack is not None
        assert client.connack.properties.assigned_client_identifier in rig.broker.connections


def test_an_empty_client_id_needs_a_clean_session_in_version_311() -> None:
    rig = Rig()
    assert rig.client("", clean_start=False).connack == Connack(False, 2)
    assert rig.client("", clean_start=True).connack == Connack(False, 0)


def test_the_broker_shortens_a_long_keep_alive_and_says_so() -> None:
    rig = Rig()
    client = rig.client(version=V5, keep_alive=120)
    assert client.connack is not None and client.connack.properties.server_keep_alive == 60
    rig.clock.advance(91)
    assert client.disconnect_reason() == reasons.KEEP_ALIVE_TIMEOUT


def test_extended_authentication_is_refused() -> None:
    rig = Rig()
    client = client_5(rig, authentication_method="SCRAM-SHA-1")
    assert client.connack == Connack(False, reasons.BAD_AUTHENTICATION_METHOD)
    other = client_5(rig, "other")
    other.send(Auth(0x18))
    assert other.disconnect_reason() == reasons.PROTOCOL_ERROR


@pytest.mark.parametrize(("version", "wrong", "nobody"), [(V311, 4, 5), (V5, 0x86, 0x87)])
def test_a_wrong_password_and_no_name_are_refused(version: int, wrong: int, nobody: int) -> None:
    rig = Rig(access=Access([User("u", "secret")], anonymous=False))
    good = rig.client("a", version, username="u", password=b"secret")
    assert good.connack is not None and good.connack.reason == 0
    bad = rig.client("b", version, username="u", password=b"no")
    assert bad.connack == Connack(False, wrong) and bad.closed
    none = rig.client("c", version)
    assert none.connack == Connack(False, nobody) and none.closed


async def test_packets_that_follow_a_connect_wait_for_the_password_check() -> None:
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def check(username: str, password: str) -> bool:
        return await answer

    rig = Rig(access=Access(check_password=check))
    client = Peer(rig, V5)
    client.raw(encode(Connect("c", V5, username="anna", password=b"x"), V5) + encode(PingReq(), V5))
    await asyncio.sleep(0)
    assert client.take() == [] and not client.reading
    rig.clock.advance(60)
    assert not client.closed
    answer.set_result(True)
    for _ in range(3):
        await asyncio.sleep(0)
    connack, pong = client.take()
    assert isinstance(connack, Connack) and connack.reason == 0 and pong == PingResp() and client.reading


async def test_a_password_check_that_fails_refuses_the_client(caplog: pytest.LogCaptureFixture) -> None:
    async def check(username: str, password: str) -> bool:
        raise OSError("the database is away")

    rig = Rig(access=Access(check_password=check))
    client = Peer(rig, V5)
    client.send(Connect("c", V5, username="anna", password=b"x"))
    for _ in range(3):
        await asyncio.sleep(0)
    assert client.take() == [Connack(False, reasons.SERVER_UNAVAILABLE)] and client.closed
    assert "the password check failed" in caplog.text


async def test_a_client_that_leaves_during_the_password_check_is_forgotten() -> None:
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def check(username: str, password: str) -> bool:
        return await answer

    rig = Rig(access=Access(check_password=check))
    client = Peer(rig, V5)
    client.send(Connect("c", V5, username="anna", password=b"x"))
    client.drop()
    answer.set_result(True)
    for _ in range(3):
        await asyncio.sleep(0)
    assert rig.broker.connected_clients == 0 and not rig.broker.sessions


def test_connections_and_sessions_are_bounded() -> None:
    rig = Rig(limits=Limits(connections=2, sessions=3))
    rig.client("a"), rig.client("b")
    assert client_5(rig, "c").connack == Connack(False, reasons.QUOTA_EXCEEDED)
    rig = Rig(limits=Limits(sessions=1))
    rig.client("a", clean_start=False).drop()
    assert rig.client("b").connack == Connack(False, 3)
    assert rig.client("a").connack == Connack(False, 0)


# ---------------------------------------------------------------- sessions


def test_messages_wait_for_a_client_that_is_away() -> None:
    rig = Rig()
    away = rig.client("away", clean_start=False)
    away.subscribe("#", qos=2)
    away.send(Disconnect())
    publisher = rig.client("publisher")
    for qos in (0, 1, 2):
        publisher.publish("a/b", str(qos).encode(), qos)
    away = rig.client("away", clean_start=False)
    assert away.connack == Connack(True, 0)
    assert away.payloads() == [b"1", b"2"]


def test_what_was_not_acknowledged_is_sent_again_with_the_dup_flag() -> None:
    rig = Rig()
    client = client_5(rig, session_expiry_interval=99)
    client.subscribe("a", qos=2)
    client.publish("a", b"1", 1)
    client.publish("a", b"2", 2)
    before = client.messages()
    client.drop()
    client = client_5(rig, clean_start=False, session_expiry_interval=99)
    again = client.messages()
    assert [(item.payload, item.packet_id, item.dup) for item in again] == [
        (item.payload, item.packet_id, True) for item in before
    ]
    client.puback(again[0])
    client.send(Ack(PUBREC, again[1].packet_id))
    client.take()
    client.drop()
    client = client_5(rig, clean_start=False)
    assert client.take() == [Ack(PUBREL, again[1].packet_id)]
    client.send(Ack(PUBCOMP, again[1].packet_id))
    assert not rig.broker.sessions["client"].inflight


def test_messages_sent_again_obey_a_smaller_receive_maximum() -> None:
    rig = Rig()
    client = client_5(rig, session_expiry_interval=99)
    client.subscribe("a", qos=1)
    for number in range(3):
        rig.local.publish("a", str(number), 1)
    client.drop()
    client = client_5(rig, clean_start=False, receive_maximum=1)
    got = []
    for _ in range(3):
        (message,) = client.messages()
        got.append(message.payload)
        client.puback(message)
    assert got == [b"0", b"1", b"2"]


def test_the_queue_of_an_absent_client_is_bounded() -> None:
    rig = Rig(limits=Limits(queue_messages=5))
    rig.client("away", clean_start=False).subscribe("a", qos=1)
    rig.broker.close(rig.broker.connections["away"])
    for number in range(20):
        rig.local.publish("a", str(number), 1)
    assert rig.broker.messages_dropped == 15
    assert rig.client("away", clean_start=False).payloads() == [b"0", b"1", b"2", b"3", b"4"]


def test_a_session_ends_when_its_time_is_over() -> None:
    rig = Rig()

    def present(expiry: int) -> bool:
        client = client_5(rig, clean_start=False, session_expiry_interval=expiry)
        assert client.connack is not None
        client.subscribe("a")
        client.send(Disconnect())
        return client.connack.session_present

    assert present(0) is False
    assert present(5) is False
    rig.clock.advance(4)
    assert present(5) is True
    rig.clock.advance(6)
    assert present(0) is False
    assert not rig.broker.sessions and rig.broker.router.subscription_count == 0
    rig.clock.advance(1)
    assert rig.clock.pending == 0, "no timer is left of it"


def test_disconnect_may_change_how_long_the_session_is_kept() -> None:
    rig = Rig()
    client = client_5(rig, session_expiry_interval=1)
    client.send(Disconnect(0, Properties(session_expiry_interval=5)))
    rig.clock.advance(3)
    client = client_5(rig, clean_start=False, session_expiry_interval=1)
    assert client.connack is not None and client.connack.session_present
    client.send(Disconnect(0, Properties(session_expiry_interval=0)))
    client = client_5(rig, clean_start=False)
    assert client.connack is not None and not client.connack.session_present
    client.send(Disconnect(0, Properties(session_expiry_interval=5)))
    assert client.disconnect_reason() == reasons.PROTOCOL_ERROR


def test_the_broker_says_when_it_keeps_a_session_for_less_time_than_asked() -> None:
    rig = Rig(limits=Limits(session_expiry=100))
    client = client_5(rig, session_expiry_interval=0xFFFFFFFF)
    assert client.connack is not None and client.connack.properties.session_expiry_interval == 100


def test_a_clean_start_forgets_the_old_session() -> None:
    rig = Rig()
    rig.client("c", clean_start=False).subscribe("a", qos=1)
    client = rig.client("c", clean_start=True)
    rig.local.publish("a", "x", 1)
    assert client.messages() == []


def test_a_session_may_come_back_in_another_protocol_version() -> None:
    rig = Rig()
    client = rig.client("c", V311, clean_start=False)
    client.subscribe("a", "b/+", qos=0)
    rig.local.publish("a", "1")
    client.drop()
    client = client_5(rig, "c", clean_start=False)
    publisher = rig.client("publisher")
    publisher.publish("a", b"2")
    publisher.publish("b/x", b"3")
    assert client.payloads() == [b"2", b"3"]


def test_a_newcomer_with_the_same_client_id_takes_over() -> None:
    rig = Rig()
    old = rig.client("c", V5, clean_start=False, properties=Properties(session_expiry_interval=9))
    old.subscribe("a")
    new = rig.client("c", V5, clean_start=False)
    assert old.disconnect_reason() == reasons.SESSION_TAKEN_OVER and old.closed
    assert new.connack is not None and new.connack.session_present
    old.drop()
    rig.local.publish("a", "x")
    assert new.payloads() == [b"x"]
    assert rig.broker.connected_clients == 1


def test_a_user_whose_rules_were_narrowed_does_not_get_what_was_queued_before() -> None:
    access = Access([User("u", "p")])
    rig = Rig(access=access)
    client = rig.client("c", clean_start=False, username="u", password=b"p")
    client.subscribe("#", qos=1)
    rig.local.publish("under/way", "x", 1)
    client.drop()
    for topic in ("a", "b"):
        rig.local.publish(topic, topic, 1)
    access.set_user(User("u", "p", (Rule("a"),)))
    client = rig.client("c", clean_start=False, username="u", password=b"p")
    assert client.payloads() == [b"a"]
    for topic in ("a", "b"):
        rig.local.publish(topic, f"new {topic}", 1)
    assert client.payloads() == [b"new a"]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("stranger", ["v", None])
def test_another_user_does_not_get_the_session_of_a_client_id(restarted: bool, stranger: str | None) -> None:
    access = Access([User("u", "p"), User("v", "p")])
    rig = Rig(access=access)
    client = rig.client("c", clean_start=False, username="u", password=b"p")
    client.subscribe("#", qos=1)
    client.drop()
    rig.local.publish("a", "for u", 1)
    if restarted:
        rig.clock.advance(1.1)
        rig = rig.restart()
        rig.broker.access = access
    password = b"p" if stranger else None
    other = rig.client("c", clean_start=False, username=stranger, password=password)
    assert other.connack == Connack(False, 0) and other.messages() == []


async def test_a_password_check_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(username: str, password: str) -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr("marge.mqtt.admission._CHECK_TIMEOUT", 0.01)
    rig = Rig(access=Access(check_password=check), limits=Limits(half_open=1))
    client = Peer(rig, V5)
    client.send(Connect("c", V5, username="anna", password=b"x"))
    another = Peer(rig, V5)
    another.send(Connect("d", V5, username="anna", password=b"x"))
    assert another.take() == [Connack(False, reasons.SERVER_BUSY)]
    await asyncio.wait(rig.broker.admission._checks)
    assert client.take() == [Connack(False, reasons.SERVER_UNAVAILABLE)]


async def test_stopping_ends_the_password_checks_that_are_under_way() -> None:
    async def check(username: str, password: str) -> bool:
        await asyncio.Event().wait()
        return True

    rig = Rig(access=Access(check_password=check))
    client = Peer(rig, V5)
    client.send(Connect("c", V5, username="anna", password=b"x"))
    await rig.broker.stop()
    assert client.closed


# ---------------------------------------------------------------- keep-alive


def test_a_silent_client_is_disconnected_after_one_and_a_half_keep_alives() -> None:
    rig = Rig()
    client = rig.client(keep_alive=10)
    for _ in range(5):
        rig.clock.advance(14)
        client.send(PingReq())
    assert not client.closed
    rig.clock.advance(14.9)
    assert not client.closed
    rig.clock.advance(0.2)
    assert client.closed


def test_keep_alive_zero_means_never() -> None:
    rig = Rig()
    for version in (V311, V5):
        client = rig.client(str(version), version, keep_alive=0)
        rig.clock.advance(10_000)
        assert not client.closed


# ---------------------------------------------------------------- wills


def watcher(rig: Rig) -> Peer:
    client = rig.client("watcher", V5, keep_alive=0)
    client.subscribe("will/#", qos=2)
    return client


def will(delay: int | None = None, qos: int = 0, retain: bool = False) -> Will:
    properties = Properties(will_delay_interval=delay, user_properties=(("a", "2"), ("c", "3")))
    return Will("will/a", b"gone", qos, retain, properties)


def test_a_will_is_published_when_the_client_falls_silent() -> None:
    rig = Rig()
    watch = watcher(rig)
    rig.client("c", V5, keep_alive=2, will=will(0, 1))
    rig.clock.advance(2.9)
    assert watch.messages() == []
    rig.clock.advance(0.2)
    (message,) = watch.messages()
    assert (message.topic, message.payload, message.qos) == ("will/a", b"gone", 1)
    assert message.properties == Properties(user_properties=(("a", "2"), ("c", "3")))


def test_a_will_is_published_when_the_connection_breaks_or_the_protocol_is_broken() -> None:
    rig = Rig()
    watch = watcher(rig)
    rig.client("a", will=will()).drop()
    rig.client("b", will=will()).raw(b"\x00\x00")
    assert watch.payloads() == [b"gone", b"gone"]


def test_a_retained_will_is_retained() -> None:
    rig = Rig()
    rig.client("a", will=will(retain=True)).drop()
    assert [item.retain for item in watcher(rig).messages()] == [True]


def test_a_proper_disconnect_takes_the_will_back() -> None:
    rig = Rig()
    watch = watcher(rig)
    rig.client("a", will=will()).send(Disconnect())
    client_5(rig, "b")
    client = rig.client("c", V5, will=will())
    client.send(Disconnect(reasons.DISCONNECT_WITH_WILL))
    assert watch.payloads() == [b"gone"]


@pytest.mark.parametrize(("delay", "expiry", "after"), [(3, 5, 3), (5, 2, 2), (5, 0, 0), (3, 3, 3)])
def test_a_will_waits_for_its_delay_or_the_end_of_the_session(delay: int, expiry: int, after: int) -> None:
    rig = Rig()
    watch = watcher(rig)
    client = rig.client("c", V5, will=will(delay), properties=Properties(session_expiry_interval=expiry))
    client.drop()
    if after:
        rig.clock.advance(after - 0.1)
        assert watch.messages() == []
        rig.clock.advance(0.2)
    assert watch.payloads() == [b"gone"]
    rig.clock.advance(100)
    assert watch.messages() == []


def test_coming_back_in_time_takes_a_delayed_will_back() -> None:
    rig = Rig()
    watch = watcher(rig)
    lasting = Properties(session_expiry_interval=60)
    rig.client("c", V5, will=will(10), properties=lasting).drop()
    rig.clock.advance(9)
    client = rig.client("c", V5, clean_start=False, keep_alive=0, properties=lasting)
    rig.clock.advance(20)
    assert watch.messages() == []
    client.drop()
    rig.client("d", V5, will=will(10), properties=lasting).drop()
    rig.client("d", V5, clean_start=True)
    assert watch.payloads() == [b"gone"], "a clean start ends the session, and with it the wait"


def test_a_will_the_client_may_not_publish_is_refused() -> None:
    rig = Rig(access=Access(rules=[Rule("own/#")]))
    assert rig.client("c", V5, will=will()).connack == Connack(False, reasons.NOT_AUTHORIZED)
    wrong = Will("a/#", b"", 0, False)
    assert Rig().client("c", V5, will=wrong).connack == Connack(False, reasons.TOPIC_NAME_INVALID)


# ---------------------------------------------------------------- the end


async def test_stopping_tells_everybody_and_publishes_no_will() -> None:
    rig = Rig()
    watch = watcher(rig)
    client = rig.client("c", V5, will=will())
    half_open = Peer(rig)
    await rig.broker.stop()
    assert client.disconnect_reason() == reasons.SERVER_SHUTTING_DOWN and client.closed and half_open.closed
    assert [packet for packet in watch.take() if isinstance(packet, Publish)] == []


def test_a_broken_packet_ends_only_its_own_connection(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig()
    bad, good = client_5(rig, "bad"), client_5(rig, "good")
    good.subscribe("a")
    bad.raw(encode(Publish("a", b"before the mistake"), V5) + b"\x36\x05\x00\x01a\x00\x01")
    assert bad.disconnect_reason() == reasons.MALFORMED_PACKET and bad.closed
    assert good.payloads() == [b"before the mistake"]
    assert "client bad" in caplog.text


def test_packets_may_arrive_in_pieces_of_any_size() -> None:
    rig = Rig()
    client = Peer(rig)
    raw = encode(Connect("c"), V311) + encode(Publish("a", b"." * 300, 1, packet_id=1), V311) + encode(PingReq(), V311)
    for byte in raw:
        client.raw(bytes([byte]))
    kinds = [type(packet) for packet in client.take()]
    assert kinds == [Connack, Ack, PingResp]


def test_a_client_that_is_refused_again_and_again_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(access=Access([User("u", "p")]))
    for _ in range(3):
        for _ in range(50):
            peer = Peer(rig, V311, "192.168.1.7")
            peer.connect("lamp")
        rig.clock.advance(61)
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 3
    assert "client lamp (192.168.1.7) refused: it gives no username" in warnings[0]
    assert "under [mqtt]" in warnings[0]


def test_the_memory_of_what_was_logged_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(access=Access([User("u", "p")]))
    for number in range(2500):
        Peer(rig, V311, f"10.0.{number // 250}.{number % 250}").connect("lamp")
    assert len(rig.broker.router.sparing._last) <= 1000
    assert len(caplog.records) == 2500
