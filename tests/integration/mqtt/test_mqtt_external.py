"""The hub as a client of an external broker: our own one on another port, and mosquitto."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mqtt_net import running_broker, until, wire

from marge.core.clock import SystemClock
from marge.mqtt import Access, BrokerConfig, BrokerServer, User
from marge.mqtt.client import Identity
from marge.mqtt.external import ExternalClient
from marge.mqtt.packets import Will
from marge.testing import FakeClock, MemoryStore

WILL = Will("marge/system/status", b"offline", 1, True)


@contextlib.asynccontextmanager
async def external(
    port: int, identity: Identity | None = None, clock: FakeClock | None = None
) -> AsyncIterator[ExternalClient]:
    client = ExternalClient("127.0.0.1", port, identity or Identity("hub", will=WILL), clock or SystemClock())
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def test_messages_go_both_ways() -> None:
    got: list[tuple[str, bytes, int, bool]] = []
    async with running_broker() as server:
        server.client.publish("home/kept", "r", retain=True)
        async with external(server.port) as client:
            changes: list[bool] = []
            client.on_connection(changes.append)
            client.subscribe("home/#", lambda *message: got.append(message), 1)
            await until(lambda: client.connected and len(got) == 1)
            client.publish("home/a", "x", 1)
            server.client.publish("home/b", "y")
            await until(lambda: len(got) == 3)
        assert sorted(got) == [("home/a", b"x", 1, False), ("home/b", b"y", 0, False), ("home/kept", b"r", 0, True)]
        assert changes == [True, False]
        await until(lambda: not server.broker.connections)
        assert server.broker.router.retained.get("marge/system/status") is None


async def test_the_broker_comes_back_and_everything_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    got: list[bytes] = []
    async with running_broker() as server:
        port = server.port
    async with external(port, clock=clock) as client:
        client.subscribe("a", lambda topic, payload, qos, retain: got.append(payload))
        client.publish("a", "while away", 1)
        await until(lambda: clock.pending == 1)
        for pause in (1, 2, 4):
            await until(lambda: clock.pending == 1)
            clock.advance(pause)
        await until(lambda: clock.pending == 1)
        assert caplog.text.count("cannot be reached") == 1, "said once, not at every attempt"
        server = BrokerServer(BrokerConfig("127.0.0.1", port), SystemClock(), MemoryStore())
        await server.start()
        clock.advance(8)
        await until(lambda: got == [b"while away"])
        await server.stop()
        await until(lambda: not client.connected)
        server = BrokerServer(BrokerConfig("127.0.0.1", port), SystemClock(), MemoryStore())
        await server.start()
        await until(lambda: clock.pending >= 1)
        clock.advance(1)
        await until(lambda: client.connected)
        await until(lambda: server.broker.router.subscription_count == 1)
        server.client.publish("a", "again")
        await until(lambda: got == [b"while away", b"again"])
        await server.stop()


async def test_a_wrong_password_is_said_and_tried_again_only_after_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    access = Access(anonymous=False)
    async with (
        running_broker(access=access) as server,
        external(server.port, Identity("hub", "u", "p"), clock) as client,
    ):
        await until(lambda: "username or password under [mqtt] is wrong" in caplog.text)
        access.set_user(User("u", "p"))
        await until(lambda: clock.pending == 1)
        clock.advance(59)
        await asyncio.sleep(0.05)
        assert not client.connected
        clock.advance(1)
        await until(lambda: client.connected)


async def test_a_broker_that_falls_silent_is_given_up() -> None:
    clock = FakeClock()
    connections: list[asyncio.StreamWriter] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await reader.read(100)
        if len(connections) == 1:
            writer.write(b"\x20\x02\x00\x00")

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with external(server.sockets[0].getsockname()[1], clock=clock) as client:
        await until(lambda: client.connected)
        for _ in range(4):
            clock.advance(10)
            await asyncio.sleep(0)
        await until(lambda: not client.connected)
        await until(lambda: clock.pending == 1)
        clock.advance(1)
        await until(lambda: len(connections) == 2)
        await until(lambda: clock.pending == 1)
        clock.advance(10)
        await until(lambda: clock.pending == 1)
        clock.advance(2)
        await until(lambda: len(connections) == 3)
    for writer in connections:
        writer.close()
    server.close()


async def test_the_will_is_published_when_the_hub_dies() -> None:
    async with running_broker() as server, wire(server, "watch") as watch:
        client = ExternalClient("127.0.0.1", server.port, Identity("hub", will=Will("w", b"gone")), SystemClock())
        await client.start()
        await watch.subscribe("w")
        await until(lambda: client.connected)
        assert client._transport is not None
        client._transport.abort()
        await watch.expect("30 07 00 01 77 67 6f 6e 65")
        await client.stop()


@pytest.mark.skipif(shutil.which("mosquitto") is None, reason="mosquitto is not installed")
async def test_with_mosquitto_as_the_broker(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    broker = await asyncio.create_subprocess_exec(
        "mosquitto", "-c", str(config), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        got: list[tuple[str, bytes, int, bool]] = []
        async with external(port, Identity("hub"), None) as client:
            client.subscribe("a/#", lambda *message: got.append(message), 2)
            client.publish("a/kept", "0", 1, retain=True)
            await until(lambda: client.connected and len(got) == 1, 10)
            for qos in range(3):
                client.publish(f"a/{qos}", str(qos), qos)
            await until(lambda: len(got) == 4)
            client.subscribe("a/kept", lambda *message: got.append(message), 0)
            await until(lambda: len(got) == 5)
        assert got[-1] == ("a/kept", b"0", 0, True)
    finally:
        broker.terminate()
        await broker.wait()
