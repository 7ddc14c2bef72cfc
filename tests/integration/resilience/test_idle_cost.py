"""What a hub costs while nothing happens, and that use leaves nothing behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from child_hub import ChildHub, until
from load import mqtt_flood

ENTITIES = 200
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildHub]:
    """A hub with two hundred discovered sensors that have all reported."""
    files = {
        "configuration.yaml": """
input_boolean:
  a: {}
automation:
  - alias: Sun
    triggers:
      - trigger: sun
        event: sunset
    actions:
      - event: dusk
  - alias: Morning
    triggers:
      - trigger: time
        at: "06:00:00"
    actions:
      - event: morning
  - alias: Template
    triggers:
      - trigger: template
        value_template: "{{ states('sensor.s1') | float(0) > 1e9 }}"
    actions:
      - event: never
"""
    }
    child = ChildHub(tmp_path_factory.mktemp("idle"), files)

    async def prepare() -> None:
        await child.start()
        async with child.mqtt() as device:
            for number in range(ENTITIES):
                await child.announce(device, "sensor", f"s{number}", name=f"S{number}", state_topic=f"s/{number}")
                await device.publish(f"s/{number}", "0", qos=1)
        await child.becomes(f"sensor.s{ENTITIES - 1}", "0")

    asyncio.run(prepare())
    yield child
    child.clear()


def switches(pid: int) -> dict[str, int]:
    """How often each thread went to sleep so far, by name and id."""
    found: dict[str, int] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("Name:"):
                name = line.split()[1]
            if line.startswith("voluntary_ctxt_switches:"):
                found[f"{name} {task.name}"] = int(line.split()[1])
    return found


async def test_an_idle_hub_sleeps(child: ChildHub) -> None:
    # What the announcements led to has been written by then.
    await asyncio.sleep(1.5)
    before, began = switches(child.pid), time.monotonic()
    await asyncio.sleep(5.0)
    after, took = switches(child.pid), time.monotonic() - began
    woken = {name: (count - before.get(name, 0)) / took for name, count in after.items()}
    assert sum(woken.values()) < 4.0, woken


async def changed(child: ChildHub, count: int) -> None:
    """Have `count` state changes happen, and wait until they are on disk."""
    topics = [f"s/{number}" for number in range(ENTITIES)]
    async with mqtt_flood(child, topics, rate=10_000) as sent:
        await until(lambda: sent[0] >= count)
    await until(lambda: written(child), what="writing the last change")


async def written(child: ChildHub) -> bool:
    health = (await child.get("/api/health")).json
    return health["core"]["recorder"]["pending_writes"] == 0  # type: ignore[no-any-return]


async def test_memory_does_not_grow_with_state_changes(child: ChildHub) -> None:
    # Until then the database fills its cache.
    await changed(child, 20_000)
    growth = []
    for _ in range(3):
        before = child.rss
        await changed(child, 10_000)
        growth.append(child.rss - before)
    # A queue that was longer once leaves its room behind; what leaks does so each time.
    assert min(growth) < MEGABYTE, growth


async def test_websocket_clients_leave_nothing_behind(child: ChildHub) -> None:
    async def visit() -> None:
        async with child.ws() as ws:
            await ws.subscribe("subscribe_entities")
            await ws.subscribe("subscribe_events")

    await visit()
    before, memory, listeners = child.descriptors, child.rss, await listener_counts(child)
    for _ in range(20):
        await asyncio.gather(*(visit() for _ in range(10)))
    await until(lambda: child.descriptors <= before, what="closing the sockets")
    assert await listener_counts(child) == listeners
    assert child.rss - memory < 6 * MEGABYTE


async def listener_counts(child: ChildHub) -> dict[str, int]:
    """How many listen to each event type."""
    return {item["event"]: item["listener_count"] for item in (await child.get("/api/events")).json}


async def test_mqtt_clients_leave_nothing_behind(child: ChildHub) -> None:
    async def visit(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", child.mqtt_port)
        name = b"visitor%03d" % number
        writer.write(
            b"\x10" + bytes([12 + len(name)]) + b"\x00\x04MQTT\x04\x02\x00\x00\x00" + bytes([len(name)]) + name
        )
        writer.write(b"\x82\x06\x00\x01\x00\x01#\x01")
        await reader.readexactly(4 + 5)
        if number % 2:
            writer.write(b"\xe0\x00")
        writer.close()

    await visit(0)
    await until(lambda: mqtt_clients_gone(child))
    before, memory = child.descriptors, child.rss
    for batch in range(20):
        await asyncio.gather(*(visit(batch * 10 + number) for number in range(10)))
    await until(lambda: mqtt_clients_gone(child))
    await until(lambda: child.descriptors <= before, what="closing the sockets")
    assert child.rss - memory < 6 * MEGABYTE
    child.assert_no_failures()


async def mqtt_clients_gone(child: ChildHub) -> bool:
    health = (await child.get("/api/health")).json
    return health["core"]["mqtt_broker"]["connected_clients"] == 0  # type: ignore[no-any-return]
