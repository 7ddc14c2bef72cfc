"""What is about to be written to one connection; everything of one loop iteration leaves in one write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

Defer = Callable[[Callable[[], object]], object]
"""Runs a callback in the next loop iteration."""


def soon(callback: Callable[[], object]) -> object:
    """A `Defer` on the running loop."""
    return asyncio.get_running_loop().call_soon(callback)


# More than this, and an outbox does not wait for the end of the iteration: the socket's
# back-pressure has to be felt before memory is.
_FLUSH_AT: Final = 64 * 1024
_FLUSH_ALL_AT: Final = 128 * 1024


class Link(Protocol):
    """One network connection as the protocol layer sees it."""

    @property
    def peer(self) -> str:
        """Address of the other side, for logs and access rules."""

    @property
    def origin(self) -> str | None:
        """The web page that opened the connection, as its browser names it; None for programs."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None:
        """Send what was written, then end the connection; never raises."""

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Flusher:
    """Knows which outboxes have something and writes them once, at the end of the loop iteration."""

    def __init__(self, defer: Defer) -> None:
        self._defer = defer
        self._waiting: list[Outbox] = []
        self._scheduled = False
        self._arrived = 0

    def add(self, outbox: Outbox) -> None:
        """`outbox` gets its first part; call it before the part is appended."""
        self._waiting.append(outbox)
        if not self._scheduled:
            self._scheduled = True
            self._defer(self._run)

    def arrived(self, size: int) -> None:
        """Count bytes that came in, so that one iteration cannot pile up without bound."""
        self._arrived += size
        if self._arrived > _FLUSH_ALL_AT:
            self.flush()

    def _run(self) -> None:
        self._scheduled = False
        self.flush()

    def flush(self) -> None:
        """Write everything that waits."""
        self._arrived = 0
        waiting, self._waiting = self._waiting, []
        for outbox in waiting:
            outbox.flush()


class Outbox:
    """Packets for one connection, and what that connection agreed to receive."""

    __slots__ = (
        "_flusher",
        "_link",
        "_size",
        "alias_maximum",
        "aliases",
        "five",
        "maximum_packet",
        "parts",
        "writable",
    )

    def __init__(self, link: Link, flusher: Flusher) -> None:
        self._link = link
        self._flusher = flusher
        self._size = 0
        self.parts: list[bytes] = []
        """Appended to directly where every microsecond counts; the list object never changes."""
        self.five = False
        self.writable = True
        self.maximum_packet = 0xFFFFFFF + 5
        self.alias_maximum = 0
        self.aliases: dict[str, int] = {}

    def send(self, data: bytes) -> None:
        """Queue one packet."""
        if not self.parts:
            self._flusher.add(self)
        self.parts.append(data)
        self._size += len(data)
        if self._size > _FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the socket."""
        if self.parts:
            data = b"".join(self.parts)
            self.parts.clear()
            self._size = 0
            self._link.write(data)
