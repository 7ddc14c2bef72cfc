"""MQTT 5 properties (section 2.2.2): one table, a parser and a builder."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from marge.mqtt import reasons
from marge.mqtt.errors import ProtocolError

BYTE: Final = 0
UINT16: Final = 1
UINT32: Final = 2
VARINT: Final = 3
TEXT: Final = 4
BINARY: Final = 5
PAIR: Final = 6

# Packet kinds, as the type nibble; 0 stands for the will of a CONNECT.
WILL: Final = 0
CONNECT: Final = 1
CONNACK: Final = 2
PUBLISH: Final = 3
PUBACK: Final = 4
PUBREC: Final = 5
PUBREL: Final = 6
PUBCOMP: Final = 7
SUBSCRIBE: Final = 8
SUBACK: Final = 9
UNSUBSCRIBE: Final = 10
UNSUBACK: Final = 11
DISCONNECT: Final = 14
AUTH: Final = 15


class Properties(Struct, frozen=True, omit_defaults=True, gc=False):
    """The properties of one packet; None (or empty) means absent."""

    payload_format_indicator: int | None = None
    message_expiry_interval: int | None = None
    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    subscription_identifiers: tuple[int, ...] = ()
    session_expiry_interval: int | None = None
    assigned_client_identifier: str | None = None
    server_keep_alive: int | None = None
    authentication_method: str | None = None
    authentication_data: bytes | None = None
    request_problem_information: int | None = None
    will_delay_interval: int | None = None
    request_response_information: int | None = None
    response_information: str | None = None
    server_reference: str | None = None
    reason_string: str | None = None
    receive_maximum: int | None = None
    topic_alias_maximum: int | None = None
    topic_alias: int | None = None
    maximum_qos: int | None = None
    retain_available: int | None = None
    user_properties: tuple[tuple[str, str], ...] = ()
    maximum_packet_size: int | None = None
    wildcard_subscription_available: int | None = None
    subscription_identifier_available: int | None = None
    shared_subscription_available: int | None = None


NONE: Final = Properties()

_ACKS = (CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH)
_EVERY = (WILL, CONNECT, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, *_ACKS)

# identifier: (field, type, packets that may carry it)
TABLE: Final[dict[int, tuple[str, int, tuple[int, ...]]]] = {
    0x01: ("payload_format_indicator", BYTE, (PUBLISH, WILL)),
    0x02: ("message_expiry_interval", UINT32, (PUBLISH, WILL)),
    0x03: ("content_type", TEXT, (PUBLISH, WILL)),
    0x08: ("response_topic", TEXT, (PUBLISH, WILL)),
    0x09: ("correlation_data", BINARY, (PUBLISH, WILL)),
    0x0B: ("subscription_identifiers", VARINT, (PUBLISH, SUBSCRIBE)),
    0x11: ("session_expiry_interval", UINT32, (CONNECT, CONNACK, DISCONNECT)),
    0x12: ("assigned_client_identifier", TEXT, (CONNACK,)),
    0x13: ("server_keep_alive", UINT16, (CONNACK,)),
    0x15: ("authentication_method", TEXT, (CONNECT, CONNACK, AUTH)),
    0x16: ("authentication_data", BINARY, (CONNECT, CONNACK, AUTH)),
    0x17: ("request_problem_information", BYTE, (CONNECT,)),
    0x18: ("will_delay_interval", UINT32, (WILL,)),
    0x19: ("request_response_information", BYTE, (CONNECT,)),
    0x1A: ("response_information", TEXT, (CONNACK,)),
    0x1C: ("server_reference", TEXT, (CONNACK, DISCONNECT)),
    0x1F: ("reason_string", TEXT, _ACKS),
    0x21: ("receive_maximum", UINT16, (CONNECT, CONNACK)),
    0x22: ("topic_alias_maximum", UINT16, (CONNECT, CONNACK)),
    0x23: ("topic_alias", UINT16, (PUBLISH,)),
    0x24: ("maximum_qos", BYTE, (CONNACK,)),
    0x25: ("retain_available", BYTE, (CONNACK,)),
    0x26: ("user_properties", PAIR, _EVERY),
    0x27: ("maximum_packet_size", UINT32, (CONNECT, CONNACK)),
    0x28: ("wildcard_subscription_available", BYTE, (CONNACK,)),
    0x29: ("subscription_identifier_available", BYTE, (CONNACK,)),
    0x2A: ("shared_subscription_available", BYTE, (CONNACK,)),
}
# Values that MQTT 5 calls a protocol error (sections 3.1.2.11, 3.3.2.3, 3.8.2.1).
_NOT_ZERO: Final = frozenset({"receive_maximum", "maximum_packet_size", "subscription_identifiers"})
_ZERO_OR_ONE: Final = frozenset(name for name, kind, _ in TABLE.values() if kind == BYTE)
_MAX_USER_PROPERTIES: Final = 256


def malformed(text: str) -> ProtocolError:
    """The error for bytes that cannot be parsed."""
    return ProtocolError(reasons.MALFORMED_PACKET, text)


def varint(value: int) -> bytes:
    """A variable byte integer, section 1.5.5; `value` is at most 268435455."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data: bytes, pos: int, end: int) -> tuple[int, int]:
    """The variable byte integer at `pos` and the position after it."""
    value = shift = 0
    while shift < 28:
        if pos >= end:
            raise malformed("a length is cut off")
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if byte == 0 and shift:
                raise malformed("a length is longer than it needs to be")
            return value, pos
        shift += 7
    raise malformed("a length has more than four bytes")


