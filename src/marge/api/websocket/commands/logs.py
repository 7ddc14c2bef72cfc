"""The hub's own log."""

from __future__ import annotations

from typing import Any, Final

from marge.api.routing import Access
from marge.api.websocket.command import Command, Message


def entries(message: Message) -> list[dict[str, Any]]:
    """The last warnings and errors, newest first."""
    return message.api.logs.entries()


def levels(message: Message) -> list[dict[str, Any]]:
    """The log level of each loaded component."""
    return message.api.logs.levels()


COMMANDS: Final = (
    Command("system_log/list", entries, access=Access.ADMIN),
    Command("logger/log_info", levels),
)
