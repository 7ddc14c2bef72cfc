"""MQTT control packets, 3.1.1 and 5.0: bytes to values and back. No I/O.

`decode` takes the first byte and the body of one packet; splitting a stream into packets is the
connection's work, because it is also where a plain PUBLISH is forwarded without being decoded.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Final

from msgspec import Struct

from marge.mqtt import properties as p
from marge.mqtt import reasons
from marge.mqtt.errors import ProtocolError
from marge.mqtt.properties import NONE, Properties, malformed

V31: Final = 3
V311: Final = 4
V5: Final = 5

MAX_FILTERS: Final = 10_000
"""Topic filters in one SUBSCRIBE or UNSUBSCRIBE; more would keep the loop busy for long."""

PINGRESP: Final = b"\xd0\x00"
PINGREQ: Final = b"\xc0\x00"


class Will(Struct, frozen=True):
    """The message that the server publishes when the client vanishes."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: Properties = NONE


class Connect(Struct, frozen=True):
    """CONNECT. `clean_start` is 3.1.1's clean session flag."""

    client_id: str
    version: int = V311
    clean_start: bool = True
    keep_alive: int = 60
    username: str | None = None
    password: bytes | None = None
    will: Will | None = None
    properties: Properties = NONE


class Connack(Struct, frozen=True):
    """CONNACK; `reason` is an MQTT 5 code for version 5, a 3.1.1 return code otherwise."""

    session_present: bool = False
    reason: int = 0
    properties: Properties = NONE


class Publish(Struct, frozen=True):
    """PUBLISH. An empty `topic` is allowed with a topic alias."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    dup: bool = False
    packet_id: int = 0
    properties: Properties = NONE


class Ack(Struct, frozen=True):
    """PUBACK, PUBREC, PUBREL or PUBCOMP, told apart by `kind`."""

    kind: int
    packet_id: int
    reason: int = 0
    properties: Properties = NONE


class SubscribeItem(Struct, frozen=True):
    """One filter of a SUBSCRIBE with its options (MQTT 5 section 3.8.3.1)."""

    filter: str
    qos: int = 0
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0


class Subscribe(Struct, frozen=True):
    packet_id: int
    items: tuple[SubscribeItem, ...]
    properties: Properties = NONE


class Unsubscribe(Struct, frozen=True):
    packet_id: int
    filters: tuple[str, ...]
    properties: Properties = NONE


class SubAck(Struct, frozen=True):
    """SUBACK or UNSUBACK (`kind`), one reason code for each filter; 3.1.1's UNSUBACK has none."""

    kind: int
    packet_id: int
    reasons: tuple[int, ...] = ()
    properties: Properties = NONE


class Disconnect(Struct, frozen=True):
    reason: int = 0
    properties: Properties = NONE


class Auth(Struct, frozen=True):
    reason: int = 0
    properties: Properties = NONE


class PingReq(Struct, frozen=True):
    pass


class PingResp(Struct, frozen=True):
    pass


Packet = Connect | Connack | Publish | Ack | Subscribe | Unsubscribe | SubAck | Disconnect | Auth | PingReq | PingResp


# ---------------------------------------------------------------- decoding


def decode(first: int, body: bytes, version: int) -> Packet:
    """The packet whose first byte is `first`; raises ProtocolError. CONNECT names its own version."""
    kind = first >> 4
    if kind == p.PUBLISH:
        return decode_publish(first, body, 0, len(body), version)
    wanted = 2 if kind in (p.PUBREL, p.SUBSCRIBE, p.UNSUBSCRIBE) else 0
    if first & 0x0F != wanted:
        raise malformed("the flags of the fixed header are wrong")
    if kind == p.CONNECT:
        return _decode_connect(body)
    if kind in (p.PUBACK, p.PUBREC, p.PUBREL, p.PUBCOMP):
        return _decode_ack(kind, body, version)
    if kind == p.SUBSCRIBE:
        return _decode_subscribe(body, version)
    if kind == p.UNSUBSCRIBE:
        return _decode_unsubscribe(body, version)
    if kind in (p.SUBACK, p.UNSUBACK):
        return _decode_suback(kind, body, version)
    if kind == p.CONNACK:
        return _decode_connack(body, version)
    if kind == p.DISCONNECT or (kind == p.AUTH and version == V5):
        if version != V5:
            _no_more(body, 0)
            return Disconnect()
        reason, properties = _reason_and_properties(body, 0, kind)
        return Disconnect(reason, properties) if kind == p.DISCONNECT else Auth(reason, properties)
    if kind in (12, 13):
        _no_more(body, 0)
        return PingReq() if kind == 12 else PingResp()
    raise malformed(f"packet type {kind} does not exist")


def _no_more(body: bytes, pos: int) -> None:
    if pos != len(body):
        raise malformed("the packet is longer than its content")