def read_length(data: bytes, pos: int, end: int) -> tuple[int, int]:
    """The remaining length at `pos` and where the body starts; start 0 when more bytes are needed."""
    if end - pos < 4 and data[end - 1] > 127:
        return 0, 0
    return read_varint(data, pos, end)


def read_binary(data: bytes, pos: int, end: int) -> tuple[bytes, int]:
    """Length-prefixed bytes at `pos` and the position after them."""
    start = pos + 2
    if start > end:
        raise malformed("a field is cut off")
    stop = start + (data[pos] << 8 | data[pos + 1])
    if stop > end:
        raise malformed("a field is longer than its packet")
    return data[start:stop], stop


def read_text(data: bytes, pos: int, end: int) -> tuple[str, int]:
    """A length-prefixed UTF-8 string without U+0000 (section 1.5.4)."""
    raw, pos = read_binary(data, pos, end)
    if 0 in raw:
        raise malformed("a string contains U+0000")
    try:
        return raw.decode(), pos
    except UnicodeDecodeError as err:
        raise malformed("a string is not UTF-8") from err


def read_uint(data: bytes, pos: int, end: int, size: int) -> tuple[int, int]:
    """A big-endian integer of `size` bytes."""
    stop = pos + size
    if stop > end:
        raise malformed("a number is cut off")
    return int.from_bytes(data[pos:stop], "big"), stop


def text(value: str) -> bytes:
    """A length-prefixed UTF-8 string."""
    return binary(value.encode())


def binary(value: bytes) -> bytes:
    """Length-prefixed bytes; raises ProtocolError when longer than 65535."""
    if len(value) > 0xFFFF:
        raise ProtocolError(reasons.PACKET_TOO_LARGE, "a field is longer than 65535 bytes")
    return len(value).to_bytes(2, "big") + value


def read(data: bytes, pos: int, end: int, packet: int) -> tuple[Properties, int]:
    """The property section at `pos` of a packet of kind `packet`, and the position after it."""
    length, pos = read_varint(data, pos, end)
    if not length:
        return NONE, pos
    stop = pos + length
    if stop > end:
        raise malformed("the properties are longer than their packet")
    values: dict[str, Any] = {}
    while pos < stop:
        identifier, pos = read_varint(data, pos, stop)
        entry = TABLE.get(identifier)
        if entry is None:
            raise malformed(f"property 0x{identifier:02x} does not exist")
        name, kind, packets = entry
        if packet not in packets:
            raise ProtocolError(reasons.PROTOCOL_ERROR, f"property {name} is not allowed here")
        value, pos = _read_value(data, pos, stop, kind)
        if not value and name in _NOT_ZERO:
            raise ProtocolError(reasons.PROTOCOL_ERROR, f"property {name} is 0")
        if name in _ZERO_OR_ONE and value > 1:
            raise ProtocolError(reasons.PROTOCOL_ERROR, f"property {name} is neither 0 nor 1")
        if kind == PAIR or (name == "subscription_identifiers" and packet == PUBLISH):
            items = values.setdefault(name, [])
            items.append(value)
            if len(items) > _MAX_USER_PROPERTIES:
                raise ProtocolError(reasons.QUOTA_EXCEEDED, f"more than {_MAX_USER_PROPERTIES} of {name}")
        elif name in values:
            raise ProtocolError(reasons.PROTOCOL_ERROR, f"property {name} is there twice")
        else:
            values[name] = (value,) if name == "subscription_identifiers" else value
    for name in ("user_properties", "subscription_identifiers"):
        if name in values:
            values[name] = tuple(values[name])
    return Properties(**values), stop


def _read_value(data: bytes, pos: int, end: int, kind: int) -> tuple[Any, int]:
    if kind == BYTE:
        return read_uint(data, pos, end, 1)
    if kind == UINT16:
        return read_uint(data, pos, end, 2)
    if kind == UINT32:
        return read_uint(data, pos, end, 4)
    if kind == VARINT:
        return read_varint(data, pos, end)
    if kind == TEXT:
        return read_text(data, pos, end)
    if kind == BINARY:
        return read_binary(data, pos, end)
    name, pos = read_text(data, pos, end)
    value, pos = read_text(data, pos, end)
    return (name, value), pos


def build_body(properties: Properties) -> bytes:
    """The properties without their length in front."""
    if properties is NONE:
        return b""
    out = bytearray()
    for identifier, (name, kind, _) in TABLE.items():
        value = getattr(properties, name)
        if value is None or value == ():
            continue
        for item in value if isinstance(value, tuple) else (value,):
            out.append(identifier)
            out += _build_value(item, kind)
    return bytes(out)


def build(properties: Properties) -> bytes:
    """A whole property section, its length in front."""
    body = build_body(properties)
    return varint(len(body)) + body


def _build_value(value: Any, kind: int) -> bytes:
    if kind == BYTE:
        return bytes((value,))
    if kind == UINT16:
        return int(value).to_bytes(2, "big")
    if kind == UINT32:
        return int(value).to_bytes(4, "big")
    if kind == VARINT:
        return varint(value)
    if kind == TEXT:
        return text(value)
    if kind == BINARY:
        return binary(value)
    return text(value[0]) + text(value[1])
