"""Deleting MQTT devices and their entities over the WebSocket."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from hub import House, WsClient, hub

DEVICE = {"identifiers": ["d1"], "name": "Plug"}
SWITCH = "homeassistant/switch/plug/config"
TRIGGER = "homeassistant/device_automation/plug/config"
TAG = "homeassistant/tag/plug/config"
BUNDLE = "homeassistant/device/d2/config"
ANNOUNCED: dict[str, dict[str, Any]] = {
    SWITCH: {"unique_id": "plug", "name": "Relay", "command_topic": "plug/set", "device": DEVICE},
    TRIGGER: {"automation_type": "trigger", "type": "press", "subtype": "one", "topic": "plug/b", "device": DEVICE},
    TAG: {"topic": "plug/tag", "device": DEVICE},
    BUNDLE: {
        "device": {"identifiers": ["d2"], "name": "Meter"},
        "origin": {"name": "firmware"},
        "components": {
            "power": {"platform": "sensor", "unique_id": "power", "name": "Power", "state_topic": "meter/power"},
            "volt": {"platform": "sensor", "unique_id": "volt", "name": "Volt", "state_topic": "meter/volt"},
        },
    },
}


def announce(house: House) -> None:
    for topic, payload in ANNOUNCED.items():
        house.app.mqtt.link.publish(topic, json.dumps(payload), 0, True)


async def retained(house: House) -> set[str]:
    """The announcements that a client finds on the broker."""
    port = house.app.mqtt.port
    client = await asyncio.create_subprocess_exec(
        *("mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-t", "homeassistant/+/+/config"),
        *("-F", "%t", "-W", "1"),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await client.communicate()
    return set(out.decode().split())


async def devices(ws: WsClient) -> dict[str, str]:
    """The MQTT devices: names and ids."""
    listed = await ws.call("config/device_registry/list")
    return {each["name"]: each["id"] for each in listed if [domain for domain, _ in each["identifiers"]] == ["mqtt"]}


async def test_a_deleted_device_is_gone_with_all_it_had_and_stays_gone(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        announce(house)
        assert await retained(house) == set(ANNOUNCED)
        (entry,) = await ws.call("config_entries/get", domain="mqtt")
        assert entry["supports_remove_device"] is True
        plug, meter = (await devices(ws)).values()
        remove = "config/device_registry/remove_config_entry"
        assert await ws.call(remove, device_id=plug, config_entry_id=entry["entry_id"]) is None
        assert list(await devices(ws)) == ["Meter"]
        assert house.hub.states.get("switch.plug_relay") is None
        assert await retained(house) == {BUNDLE}
        await ws.call(remove, device_id=meter, config_entry_id=entry["entry_id"])
        assert await retained(house) == set()
    async with hub(tmp_path, owner=False) as house:
        (entry_id,) = (entry.id for entry in house.app.registries.entries.for_domain("mqtt"))
        assert house.app.registries.devices.for_config_entry(entry_id) == []
        assert house.hub.states.get("switch.plug_relay") is None
        announce(house)
        assert house.hub.states.get("switch.plug_relay") is not None


async def test_a_device_goes_with_its_last_entity(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        announce(house)
        remove = "config/entity_registry/remove"
        await ws.call(remove, entity_id="switch.plug_relay")
        await ws.call(remove, entity_id="sensor.meter_power")
        assert sorted(await devices(ws)) == ["Meter", "Plug"]
        assert await retained(house) == {TRIGGER, TAG, BUNDLE}
        await ws.call(remove, entity_id="sensor.meter_volt")
        assert list(await devices(ws)) == ["Plug"]
        assert await retained(house) == {TRIGGER, TAG}
