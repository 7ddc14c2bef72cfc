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


AUTOMATION = """
- id: pressed
  alias: Pressed
  triggers: {trigger: device, domain: mqtt, device_id: %s, type: press, subtype: one}
  conditions: {condition: device, domain: switch, device_id: %s, entity_id: %s, type: is_off}
  actions: {domain: switch, device_id: %s, entity_id: %s, type: turn_on}
"""


async def test_a_device_is_automated_by_what_it_offers(tmp_path: Path) -> None:
    files = {"configuration.yaml": "automation: !include automations.yaml\n", "automations.yaml": "[]\n"}
    async with hub(tmp_path, files) as house, house.ws() as ws:
        announce(house)
        plug = (await devices(ws))["Plug"]
        triggers = await ws.call("device_automation/trigger/list", device_id=plug)
        assert [item["type"] for item in triggers] == ["changed_states", "turned_off", "turned_on", "press"]
        assert triggers[-1] == {
            "platform": "device",
            "domain": "mqtt",
            "device_id": plug,
            "type": "press",
            "subtype": "one",
            "metadata": {},
        }
        assert await ws.call("device_automation/trigger/capabilities", trigger=triggers[-1]) == {}
        fields = await ws.call("device_automation/trigger/capabilities", trigger=triggers[0])
        assert fields == {"extra_fields": [{"name": "for", "type": "positive_time_period_dict", "optional": True}]}
        conditions = await ws.call("device_automation/condition/list", device_id=plug)
        assert [item["type"] for item in conditions] == ["is_off", "is_on"]
        assert await ws.call("device_automation/condition/capabilities", condition=conditions[0]) == fields
        actions = await ws.call("device_automation/action/list", device_id=plug)
        assert [item["type"] for item in actions] == ["turn_off", "turn_on", "toggle"]
        assert await ws.call("device_automation/action/capabilities", action=actions[0]) == {}
        answer = await ws.exchange("device_automation/action/list", device_id="gone")
        assert answer["error"] == {"code": "not_found", "message": "Device not found"}
        answer = await ws.exchange("device_automation/trigger/capabilities", trigger={"domain": "light"})
        assert answer["error"]["code"] == "invalid_format"

        switch = actions[0]["entity_id"]
        (tmp_path / "config" / "automations.yaml").write_text(AUTOMATION % (plug, plug, switch, plug, switch))
        await ws.call("call_service", domain="automation", service="reload")
        await ws.call("call_service", domain="switch", service="turn_off", target={"entity_id": "switch.plug_relay"})
        heard: list[bytes] = []
        house.app.mqtt.link.subscribe("plug/set", lambda _topic, data, _qos, _retain: heard.append(data))
        house.app.mqtt.link.publish("plug/b", "anything")
        house.app.mqtt.link.publish("plug/b", "it is on already")
        await asyncio.sleep(0.1)
        assert heard == [b"ON"]
        assert (await ws.call("validate_config", triggers=triggers[-1:]))["triggers"]["valid"] is True
        answer = await ws.call("validate_config", actions=[{**actions[0], "device_id": "gone"}])
        assert "device action 'turn_off' of switch: there is no device gone" in answer["actions"]["error"]
