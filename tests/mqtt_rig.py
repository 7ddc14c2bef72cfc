"""A broker on a fake clock and clients without sockets, for tests of the MQTT protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marge.mqtt.access import Access
from marge.mqtt.broker import Broker
from marge.mqtt.limits import Limits
from marge.mqtt.local import LocalClient
from marge.mqtt.packets import (
    V5,
    V311,
    Ack,
    Connack,
    Connect,
    Disconnect,
    Packet,
    Publish,
    SubAck,
    Subscribe,
    SubscribeItem,
    decode,
    encode,
)
from marge.mqtt.persistence import Persistence
from marge.mqtt.properties import NONE, PUBACK, PUBCOMP, PUBREC, PUBREL, Properties, read_varint
from marge.testing import FakeClock, MemoryStore


class Rig:
    """Everything of the broker but the network; `settle` plays the end of a loop iteration."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        access: Access | None = None,
        store: MemoryStore | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.deferred: list[Callable[[], object]] = []
        numbers = iter(range(1, 1000))
        self.broker = Broker(
            self.clock, self.deferred.append, limits=limits, access=access, new_id=lambda: f"auto-{next(numbers)}"
        )
        self.local = LocalClient(self.broker)
        self.store = store or MemoryStore()
        self.persistence = Persistence(self.broker, self.store, self.clock)
        self.persistence.load()

    def settle(self, rounds: int = 20) -> None:
        """Run what was deferred, and what that deferred, `rounds` times."""
        for _ in range(rounds):
            deferred, self.deferred[:] = list(self.deferred), []
            for callback in deferred:
                callback()

    def restart(self) -> Rig:
        """A new hub with the same store, as after `kill -9`."""
        return Rig(store=self.store, clock=self.clock)

    def client(self, client_id: str = "client", version: int = V311, **connect: Any) -> Peer:
        """A client that has connected; its CONNACK is in `connack`."""
        peer = Peer(self, version)
        peer.connect(client_id, **connect)
        return peer


class Peer:
    """A client: sends packets, keeps what it is sent. It acknowledges only when told to."""

    def __init__(self, rig: Rig, version: int = V311, peer: str = "127.0.0.1") -> None:
        self.rig = rig
        self.version = version
        self.peer = peer
        self.origin: str | None = None
        self.closed = False
        self.reading = True
        self.connack: Connack | None = None
        self.block = False
        self._out = bytearray()
        self._next_id = 0
        self.connection = rig.broker.accept(self)

    # Link
    def write(self, data: bytes) -> None:
        self._out += data
        if self.block:
            self.connection.set_writable(False)

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    # what a test does
    def connect(self, client_id: str = "client", **connect: Any) -> Packet | None:
        """Send CONNECT and keep the answer."""
        self.send(Connect(client_id, self.version, **connect))
        answers = self.take()
        self.connack = answers[0] if answers and isinstance(answers[0], Connack) else None
        self._kept = answers[1:]
        return self.connack

    def send(self, packet: Packet) -> None:
        self.raw(encode(packet, self.version))

    def raw(self, data: bytes) -> None:
        self.connection.receive(data)

    def drop(self) -> None:
        """The network connection breaks."""
        self.rig.broker.lost(self.connection)

    def take(self) -> list[Packet]:
        """What was received since the last call, decoded."""
        self.rig.settle()
        kept, self._kept = getattr(self, "_kept", []), []
        data, self._out = bytes(self._out), bytearray()
        packets = list(kept)
        pos = 0
        while pos < len(data):
            length, start = read_varint(data, pos + 1, len(data))
            packets.append(decode(data[pos], data[start : start + length], self.version))
            pos = start + length
        return packets

    def messages(self) -> list[Publish]:
        """The PUBLISH packets among what was received; others are forgotten."""
        return [packet for packet in self.take() if isinstance(packet, Publish)]

    def payloads(self) -> list[bytes]:
        return [packet.payload for packet in self.messages()]

    def disconnect_reason(self) -> int | None:
        """The reason of the last DISCONNECT received, None when there was none."""
        reasons = [packet.reason for packet in self.take() if isinstance(packet, Disconnect)]
        return reasons[-1] if reasons else None

    def packet_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def subscribe(self, *filters: str | SubscribeItem, qos: int = 0, identifier: int = 0) -> SubAck:
        """Subscribe; what else comes with the SUBACK is kept for `take`."""
        items = tuple(SubscribeItem(item, qos) if isinstance(item, str) else item for item in filters)
        properties = Properties(subscription_identifiers=(identifier,)) if identifier else NONE
        self.send(Subscribe(self.packet_id(), items, properties))
        packets = self.take()
        answer = next(packet for packet in packets if isinstance(packet, SubAck))
        self._kept = [packet for packet in packets if packet is not answer]
        return answer

    def publish(self, topic: str, payload: bytes = b"x", qos: int = 0, **fields: Any) -> int:
        packet_id = self.packet_id() if qos else 0
        self.send(Publish(topic, payload, qos, packet_id=packet_id, **fields))
        return packet_id

    def publish_2(self, topic: str, payload: bytes = b"x", **fields: Any) -> None:
        """A whole QoS 2 exchange."""
        packet_id = self.publish(topic, payload, 2, **fields)
        self.send(Ack(PUBREL, packet_id))

    def puback(self, packet: Publish) -> None:
        self.send(Ack(PUBACK, packet.packet_id))

    def finish_2(self, packet: Publish) -> None:
        """Acknowledge a QoS 2 message up to its end."""
        self.send(Ack(PUBREC, packet.packet_id))
        self.send(Ack(PUBCOMP, packet.packet_id))


def client_5(rig: Rig, client_id: str = "client", *, clean_start: bool = True, **properties: Any) -> Peer:
    """An MQTT 5 client with these CONNECT properties."""
    return rig.client(
        client_id, V5, clean_start=clean_start, properties=Properties(**properties) if properties else NONE
    )
