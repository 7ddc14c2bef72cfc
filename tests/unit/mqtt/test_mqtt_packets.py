"""Packets as bytes, against the examples and rules of the specification."""

from __future__ import annotations

import pytest

from marge.mqtt import reasons
from marge.mqtt.errors import ProtocolError
from marge.mqtt.packets import V5, V31, V311, Connack, Connect, Publish, Will, decode, encode
from marge.mqtt.properties import Properties, read_varint, varint


@pytest.mark.parametrize(
    ("value", "data"),
    [(0, "00"), (127, "7f"), (128, "8001"), (16383, "ff7f"), (16384, "808001"), (268435455, "ffffff7f")],
)
def test_variable_byte_integers(value: int, data: str) -> None:
    assert varint(value).hex() == data
    assert read_varint(bytes.fromhex(data), 0, len(data) // 2) == (value, len(data) // 2)


@pytest.mark.parametrize("data", ["80", "8000", "ffffffff7f", ""])
def test_a_bad_variable_byte_integer_is_malformed(data: str) -> None:
    raw = bytes.fromhex(data)
    with pytest.raises(ProtocolError) as error:
        read_varint(raw, 0, len(raw))
    assert error.value.reason == reasons.MALFORMED_PACKET


def test_a_311_connect_as_the_wire_has_it() -> None:
    raw = bytes.fromhex("00044d51545404ce003c0001630001740001700001750002c3bc")
    packet = decode(0x10, raw, V311)
    assert packet == Connect("c", V311, True, 60, "u", "ü".encode(), Will("t", b"p", 1))
    assert encode(packet, V311) == b"\x10" + bytes([len(raw)]) + raw


def test_the_old_protocol_name_is_accepted() -> None:
    raw = bytes.fromhex("00064d514973647003020000000163")
    packet = decode(0x10, raw, V311)
    assert isinstance(packet, Connect) and packet.version == V31
    assert encode(packet, V31)[2:] == raw


def test_a_publish_with_properties_as_the_wire_has_it() -> None:
    packet = Publish("a", b"p", 1, True, False, 10, Properties(topic_alias=5, user_properties=(("k", "v"),)))
    assert encode(packet, V5).hex() == "3311000161000a" + "0a" + "230005" + "2600016b000176" + "70"


@pytest.mark.parametrize(
    ("what", "first", "body", "version", "reason"),
    [
        ("QoS 3", 0x36, "000161000170", V311, reasons.MALFORMED_PACKET),
        ("DUP with QoS 0", 0x38, "00016170", V311, reasons.MALFORMED_PACKET),
        ("packet id 0", 0x32, "000161000070", V311, reasons.PROTOCOL_ERROR),
        ("topic cut off", 0x30, "000561", V311, reasons.MALFORMED_PACKET),
        ("topic not UTF-8", 0x30, "0001ff", V311, reasons.MALFORMED_PACKET),
        ("surrogate in a topic", 0x30, "0003eda080", V311, reasons.MALFORMED_PACKET),
        ("U+0000 in a topic", 0x30, "000100", V311, reasons.MALFORMED_PACKET),
        ("wrong flags of SUBSCRIBE", 0x80, "000100016100", V311, reasons.MALFORMED_PACKET),
        ("SUBSCRIBE without filters", 0x82, "0001", V311, reasons.PROTOCOL_ERROR),
        ("subscription QoS 3", 0x82, "000100016103", V311, reasons.MALFORMED_PACKET),
        ("reserved option bits", 0x82, "00010000016140", V5, reasons.MALFORMED_PACKET),
        ("retain handling 3", 0x82, "00010000016130", V5, reasons.MALFORMED_PACKET),
        ("UNSUBSCRIBE without filters", 0xA2, "0001", V311, reasons.PROTOCOL_ERROR),
        ("packet type 0", 0x00, "", V311, reasons.MALFORMED_PACKET),
        ("AUTH before version 5", 0xF0, "", V311, reasons.MALFORMED_PACKET),
        ("PINGREQ with a body", 0xC0, "00", V311, reasons.MALFORMED_PACKET),
        ("protocol level 6", 0x10, "00044d51545406020000000163", V311, reasons.UNSUPPORTED_PROTOCOL_VERSION),
        ("another protocol", 0x10, "0002686a04020000000163", V311, reasons.MALFORMED_PACKET),
        ("reserved CONNECT flag", 0x10, "00044d51545404030000000163", V311, reasons.MALFORMED_PACKET),
        ("password without user name", 0x10, "00044d51545404420000000163000170", V311, reasons.MALFORMED_PACKET),
        ("will QoS without a will", 0x10, "00044d515454040a0000000163", V311, reasons.MALFORMED_PACKET),
        ("bytes after the CONNECT", 0x10, "00044d5154540402000000016300", V311, reasons.MALFORMED_PACKET),
        ("receive maximum 0", 0x10, "00044d5154540502000003210000000163", V311, reasons.PROTOCOL_ERROR),
        ("property twice", 0x10, "00044d51545405020000062100012100010001" + "63", V311, reasons.PROTOCOL_ERROR),
        ("property of another packet", 0x30, "000161022401", V5, reasons.PROTOCOL_ERROR),
        ("unknown property", 0x30, "000161027f01", V5, reasons.MALFORMED_PACKET),
        ("payload format 2", 0x30, "000161020102", V5, reasons.PROTOCOL_ERROR),
        ("properties longer than the packet", 0x30, "0001617f", V5, reasons.MALFORMED_PACKET),
    ],
)
def test_a_bad_packet_is_refused_with_its_reason(what: str, first: int, body: str, version: int, reason: int) -> None:
    with pytest.raises(ProtocolError) as error:
        decode(first, bytes.fromhex(body), version)
    assert error.value.reason == reason, what


def test_too_many_user_properties_are_refused() -> None:
    many = Properties(user_properties=tuple(("k", str(number)) for number in range(300)))
    raw = encode(Publish("a", b"", properties=many), V5)
    with pytest.raises(ProtocolError) as error:
        decode(raw[0], raw[3:], V5)
    assert error.value.reason == reasons.QUOTA_EXCEEDED


def test_reason_and_properties_may_be_left_out_at_the_end() -> None:
    assert decode(0x40, b"\0\x01", V5) == decode(0x40, b"\0\x01\0", V5) == decode(0x40, b"\0\x01\0\0", V5)
    assert decode(0xE0, b"", V5) == decode(0xE0, b"\0\0", V5)


def test_connack_comes_back_as_it_was() -> None:
    connack = Connack(True, 0, Properties(server_keep_alive=60, assigned_client_identifier="a"))
    raw = encode(connack, V5)
    assert decode(raw[0], raw[2:], V5) == connack
