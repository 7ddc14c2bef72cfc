"""What one client may cost. Every bound of the broker is here."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

MIB: Final = 1024 * 1024


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of the broker; each is told to MQTT 5 clients where the protocol has a word for it."""

    packet_size: int = 4 * MIB
    """Largest packet in bytes that a client may send."""
    connect_timeout: float = 10.0
    """Seconds from the TCP connection to a complete CONNECT."""
    half_open: int = 1024
    """Connections without a CONNECT; one more closes the oldest."""
    connections: int = 4096
    """Clients connected at once."""
    sessions: int = 10_000
    """Sessions, connected or kept for later."""
    session_expiry: int = 30 * 24 * 3600
    """Longest time in seconds that a session of an absent client is kept; also for 3.1.1."""
    keep_alive: int = 60
    """Longest keep-alive in seconds that an MQTT 5 client may choose; 0 (off) is granted to all."""
    subscriptions: int = 5_000
    """Subscriptions of one client."""
    inflight: int = 64
    """QoS 1 and 2 messages under way to one client; its own receive maximum may be smaller."""
    receive_maximum: int = 256
    """QoS 2 messages that a client may have under way to the broker."""
    queue_messages: int = 1_000
    """Messages waiting for one client, for QoS 0 and for QoS 1 and 2 each."""
    queue_bytes: int = 8 * MIB
    """Bytes waiting for one client, for QoS 0 and for QoS 1 and 2 each."""
    retained_messages: int = 100_000
    """Topics with a retained message."""
    retained_bytes: int = 64 * MIB
    """Bytes of all retained messages."""
    topic_aliases: int = 64
    """Topic aliases in each direction of a connection."""
    write_buffer: int = 128 * 1024
    """Bytes handed to a connection's socket beyond which the client counts as slow."""
