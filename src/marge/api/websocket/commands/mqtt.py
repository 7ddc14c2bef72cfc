"""mqtt/subscribe: the messages of a topic, for the developer tools."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.core.errors import MargeError


class Subscribe(Struct, forbid_unknown_fields=True, frozen=True):
    """A topic, or a filter with `+` and `#`."""

    topic: str
    qos: Annotated[int, Meta(ge=0, le=2)] = 0


def subscribe(message: Message) -> Any:
    """Send every message, retained ones at once."""
    early: list[dict[str, Any]] = []
    answered = False

    def forward(topic: str, payload: bytes, qos: int, retain: bool) -> None:
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            text = str(payload)
        event = {"topic": topic, "payload": text, "qos": qos, "retain": retain}
        if answered:
            message.event(event)
        else:
            early.append(event)

    data: Subscribe = message.data
    try:
        message.subscribe(message.api.mqtt.subscribe(data.topic, forward, data.qos))
    except (MargeError, ValueError) as error:
        raise WsError("invalid_format", str(error)) from None
    message.result()
    answered = True
    for event in early:
        message.event(event)
    return UNANSWERED


COMMANDS: Final = (Command("mqtt/subscribe", subscribe, Subscribe, Access.ADMIN),)
