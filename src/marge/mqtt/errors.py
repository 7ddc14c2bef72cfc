"""Errors of the MQTT layer: each carries the MQTT 5 reason code that the peer is told.

ProtocolError    the peer broke the protocol or a limit; its connection ends, nobody else notices
InvalidTopic     a topic name or filter that MQTT does not allow
"""

from __future__ import annotations

from marge.core.errors import Refused
from marge.mqtt import reasons


class ProtocolError(Refused):
    """The peer sent what it may not send; `reason` is an MQTT 5 reason code (0x80 and up)."""

    def __init__(self, reason: int, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


class InvalidTopic(ProtocolError):
    """A topic name or topic filter that breaks MQTT 5 section 4.7."""

    def __init__(self, topic: str, text: str, reason: int = reasons.TOPIC_NAME_INVALID) -> None:
        super().__init__(reason, f"{text}: {topic[:80]!r}")
        self.topic = topic
