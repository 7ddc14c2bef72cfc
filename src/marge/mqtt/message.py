"""One application message on its way through the broker, encoded at most once for each kind of receiver."""

from __future__ import annotations

import math

from marge.mqtt import properties as p
from marge.mqtt.packets import frame
from marge.mqtt.properties import NONE, Properties

# What belongs to one hop and is therefore never forwarded or kept.
_PER_HOP = ("message_expiry_interval", "topic_alias", "subscription_identifiers", "will_delay_interval")


class Message:
    """A message: immutable but for its caches. `expires_at` is in Unix seconds, None for never."""

    __slots__ = ("_head", "_plain", "expires_at", "payload", "properties", "publisher", "qos", "retain", "topic")

    def __init__(
        self,
        topic: str,
        payload: bytes,
        qos: int = 0,
        retain: bool = False,
        *,
        properties: bytes = b"",
        expires_at: float | None = None,
        publisher: str | None = None,
    ) -> None:
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain
        self.properties = properties
        """The MQTT 5 properties that travel with the message, encoded, without their length."""
        self.expires_at = expires_at
        self.publisher = publisher
        """Client id of the publisher, for no-local; None for the hub itself."""
        self._head = b""
        self._plain: dict[tuple[bool, bool], bytes] | None = None

    @property
    def size(self) -> int:
        """Bytes that keeping this message costs, roughly."""
        return len(self.payload) + len(self.topic) + len(self.properties)

    def expired(self, now: float) -> bool:
        """Whether the message must no longer be delivered at `now` (Unix seconds)."""
        return self.expires_at is not None and self.expires_at <= now

    def plain(self, five: bool, retain: bool, now: float) -> bytes:
        """The QoS 0 PUBLISH without anything of the receiver's own in it; shared by all receivers."""
        if self.expires_at is not None:
            return self.packet(five, 0, retain, now)
        if self._plain is None:
            self._plain = {}
        key = (five, retain)
        data = self._plain.get(key)
        if data is None:
            data = self._plain[key] = self.packet(five, 0, retain, now)
        return data

    def packet(
        self,
        five: bool,
        qos: int,
        retain: bool,
        now: float,
        *,
        packet_id: int = 0,
        dup: bool = False,
        identifiers: tuple[int, ...] = (),
        alias: int = 0,
        name_topic: bool = True,
    ) -> bytes:
        """The PUBLISH for one receiver. With `alias`, `name_topic` says whether the topic is spelled out."""
        if name_topic and not self._head:
            self._head = p.text(self.topic)
        parts = [self._head if name_topic else b"\0\0"]
        if qos:
            parts.append(packet_id.to_bytes(2, "big"))
        if five:
            extra = b""
            if self.expires_at is not None:
                extra = b"\x02" + max(1, math.ceil(self.expires_at - now)).to_bytes(4, "big")
            if alias:
                extra += b"\x23" + alias.to_bytes(2, "big")
            for identifier in identifiers:
                extra += b"\x0b" + p.varint(identifier)
            parts.append(p.varint(len(self.properties) + len(extra)))
            parts.append(extra)
            parts.append(self.properties)
        parts.append(self.payload)
        return frame(0x30 | dup << 3 | qos << 1 | retain, b"".join(parts))


def forwarded(properties: Properties) -> bytes:
    """The encoded properties of a received PUBLISH or will that go on to subscribers."""
    if properties is NONE:
        return b""
    kept = {
        name: value
        for name in Properties.__struct_fields__
        if name not in _PER_HOP and (value := getattr(properties, name)) not in (None, ())
    }
    return p.build_body(Properties(**kept)) if kept else b""
