"""A WebSocket client that costs next to nothing, so that a benchmark measures the hub and not its client."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class WsClient:
    """A logged-in client on a blocking socket. Messages are JSON objects; times out after ten seconds."""

    def __init__(self, port: int, token: str) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._last_id = 0
        self.sock.sendall(
            b"GET /api/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"the WebSocket was refused: {head.decode()}")
        self._buffer[:] = rest
        self.receive()
        self.send({"type": "auth", "access_token": token})
        if (answer := self.receive())["type"] != "auth_ok":
            raise RuntimeError(f"the login was refused: {answer}")

    def _fill(self) -> None:
        data = self.sock.recv(1 << 16)
        if not data:
            raise ConnectionError("the hub closed the WebSocket")
        self._buffer += data

    def send(self, message: dict[str, Any]) -> None:
        """Send one message as a masked text frame (the mask is zero, which leaves the text as it is)."""
        text = json.dumps(message).encode()
        size = len(text)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.sock.sendall(b"\x81" + length + b"\0\0\0\0" + text)

    def command(self, **message: Any) -> int:
        """Send a command under the next id; returns the id."""
        self._last_id += 1
        self.send({"id": self._last_id, **message})
        return self._last_id

    def read(self) -> bytes:
        """The payload of the next text frame; frames of other kinds are passed over."""
        buffer = self._buffer
        while True:
            while len(buffer) < 2:
                self._fill()
            size, head = buffer[1] & 127, 2
            if size >= 126:
                head = 4 if size == 126 else 10
                while len(buffer) < head:
                    self._fill()
                size = int.from_bytes(buffer[2:head], "big")
            while len(buffer) < head + size:
                self._fill()
            kind = buffer[0] & 15
            payload = bytes(buffer[head : head + size])
            del buffer[: head + size]
            if kind == 1:
                return payload

    def receive(self) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = json.loads(self.read())
        return message

    def call(self, **message: Any) -> Any:
        """Send a command and return its result; what arrives before it is dropped."""
        number = self.command(**message)
        while (answer := self.receive()).get("id") != number or answer["type"] != "result":
            pass
        if not answer["success"]:
            raise RuntimeError(f"{message['type']} failed: {answer['error']}")
        return answer["result"]

    def close(self) -> None:
        """Hang up."""
        self.sock.close()


@contextmanager
def connected(data: Path) -> Iterator[WsClient]:
    """A client of the hub that runs on a data directory, logged in as the command line is."""
    runtime = json.loads((data / "runtime.json").read_bytes())
    client = WsClient(runtime["http_port"], (data / "cli-token").read_text().strip())
    try:
        yield client
    finally:
        client.close()