def decode_publish(first: int, data: bytes, start: int, end: int, version: int) -> Publish:
    """A PUBLISH whose variable header begins at `start` of `data` and whose payload ends at `end`."""
    qos = first >> 1 & 3
    if qos == 3 or (first & 8 and not qos):
        raise malformed("the QoS or DUP flag of a PUBLISH is not valid")
    topic, pos = p.read_text(data, start, end)
    packet_id = 0
    if qos:
        packet_id, pos = _packet_id(data, pos, end)
    properties = NONE
    if version == V5:
        properties, pos = p.read(data, pos, end, p.PUBLISH)
    return Publish(topic, data[pos:end], qos, bool(first & 1), bool(first & 8), packet_id, properties)


def _packet_id(data: bytes, pos: int, end: int) -> tuple[int, int]:
    packet_id, pos = p.read_uint(data, pos, end, 2)
    if not packet_id:
        raise ProtocolError(reasons.PROTOCOL_ERROR, "packet identifier 0")
    return packet_id, pos


def _decode_connect(body: bytes) -> Connect:
    end = len(body)
    name, pos = p.read_text(body, 0, end)
    version, pos = p.read_uint(body, pos, end, 1)
    if (name, version) not in (("MQTT", V311), ("MQTT", V5), ("MQIsdp", V31)):
        if name not in ("MQTT", "MQIsdp"):
            raise malformed("this is not the MQTT protocol")
        raise ProtocolError(reasons.UNSUPPORTED_PROTOCOL_VERSION, f"protocol level {version} is not supported")
    flags, pos = p.read_uint(body, pos, end, 1)
    keep_alive, pos = p.read_uint(body, pos, end, 2)
    will_qos = flags >> 3 & 3
    if flags & 1 or will_qos == 3 or (flags & 0x38 and not flags & 4):
        raise malformed("the flags of CONNECT are not valid")
    if version != V5 and flags & 0x40 and not flags & 0x80:
        raise malformed("CONNECT has a password but no user name")
    properties = NONE
    if version == V5:
        properties, pos = p.read(body, pos, end, p.CONNECT)
    client_id, pos = p.read_text(body, pos, end)
    will = None
    if flags & 4:
        will_properties = NONE
        if version == V5:
            will_properties, pos = p.read(body, pos, end, p.WILL)
        topic, pos = p.read_text(body, pos, end)
        payload, pos = p.read_binary(body, pos, end)
        will = Will(topic, payload, will_qos, bool(flags & 0x20), will_properties)
    username = password = None
    if flags & 0x80:
        username, pos = p.read_text(body, pos, end)
    if flags & 0x40:
        password, pos = p.read_binary(body, pos, end)
    _no_more(body, pos)
    return Connect(client_id, version, bool(flags & 2), keep_alive, username, password, will, properties)


def _decode_connack(body: bytes, version: int) -> Connack:
    end = len(body)
    flags, pos = p.read_uint(body, 0, end, 1)
    reason, pos = p.read_uint(body, pos, end, 1)
    properties = NONE
    if version == V5:
        properties, pos = p.read(body, pos, end, p.CONNACK)
    _no_more(body, pos)
    if flags > 1:
        raise malformed("the flags of CONNACK are not valid")
    return Connack(bool(flags), reason, properties)


def _reason_and_properties(body: bytes, pos: int, kind: int) -> tuple[int, Properties]:
    """What may be left out at the end of an acknowledgement (MQTT 5 section 3.4.2.1)."""
    end = len(body)
    if pos == end:
        return 0, NONE
    reason = body[pos]
    pos += 1
    if pos == end:
        return reason, NONE
    properties, pos = p.read(body, pos, end, kind)
    _no_more(body, pos)
    return reason, properties


def _decode_ack(kind: int, body: bytes, version: int) -> Ack:
    packet_id, pos = _packet_id(body, 0, len(body))
    if version != V5:
        _no_more(body, pos)
        return Ack(kind, packet_id)
    reason, properties = _reason_and_properties(body, pos, kind)
    return Ack(kind, packet_id, reason, properties)


def _decode_subscribe(body: bytes, version: int) -> Subscribe:
    end = len(body)
    packet_id, pos = _packet_id(body, 0, end)
    properties = NONE
    if version == V5:
        properties, pos = p.read(body, pos, end, p.SUBSCRIBE)
    items = []
    while pos < end:
        filter_, pos = p.read_text(body, pos, end)
        options, pos = p.read_uint(body, pos, end, 1)
        handling = options >> 4 & 3
        if options & 3 == 3 or handling == 3 or options > (0x3F if version == V5 else 2):
            raise malformed("the options of a subscription are not valid")
        items.append(SubscribeItem(filter_, options & 3, bool(options & 4), bool(options & 8), handling))
        _count_filters(items)
    if not items:
        raise ProtocolError(reasons.PROTOCOL_ERROR, "SUBSCRIBE without a topic filter")
    return Subscribe(packet_id, tuple(items), properties)


