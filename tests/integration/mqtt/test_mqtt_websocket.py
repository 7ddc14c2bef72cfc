"""MQTT over WebSocket, with a real WebSocket client and with paho."""

from __future__ import annotations

import asyncio
import threading

import paho.mqtt.client as paho
import pytest
from mqtt_net import running_broker, until, wire
from paho.mqtt.enums import CallbackAPIVersion
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from marge.mqtt import Access, User

CONNECT = bytes.fromhex("100d00044d5154540402000000" + "0163")
SUBSCRIBE = bytes.fromhex("8206000100016100")


async def test_packets_travel_in_binary_messages_cut_anywhere() -> None:
    async with (
        running_broker(websocket=True) as server,
        connect(f"ws://127.0.0.1:{server.websocket_port}/mqtt", subprotocols=["mqtt"]) as client,  # type: ignore[list-item]
        wire(server, "tcp") as other,
    ):
        assert client.subprotocol == "mqtt"
        await client.send(CONNECT[:5])
        await client.send([CONNECT[5:7], CONNECT[7:] + SUBSCRIBE])
        received = b""
        while len(received) < 9:
            received += bytes(await client.recv(decode=False))
        assert received.hex() == "20020000" + "9003000100"
        await other.send("30 04 00 01 61 78")
        assert bytes(await client.recv(decode=False)).hex() == "300400016178"
        await client.send(bytes.fromhex("300400016179"))
        assert bytes(await client.recv(decode=False)).hex() == "300400016179"


async def test_a_text_message_ends_the_connection() -> None:
    async with (
        running_broker(websocket=True) as server,
        connect(f"ws://127.0.0.1:{server.websocket_port}/", subprotocols=["mqtt"]) as client,  # type: ignore[list-item]
    ):
        await client.send("hello")
        with pytest.raises(ConnectionClosed) as error:
            await client.recv()
        assert error.value.rcvd is not None and error.value.rcvd.code == 1003
        await until(lambda: not server._links)


async def test_a_protocol_error_closes_the_websocket() -> None:
    async with (
        running_broker(websocket=True) as server,
        connect(f"ws://127.0.0.1:{server.websocket_port}/", subprotocols=["mqtt"]) as client,  # type: ignore[list-item]
    ):
        await client.send(b"\x00\x00")
        with pytest.raises(ConnectionClosed):
            await client.recv()


@pytest.mark.parametrize("request_", ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "hello\r\n\r\n", "\x10\x0d\x00\x04MQTT"])
async def test_what_is_not_a_websocket_is_turned_away(request_: str) -> None:
    async with running_broker(websocket=True) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.websocket_port)
        writer.write(request_.encode())
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 5)
        assert not answer or answer.startswith(b"HTTP/1.1 4")
        writer.close()
        await until(lambda: not server._links)


async def test_another_subprotocol_is_refused() -> None:
    async with running_broker(websocket=True) as server:
        with pytest.raises(InvalidStatus):
            async with connect(f"ws://127.0.0.1:{server.websocket_port}/", subprotocols=["chat"]):  # type: ignore[list-item]
                pass


async def test_a_web_page_from_elsewhere_needs_a_password(caplog: pytest.LogCaptureFixture) -> None:
    with_password = bytes.fromhex("101600044d51545404c20000" + "000163" + "0003616461" + "00027077")
    async with running_broker(websocket=True, access=Access([User("ada", "pw")])) as server:
        for origin, packet, code in (
            ("https://example.org", CONNECT, 5),
            ("https://example.org", with_password, 0),
            ("http://localhost:8123", CONNECT, 0),
        ):
            url = f"ws://127.0.0.1:{server.websocket_port}/mqtt"
            async with connect(url, subprotocols=["mqtt"], origin=origin) as client:  # type: ignore[list-item,arg-type]
                await client.send(packet)
                assert bytes(await client.recv(decode=False)) == bytes([0x20, 2, 0, code])
    [line] = [line for line in caplog.messages if "refused" in line]
    assert "for the web page 'https://example.org', it gives no username" in line


async def test_paho_over_websocket() -> None:
    async with running_broker(websocket=True) as server:
        got = threading.Event()
        client = paho.Client(CallbackAPIVersion.VERSION2, transport="websockets")
        client.on_connect = lambda *_: client.subscribe("a", 1)
        client.on_subscribe = lambda *_: client.publish("a", "x", 1)
        client.on_message = lambda *_: got.set()
        client.connect_async("127.0.0.1", server.websocket_port or 0)
        client.loop_start()
        assert await asyncio.to_thread(got.wait, 10)
        await asyncio.to_thread(client.disconnect)
        await asyncio.to_thread(client.loop_stop)
