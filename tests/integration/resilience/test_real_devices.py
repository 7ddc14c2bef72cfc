"""Devices built on the MQTT clients people use: announced, switched from the API, and heard again."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from typing import Any

import aiomqtt
import gmqtt
import paho.mqtt.client as paho
import pytest
from child_hub import ChildHub
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

ON, OFF = b"ON", b"OFF"


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildHub]:
    """A hub without anything."""
    child = ChildHub(tmp_path_factory.mktemp("devices"))
    asyncio.run(child.start())
    yield child
    child.assert_no_failures()
    child.clear()


def announcement(name: str) -> tuple[str, str]:
    """Topic and payload with which a switch announces itself, abbreviated as devices do."""
    config = {
        "~": f"devices/{name}",
        "name": None,
        "uniq_id": name,
        "stat_t": "~/state",
        "cmd_t": "~/set",
        "avty_t": "~/status",
        "dev": {"ids": [name], "name": name},
    }
    return f"homeassistant/switch/{name}/config", json.dumps(config)


async def goes_through_its_life(child: ChildHub, name: str) -> None:
    """The house sees the switch, switches it on and off, and sees what became of it."""
    await child.becomes(f"switch.{name}", "off", friendly_name=name)
    await child.call("switch.turn_on", entity_id=f"switch.{name}")
    await child.becomes(f"switch.{name}", "on")
    await child.call("switch.turn_off", entity_id=f"switch.{name}")
    await child.becomes(f"switch.{name}", "off")


@pytest.mark.parametrize("version", [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5], ids=["311", "5"])
async def test_a_device_on_paho(child: ChildHub, version: MQTTProtocolVersion) -> None:
    name = f"paho_{version.value}"

    def connected(client: paho.Client, *_: Any) -> None:
        client.subscribe(f"devices/{name}/set", 1)

    def subscribed(client: paho.Client, *_: Any) -> None:
        client.publish(*announcement(name), qos=1, retain=True)
        client.publish(f"devices/{name}/status", "online", qos=1, retain=True)
        client.publish(f"devices/{name}/state", OFF, qos=1)

    def commanded(client: paho.Client, _: Any, message: paho.MQTTMessage) -> None:
        client.publish(f"devices/{name}/state", message.payload, qos=2)

    device = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=version)
    device.on_connect, device.on_subscribe, device.on_message = connected, subscribed, commanded
    device.will_set(f"devices/{name}/status", "offline", 1, True)
    device.connect_async("127.0.0.1", child.mqtt_port)
    device.loop_start()
    try:
        await goes_through_its_life(child, name)
        # The device loses power: its will makes it unavailable.
        assert device.socket() is not None
        device.on_connect = device.on_disconnect = None
        device.loop_stop()
        device.socket().close()
        await child.becomes(f"switch.{name}", "unavailable")
    finally:
        device.loop_stop()


async def test_a_device_on_gmqtt(child: ChildHub) -> None:
    name = "gmqtt_device"
    device = gmqtt.Client(name, will_message=gmqtt.Message(f"devices/{name}/status", "offline", qos=1, retain=True))
    device.on_message = lambda client, _topic, payload, _qos, _properties: client.publish(
        f"devices/{name}/state", payload, qos=1
    )
    await device.connect("127.0.0.1", child.mqtt_port)
    try:
        device.subscribe(f"devices/{name}/set", qos=1)
        device.publish(*announcement(name), qos=1, retain=True)
        device.publish(f"devices/{name}/status", "online", qos=1, retain=True)
        device.publish(f"devices/{name}/state", OFF, qos=1)
        await goes_through_its_life(child, name)
    finally:
        await device.disconnect()
    # It said goodbye: no will, the switch stays.
    await child.becomes(f"switch.{name}", "off")


async def test_a_device_on_aiomqtt(child: ChildHub) -> None:
    name = "aiomqtt_device"
    will = aiomqtt.Will(f"devices/{name}/status", "offline", 1, True)
    async with aiomqtt.Client("127.0.0.1", child.mqtt_port, identifier=name, will=will) as device:
        await device.subscribe(f"devices/{name}/set", qos=1)
        await device.publish(*announcement(name), qos=1, retain=True)
        await device.publish(f"devices/{name}/status", "online", qos=1, retain=True)
        await device.publish(f"devices/{name}/state", OFF, qos=1)

        async def obey() -> None:
            async for message in device.messages:
                await device.publish(f"devices/{name}/state", message.payload, qos=1)

        obeying = asyncio.create_task(obey())
        await goes_through_its_life(child, name)
        obeying.cancel()
        await asyncio.gather(obeying, return_exceptions=True)


@pytest.mark.skipif(shutil.which("mosquitto_pub") is None, reason="mosquitto-clients is not installed")
@pytest.mark.parametrize("version", ["311", "5"])
async def test_a_device_made_of_mosquittos_tools(child: ChildHub, version: str) -> None:
    name = f"mosquitto_{version}"
    common = ("-h", "127.0.0.1", "-p", str(child.mqtt_port), "-V", version, "-q", "1")

    async def publish(topic: str, payload: str | bytes, *more: str) -> None:
        text = payload if isinstance(payload, str) else payload.decode()
        process = await asyncio.create_subprocess_exec("mosquitto_pub", *common, "-t", topic, "-m", text, *more)
        assert await asyncio.wait_for(process.wait(), 10) == 0

    listening = await asyncio.create_subprocess_exec(
        *("mosquitto_sub", *common, "-t", f"devices/{name}/set", "-W", "30", "-F", "%p"), stdout=asyncio.subprocess.PIPE
    )
    assert listening.stdout is not None
    output = listening.stdout

    async def obey() -> None:
        while payload := await output.readline():
            await publish(f"devices/{name}/state", payload.strip())

    obeying = asyncio.create_task(obey())
    try:
        await publish(*announcement(name), "-r")
        await publish(f"devices/{name}/status", "online", "-r")
        await publish(f"devices/{name}/state", OFF)
        await goes_through_its_life(child, name)
    finally:
        listening.terminate()
        await listening.wait()
        await obeying


async def test_a_device_is_updated_and_removed_by_its_announcement(child: ChildHub) -> None:
    async with child.mqtt() as device:
        await child.announce(device, "sensor", "short_lived", name="First", state_topic="sl")
        await device.publish("sl", "1")
        await child.becomes("sensor.first", "1")
        await child.announce(device, "sensor", "short_lived", name="Second", state_topic="sl", unit_of_measurement="W")
        await child.becomes("sensor.first", "1", friendly_name="Second", unit_of_measurement="W")
        await device.publish("homeassistant/sensor/short_lived/config", "", qos=1, retain=True)
        async with asyncio.timeout(10):
            while await child.state("sensor.first") is not None:
                await asyncio.sleep(0.01)
    assert "short_lived" not in [entry["unique_id"] for entry in await child.registry("entity")]


async def test_the_hub_tells_devices_that_it_comes(child: ChildHub) -> None:
    async with child.mqtt() as device:
        await device.subscribe("homeassistant/status")
        await child.end()
        message = await asyncio.wait_for(anext(device.messages), 5)
        assert message.payload == b"offline"
    await child.start()
