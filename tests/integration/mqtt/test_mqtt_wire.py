"""Literal packets over real sockets."""

from __future__ import annotations

import asyncio
import socket

import pytest
from mqtt_net import CONNECT_LASTING, running_broker, until, wire

from marge.core.clock import SystemClock
from marge.core.errors import OperationFailed
from marge.mqtt import BrokerConfig, BrokerServer, Limits
from marge.testing import FakeClock, MemoryStore

CONNECT_5 = "10 10 00 04 4d 51 54 54 05 02 00 00 00 00 03 66 6f 6f"
"""A version 5 client `foo` connects with a clean session."""


async def test_publish_and_subscribe_at_qos_0() -> None:
    async with running_broker() as server, wire(server, "sub") as sub, wire(server, "pub") as pub:
        await sub.send("82 08 00 01 00 03 61 2f 62 00")
        await sub.expect("90 03 00 01 00")
        await pub.send("30 07 00 03 61 2f 62 68 69")
        await sub.expect("30 07 00 03 61 2f 62 68 69")


async def test_publish_and_subscribe_at_qos_1() -> None:
    async with running_broker() as server, wire(server, "sub") as sub, wire(server, "pub") as pub:
        await sub.send("82 08 00 01 00 03 61 2f 62 01")
        await sub.expect("90 03 00 01 01")
        await pub.send("32 09 00 03 61 2f 62 00 0a 68 69")
        await pub.expect("40 02 00 0a")
        await sub.expect("32 09 00 03 61 2f 62 00 01 68 69")
        await sub.send("40 02 00 01")


async def test_publish_and_subscribe_at_qos_2() -> None:
    async with running_broker() as server, wire(server, "sub") as sub, wire(server, "pub") as pub:
        await sub.send("82 08 00 01 00 03 61 2f 62 02")
        await sub.expect("90 03 00 01 02")
        await pub.send("34 09 00 03 61 2f 62 00 0a 68 69")
        await pub.expect("50 02 00 0a")
        await pub.send("62 02 00 0a")
        await pub.expect("70 02 00 0a")
        await sub.expect("34 09 00 03 61 2f 62 00 01 68 69")
        await sub.send("50 02 00 01")
        await sub.expect("62 02 00 01")
        await sub.send("70 02 00 01")


async def test_a_version_5_connect_gets_the_brokers_limits() -> None:
    limits = Limits(receive_maximum=20, packet_size=65536, topic_aliases=10)
    async with running_broker(limits=limits) as server, wire(server) as client:
        await client.send(CONNECT_5)
        await client.expect("20 0e 00 00 0b 21 00 14 22 00 0a 27 00 01 00 00")


async def test_a_client_that_is_told_off_can_read_why_even_while_it_keeps_sending() -> None:
    async with running_broker(limits=Limits(packet_size=1000)) as server, wire(server) as client:
        await client.send(CONNECT_5)
        await client.reader.readexactly(2)
        await client.send(b"\x30\xff\xff\x03" + b"." * 65535)
        answer = await client.expect_end()
        assert b"\x95" in answer and b"larger than 1000" in answer


async def test_retained_messages_and_wildcards_on_the_wire() -> None:
    async with running_broker() as server, wire(server, "c") as client:
        await client.send("31 06 00 03 61 2f 62 78")
        await client.send("82 08 00 02 00 03 61 2f 23 00")
        await client.expect("90 03 00 02 00 31 06 00 03 61 2f 62 78")


async def test_packets_that_are_cut_anywhere_arrive_whole() -> None:
    async with running_broker() as server, wire(server, "c") as client:
        await client.subscribe("a")
        packet = b"\x30\x83\x02\x00\x01a" + b"x" * 256
        for piece in (packet[:1], packet[1:2], packet[2:5], packet[5:200], packet[200:]):
            await client.send(piece)
            await asyncio.sleep(0.002)
        await client.expect(packet.hex())


async def test_a_broken_connection_publishes_the_will() -> None:
    async with running_broker() as server, wire(server, "watch") as watch:
        await watch.subscribe("w")
        async with wire(server) as client:
            await client.send("10 16 00 04 4d 51 54 54 04 06 00 00 00 01 64 00 01 77 00 04 67 6f 6e 65")
            await client.expect("20 02 00 00")
            sock: socket.socket = client.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        await watch.expect("30 07 00 01 77 67 6f 6e 65")


