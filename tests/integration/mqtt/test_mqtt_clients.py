"""The clients people use: paho, gmqtt, aiomqtt and Debian's mosquitto tools."""

from __future__ import annotations

import asyncio
import shutil
import threading
from typing import Any

import aiomqtt
import gmqtt
import paho.mqtt.client as paho
import pytest
from mqtt_net import running_broker
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from marge.mqtt import Access, Rule, User

MOSQUITTO = pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="mosquitto-clients is not installed")


@pytest.mark.parametrize("version", [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5])
async def test_paho_sends_and_receives_every_qos(version: MQTTProtocolVersion) -> None:
    async with running_broker() as server:
        got: list[tuple[str, bytes, int]] = []
        done = threading.Event()

        def on_message(client: paho.Client, userdata: Any, message: paho.MQTTMessage) -> None:
            got.append((message.topic, message.payload, message.qos))
            if len(got) == 3:
                done.set()

        client = paho.Client(CallbackAPIVersion.VERSION2, "paho", protocol=version)
        client.on_connect = lambda *_: client.subscribe("home/#", 2)
        client.on_subscribe = lambda *_: [client.publish(f"home/{qos}", str(qos), qos) for qos in range(3)]
        client.on_message = on_message
        client.connect_async("127.0.0.1", server.port)
        client.loop_start()
        assert await asyncio.to_thread(done.wait, 10)
        await asyncio.to_thread(client.disconnect)
        await asyncio.to_thread(client.loop_stop)
        assert sorted(got) == [(f"home/{qos}", str(qos).encode(), qos) for qos in range(3)]


async def test_gmqtt_sends_and_receives_with_properties() -> None:
    async with running_broker() as server:
        got: asyncio.Queue[tuple[str, bytes, int, dict[str, Any]]] = asyncio.Queue()
        client = gmqtt.Client("gmqtt")
        client.on_message = lambda _, topic, payload, qos, properties: got.put_nowait((topic, payload, qos, properties))
        await client.connect("127.0.0.1", server.port)
        client.subscribe("a/+", qos=1)
        for qos in range(3):
            client.publish("a/b", b"x", qos=qos, user_property=[("k", "v")], content_type="text")
        for _ in range(3):
            topic, payload, _, properties = await asyncio.wait_for(got.get(), 5)
            assert (topic, payload) == ("a/b", b"x")
            assert properties["content_type"] == ["text"]
        await client.disconnect()


async def test_aiomqtt_sends_and_receives() -> None:
    async with (
        running_broker() as server,
        aiomqtt.Client("127.0.0.1", server.port, protocol=aiomqtt.ProtocolVersion.V5) as client,
    ):
        await client.subscribe("a/#", qos=2)
        for qos in range(3):
            await client.publish("a/b", str(qos), qos=qos)
        got = []
        async for message in client.messages:
            got.append(message.payload)
            if len(got) == 3:
                break
        assert sorted(got) == [b"0", b"1", b"2"]


async def run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await asyncio.wait_for(process.communicate(), 10)
    return process.returncode or 0, out.decode()


@MOSQUITTO
@pytest.mark.parametrize("version", ["311", "5"])
@pytest.mark.parametrize("qos", ["0", "1", "2"])
async def test_mosquitto_tools_exchange_messages(version: str, qos: str) -> None:
    async with running_broker() as server:
        common = ("-h", "127.0.0.1", "-p", str(server.port), "-V", version, "-q", qos)
        assert await run("mosquitto_pub", *common, "-t", "home/lamp", "-m", "grün", "-r") == (0, "")
        code, out = await run("mosquitto_sub", *common, "-t", "home/#", "-C", "1", "-W", "5", "-F", "%t %r %p")
        assert (code, out) == (0, "home/lamp 1 grün\n")


@MOSQUITTO
async def test_mosquitto_tools_see_refusals() -> None:
    access = Access([User("anna", "secret", (Rule("free/#"),))], anonymous=False)
    async with running_broker(access=access) as server:
        common = ("-h", "127.0.0.1", "-p", str(server.port), "-t", "free/a", "-m", "x")
        code, out = await run("mosquitto_pub", *common)
        assert code != 0 and "not authorised" in out
        code, out = await run("mosquitto_pub", *common, "-u", "anna", "-P", "wrong")
        assert code != 0
        assert await run("mosquitto_pub", *common, "-u", "anna", "-P", "secret") == (0, "")
        code, out = await run(
            "mosquitto_sub", *common[:4], "-t", "secret", "-u", "anna", "-P", "secret", "-W", "2", "-V", "5"
        )
        assert "denied" in out
