"""The protocol of a client of somebody else's broker: MQTT 3.1.1, clean session. No I/O.

Every local subscription asks the broker anew, so that it gets the retained messages. They are for those that have
just asked: a ping that follows the SUBACK tells when they are all there, because a broker answers in order. QoS 1
and 2 messages are kept until acknowledged and sent again after a reconnect.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from marge.core.clock import Clock
from marge.core.errors import OperationFailed
from marge.mqtt import packets, reasons
from marge.mqtt import properties as p
from marge.mqtt.errors import ProtocolError
from marge.mqtt.limits import Limits
from marge.mqtt.outbox import Defer
from marge.mqtt.packets import (
    V311,
    Ack,
    Connack,
    Connect,
    Disconnect,
    PingResp,
    Publish,
    SubAck,
    Subscribe,
    SubscribeItem,
    Unsubscribe,
    Will,
    ack,
    encode,
)
from marge.mqtt.router import LocalSubscription, Router
from marge.mqtt.topics import check_topic

LOGGER = logging.getLogger("marge.mqtt.client")
_FILTERS_IN_A_PACKET: Final = 200
_LARGEST_PACKET: Final = 16 * 1024 * 1024
_MAX_UNACKNOWLEDGED: Final = 1000
_WHY: Final = {
    1: "it does not speak MQTT 3.1.1",
    2: "it does not accept the client id",
    3: "it is not available",
    4: "username or password under [mqtt] is wrong",
    5: "it needs a username and password under [mqtt], or does not let this one in",
}


class ConnectionRefused(OperationFailed):
    """The broker answered CONNECT with a refusal; `permanent` when only the user can change that."""

    def __init__(self, code: int) -> None:
        super().__init__(_WHY.get(code, f"it answers with code {code}"))
        self.permanent = code != 3


class Identity(Struct, frozen=True):
    """How the hub presents itself to the broker; `keep_alive` in seconds."""

    client_id: str
    username: str | None = None
    password: str | None = None
    will: Will | None = None
    keep_alive: int = 60


class ClientSession:
    """What outlives a connection, and the protocol of the present one. `write` is set while connected."""

    def __init__(self, identity: Identity, clock: Clock, defer: Defer, *, queue_messages: int = 10_000) -> None:
        self.router = Router(Limits(), clock, defer)
        self.established = False
        """The broker has let the hub in on this connection."""
        self.on_established: Callable[[], object] = lambda: None
        self.dropped = 0
        self._identity = identity
        self._defer = defer
        self._write: Callable[[bytes], object] | None = None
        self._writable = True
        self._out: list[bytes] = []
        self._filters: dict[str, dict[object, int]] = {}
        """Filter → key of each local subscription → its QoS."""
        self._asking: dict[str, int] = {}
        self._leaving: set[str] = set()
        self._asked: dict[int, list[str]] = {}
        self._hungry: dict[object, set[str]] = {}
        """Key of a subscription that waits for retained messages → topics it has got one of."""
        self._pings: deque[list[object]] = deque()
        """Which subscriptions are no longer hungry with each answer to a ping."""
        self._waiting: deque[Publish] = deque()
        self._unacknowledged: dict[int, Publish | None] = {}
        """Packet id → message; None once the broker has it and only PUBCOMP is missing."""
        self._received: set[int] = set()
        self._queue_messages = queue_messages
        self._next_id = 0
        self._tail = bytearray()
        self._needed = 0

    # ------------------------------------------------------------ connection

    def begin(self, write: Callable[[bytes], object]) -> None:
        """A connection is there: introduce the hub."""
        me = self._identity
        self._write = write
        self._writable = True
        self._tail = bytearray()
        self._needed = 0
        password = None if me.password is None else me.password.encode()
        write(encode(Connect(me.client_id, V311, True, me.keep_alive, me.username, password, me.will), V311))

    def end(self) -> None:
        """The connection is gone."""
        self._write = None
        self.established = False
        self._out.clear()
        self._asked.clear()
        self._hungry.clear()
        self._pings.clear()
        self._received.clear()

    def ping(self) -> None:
        """Ask the broker for a sign of life."""
        self._ping([])

    def _ping(self, satisfied: list[object]) -> None:
        self._pings.append(satisfied)
        self._send(packets.PINGREQ)

    def leave(self) -> None:
        """Say goodbye, so that the broker does not publish the will."""
        if self.established:
            self._send(encode(Disconnect(), V311))
        self.flush()

    def _send(self, data: bytes) -> None:
        if not self._out:
            self._defer(self.flush)
        self._out.append(data)

    def flush(self) -> None:
        """Hand what is waiting to the network in one piece."""
        if self._out and self._write is not None:
            data = b"".join(self._out)
            self._out.clear()
            self._write(data)

    # ------------------------------------------------------------ subscriptions

    def subscribe(self, subscription: LocalSubscription, qos: int) -> None:
        """Add a local subscription and ask the broker for it."""
        self.router.add(subscription)
        self._filters.setdefault(subscription.filter, {})[subscription.key] = qos
        self._hungry[subscription.key] = set()
        self._ask(subscription.filter)

    def unsubscribe(self, subscription: LocalSubscription) -> None:
        """Remove a local subscription; the broker is told when it was the last of its filter."""
        self.router.remove(subscription)
        self._hungry.pop(subscription.key, None)
        keys = self._filters.get(subscription.filter, {})
        if keys.pop(subscription.key, None) is None or keys:
            return
        del self._filters[subscription.filter]
        self._asking.pop(subscription.filter, None)
        if not self._leaving and self.established:
            self._defer(self._send_unsubscribe)
        self._leaving.add(subscription.filter)

    def _ask(self, filter_: str) -> None:
        self._leaving.discard(filter_)
        if not self._asking and self.established:
            self._defer(self._send_subscribe)
        self._asking[filter_] = max(self._filters[filter_].values())

    def _send_subscribe(self) -> None:
        if not self.established:
            return
        asking, self._asking = list(self._asking.items()), {}
        for start in range(0, len(asking), _FILTERS_IN_A_PACKET):
            part = asking[start : start + _FILTERS_IN_A_PACKET]
            packet_id = self._new_id()
            self._asked[packet_id] = [filter_ for filter_, _ in part]
            items = tuple(SubscribeItem(filter_, qos) for filter_, qos in part)
            self._send(encode(Subscribe(packet_id, items), V311))

    def _send_unsubscribe(self) -> None:
        leaving, self._leaving = list(self._leaving), set()
        for start in range(0, len(leaving), _FILTERS_IN_A_PACKET):
            filters = tuple(leaving[start : start + _FILTERS_IN_A_PACKET])
            if self.established:
                self._send(encode(Unsubscribe(self._new_id(), filters), V311))

    # ------------------------------------------------------------ messages out

    def publish(self, message: Publish) -> None:
        """Send a message, or keep it until the broker is back; of too many the oldest are given up."""
        if self._waiting or not self._can_send(message):
            self._wait(message)
        elif message.qos:
            self._send_kept(message)
        else:
            self._send(encode(message, V311))

    def set_writable(self, writable: bool) -> None:
        """The socket takes data again, or is full for the moment."""
        self._writable = writable
        self._send_waiting()

    def _can_send(self, message: Publish) -> bool:
        room = not message.qos or len(self._unacknowledged) < _MAX_UNACKNOWLEDGED
        return room and self.established and self._writable

    def _send_waiting(self) -> None:
        while self._waiting and self._can_send(self._waiting[0]):
            message = self._waiting.popleft()
            if message.qos:
                self._send_kept(message)
            else:
                self._send(encode(message, V311))

    def _send_kept(self, message: Publish) -> None:
        packet_id = self._new_id()
        kept = Publish(message.topic, message.payload, message.qos, message.retain, False, packet_id)
        self._unacknowledged[packet_id] = kept
        self._send(encode(kept, V311))

    def _wait(self, message: Publish) -> None:
        if len(self._waiting) >= self._queue_messages:
            self._waiting.popleft()
            if not self.dropped:
                LOGGER.warning("More than %d messages wait for the broker; the oldest go", self._queue_messages)
            self.dropped += 1
        self._waiting.append(message)

    def _new_id(self) -> int:
        while True:
            self._next_id = self._next_id % 0xFFFF + 1
            if self._next_id not in self._unacknowledged and self._next_id not in self._asked:
                return self._next_id

    # ------------------------------------------------------------ bytes in

    def receive(self, data: bytes) -> None:
        """Take bytes from the broker; raises ProtocolError, or ConnectionRefused with the CONNACK."""
        if self._tail:
            self._tail += data
            if len(self._tail) < self._needed:
                return
            data = bytes(self._tail)
            self._tail = bytearray()
        used = self._consume(data)
        if used < len(data):
            self._tail = bytearray(data[used:])

    def _consume(self, data: bytes) -> int:
        pos = self._needed = 0
        size = len(data)
        routes = self.router.routes
        call = self.router.call_locals
        while size - pos >= 2:
            first = data[pos]
            length = data[pos + 1]
            start = pos + 2
            if length > 127:
                length, start = p.read_length(data, pos + 1, size)
                if not start:
                    self._needed = size - pos + 1
                    break
            end = start + length
            if length > _LARGEST_PACKET:
                raise ProtocolError(reasons.PACKET_TOO_LARGE, f"the broker sends a packet of {length} bytes")
            if end > size:
                self._needed = end - pos
                break
            if first == 0x30 and length > 2:
                body = start + 2 + (data[start] << 8 | data[start + 1])
                route = routes.get(data[start + 2 : body])
                if route is not None and body <= end:
                    call(route.topic, route.locals, data[body:end], 0, False)
                    pos = end
                    continue
            self._handle(packets.decode(first, data[start:end], V311))
            pos = end
        return pos

    def _handle(self, packet: packets.Packet) -> None:
        if isinstance(packet, Connack) and not self.established:
            if packet.reason:
                raise ConnectionRefused(packet.reason)
            self._establish()
        elif not self.established:
            raise ProtocolError(reasons.PROTOCOL_ERROR, "the broker sent something else before CONNACK")
        elif isinstance(packet, Publish):
            self._on_publish(packet)
        elif isinstance(packet, Ack):
            self._on_ack(packet)
        elif isinstance(packet, SubAck):
            filters = self._asked.pop(packet.packet_id, [])
            self._ping([key for filter_ in filters for key in self._filters.get(filter_, ()) if key in self._hungry])
            for filter_, reason in zip(filters, packet.reasons, strict=False):
                if reason >= 0x80:
                    LOGGER.warning("The broker does not allow to subscribe to %s", filter_)
        elif isinstance(packet, PingResp):
            for key in self._pings.popleft() if self._pings else ():
                self._hungry.pop(key, None)
        else:
            raise ProtocolError(reasons.PROTOCOL_ERROR, "the broker sent what only a client sends")

    def _establish(self) -> None:
        self.established = True
        self.dropped = 0
        self._leaving.clear()
        self._asking = {filter_: max(keys.values()) for filter_, keys in self._filters.items()}
        self._hungry = {key: set() for keys in self._filters.values() for key in keys}
        self._send_subscribe()
        for packet_id, message in self._unacknowledged.items():
            if message is None:
                self._send(ack(p.PUBREL, packet_id, False))
            else:
                again = Publish(message.topic, message.payload, message.qos, message.retain, True, packet_id)
                self._send(encode(again, V311))
        self._send_waiting()
        self.on_established()

    def _on_publish(self, packet: Publish) -> None:
        if packet.qos == 2:
            self._send(ack(p.PUBREC, packet.packet_id, False))
            if packet.packet_id in self._received:
                return
            self._received.add(packet.packet_id)
        route = self.router.route(check_topic(packet.topic))
        receivers = route.locals
        if packet.retain:
            receivers = self._retained_receivers(packet.topic, receivers)
        self.router.call_locals(packet.topic, receivers, packet.payload, packet.qos, packet.retain)
        if packet.qos == 1:
            self._send(ack(p.PUBACK, packet.packet_id, False))

    def _retained_receivers(self, topic: str, matching: tuple[LocalSubscription, ...]) -> tuple[LocalSubscription, ...]:
        """Those that asked; everybody when nobody did, because the broker was slower than its ping."""
        hungry = [item for item in matching if item.key in self._hungry]
        if not hungry:
            return matching
        receivers = tuple(item for item in hungry if topic not in self._hungry[item.key])
        for item in receivers:
            self._hungry[item.key].add(topic)
        return receivers

    def _on_ack(self, packet: Ack) -> None:
        if packet.kind == p.PUBREL:
            self._received.discard(packet.packet_id)
            self._send(ack(p.PUBCOMP, packet.packet_id, False))
            return
        if packet.kind == p.PUBREC:
            if packet.packet_id in self._unacknowledged:
                self._unacknowledged[packet.packet_id] = None
            self._send(ack(p.PUBREL, packet.packet_id, False))
            return
        self._unacknowledged.pop(packet.packet_id, None)
        self._send_waiting()