async def test_a_thousand_connections_without_connect_hurt_nobody_and_are_closed_in_time() -> None:
    clock = FakeClock()
    async with running_broker(clock=clock) as server:
        idle = []
        for _ in range(1000):
            sock = socket.socket()
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", server.port))
            idle.append(sock)
        async with wire(server, "good") as client:
            await client.ping()
            await until(lambda: len(server._links) == 1001)
            clock.advance(11)
            for sock in idle:
                assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(sock, 10), 5) == b""
                sock.close()
            await client.ping()
            await until(lambda: len(server._links) == 1)


async def test_a_client_that_does_not_read_is_bounded_and_the_others_are_served() -> None:
    limits = Limits(queue_messages=50, write_buffer=32 * 1024)
    async with (
        running_broker(limits=limits) as server,
        wire(server, "slow", limit=1024) as slow,
        wire(server, "good") as good,
        wire(server, "pub") as pub,
    ):
        for client in (slow, good):
            await client.send("82 06 00 01 00 01 61 00")
        await good.expect("90 03 00 01 00")
        message = b"\x30\x83\x10\x00\x01a" + b"x" * 2048
        count = 8000
        received = 0
        for _ in range(count // 100):
            await pub.send(message * 100)
            await asyncio.wait_for(good.reader.readexactly(len(message) * 100), 5)
            received += 100
        assert received == count
        assert server.broker.messages_dropped > 0
        session = server.broker.sessions["slow"]
        assert len(session._waiting) == 50


async def test_a_port_that_is_taken_is_a_clear_error() -> None:
    async with running_broker() as server:
        second = BrokerServer(BrokerConfig("127.0.0.1", server.port), SystemClock(), MemoryStore())
        with pytest.raises(
            OperationFailed, match=f"cannot listen on 127.0.0.1, port {server.port}: .* under \\[mqtt\\]"
        ):
            await second.start()
        await second.stop()


async def test_a_restart_keeps_sessions_and_retained_messages() -> None:
    store = MemoryStore()
    async with running_broker(store=store) as server, wire(server) as client:
        await client.send(CONNECT_LASTING)
        await client.expect("20 02 00 00")
        await client.subscribe("a", 1)
        await client.send("e0 00")
        await until(lambda: not server.broker.connections)
        server.client.publish("a", "x", 1)
        server.client.publish("b", "y", retain=True)
    async with running_broker(store=store) as server, wire(server) as client:
        await client.send(CONNECT_LASTING)
        await client.expect("20 02 01 00 32 06 00 01 61 00 01 78")
        await client.subscribe("b")
        await client.expect("31 04 00 01 62 79")


async def test_stopping_closes_connections_of_every_kind() -> None:
    async with running_broker() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        async with wire(server, "c") as client:
            await until(lambda: len(server._links) == 2)
            await server.stop()
            assert await client.expect_end() == b""
            assert await asyncio.wait_for(reader.read(), 5) == b""
            assert not server._links
        writer.close()


async def test_listening_everywhere_knows_clients_of_this_machine() -> None:
    server = BrokerServer(BrokerConfig(None, 0), SystemClock(), MemoryStore())
    await server.start()
    async with wire(server, "c"):
        (connection,) = server.broker.connections.values()
        assert connection.link.peer == "127.0.0.1"
    await server.stop()


async def test_a_client_that_sends_but_reads_nothing_is_disconnected(caplog: pytest.LogCaptureFixture) -> None:
    async with running_broker(limits=Limits(packet_size=1000)) as server, wire(server, "c") as client:
        sock: socket.socket = client.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        pings = b"\xc0\x00" * 50_000
        with pytest.raises(ConnectionError):
            for _ in range(2000):
                await client.send(pings)
        assert "does not read what is answered" in caplog.text
        await until(lambda: not server.broker.connections)


async def test_the_hub_may_subscribe_and_publish_before_the_broker_starts() -> None:
    store = MemoryStore()
    async with running_broker(store=store) as server:
        server.client.publish("kept/a", "stored", retain=True)
        server.client.publish("kept/b", "stored", retain=True)
    second = BrokerServer(BrokerConfig("127.0.0.1", 0), SystemClock(), store)
    got: list[tuple[str, bytes]] = []
    second.client.subscribe("kept/#", lambda topic, payload, qos, retain: got.append((topic, payload)))
    remove = second.client.subscribe("kept/b", lambda *_: got.append(("never", b"")))
    remove()
    second.client.publish("kept/b", "newer", retain=True)
    assert got == [("kept/b", b"newer")]
    await second.start()
    assert got[1:] == [("kept/a", b"stored")]
    await second.stop()
    assert b"bmV3ZXI=" in store.collections["mqtt_retained"]["kept/b"]