def _count_filters(filters: Sized) -> None:
    if len(filters) > MAX_FILTERS:
        raise ProtocolError(reasons.QUOTA_EXCEEDED, f"more than {MAX_FILTERS} topic filters in one packet")


def _decode_unsubscribe(body: bytes, version: int) -> Unsubscribe:
    end = len(body)
    packet_id, pos = _packet_id(body, 0, end)
    properties = NONE
    if version == V5:
        properties, pos = p.read(body, pos, end, p.UNSUBSCRIBE)
    filters = []
    while pos < end:
        filter_, pos = p.read_text(body, pos, end)
        filters.append(filter_)
        _count_filters(filters)
    if not filters:
        raise ProtocolError(reasons.PROTOCOL_ERROR, "UNSUBSCRIBE without a topic filter")
    return Unsubscribe(packet_id, tuple(filters), properties)


def _decode_suback(kind: int, body: bytes, version: int) -> SubAck:
    packet_id, pos = _packet_id(body, 0, len(body))
    properties = NONE
    if version == V5:
        properties, pos = p.read(body, pos, len(body), kind)
    return SubAck(kind, packet_id, tuple(body[pos:]), properties)


# ---------------------------------------------------------------- encoding


def frame(first: int, body: bytes) -> bytes:
    """A packet from its first byte and its body."""
    size = len(body)
    if size < 0x80:
        return bytes((first, size)) + body
    return bytes((first,)) + p.varint(size) + body


def encode(packet: Packet, version: int) -> bytes:
    """The bytes of `packet` in protocol `version`; a CONNECT uses its own."""
    five = version == V5
    match packet:
        case Publish():
            return _encode_publish(packet, five)
        case Ack():
            return ack(packet.kind, packet.packet_id, five, packet.reason, packet.properties)
        case Connect():
            return _encode_connect(packet)
        case Connack():
            body = bytes((packet.session_present, packet.reason))
            return frame(0x20, body + p.build(packet.properties) if five else body)
        case Subscribe():
            body = packet.packet_id.to_bytes(2, "big") + (p.build(packet.properties) if five else b"")
            for item in packet.items:
                options = item.qos
                if five:
                    options |= item.no_local << 2 | item.retain_as_published << 3 | item.retain_handling << 4
                body += p.text(item.filter) + bytes((options,))
            return frame(0x82, body)
        case Unsubscribe():
            body = packet.packet_id.to_bytes(2, "big") + (p.build(packet.properties) if five else b"")
            return frame(0xA2, body + b"".join(p.text(item) for item in packet.filters))
        case SubAck():
            body = packet.packet_id.to_bytes(2, "big") + (p.build(packet.properties) if five else b"")
            return frame(packet.kind << 4, body + bytes(packet.reasons))
        case Disconnect():
            return frame(0xE0, _tail(packet.reason, packet.properties) if five else b"")
        case Auth():
            return frame(0xF0, _tail(packet.reason, packet.properties))
        case PingReq():
            return PINGREQ
        case PingResp():
            return PINGRESP


def _tail(reason: int, properties: Properties) -> bytes:
    if properties is not NONE:
        return bytes((reason,)) + p.build(properties)
    return bytes((reason,)) if reason else b""


def ack(kind: int, packet_id: int, five: bool, reason: int = 0, properties: Properties = NONE) -> bytes:
    """A PUBACK, PUBREC, PUBREL or PUBCOMP."""
    first = kind << 4 | (2 if kind == p.PUBREL else 0)
    if not five or (not reason and properties is NONE):
        return bytes((first, 2, packet_id >> 8, packet_id & 0xFF))
    return frame(first, packet_id.to_bytes(2, "big") + _tail(reason, properties))


def _encode_publish(packet: Publish, five: bool) -> bytes:
    first = 0x30 | packet.dup << 3 | packet.qos << 1 | packet.retain
    body = p.text(packet.topic)
    if packet.qos:
        body += packet.packet_id.to_bytes(2, "big")
    if five:
        body += p.build(packet.properties)
    return frame(first, body + packet.payload)


def _encode_connect(packet: Connect) -> bytes:
    five = packet.version == V5
    will = packet.will
    flags = packet.clean_start << 1
    if will is not None:
        flags |= 4 | will.qos << 3 | will.retain << 5
    flags |= (packet.username is not None) << 7 | (packet.password is not None) << 6
    body = p.text("MQIsdp" if packet.version == V31 else "MQTT") + bytes((packet.version, flags))
    body += packet.keep_alive.to_bytes(2, "big")
    if five:
        body += p.build(packet.properties)
    body += p.text(packet.client_id)
    if will is not None:
        if five:
            body += p.build(will.properties)
        body += p.text(will.topic) + p.binary(will.payload)
    if packet.username is not None:
        body += p.text(packet.username)
    if packet.password is not None:
        body += p.binary(packet.password)
    return frame(0x10, body)
