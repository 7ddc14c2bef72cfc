"""A small MQTT 3.1.1 client: connect with a will, subscribe, publish at QoS 0 and 1, keep alive, reconnect."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from collections.abc import Callable
from typing import Final, NamedTuple

_LOGGER = logging.getLogger("marge.demo")

CONNECT: Final = 0x10
CONNACK: Final = 0x20
PUBLISH: Final = 0x30
PUBACK: Final = 0x40
SUBSCRIBE: Final = 0x82
PINGREQ: Final = 0xC0
PINGRESP: Final = 0xD0
DISCONNECT: Final = 0xE0

REFUSALS: Final = {
    1: "it does not speak MQTT 3.1.1",
    2: "it does not like the client id",
    3: "it is not available",
    4: "user name or password is wrong",
    5: "this user may not come in",
}
FIRST_RETRY: Final = 0.5
LONGEST_RETRY: Final = 15.0
MAX_UNACKNOWLEDGED: Final = 1000


class Message(NamedTuple):
    """One application message."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


class Address(NamedTuple):
    """Where the broker is, and who comes; `keep_alive` in seconds, 0 for none."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    keep_alive: int = 60


class ConnectionRefused(ConnectionError):
    """The broker does not want this client."""


class MqttClient:
    """One connection of one device; `run` keeps it up until `close`."""

    def __init__(
        self,
        address: Address,
        client_id: str,
        *,
        on_connect: Callable[[], None],
        on_message: Callable[[str, bytes], None],
        will: Message | None = None,
    ) -> None:
        self.address = address
        self.client_id = client_id
        self.will = will
        self.published = 0
        """How many messages were published so far."""
        self._on_connect = on_connect
        self._on_message = on_message
        self._writer: asyncio.StreamWriter | None = None
        self._packet_id = 0
        self._unacknowledged: dict[int, Message] = {}
        self._pongs: list[asyncio.Future[None]] = []
        self._closing = False

    @property
    def connected(self) -> bool:
        """Whether messages reach the broker at the moment."""
        return self._writer is not None

    async def run(self) -> None:
        """Stay connected; a broker that is away is tried again, after longer and longer pauses."""
        pause = FIRST_RETRY
        while not self._closing:
            try:
                await self._session()
                pause = FIRST_RETRY
            except ConnectionRefused as error:
                _LOGGER.warning("%s", error)
            except (OSError, EOFError) as error:
                _LOGGER.debug("%s: %s", self.client_id, error)
            if not self._closing:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_RETRY)

    async def close(self, *, clean: bool = True) -> None:
        """End the connection; not `clean` leaves as a device does that loses power, so that its will is told."""
        self._closing = True
        writer, self._writer = self._writer, None
        if writer is not None:
            if clean:
                writer.write(bytes((DISCONNECT, 0)))
                with contextlib.suppress(OSError):
                    await writer.drain()
                writer.close()
            else:
                writer.transport.abort()

    def publish(self, topic: str, payload: str | bytes, qos: int = 0, retain: bool = False) -> None:
        """Send a message. While the broker is away, QoS 0 is lost and QoS 1 waits for it."""
        self.published += 1
        message = Message(topic, payload.encode() if isinstance(payload, str) else payload, qos, retain)
        packet_id = 0
        if qos:
            packet_id = self._next_id()
            if len(self._unacknowledged) < MAX_UNACKNOWLEDGED:
                self._unacknowledged[packet_id] = message
        if self._writer is not None:
            self._writer.write(_publish(message, packet_id))

    def subscribe(self, *filters: str) -> None:
        """Ask for messages, at QoS 0; from `on_connect`, so that a new connection asks again."""
        body = struct.pack(">H", self._next_id()) + b"".join(_text(name) + b"\0" for name in filters)
        if self._writer is not None and filters:
            self._writer.write(_packet(SUBSCRIBE, body))

    async def round_trip(self) -> None:
        """Return when the broker has worked off what was sent, and what it sent before that has been handled."""
        if self._writer is not None:
            pong: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._pongs.append(pong)
            self._writer.write(bytes((PINGREQ, 0)))
            await pong

    async def _session(self) -> None:
        reader, writer = await asyncio.open_connection(self.address.host, self.address.port)
        pinger: asyncio.Task[None] | None = None
        try:
            writer.write(_connect(self.client_id, self.will, self.address))
            first, body = await _read(reader)
            if first != CONNACK or body[1] != 0:
                reason = REFUSALS.get(body[1], "for no reason that it names")
                raise ConnectionRefused(f"the broker refuses {self.client_id}: {reason}")
            self._writer = writer
            for packet_id, message in self._unacknowledged.items():
                writer.write(_publish(message, packet_id, again=True))
            self._on_connect()
            if self.address.keep_alive:
                pinger = asyncio.create_task(self._ping(writer), name=f"keep-alive of {self.client_id}")
            while True:
                self._handle(writer, *await _read(reader))
        finally:
            if self._writer is writer:
                self._writer = None
            for pong in self._pongs:
                pong.cancel()
            self._pongs.clear()
            if pinger is not None:
                pinger.cancel()
            writer.close()

    async def _ping(self, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(self.address.keep_alive * 0.75)
            writer.write(bytes((PINGREQ, 0)))

    def _handle(self, writer: asyncio.StreamWriter, first: int, body: bytes) -> None:
        kind = first & 0xF0
        if kind == PUBLISH:
            length = int.from_bytes(body[:2], "big")
            topic, rest = body[2 : 2 + length].decode(), body[2 + length :]
            if first & 0x06:
                writer.write(_packet(PUBACK, rest[:2]))
                rest = rest[2:]
            try:
                self._on_message(topic, rest)
            except Exception:
                _LOGGER.exception("%s cannot handle what came on %s", self.client_id, topic)
        elif kind == PUBACK:
            self._unacknowledged.pop(int.from_bytes(body[:2], "big"), None)
        elif kind == PINGRESP and self._pongs:
            pong = self._pongs.pop(0)
            if not pong.done():
                pong.set_result(None)

    def _next_id(self) -> int:
        self._packet_id = self._packet_id % 0xFFFF + 1
        return self._packet_id


def _text(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return struct.pack(">H", len(data)) + data


def _packet(first: int, body: bytes) -> bytes:
    length = len(body)
    header = bytearray((first,))
    while True:
        length, digit = divmod(length, 128)
        header.append(digit | (0x80 if length else 0))
        if not length:
            return bytes(header) + body


def _connect(client_id: str, will: Message | None, address: Address) -> bytes:
    flags = 0x02
    body = _text(client_id)
    if will is not None:
        flags |= 0x04 | will.qos << 3 | (0x20 if will.retain else 0)
        body += _text(will.topic) + _text(will.payload)
    if address.username is not None:
        flags |= 0x80
        body += _text(address.username)
        if address.password is not None:
            flags |= 0x40
            body += _text(address.password)
    return _packet(CONNECT, _text("MQTT") + struct.pack(">BBH", 4, flags, address.keep_alive) + body)


def _publish(message: Message, packet_id: int, *, again: bool = False) -> bytes:
    first = PUBLISH | message.qos << 1 | message.retain | (0x08 if again else 0)
    body = _text(message.topic) + (struct.pack(">H", packet_id) if message.qos else b"") + message.payload
    return _packet(first, body)


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        digit = (await reader.readexactly(1))[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            return first, await reader.readexactly(length)
