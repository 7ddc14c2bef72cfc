"""The embedded broker as one thing to start and stop: listeners, sessions from the store, the hub's own client."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from marge.core.clock import Clock
from marge.core.errors import OperationFailed
from marge.core.ports import Store
from marge.mqtt.access import Access
from marge.mqtt.broker import Broker
from marge.mqtt.limits import Limits
from marge.mqtt.local import LocalClient
from marge.mqtt.outbox import soon
from marge.mqtt.persistence import Persistence
from marge.mqtt.tcp import TcpLink
from marge.mqtt.wills import Wills
from marge.util.listening import remedy

LOGGER = logging.getLogger("marge.mqtt.broker")
# Half a second in all for clients that do not take their last bytes.
_END_ROUNDS: Final = 25
_END_PAUSE: Final = 0.02
# A house full of devices reconnects within a second after a restart.
_BACKLOG: Final = 1024


class BrokerConfig(Struct, frozen=True):
    """Where the broker listens. Port 0 is any free port; a `websocket_port` of None means no WebSocket."""

    host: str | None = None
    """None listens on every address, of IPv6 too where the machine has it."""
    port: int = 1883
    websocket_port: int | None = None


class BrokerServer:
    """Starts and stops the embedded broker."""

    def __init__(
        self,
        config: BrokerConfig,
        clock: Clock,
        store: Store,
        *,
        limits: Limits | None = None,
        access: Access | None = None,
    ) -> None:
        self.broker = Broker(clock, soon, limits=limits, access=access)
        self.client = LocalClient(self.broker)
        """What the rest of the hub talks to; usable before `start`, which then brings the retained messages."""
        self.port = 0
        """The real TCP port once started."""
        self.websocket_port: int | None = None
        self._config = config
        self._persistence = Persistence(self.broker, store, clock)
        self._wills = Wills(self.broker, self.client, store, clock)
        self._servers: list[asyncio.Server] = []
        self._links: set[TcpLink] = set()

    async def start(self) -> None:
        """Load what the store kept, then listen; raises OperationFailed when a port cannot be had."""
        self.client.replay(self._persistence.load())
        self._wills.load()
        self.port = await self._listen(self._config.port, "port", lambda: TcpLink(self.broker, self._links))
        if self._config.websocket_port is not None:
            from marge.mqtt.websocket import WebSocketLink  # its library is loaded only where it is used

            self.websocket_port = await self._listen(
                self._config.websocket_port, "websocket_port", lambda: WebSocketLink(self.broker, self._links)
            )
        LOGGER.info(
            "MQTT broker listens on %s, port %d%s",
            self._config.host or "every address",
            self.port,
            f", WebSocket on port {self.websocket_port}" if self.websocket_port else "",
        )
        self.client.set_connected(True)

    async def _listen(self, port: int, key: str, make: Callable[[], TcpLink]) -> int:
        loop = asyncio.get_running_loop()
        try:
            if self._config.host is None:
                server = await loop.create_server(make, sock=_everywhere(port), backlog=_BACKLOG)
            else:
                server = await loop.create_server(make, self._config.host, port, backlog=_BACKLOG)
        except OSError as err:
            self._close_listeners()
            host, where = self._config.host or "", "{} under [mqtt] in configuration.toml"
            why = remedy(err, host, port, host_key=where.format("`host`"), port_key=where.format(f"`{key}`"))
            raise OperationFailed(
                f"The MQTT broker cannot listen on {host or 'every address'}, port {port}: {why}"
            ) from err
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def _close_listeners(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def stop(self) -> None:
        """Stop listening, disconnect everybody and put everything that lasts into the store."""
        self.client.set_connected(False)
        self._close_listeners()
        self._wills.leave()
        await self.broker.stop()
        await self._persistence.stop()
        await self._end_links()

    async def _end_links(self) -> None:
        """Let what was said last reach those who listen; nobody can hold up the stop."""
        for link in list(self._links):
            link.end(now=False)
        for _ in range(_END_ROUNDS):
            if not self._links:
                return
            await asyncio.sleep(_END_PAUSE)
        for link in list(self._links):
            link.end(now=True)
        await asyncio.sleep(0)


def _everywhere(port: int) -> socket.socket:
    """One socket for every address, because two would get two different free ports."""
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
        except OSError as err:
            if err.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    return socket.create_server(("", port))
