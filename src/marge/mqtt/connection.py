"""One network connection: bytes in, packets understood, answers into its outbox. No I/O.

Plain QoS 0 packets take a short cut: they are forwarded as the bytes that came, without being decoded.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from marge.core.clock import Cancel
from marge.mqtt import packets, reasons
from marge.mqtt import properties as p
from marge.mqtt.errors import ProtocolError
from marge.mqtt.message import Message, forwarded
from marge.mqtt.outbox import Link, Outbox
from marge.mqtt.packets import V5, Ack, Auth, Connect, Disconnect, PingReq, Publish, Subscribe, Unsubscribe
from marge.mqtt.properties import NONE, Properties
from marge.mqtt.router import Route
from marge.mqtt.session import Session
from marge.mqtt.topics import check_topic

if TYPE_CHECKING:
    from marge.mqtt.broker import Broker

LOGGER = logging.getLogger("marge.mqtt.broker")
_NO_ROUTES: Final[dict[bytes, Route]] = {}
_MAX_CONNECT: Final = 96 * 1024
# A 3.1.1 client is not told a receive maximum, so this is what no working one reaches.
_MAX_INCOMING_311: Final = 4096

WAITING: Final = 0
CHECKING: Final = 1
OPEN: Final = 2
CLOSED: Final = 3


class Connection:
    """The protocol state of one connection; `link` is the way out, `broker` everything shared."""

    def __init__(self, broker: Broker, link: Link) -> None:
        self.link = link
        self.outbox = Outbox(link, broker.router.flusher)
        self.state = WAITING
        self.client_id = ""
        self.version = packets.V311
        self.session: Session | None = None
        self.request_problem_information = True
        self.connect_expiry = 0
        self.last_received = 0.0
        self.cancel_timer: Cancel | None = None
        """The CONNECT time-out first, the keep-alive later."""
        self._broker = broker
        self._router = broker.router
        self._clock = broker.clock
        self._routes = _NO_ROUTES
        self._tail = bytearray()
        self._needed = 0
        self._aliases: dict[int, str] = {}
        self._largest = _MAX_CONNECT

    @property
    def name(self) -> str:
        """How logs call this connection."""
        return f"client {self.client_id}" if self.client_id else f"connection from {self.link.peer}"

    # ------------------------------------------------------------ bytes in

    def receive(self, data: bytes) -> None:
        """Take bytes from the network; ends the connection when they break the protocol."""
        if self.state == CLOSED:
            return
        self.last_received = self._clock.monotonic()
        if self._tail or self.state == CHECKING:
            self._tail += data
            if len(self._tail) < self._needed or self.state == CHECKING:
                return
            data = bytes(self._tail)
            self._tail = bytearray()
        self._process(data)

    def proceed(self) -> None:
        """CONNECT was decided on: go on with what came after it."""
        data = bytes(self._tail)
        self._tail = bytearray()
        if data:
            self._process(data)

    def _process(self, data: bytes) -> None:
        try:
            used = self._consume(data)
        except ProtocolError as err:
            self._broker.fail(self, err)
            return
        except Exception:
            LOGGER.exception("%s: a packet could not be handled", self.name)
            self._broker.fail(self, ProtocolError(reasons.IMPLEMENTATION_SPECIFIC_ERROR, "internal error"))
            return
        if used < len(data) and self.state != CLOSED:
            self._tail = bytearray(data[used:])
        self._router.flusher.arrived(len(data))

    def _consume(self, data: bytes) -> int:
        """Handle every whole packet in `data`; the position after the last one."""
        pos = self._needed = 0
        size = len(data)
        five = self.version == V5
        routes = self._routes
        received = sent = 0
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
            if end - pos > self._largest:
                raise ProtocolError(
                    reasons.PACKET_TOO_LARGE, f"a packet of {end - pos} bytes is larger than {self._largest}"
                )
            if end > size:
                self._needed = end - pos
                break
            if first == 0x30 and length > 2:
                body = start + 2 + (data[start] << 8 | data[start + 1])
                route = routes.get(data[start + 2 : body])
                if route is not None and body <= end and (not five or (body < end and data[body] == 0)):
                    received += 1
                    if five:
                        same, other = route.plain_5, route.plain_3
                    else:
                        same, other = route.plain_3, route.plain_5
                    if same:
                        packet = data[pos:end]
                        sent += len(same)
                        for session in same:
                            out = session.fast
                            if out:
                                out.append(packet)
                            elif out is None:
                                sent -= 1
                                self._deliver(session, route, data[body + five : end])
                            else:
                                self._router.flusher.add(session.outbox)  # type: ignore[arg-type]  # fast implies an outbox
                                out.append(packet)
                    if other or route.special or route.groups:
                        self._forward(route, other, data[body + five : end])
                    if route.locals:
                        self._router.call_locals(route.topic, route.locals, data[body + five : end], 0, False)
                    pos = end
                    continue
            self._handle(first, data, start, end)
            pos = end
            if self.state != OPEN:
                break
            five = self.version == V5
            routes = self._routes
        if received:
            counters = self._router.counters
            counters.messages_received += received
            counters.messages_sent += sent
        return pos

    def _deliver(self, session: Session, route: Route, payload: bytes) -> None:
        session.deliver(Message(route.topic, payload, publisher=self.client_id), 0, False)

    def _forward(self, route: Route, sessions: tuple[Session, ...], payload: bytes) -> None:
        """A plain QoS 0 message for those who cannot take the publisher's bytes."""
        message = Message(route.topic, payload, publisher=self.client_id)
        for session in sessions:
            session.deliver(message, 0, False)
        self._router.deliver_special(route, message)

    # ------------------------------------------------------------ packets

    def _handle(self, first: int, data: bytes, start: int, end: int) -> None:
        if self.state == WAITING:
            if first != 0x10:
                raise p.malformed("the first packet is not CONNECT")
            packet = packets.decode(first, data[start:end], self.version)
            assert isinstance(packet, Connect)
            self._largest = self._broker.limits.packet_size
            self._broker.connect(self, packet)
            return
        session = self.session
        assert session is not None
        if first >> 4 == p.PUBLISH:
            self._on_publish(session, packets.decode_publish(first, data, start, end, self.version))
            return
        match packets.decode(first, data[start:end], self.version):
            case Ack() as ack:
                self._on_ack(session, ack)
            case PingReq():
                self.outbox.send(packets.PINGRESP)
            case Subscribe() as subscribe:
                self._broker.subscriptions.subscribe(self, session, subscribe)
            case Unsubscribe() as unsubscribe:
                self._broker.subscriptions.unsubscribe(self, session, unsubscribe)
            case Disconnect() as disconnect:
                self._broker.goodbye(self, session, disconnect)
            case Auth():
                raise ProtocolError(reasons.PROTOCOL_ERROR, "AUTH without an authentication method")
            case Connect():
                raise ProtocolError(reasons.PROTOCOL_ERROR, "a second CONNECT")
            case _:
                raise ProtocolError(reasons.PROTOCOL_ERROR, "only a server sends this packet")

    def _on_publish(self, session: Session, packet: Publish) -> None:
        properties = packet.properties
        topic = self._resolve(packet.topic, properties)
        if properties.subscription_identifiers:
            raise ProtocolError(reasons.PROTOCOL_ERROR, "a client may not send subscription identifiers")
        if properties.response_topic is not None:
            check_topic(properties.response_topic)
        if packet.qos == 2:
            if packet.packet_id in session.incoming:
                self.outbox.send(packets.ack(p.PUBREC, packet.packet_id, self.outbox.five))
                return
            bound = self._broker.limits.receive_maximum if self.version == V5 else _MAX_INCOMING_311
            if len(session.incoming) >= bound:
                raise ProtocolError(
                    reasons.RECEIVE_MAXIMUM_EXCEEDED, f"more than {bound} QoS 2 messages without PUBREL"
                )
        allowed = self._broker.access.may_publish(session.grant, topic)
        wanted = False
        if allowed:
            expiry = properties.message_expiry_interval
            wanted = self._router.publish(
                Message(
                    topic,
                    packet.payload,
                    packet.qos,
                    packet.retain,
                    properties=forwarded(properties),
                    expires_at=None if expiry is None else self._clock.now() + expiry,
                    publisher=self.client_id,
                )
            )
        else:
            level = self._router.sparing.level(self.client_id)
            LOGGER.log(level, "%s may not publish to %s; its message was dropped", self.name, topic)
        if packet.qos:
            # 3.1.1 has no word for a refusal: the message is acknowledged (MQTT-3.3.5-2).
            reason = reasons.SUCCESS if wanted else reasons.NO_MATCHING_SUBSCRIBERS
            if not allowed:
                reason = reasons.NOT_AUTHORIZED
            if packet.qos == 2 and (allowed or not self.outbox.five):
                session.incoming.add(packet.packet_id)
                session.touch()
            kind = p.PUBACK if packet.qos == 1 else p.PUBREC
            self.outbox.send(packets.ack(kind, packet.packet_id, self.outbox.five, reason))

    def _resolve(self, topic: str, properties: Properties) -> str:
        """The topic of a PUBLISH, through its alias when it has one."""
        alias = properties.topic_alias
        if alias is None:
            return check_topic(topic)
        if not 0 < alias <= self._broker.limits.topic_aliases:
            raise ProtocolError(reasons.TOPIC_ALIAS_INVALID, f"topic alias {alias} is out of range")
        if topic:
            self._aliases[alias] = check_topic(topic)
            return topic
        if alias not in self._aliases:
            raise ProtocolError(reasons.TOPIC_ALIAS_INVALID, f"topic alias {alias} was not set")
        return self._aliases[alias]

    def _on_ack(self, session: Session, packet: Ack) -> None:
        five = self.outbox.five
        unknown = reasons.PACKET_IDENTIFIER_NOT_FOUND
        if packet.kind == p.PUBACK:
            session.acknowledged(packet.packet_id)
        elif packet.kind == p.PUBREC:
            refused = packet.reason >= 0x80
            known = session.received(packet.packet_id, refused=refused)
            if not (refused and known):
                reason = reasons.SUCCESS if known else unknown
                self.outbox.send(packets.ack(p.PUBREL, packet.packet_id, five, reason))
        elif packet.kind == p.PUBREL:
            known = packet.packet_id in session.incoming
            session.incoming.discard(packet.packet_id)
            session.touch()
            reason = reasons.SUCCESS if known else unknown
            self.outbox.send(packets.ack(p.PUBCOMP, packet.packet_id, five, reason))
        else:
            session.completed(packet.packet_id)

    # ------------------------------------------------------------ what the broker tells it

    def opened(self, session: Session) -> None:
        """The client is in: packets are accepted from now on."""
        self.session = session
        self.state = OPEN
        self._routes = self._router.routes if session.grant.everything else _NO_ROUTES

    def set_writable(self, writable: bool) -> None:
        """The socket takes data again, or is full for the moment."""
        self.outbox.writable = writable
        if self.session is not None and self.state == OPEN:
            self.session.set_writable(writable)

    def say_goodbye(self, reason: int, text: str = "") -> None:
        """Tell an MQTT 5 client why it is disconnected; older ones have no such packet."""
        if self.state == OPEN and self.outbox.five:
            properties = Properties(reason_string=text) if text and self.request_problem_information else NONE
            packet = packets.encode(Disconnect(reason, properties), V5)
            if len(packet) > self.outbox.maximum_packet:
                packet = packets.encode(Disconnect(reason), V5)
            self.outbox.send(packet)
