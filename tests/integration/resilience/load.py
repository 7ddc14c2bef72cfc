"""Clients that make a hub work, and some that are no pleasure to serve."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from child_hub import ChildHub
from hub import WsClient
from websockets.exceptions import ConnectionClosed

CONNECT = b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04"


@asynccontextmanager
async def mqtt_flood(
    child: ChildHub, topics: list[str], client_id: bytes = b"fl00", rate: int = 15_000
) -> AsyncIterator[list[int]]:
    """Publish changing values, `rate` a second at most; the list holds how many were sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", child.mqtt_port)
    writer.write(CONNECT + client_id)
    await reader.readexactly(4)
    sent = [0]

    async def flood() -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        with suppress(ConnectionError):
            while not writer.is_closing():
                for _ in range(100):
                    topic = topics[sent[0] % len(topics)].encode()
                    sent[0] += 1
                    payload = str(sent[0]).encode()
                    writer.write(b"\x30" + bytes([2 + len(topic) + len(payload), 0, len(topic)]) + topic + payload)
                await writer.drain()
                await asyncio.sleep(max(0.0, began + sent[0] / rate - loop.time()))

    task = asyncio.create_task(flood())
    try:
        yield sent
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        writer.close()


@asynccontextmanager
async def follower(child: ChildHub, type: str = "subscribe_entities", **command: object) -> AsyncIterator[WsClient]:
    """A WebSocket with one subscription that takes everything it is sent, for as long as the hub is there."""
    async with child.ws(coalesce=True) as ws:
        await ws.subscribe(type, **command)

        async def read() -> None:
            with suppress(ConnectionClosed):
                async for _ in ws.socket:
                    pass

        task = asyncio.create_task(read())
        try:
            yield ws
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def deaf_socket(port: int) -> socket.socket:
    """A connection with small buffers, on which nobody will read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    return connection


def deaf_websocket(child: ChildHub, *commands: dict[str, object]) -> socket.socket:
    """A WebSocket that logs in and sends commands with ids from 1, and never reads after the handshake."""
    connection = deaf_socket(child.port)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        f"GET /api/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert connection.recv(12).endswith(b"101")
    login: dict[str, object] = {"type": "auth", "access_token": child.token}
    for message in (login, *({"id": number, **command} for number, command in enumerate(commands, 1))):
        connection.sendall(frame(json.dumps(message).encode()))
    return connection


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """A masked WebSocket frame; the mask is zero, so that the payload stays readable."""
    length = len(payload)
    head = bytes([0x80 | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65536:
        head += b"\xfe" + length.to_bytes(2, "big")
    else:
        head += b"\xff" + length.to_bytes(8, "big")
    return head + b"\0\0\0\0" + payload


def deaf_stream(child: ChildHub) -> socket.socket:
    """A client of /api/stream that never reads."""
    connection = deaf_socket(child.port)
    connection.sendall(f"GET /api/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {child.token}\r\n\r\n".encode())
    return connection


async def raw_exchange(port: int, *parts: bytes, until: bytes = b"") -> bytes:
    """Write bytes and return all that comes back until the other side closes; it gets our end of the stream.

    With `until`, the other parts are written only once that has come back.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(parts[0])
            if until:
                await asyncio.wait_for(reader.readuntil(until), 10)
            writer.write(b"".join(parts[1:]))
            await writer.drain()
            writer.write_eof()
            return await asyncio.wait_for(reader.read(), 15)
        return b""
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
