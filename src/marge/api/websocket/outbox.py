"""What one client is still to be sent: coalesced into arrays, bounded, and given up on with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# A client that has this many messages waiting gets entity changes merged until it has caught up.
LAGGING: Final = 512
# One that has this many waiting, or this many bytes, is dropped (Home Assistant drops at 4,096 messages).
MAX_MESSAGES: Final = 4096
MAX_BYTES: Final = 32 * 1024 * 1024
_MAX_FRAME: Final = 256 * 1024  # bytes of messages put into one array


class Outbox:
    """Encoded messages in order. `wake` is called when there is something to send.

    `overflow` says why to hang up; `overflowed` is called once when that is set.
    """

    __slots__ = ("_bytes", "_catch_up", "_messages", "_overflowed", "coalesce", "overflow", "wake")

    def __init__(self, wake: Callable[[], None], overflowed: Callable[[], None] | None = None) -> None:
        self.wake = wake
        self._overflowed = overflowed
        self._messages: list[bytes] = []
        self._bytes = 0
        self._catch_up: list[Callable[[], None]] = []
        self.coalesce = False
        self.overflow: str | None = None

    def put(self, message: bytes) -> None:
        """Queue a message; past the limits everything waiting is thrown away and `overflow` says so."""
        if self.overflow is not None:
            return
        messages = self._messages
        messages.append(message)
        self._bytes += len(message)
        if len(messages) > MAX_MESSAGES or self._bytes > MAX_BYTES:
            self.overflow = (
                f"Client unable to keep up with pending messages: {len(messages)} messages"
                f" of {self._bytes} bytes are waiting"
            )
            messages.clear()
            self._bytes = 0
            if self._overflowed is not None:
                self._overflowed()
        if len(messages) <= 1:
            self.wake()

    @property
    def lagging(self) -> bool:
        """Whether so much waits that streams had better merge than queue."""
        return len(self._messages) >= LAGGING

    def when_drained(self, catch_up: Callable[[], None]) -> None:
        """Call `catch_up` once everything queued has been taken."""
        self._catch_up.append(catch_up)

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._messages

    def take(self) -> list[bytes]:
        """Take what waits, as frames: arrays of messages for a client that understands them."""
        messages, self._messages = self._messages, []
        self._bytes = 0
        frames = _frames(messages) if self.coalesce and len(messages) > 1 else messages
        if self._catch_up:
            catching_up, self._catch_up = self._catch_up, []
            for catch_up in catching_up:
                catch_up()
        return frames


def _frames(messages: list[bytes]) -> list[bytes]:
    frames: list[bytes] = []
    batch: list[bytes] = []
    size = 0
    for message in messages:
        if batch and size + len(message) > _MAX_FRAME:
            frames.append(b"[" + b",".join(batch) + b"]" if len(batch) > 1 else batch[0])
            batch, size = [], 0
        batch.append(message)
        size += len(message)
    frames.append(b"[" + b",".join(batch) + b"]" if len(batch) > 1 else batch[0])
    return frames
