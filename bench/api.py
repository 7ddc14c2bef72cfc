"""The API's speed: states and templates over REST, service calls and fan-out over WebSockets.

`python -m bench.api` prints one row for each figure. The hub is a process of its own; requests come from wrk where it
is installed, else from raw sockets here, and WebSocket clients are raw sockets, so that the figures are the hub's.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.ws_client import WsClient

CONNECTIONS: Final = 32
SUBSCRIBERS: Final = 100
LOOPING: Final = "{% for s in expand('sensor.s1', 'sensor.s2') %}{{ s.state | float + 1 }} {% endfor %}"
BODY: Final = b'{"state":"20.5","attributes":{"unit_of_measurement":"\xc2\xb0C","friendly_name":"Kitchen"}}'


def _hub(pipe: Pipe, directory: str) -> None:
    sys.path[:0] = ["tests"]
    from hub import hub

    async def run() -> None:
        async with hub(Path(directory), {"configuration.yaml": "input_boolean:\n  bench:\n"}) as house:
            states = house.hub.states
            for number in range(1000 - states.count()):
                states.set(
                    f"sensor.s{number}", "20", {"unit_of_measurement": "°C", "friendly_name": f"Sensor {number}"}
                )
            pipe.send((house.port, house.token))
            loop = asyncio.get_running_loop()
            while (changes := await loop.run_in_executor(None, pipe.recv)) is not None:
                sessions = list(house.app.api.websockets)
                for number in range(changes):
                    states.set("sensor.s0", str(number), {"unit_of_measurement": "°C", "friendly_name": "Sensor 0"})
                    if number % 20 == 19:
                        while not all(session.outbox.empty for session in sessions):
                            await asyncio.sleep(0)
                pipe.send(changes)

    asyncio.run(run())


@contextmanager
def _running() -> Iterator[tuple[int, str, Pipe]]:
    ours, theirs = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory() as directory:
        process = multiprocessing.get_context("spawn").Process(target=_hub, args=(theirs, directory))
        process.start()
        try:
            port, token = ours.recv()
            yield port, token, ours
        finally:
            ours.send(None)
            process.join(10)
            process.kill()


def _request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _answer(sock: socket.socket, buffer: bytearray) -> None:
    """Read one whole answer."""
    while (end := buffer.find(b"\r\n\r\n")) < 0:
        buffer += sock.recv(65536)
    match = re.search(rb"content-length: (\d+)", buffer[:end])
    assert match is not None
    assert buffer[9:11] == b"20", buffer[:300]
    size = end + 4 + int(match[1])
    while len(buffer) < size:
        buffer += sock.recv(1 << 20)
    del buffer[:size]


def _rate_raw(port: int, request: bytes, seconds: float) -> float:
    """Requests a second over `CONNECTIONS` connections, each with one request under way."""
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall(request)
        selector.register(sock, selectors.EVENT_READ, bytearray())
    done = 0
    started = time.perf_counter()
    while (took := time.perf_counter() - started) < seconds:
        for key, _ in selector.select():
            sock = key.fileobj  # type: ignore[assignment]
            _answer(sock, key.data)
            sock.sendall(request)
            done += 1
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return done / took


def _rate_wrk(port: int, method: str, path: str, token: str, body: bytes, seconds: float) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = {method!r}\nwrk.headers['Authorization'] = 'Bearer {token}'\n")
        if body:
            script.write(f"wrk.body = [[{body.decode()}]]\n")
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-s", script.name]
        text = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
        ).stdout
    assert "Non-2xx" not in text, text
    match = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert match is not None
    return float(match[1])


def rate(port: int, method: str, path: str, token: str, body: bytes = b"", seconds: float = 2) -> float:
    """Requests a second with 32 connections."""
    if shutil.which("wrk"):
        return _rate_wrk(port, method, path, token, body, seconds)
    return _rate_raw(port, _request(method, path, token, body), seconds)


def milliseconds(port: int, request: bytes, count: int) -> list[float]:
    """How long each of `count` requests took, one after the other on one connection."""
    buffer = bytearray()
    took: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            started = time.perf_counter()
            sock.sendall(request)
            _answer(sock, buffer)
            took.append((time.perf_counter() - started) * 1e3)
    return took


def call_to_event(port: int, token: str, count: int = 1000) -> list[float]:
    """Milliseconds from a service call to its state_changed, at the client that called."""
    client = WsClient(port, token)
    client.send({"id": 1, "type": "subscribe_events", "event_type": "state_changed"})
    client.read()
    took: list[float] = []
    call = {"type": "call_service", "domain": "input_boolean", "service": "toggle"}
    target = {"target": {"entity_id": "input_boolean.bench"}}
    for number in range(2, count + 2):
        started = time.perf_counter()
        client.send({"id": number, **call, **target})
        changed = answered = False
        while not (changed and answered):
            frame = client.read()
            if not changed and b"input_boolean.bench" in frame:
                took.append((time.perf_counter() - started) * 1e3)
                changed = True
            answered = answered or b'"type":"result"' in frame
    client.sock.close()
    return took


def fan_out(port: int, token: str, pipe: Pipe, changes: int = 1000) -> float:
    """State changes a second, times the subscribers that each of them reaches."""
    selector = selectors.DefaultSelector()
    clients = [WsClient(port, token) for _ in range(SUBSCRIBERS)]
    for client in clients:
        client.send({"id": 1, "type": "supported_features", "features": {"coalesce_messages": 1}})
        client.read()
        client.send({"id": 2, "type": "subscribe_events", "event_type": "state_changed"})
        client.read()
        selector.register(client.sock, selectors.EVENT_READ)
    wanted = SUBSCRIBERS * changes
    mark = b'"event_type":"state_changed"'
    seen = 0
    tails: dict[Any, bytes] = {}
    pipe.send(changes)
    started = time.perf_counter()
    while seen < wanted:
        for key, _ in selector.select(10):
            data = tails.get(key.fileobj, b"") + key.fileobj.recv(1 << 20)  # type: ignore[union-attr]
            seen += data.count(mark)
            cut = data.rfind(mark)
            tails[key.fileobj] = data[max(cut + 1, len(data) - len(mark)) :]
    took = time.perf_counter() - started
    assert pipe.recv() == changes
    for client in clients:
        client.sock.close()
    return wanted / took


def budget() -> dict[str, float]:
    """The rows of the table that this module measures; requests and deliveries a second, the others milliseconds."""
    with _running() as (port, token, pipe):
        template = _request("POST", "/api/template", token, b'{"template":"{{ states(\'sensor.s1\') | float + 1 }}"}')
        looping = _request("POST", "/api/template", token, msgspec.json.encode({"template": LOOPING}))
        everything = _request("GET", "/api/states", token)
        calls = call_to_event(port, token)
        return {
            "get_state": rate(port, "GET", "/api/states/sensor.s1", token),
            "post_state": rate(port, "POST", "/api/states/sensor.s2", token, BODY),
            "get_states": statistics.median(milliseconds(port, everything, 500)),
            "service_p50": statistics.median(calls),
            "service_p99": statistics.quantiles(calls, n=100)[98],
            "fan_out": statistics.median(fan_out(port, token, pipe) for _ in range(3)),
            "template": statistics.median(milliseconds(port, template, 500)),
            "template_loop": statistics.median(milliseconds(port, looping, 500)),
        }


if __name__ == "__main__":
    for name, value in budget().items():
        print(f"{name:24} {value:12,.3f}")
