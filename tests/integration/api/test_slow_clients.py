"""Clients that do not read, and many clients: merged, dropped with a reason, never a burden for the others."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hub import House, hub
from websockets.exceptions import ConnectionClosed

from marge.api import http_protocol
from marge.api.websocket.outbox import LAGGING, MAX_BYTES, MAX_MESSAGES


async def deaf_client(house: House, *commands: dict[str, object]) -> asyncio.StreamWriter:
    """A WebSocket that sends commands and never reads an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port, limit=1024)
    writer.transport.get_extra_info("socket").setsockopt(1, 8, 4096)  # SO_RCVBUF
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /api/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    for message in ({"type": "auth", "access_token": house.token}, *commands):
        payload = json.dumps(message).encode()
        size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        writer.write(b"\x81" + size + bytes(4) + payload)
    await writer.drain()
    async with asyncio.timeout(5):
        while not any(session.logged_in for session in house.app.api.websockets):
            await asyncio.sleep(0)
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    return writer


async def test_a_client_that_does_not_read_gets_changes_merged_and_memory_stays_bounded(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        writer = await deaf_client(house, {"id": 1, "type": "subscribe_entities"})
        try:
            await asyncio.sleep(0.05)
            (session,) = house.app.api.websockets
            states = house.hub.states
            text = "x" * 2000
            for number in range(20_000):
                states.set(f"sensor.a{number % 10}", str(number), {"text": text})
                if number % 50 == 0:
                    await asyncio.sleep(0)
            # Ten entities change; what waits is what had been queued before the client fell behind.
            assert len(session.outbox._messages) <= LAGGING + 10
            assert session.outbox.overflow is None
        finally:
            writer.transport.abort()
            await asyncio.sleep(0.05)
        assert not house.app.api.websockets


async def test_a_client_that_does_not_read_events_is_dropped_with_a_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marge.api.websocket.connection.CUT_SECONDS", 0.2)
    async with hub(tmp_path) as house:
        writer = await deaf_client(house, {"id": 1, "type": "subscribe_events", "event_type": "flood"})
        try:
            await asyncio.sleep(0.05)
            (session,) = house.app.api.websockets
            with caplog.at_level(logging.WARNING, "marge.api.ws"):
                for number in range(MAX_MESSAGES * 3):
                    house.hub.bus.fire("flood", {"number": number, "text": "x" * 1000})
                    if number % 100 == 0:
                        await asyncio.sleep(0)
                assert session.outbox.overflow is not None
                assert session.outbox.empty
                async with house.ws() as other:
                    assert await other.exchange("get_states")
                async with asyncio.timeout(5):
                    while session in house.app.api.websockets:
                        await asyncio.sleep(0.02)
            assert "unable to keep up" in caplog.text
        finally:
            writer.transport.abort()


async def test_a_hundred_subscribers_get_every_change(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(house.ws()) for _ in range(100)]
        ids = [await client.subscribe("subscribe_entities") for client in clients]
        for client, id in zip(clients, ids, strict=True):
            assert "sensor.a" not in (await client.event(id))["a"]
        for number in range(20):
            house.hub.states.set("sensor.a", str(number))
        for client, id in zip(clients, ids, strict=True):
            seen = [next(iter((await client.event(id)).values()))["sensor.a"] for _ in range(20)]
            assert [change.get("s") or change["+"]["s"] for change in seen] == [str(number) for number in range(20)]


async def test_too_large_a_message_or_body_is_refused(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        answer = await house.request("POST", "/api/template", body=b'"' + b"x" * (17 * 1024 * 1024) + b'"')
        assert answer.status == 413
        async with house.ws() as ws:
            with pytest.raises(ConnectionClosed):
                await ws.socket.send("[" + " " * (4 * 1024 * 1024) + "]")
                await ws.raw()
            await asyncio.wait_for(ws.socket.wait_closed(), 10)
            assert ws.socket.close_code == 1009
        assert (await house.get("/api/")).status == 200
    assert MAX_BYTES <= 64 * 1024 * 1024


async def test_one_connection_has_a_limited_number_of_commands_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marge.api.websocket.session.MAX_RUNNING", 3)
    async with hub(tmp_path) as house, house.ws() as ws:
        waiting = {"sequence": [{"wait_for_trigger": {"trigger": "event", "event_type": "go"}}]}
        ids = [await ws.send("execute_script", **waiting) for _ in range(3)]
        refused = await ws.exchange("get_states")
        assert refused["error"]["code"] == "home_assistant_error"
        house.hub.bus.fire("go")
        for id in ids:
            assert (await ws.answer(id))["success"]
        assert (await ws.exchange("get_states"))["success"]


async def test_an_array_of_greedy_commands_does_not_hold_the_others_up(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        for number in range(1000):
            house.hub.states.set(f"sensor.s{number}", "x" * 200)
        async with house.ws() as greedy:
            many = [{"id": number, "type": "get_states"} for number in range(1, 20_000)]
            await greedy.socket.send(json.dumps(many))
            await asyncio.sleep(0)
            async with asyncio.timeout(3):
                assert (await house.get("/api/")).status == 200


async def test_one_connection_holds_a_limited_number_of_subscriptions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marge.api.websocket.session.MAX_SUBSCRIPTIONS", 5)
    async with hub(tmp_path) as house, house.ws() as ws:
        for _ in range(5):
            await ws.call("subscribe_events", event_type="x")
        refused = await ws.exchange("subscribe_events", event_type="x")
        assert refused["error"]["code"] == "home_assistant_error"
        assert house.hub.bus.listener_counts()["x"] == 5


async def test_who_does_not_finish_a_head_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    async with hub(tmp_path) as house:
        for said in (b"", b"GET /api/ HTTP/1.1\r\nHost: x\r\nX-Slow: "):
            reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
            writer.write(said)
            async with asyncio.timeout(5):
                assert await reader.read() == b""
            writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        for _ in range(2):
            writer.write(b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(0.3)
            head = await reader.readuntil(b"\r\n\r\n")
            assert b"200 OK" in head
            await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))
        writer.close()
