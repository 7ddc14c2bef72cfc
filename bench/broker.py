"""Broker throughput. Every device message passes here, and a house full of devices talks all day.

`python -m bench.broker` prints one row for each figure. The broker, the publisher and the subscribers are processes
of their own, and the clients are raw sockets, so that the figures are the broker's and not the clients'. A run
counts only when every message arrived: the publisher is held back when it is too far ahead, as TCP would do it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from typing import Final

from marge.core.clock import SystemClock
from marge.mqtt import BrokerConfig, BrokerServer, Limits
from marge.mqtt.packets import V311, Connect, Publish, Subscribe, SubscribeItem, encode
from marge.testing import MemoryStore

TOPIC: Final = "zigbee2mqtt/living_room_lamp"
PAYLOAD: Final = b'{"state":"ON","brightness":128,"linkquality":94}'
_AHEAD: Final = 4000


def _broker(pipe: Pipe) -> None:
    async def run() -> None:
        server = BrokerServer(
            BrokerConfig("127.0.0.1", 0), SystemClock(), MemoryStore(), limits=Limits(queue_messages=100_000)
        )
        await server.start()
        pipe.send(server.port)
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        await server.stop()
        pipe.send(server.broker.messages_dropped)

    asyncio.run(run())


def _connect(port: int, client_id: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(encode(Connect(client_id), V311))
    assert sock.recv(4) == b"\x20\x02\x00\x00"
    return sock


def _subscribers(port: int, count: int, messages: int, size: int, progress: Pipe) -> None:
    """Count bytes on `count` connections; report each thousand messages of the slowest one."""
    selector = selectors.DefaultSelector()
    received: dict[socket.socket, int] = {}
    for number in range(count):
        sock = _connect(port, f"subscriber-{number}")
        sock.sendall(encode(Subscribe(1, (SubscribeItem(TOPIC),)), V311))
        assert sock.recv(5)[0] == 0x90
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ)
        received[sock] = 0
    progress.send(0)
    reported = 0
    buffer = bytearray(1 << 20)
    while reported < messages:
        for key, _ in selector.select():
            if isinstance(key.fileobj, socket.socket):
                received[key.fileobj] += key.fileobj.recv_into(buffer)
        slowest = min(received.values()) // size
        if slowest - reported >= 1000 or slowest == messages:
            reported = slowest
            progress.send(reported)


def fan_out(count: int, messages: int) -> float:
    """Messages a second from one publisher to `count` subscribers, none lost."""
    packet = encode(Publish(TOPIC, PAYLOAD), V311)
    with _running() as port:
        return _fan_out(port, packet, count, messages)


@contextmanager
def _running() -> Iterator[int]:
    """A broker in a process of its own; its port. Fails when it dropped anything."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    broker = context.Process(target=_broker, args=(theirs,))
    broker.start()
    yield ours.recv()
    ours.send(None)
    dropped = ours.recv()
    broker.join()
    assert not dropped, f"{dropped} messages were dropped"


def _fan_out(port: int, packet: bytes, count: int, messages: int) -> float:
    context = multiprocessing.get_context("spawn")
    progress, report = context.Pipe()
    readers = context.Process(target=_subscribers, args=(port, count, messages, len(packet), report))
    readers.start()
    progress.recv()
    sock = _connect(port, "publisher")
    block = 250
    sent = arrived = 0
    start = time.perf_counter()
    while arrived < messages:
        if sent < messages and sent - arrived < _AHEAD:
            sock.sendall(packet * min(block, messages - sent))
            sent += min(block, messages - sent)
            if progress.poll():
                arrived = progress.recv()
        else:
            arrived = progress.recv()
    seconds = time.perf_counter() - start
    sock.close()
    readers.join()
    return messages / seconds


def fan_in(publishers: int, messages: int) -> float:
    """Messages a second from many publishers, each message in a packet of its own on the network."""
    packet = encode(Publish(TOPIC, PAYLOAD), V311)
    with _running() as port:
        context = multiprocessing.get_context("spawn")
        progress, report = context.Pipe()
        readers = context.Process(target=_subscribers, args=(port, 1, messages, len(packet), report))
        readers.start()
        progress.recv()
        socks = [_connect(port, f"publisher-{number}") for number in range(publishers)]
        sent = arrived = 0
        start = time.perf_counter()
        while arrived < messages:
            if sent < messages and sent - arrived < _AHEAD:
                for sock in socks[: messages - sent]:
                    sock.sendall(packet)
                sent += min(publishers, messages - sent)
                if progress.poll():
                    arrived = progress.recv()
            else:
                arrived = progress.recv()
        seconds = time.perf_counter() - start
        for sock in socks:
            sock.close()
        readers.join()
    return messages / seconds


def local(messages: int, packet: Publish) -> float:
    """Messages a second from a connection's bytes to a callback in the hub."""

    async def run() -> float:
        server = BrokerServer(BrokerConfig("127.0.0.1", 0), SystemClock(), MemoryStore())
        await server.start()
        count = 0

        def callback(topic: str, payload: bytes, qos: int, retain: bool) -> None:
            nonlocal count
            count += 1

        server.client.subscribe(TOPIC, callback)
        link = _NoLink()
        connection = server.broker.accept(link)
        connection.receive(encode(Connect("publisher"), V311))
        data = encode(packet, V311) * 1000
        start = time.perf_counter()
        for _ in range(messages // 1000):
            connection.receive(data)
        seconds = time.perf_counter() - start
        await server.stop()
        assert count == messages
        return count / seconds

    return asyncio.run(run())


class _NoLink:
    """A connection that leads nowhere."""

    peer = "127.0.0.1"
    origin = None

    def write(self, data: bytes) -> None:
        """Throw it away."""

    def close(self) -> None:
        """Nothing to close."""

    def pause_reading(self) -> None:
        """Nothing is read."""

    def resume_reading(self) -> None:
        """Nothing is read."""


def budget() -> dict[str, float]:
    """The rows of the table that this module measures."""
    return {
        "broker_1": statistics.median(fan_out(1, 500_000) for _ in range(3)),
        "broker_10": statistics.median(fan_out(10, 200_000) for _ in range(3)),
    }


def main() -> None:
    """Print the rows: name, median, unit."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    rows: list[tuple[str, Callable[[], float]]] = [
        ("broker QoS 0, 1 → 1", lambda: fan_out(1, 500_000)),
        ("broker QoS 0, 1 → 10", lambda: fan_out(10, 200_000)),
        ("broker QoS 0, 100 → 1, unbatched", lambda: fan_in(100, 100_000)),
        ("broker QoS 0 → callback in the hub", lambda: local(500_000, Publish(TOPIC, PAYLOAD))),
        ("broker QoS 1 → callback in the hub", lambda: local(200_000, Publish(TOPIC, PAYLOAD, 1, packet_id=1))),
        ("broker retained → callback in the hub", lambda: local(200_000, Publish(TOPIC, PAYLOAD, 0, True))),
    ]
    for name, measure in rows:
        print(f"{name:40} {statistics.median(measure() for _ in range(runs)):>10,.0f} messages/s")


if __name__ == "__main__":
    main()
