"""A broker on real sockets, and a client that speaks literal packets over one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from marge.core.clock import Clock, SystemClock
from marge.core.ports import Store
from marge.mqtt import Access, BrokerConfig, BrokerServer, Limits
from marge.testing import MemoryStore

CONNECT_LASTING = "10 0d 00 04 4d 51 54 54 04 00 00 00 00 01 63"
"""A 3.1.1 client `c` connects to a session that outlives the connection."""


@asynccontextmanager
async def running_broker(
    *,
    clock: Clock | None = None,
    store: Store | None = None,
    limits: Limits | None = None,
    access: Access | None = None,
    websocket: bool = False,
) -> AsyncIterator[BrokerServer]:
    """A started broker on free ports, stopped at the end."""
    server = BrokerServer(
        BrokerConfig("127.0.0.1", 0, websocket_port=0 if websocket else None),
        clock or SystemClock(),
        store or MemoryStore(),
        limits=limits,
        access=access,
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class Wire:
    """A TCP connection on which a test writes and expects bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: str | bytes) -> None:
        """Write bytes, as hexadecimal digits with blanks or as they are."""
        self.writer.write(bytes.fromhex(data) if isinstance(data, str) else data)
        await self.writer.drain()

    async def expect(self, data: str) -> None:
        """The next bytes are exactly these (hexadecimal digits)."""
        wanted = bytes.fromhex(data)
        got = await asyncio.wait_for(self.reader.readexactly(len(wanted)), 5)
        assert got.hex(" ") == wanted.hex(" ")

    async def expect_end(self) -> bytes:
        """The broker closes; returns what it sent before that."""
        return await asyncio.wait_for(self.reader.read(), 5)

    async def subscribe(self, topic: str, qos: int = 0, packet_id: int = 1) -> None:
        """Subscribe and see it granted, where the subscription is not what the test is about (3.1.1 only)."""
        body = packet_id.to_bytes(2, "big") + len(topic).to_bytes(2, "big") + topic.encode() + bytes([qos])
        await self.send(b"\x82" + bytes([len(body)]) + body)
        await self.expect(f"90 03 {packet_id:04x} {qos:02x}")

    async def ping(self) -> None:
        """See that the broker still answers."""
        await self.send("c0 00")
        await self.expect("d0 00")

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


@asynccontextmanager
async def wire(server: BrokerServer, client_id: str | None = None, **options: Any) -> AsyncIterator[Wire]:
    """A connection; with a client id, one that has connected as a 3.1.1 client with a clean session."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, **options)
    connection = Wire(reader, writer)
    if client_id is not None:
        name = client_id.encode()
        body = b"\x00\x04MQTT\x04\x02\x00\x00" + len(name).to_bytes(2, "big") + name
        await connection.send(b"\x10" + bytes([len(body)]) + body)
        await connection.expect("20 02 00 00")
    try:
        yield connection
    finally:
        await connection.close()


async def until(condition: Any, seconds: float = 5.0) -> None:
    """Wait until something that happens on the other side of a socket is so."""
    for _ in range(int(seconds / 0.005)):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen in time")
