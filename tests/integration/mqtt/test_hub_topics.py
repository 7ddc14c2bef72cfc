"""`marge/system/#` is what the hub says of itself: everybody may listen, nobody else may speak."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiomqtt
import paho.mqtt.client as paho
import pytest
from child_hub import ChildHub
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

TOPIC = "marge/system/status"
NOT_AUTHORIZED = ReasonCode(PacketTypes.PUBACK, "Not authorized")


async def retained(child: ChildHub) -> bytes:
    """What the broker tells somebody who comes now."""
    async with child.mqtt() as client:
        await client.subscribe("marge/system/#")
        message = await asyncio.wait_for(anext(client.messages), 10)
    assert str(message.topic) == TOPIC and message.retain
    return bytes(message.payload)


async def refusal(child: ChildHub) -> ReasonCode:
    """What the acknowledgement of a publish to TOPIC says."""
    acknowledged: asyncio.Queue[ReasonCode] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_connect = lambda *_: client.publish(TOPIC, "offline", 1, retain=True)
    client.on_publish = lambda _client, _data, _mid, code, _properties: loop.call_soon_threadsafe(
        acknowledged.put_nowait, code
    )
    client.connect_async("127.0.0.1", child.mqtt_port)
    client.loop_start()
    try:
        return await asyncio.wait_for(acknowledged.get(), 10)
    finally:
        client.disconnect()
        client.loop_stop()


async def test_a_client_cannot_speak_for_the_hub(tmp_path: Path) -> None:
    async with ChildHub(tmp_path).running() as child:
        assert await retained(child) == b"online"
        assert await refusal(child) == NOT_AUTHORIZED
        async with child.mqtt() as listener, child.mqtt() as liar:
            await listener.subscribe([(TOPIC, 0), ("other", 0)])
            assert (await asyncio.wait_for(anext(listener.messages), 10)).payload == b"online"
            # What the hub has just said there must not have opened a quicker way for others.
            await child.call("mqtt.publish", topic=TOPIC, payload="online", retain=True)
            assert (await asyncio.wait_for(anext(listener.messages), 10)).payload == b"online"
            await liar.publish(TOPIC, "offline", retain=True)
            await liar.publish(TOPIC, "offline")
            await liar.publish("other", "after it")
            assert (await asyncio.wait_for(anext(listener.messages), 10)).payload == b"after it"
        assert await retained(child) == b"online"
        child.assert_no_failures()


async def test_a_last_will_cannot_speak_for_the_hub(tmp_path: Path) -> None:
    async with ChildHub(tmp_path).running() as child:
        with pytest.raises(aiomqtt.MqttError):
            async with child.mqtt(will=aiomqtt.Will(TOPIC, b"offline", retain=True)):
                pass
        assert await retained(child) == b"online"
