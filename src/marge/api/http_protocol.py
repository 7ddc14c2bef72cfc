"""Uvicorn's HTTP with limits on what a client may send before anybody knows who it is."""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_FIELD: Final = 8190
"""Bytes of the address, and of a header, as aiohttp under Home Assistant."""
MAX_HEAD: Final = 32768
"""Bytes of all headers together."""
HEAD_SECONDS: Final = 60.0
"""How long a client may take to send a request's head; reading its body is up to who asked for it."""

# What has arrived and led to nothing yet. A read brings up to 256 KiB, of which most may belong to a body.
_MAX_PENDING: Final = 2 * MAX_HEAD


class HttpProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP, which a client that does not read can be cut off from: `scope["marge.abort"]` does it.

    Uvicorn itself collects a head of any size, for as long as it takes.
    """

    _pending = 0
    _head = 0
    _refusal: str | None = None
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See the base."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """See the base."""
        self._be_patient()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See the base."""
        self._pending += len(data)
        super().data_received(data)
        if self._pending and self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        if self._pending > _MAX_PENDING and not self.transport.is_closing():
            self.send_400_response(f"Got more than {MAX_HEAD} bytes of headers.")

    def send_400_response(self, msg: str) -> None:
        """See the base."""
        super().send_400_response(self._refusal or msg)

    # What the parser tells.

    def on_message_begin(self) -> None:
        """See the base; the application is called once the headers are there."""
        super().on_message_begin()
        self._head = 0
        self.scope["marge.abort"] = self.transport.abort  # type: ignore[typeddict-unknown-key]

    def on_url(self, url: bytes) -> None:
        """See the base."""
        super().on_url(url)
        self._count(len(self.url), len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """See the base."""
        self._count(len(name) + len(value), len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """See the base."""
        self._pending = 0
        self._be_patient()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """See the base."""
        self._pending = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """See the base."""
        self._pending = 0
        super().on_message_complete()

    def _count(self, field: int, more: int) -> None:
        self._head += more
        if field > MAX_FIELD:
            self._refusal = f"Got more than {MAX_FIELD} bytes in an address or header."
        elif self._head > MAX_HEAD:
            self._refusal = f"Got more than {MAX_HEAD} bytes of headers."
        if self._refusal is not None:
            # The parser takes any exception for a mistake in the request, and the base answers 400.
            raise ValueError(self._refusal)

    def _be_patient(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
