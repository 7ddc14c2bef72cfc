"""persistent_notification/subscribe: the messages of the user interface."""

from __future__ import annotations

from typing import Any, Final

from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message


def subscribe(message: Message) -> Any:
    """All messages now, and each change."""
    notifications = message.api.notifications

    def tell(change: str, changed: dict[str, dict[str, Any]]) -> None:
        message.event({"type": change, "notifications": changed})

    message.subscribe(notifications.listen(tell))
    message.result()
    tell("current", notifications.current)
    return UNANSWERED


COMMANDS: Final = (Command("persistent_notification/subscribe", subscribe, access=Access.READ),)
