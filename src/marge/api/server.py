"""The listener: uvicorn's HTTP and WebSocket protocols on a socket of our own, without its main loop.

A request travels: uvicorn's protocol → `asgi.Application` → `routing.Router` → a handler of `rest/` or `login/`; a
WebSocket goes from there to `websocket/connection.py`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING, Any, Final

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request

from marge.api.http_protocol import HttpProtocol
from marge.core.errors import OperationFailed
from marge.util.listening import remedy

if TYPE_CHECKING:
    from marge.api.asgi import Application
    from marge.api.tls import Tls

_LOGGER = logging.getLogger("marge.api.http")

# What Home Assistant sends with every answer.
_HEADERS: Final = [
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"server", b""),
]
MAX_WS_MESSAGE: Final = 4 * 1024 * 1024  # bytes a client may send in one message
KEEP_ALIVE: Final = 75  # seconds, as aiohttp under Home Assistant


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket, which a client that does not read can be cut off from: `scope["marge.abort"]` does it."""

    def handle_connect(self, event: Request) -> None:
        """See the base; the application's task starts after this."""
        super().handle_connect(event)
        if self.transport is not None and hasattr(self, "scope"):
            self.scope["marge.abort"] = self.transport.abort  # type: ignore[typeddict-unknown-key]

    def send_receive_event_to_app(self) -> None:
        """See the base, which takes text that is no UTF-8 for a failure of its own."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.fail(1007, "Text that is no UTF-8")
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()


class HttpServer:
    """Serves an application on one address; `port` is the real one once started."""

    name = "http"

    def __init__(self, application: Application, host: str, port: int, tls: Tls | None = None) -> None:
        self.host = host
        self.port = port
        self._tls = None if tls is None else tls.context
        self.fingerprint = None if tls is None else tls.fingerprint
        """SHA-256 of the certificate, in hex; None without TLS."""
        self._config = Config(
            application,
            http=HttpProtocol,
            ws=WebSocketProtocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            ws_max_size=MAX_WS_MESSAGE,
            ws_ping_interval=55.0,
            ws_ping_timeout=55.0,
            ws_per_message_deflate=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        # Uvicorn tells of every WebSocket that comes and goes.
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        self._state = ServerState()
        self._state.default_headers = list(_HEADERS)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; raises OperationFailed that says what holds the port."""
        self._config.load()
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._protocol, self.host or None, self.port, ssl=self._tls, backlog=1024, reuse_address=True
            )
        except OSError as error:
            where = "{} under [http] in configuration.toml"
            why = remedy(error, self.host, self.port, host_key=where.format("`host`"), port_key=where.format("`port`"))
            raise OperationFailed(
                f"cannot listen for HTTP on {self.host or 'all addresses'} port {self.port}: {why}"
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]
        _LOGGER.info("Listening for HTTP on %s port %d", self.host or "all addresses", self.port)

    def _protocol(self) -> Any:
        return HttpProtocol(config=self._config, server_state=self._state, app_state={})

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._state.connections)

    @property
    def sockets(self) -> list[socket.socket]:
        """The listening sockets."""
        return list(self._server.sockets) if self._server else []

    async def stop(self) -> None:
        """Take no more requests and end those under way within two seconds; who does not read by then is cut off."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        if tasks := list(self._state.tasks):
            _, pending = await asyncio.wait(tasks, timeout=2.0)
            if pending:
                # A task that waits for a deaf client to read ends by itself once the client is gone.
                for connection in list(self._state.connections):
                    connection.transport.abort()
                _, pending = await asyncio.wait(pending, timeout=0.5)
            for task in pending:
                task.cancel()
            if pending:
                await asyncio.wait(pending, timeout=0.5)
        self._server = None
