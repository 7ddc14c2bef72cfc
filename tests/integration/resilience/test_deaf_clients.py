"""Clients that do not read, and many that do: memory stays bounded, and the slow never hold up the quick."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from child_hub import ChildHub, until
from hub import WsClient
from load import CONNECT, deaf_socket, deaf_stream, deaf_websocket, mqtt_flood

MEGABYTE = 1024 * 1024
ENTITIES = 20


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildHub]:
    """A hub with twenty sensors."""
    child = ChildHub(tmp_path_factory.mktemp("slow"))

    async def prepare() -> None:
        await child.start()
        async with child.mqtt() as device:
            for number in range(ENTITIES):
                await child.announce(device, "sensor", f"s{number}", name=f"S{number}", state_topic=f"s/{number}")
                await device.publish(f"s/{number}", "0", qos=1)

    asyncio.run(prepare())
    yield child
    child.clear()


TOPICS = [f"s/{number}" for number in range(ENTITIES)]


async def test_a_websocket_that_never_reads_is_dropped_with_a_reason(child: ChildHub) -> None:
    async with mqtt_flood(child, TOPICS, b"deaf"):
        before, descriptors = child.rss, child.descriptors
        connection = deaf_websocket(child, {"type": "subscribe_events"})
        try:
            await until(lambda: "Dropped the WebSocket client 127.0.0.1" in child.log)
            assert child.rss - before < 60 * MEGABYTE
            # Nothing is kept for it, though it still has not read.
            await until(lambda: child.descriptors <= descriptors, what="the end of the connection")
        finally:
            connection.close()
    [line] = [line for line in child.log.splitlines() if "Dropped the WebSocket client" in line]
    assert re.search(r"Client unable to keep up with pending messages: \d+ messages", line)
    await child.assert_serves()
    child.assert_no_failures()


async def test_an_event_stream_that_is_never_read_is_dropped_with_a_reason(child: ChildHub) -> None:
    async with mqtt_flood(child, TOPICS, b"sse0"):
        descriptors = child.descriptors
        connection = deaf_stream(child)
        try:
            await until(lambda: "Dropped the event stream of 127.0.0.1" in child.log)
            await until(lambda: child.descriptors <= descriptors, what="the end of the connection")
        finally:
            connection.close()
    await child.assert_serves()
    child.assert_no_failures()


async def test_a_hundred_subscribers_all_see_the_last_state_of_everything(child: ChildHub) -> None:
    async with AsyncExitStack() as stack:
        clients: list[WsClient] = []
        for number in range(100):
            ws = await stack.enter_async_context(child.ws(coalesce=number % 2 == 0))
            await ws.subscribe("subscribe_entities")
            clients.append(ws)
        before = child.rss
        seen: list[dict[str, str]] = [{} for _ in clients]
        highest = 0

        async def read(ws: WsClient, states: dict[str, str]) -> None:
            async for text in ws.socket:
                data = json.loads(text)
                for message in data if isinstance(data, list) else [data]:
                    event = message.get("event", {})
                    for entity_id, state in event.get("a", {}).items():
                        states[entity_id] = state["s"]
                    for entity_id, change in event.get("c", {}).items():
                        if "s" in change.get("+", {}):
                            states[entity_id] = change["+"]["s"]

        readers = [asyncio.create_task(read(ws, states)) for ws, states in zip(clients, seen, strict=True)]
        try:
            async with mqtt_flood(child, TOPICS, b"many", rate=4000) as sent:
                while sent[0] < 8000:
                    await asyncio.sleep(0.1)
                    highest = max(highest, child.rss)
            async with child.mqtt() as device:
                for number in range(ENTITIES):
                    await device.publish(f"s/{number}", f"last {number}", qos=1)
            wanted = {f"sensor.s{number}": f"last {number}" for number in range(ENTITIES)}
            await until(lambda: all(wanted.items() <= states.items() for states in seen), what="the last state")
        finally:
            for reader in readers:
                reader.cancel()
            results = await asyncio.gather(*readers, return_exceptions=True)
        assert not [error for error in results if not isinstance(error, asyncio.CancelledError)]
        assert highest - before < 150 * MEGABYTE
    child.assert_no_failures()


async def test_an_mqtt_client_that_never_reads_costs_bounded_memory(child: ChildHub) -> None:
    connection = deaf_socket(child.mqtt_port)
    try:
        connection.sendall(CONNECT + b"mute" + b"\x82\x06\x00\x01\x00\x01#\x00")
        before = child.rss
        async with mqtt_flood(child, TOPICS, b"loud") as sent:
            await until(lambda: sent[0] > 60_000)
            assert child.rss - before < 80 * MEGABYTE
            await child.assert_serves()
    finally:
        connection.close()
    child.assert_no_failures()
