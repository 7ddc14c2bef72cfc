"""A received message, decoded and parsed at most once however many entities read it."""

from __future__ import annotations

from typing import Any

from marge.templates import Payload


class Message:
    """Topic, payload and flags of one message."""

    __slots__ = ("_value", "payload", "qos", "retain", "topic")

    def __init__(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain
        self._value: Payload | None = None

    def decode(self, encoding: str) -> Payload | None:
        """The payload as text in `encoding`, as bytes when that is empty; None when it is not in it."""
        if encoding == "utf-8":
            value = self._value
            if value is None:
                try:
                    value = self._value = Payload(self.payload.decode())
                except UnicodeDecodeError:
                    return None
            return value
        if not encoding:
            return Payload(self.payload)
        try:
            return Payload(self.payload.decode(encoding))
        except (UnicodeError, LookupError):
            return None

    @property
    def json(self) -> Any:
        """The payload as JSON, `templates.value_template.NO_JSON` when it is none; shared, so not to be changed."""
        return (self.decode("utf-8") or Payload(self.payload)).json


class MessageCache:
    """Gives the same `Message` to all subscribers of a payload: they are called one right after the other."""

    def __init__(self) -> None:
        self._message: Message | None = None

    def __call__(self, topic: str, payload: bytes, qos: int, retain: bool) -> Message:
        """The message for what a subscription was called with."""
        message = self._message
        if message is None or message.payload is not payload or message.topic != topic or message.retain != retain:
            message = self._message = Message(topic, payload, qos, retain)
        return message
