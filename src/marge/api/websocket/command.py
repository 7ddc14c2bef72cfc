"""What a WebSocket command is, and what its handler is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.api.routing import Access
from marge.util import jsonx

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.api.websocket.session import Session
    from marge.auth.models import User
    from marge.core.context import Context

UNANSWERED: Final = object()
"""Returned by a handler that has sent, or will send, its result itself."""


class NoFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The schema of a command that takes nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it returns is its result; a coroutine runs beside the other messages of the client."""

    name: str
    handler: Callable[[Message], Any | Awaitable[Any]]
    schema: type[msgspec.Struct] | None = NoFields
    """What the message holds beside `id` and `type`; with None the handler gets that as it is."""
    access: Access = Access.USER


def given(data: msgspec.Struct, *without: str) -> dict[str, Any]:
    """The fields that the client sent, by name: those that are not UNSET, `without` some."""
    return {
        name: value
        for name in data.__struct_fields__
        if name not in without and (value := getattr(data, name)) is not msgspec.UNSET
    }


class Message:
    """One command of a client, with its data as an instance of the command's schema."""

    __slots__ = ("answered", "api", "data", "id", "session")

    def __init__(self, api: ApiContext, session: Session, id: int, data: Any) -> None:
        self.api = api
        self.session = session
        self.id = id
        self.data = data
        self.answered = False

    @property
    def user(self) -> User:
        """Who asks."""
        return self.session.user

    def context(self) -> Context:
        """A new context in the name of the user."""
        return self.api.hub.new_context(user_id=self.session.user.id)

    def result(self, result: Any = None) -> None:
        """Send the result; for a handler that sends events right after it."""
        self.result_json(jsonx.dumps_safe(result))

    def result_json(self, result: bytes) -> None:
        """Send a result that is encoded already."""
        self.answered = True
        self.session.send(b'{"id":%d,"type":"result","success":true,"result":%b}' % (self.id, result))

    def event(self, event: Any) -> None:
        """Send an event of this subscription."""
        self.event_json(jsonx.dumps_safe(event))

    def event_json(self, event: bytes) -> None:
        """Send an event that is encoded already."""
        self.session.send(b'{"id":%d,"type":"event","event":%b}' % (self.id, event))

    def subscribe(self, remove: Callable[[], None]) -> None:
        """Keep `remove`: it is called when the client unsubscribes or goes."""
        self.session.subscribe(self.id, remove)
