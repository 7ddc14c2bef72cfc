"""MQTT over TCP: asyncio's callbacks in, a `Link` out."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Final, cast

from marge.core.clock import Cancel
from marge.mqtt.broker import Broker
from marge.mqtt.connection import Connection

LOGGER = logging.getLogger("marge.mqtt.broker")
# A client that is told why it is disconnected needs the time to read it: closing at once would
# make the kernel answer what is still arriving with a reset, and the last packet would be lost.
_LINGER: Final = 2.0


# Messages for a client that does not read wait elsewhere, within bounds; answers to its own packets pile up here.
_UNREAD_ANSWERS: Final = 2 * 1024 * 1024
# What is read at once. asyncio's 256 KiB would be thousands of messages during which nobody else gets a turn. One
# buffer serves every connection, because the loop reads into it and hands it over without a pause in between.
_BUFFER: Final = memoryview(bytearray(64 * 1024))


class TcpLink(asyncio.BufferedProtocol):
    """One TCP connection."""

    def __init__(self, broker: Broker, links: set[TcpLink]) -> None:
        """Is in `links` for as long as the connection lasts."""
        self.broker = broker
        self.peer = "?"
        self.origin: str | None = None
        self._links = links
        self._transport: asyncio.Transport | None = None
        self._connection: Connection | None = None
        self._abort: Cancel | None = None
        self._closing = False

    # ------------------------------------------------------------ asyncio.BufferedProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._links.add(self)
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=self.broker.limits.write_buffer)
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]).removeprefix("::ffff:") if isinstance(peer, tuple) else "local"
        sock: socket.socket | None = transport.get_extra_info("socket")
        if sock is not None and isinstance(peer, tuple):
            _find_dead_peers(sock)
        self._connection = self.broker.accept(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        if not self._closing:
            self.data_received(bytes(_BUFFER[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Take bytes from the network."""
        self.packets_received(data)

    def packets_received(self, data: bytes) -> None:
        """Hand bytes of MQTT packets to the protocol."""
        if self._connection is not None:
            self._connection.receive(data)

    def eof_received(self) -> None:
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        self._links.discard(self)
        if self._abort is not None:
            self._abort()
        self._transport = None
        if self._connection is not None:
            self.broker.lost(self._connection)

    def pause_writing(self) -> None:
        if self._connection is not None:
            self._connection.set_writable(False)

    def resume_writing(self) -> None:
        if self._connection is not None:
            self._connection.set_writable(True)

    # ------------------------------------------------------------ Link

    def write(self, data: bytes) -> None:
        """See `Link.write`."""
        transport = self._transport
        if transport is None or self._closing:
            return
        if transport.get_write_buffer_size() > self.broker.limits.packet_size + _UNREAD_ANSWERS:
            LOGGER.warning("Connection from %s ended: it sends but does not read what is answered", self.peer)
            self._closing = True
            transport.abort()
            return
        transport.write(data)

    def close(self) -> None:
        """See `Link.close`; what the client still sends is ignored, and it has two seconds to read."""
        if self._closing or self._transport is None:
            return
        self._closing = True
        transport = self._transport
        if not transport.can_write_eof():
            transport.close()
            return
        self.resume_reading()
        try:
            transport.write_eof()
        except OSError:
            # The peer is gone already.
            transport.abort()
            return
        self._abort = self.broker.clock.call_later(_LINGER, transport.abort)

    def end(self, *, now: bool) -> None:
        """Give up the connection: when everything is sent, or `now`."""
        if self._transport is not None:
            if now:
                self._transport.abort()
            else:
                self._transport.close()

    def pause_reading(self) -> None:
        """See `Link.pause_reading`."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """See `Link.resume_reading`."""
        if self._transport is not None:
            self._transport.resume_reading()


def _find_dead_peers(sock: socket.socket) -> None:
    """Let the kernel probe a silent peer after a minute: some clients ask for no MQTT keep-alive."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
