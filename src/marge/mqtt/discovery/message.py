"""A received message, decoded and parsed at most once however many entities read it."""

from __future__ import annotations

from typing import Any, Final

from marge.util import jsonx

NO_JSON: Final = object()
"""What `Message.json` is for a payload that is no JSON."""

_UNREAD: Final = object()


class Message:
    """Topic, payload and flags of one message; `text` is None when the payload is not UTF-8."""

    __slots__ = ("_json", "_text", "payload", "qos", "retain", "topic")

    def __init__(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain
        self._text: Any = _UNREAD
        self._json: Any = _UNREAD

    @property
    def text(self) -> str | None:
        """The payload as UTF-8 text."""
        if self._text is _UNREAD:
            try:
                self._text = self.payload.decode()
            except UnicodeDecodeError:
                self._text = None
        text: str | None = self._text
        return text

    def decode(self, encoding: str) -> str | None:
        """The payload as text in `encoding`; None when it is not in it."""
        if encoding == "utf-8":
            return self.text
        try:
            return self.payload.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            return None

    @property
    def json(self) -> Any:
        """The payload as JSON, NO_JSON when it is none; shared, so not to be changed."""
        if self._json is _UNREAD:
            try:
                self._json = jsonx.loads(self.payload)
            except ValueError:
                self._json = NO_JSON
        return self._json


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
