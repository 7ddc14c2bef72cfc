"""One WebSocket client, without a socket: login, message ids, commands, subscriptions."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from marge.api.errors import WsError, ws_error
from marge.api.routing import allowed
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.api.websocket.outbox import Outbox
from marge.util import jsonx
from marge.util.ha_version import HA_VERSION
from marge.util.schema import convert

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.auth.models import Access, User

_LOGGER = logging.getLogger("marge.api.ws")

MAX_SUBSCRIPTIONS: Final = 2000
MAX_RUNNING: Final = 1000
"""Commands of one client that may be under way at a time."""


class Session:
    """The state of one client. `receive` takes its messages; what goes back is in the outbox."""

    def __init__(self, api: ApiContext, commands: Mapping[str, Command], outbox: Outbox, remote: str | None) -> None:
        self._api = api
        self._commands = commands
        self._outbox = outbox
        self.remote = remote
        self._access: Access | None = None
        self._last_id = 0
        self._running = 0
        self._closed = False
        self._subscriptions: dict[int, Callable[[], None]] = {}
        self._ends: list[Callable[[], None]] = []
        self.hang_up: tuple[int, str] | None = None
        """Set when the connection is to be closed: code and reason."""
        outbox.put(jsonx.dumps({"type": "auth_required", "ha_version": HA_VERSION}))

    @property
    def user(self) -> User:
        """Who is logged in; only asked for after login."""
        return self.access.user

    @property
    def access(self) -> Access:
        """Who is logged in and by which token; only asked for after login."""
        assert self._access is not None
        return self._access

    @property
    def logged_in(self) -> bool:
        """Whether the client has shown a valid token."""
        return self._access is not None

    @property
    def outbox(self) -> Outbox:
        """What is to be sent."""
        return self._outbox

    def send(self, message: bytes) -> None:
        """Queue an encoded message."""
        self._outbox.put(message)

    def subscribe(self, id: int, remove: Callable[[], None]) -> None:
        """Keep what ends subscription `id`; raises WsError when the client holds too many or is gone."""
        if self._closed:
            # It went while the command was under way.
            remove()
            raise WsError("home_assistant_error", "The connection is closed")
        if len(self._subscriptions) >= MAX_SUBSCRIPTIONS:
            remove()
            raise WsError("home_assistant_error", f"More than {MAX_SUBSCRIPTIONS} subscriptions on one connection")
        self._subscriptions[id] = remove

    def unsubscribe(self, id: int) -> bool:
        """End subscription `id`; False when there is none."""
        remove = self._subscriptions.pop(id, None)
        if remove is None:
            return False
        remove()
        return True

    def close(self) -> None:
        """End every subscription; the client is gone."""
        self._closed = True
        for remove in [*self._subscriptions.values(), *self._ends]:
            remove()
        self._subscriptions.clear()
        self._ends.clear()

    def receive(self, text: str | bytes) -> None:
        """Take one frame: a message, or an array of messages."""
        try:
            data = jsonx.loads(text)
        except ValueError:
            self.hang_up_with(1003, "Received invalid JSON.")
            return
        if not self.logged_in:
            self._login(data)
            return
        for message in data if isinstance(data, list) else (data,):
            if self.hang_up is None and self._outbox.overflow is None:
                self._message(message)

    def _login(self, data: Any) -> None:
        if not isinstance(data, dict) or data.get("type") != "auth" or not isinstance(data.get("access_token"), str):
            self._refuse("Auth message incorrectly formatted: expected type 'auth' and an access_token")
            return
        access = self._api.auth.validate(data["access_token"], self.remote)
        if access is None:
            _LOGGER.warning("Login attempt with an invalid token from %s", self.remote)
            self._refuse("Invalid access token or password")
            return
        self._access = access
        self._ends.append(self._api.auth.on_revoked(access.token.id, self._revoked))
        self.send(jsonx.dumps({"type": "auth_ok", "ha_version": HA_VERSION}))

    def _refuse(self, message: str) -> None:
        self.send(jsonx.dumps({"type": "auth_invalid", "message": message}))
        self.hang_up = 1000, ""

    def _revoked(self) -> None:
        self.hang_up_with(1008, "The token was revoked")

    def hang_up_with(self, code: int, reason: str) -> None:
        """Close the connection once what is queued has been sent."""
        self.hang_up = code, reason
        self._outbox.wake()

    def _message(self, message: Any) -> None:
        id = message.get("id") if isinstance(message, dict) else 0
        kind = message.get("type") if isinstance(message, dict) else None
        if type(id) is not int or id <= 0 or not isinstance(kind, str) or not kind:
            # What cannot be an id goes back all the same, for the client to know its message by.
            self._send_error(id, WsError("invalid_format", "Message incorrectly formatted."))
            return
        if id <= self._last_id:
            self._send_error(id, WsError("id_reuse", "Identifier values have to increase."))
            return
        self._last_id = id
        command = self._commands.get(kind)
        if command is None:
            self._send_error(id, WsError("unknown_command", "Unknown command."))
            return
        try:
            if not allowed(command.access, self.user):
                raise WsError("unauthorized", "Unauthorized")
            fields = {key: value for key, value in message.items() if key != "id" and key != "type"}
            if self._running >= MAX_RUNNING:
                raise WsError("home_assistant_error", f"More than {MAX_RUNNING} commands are under way")
            call = Message(self._api, self, id, fields if command.schema is None else convert(fields, command.schema))
            result = command.handler(call)
        except Exception as error:
            self._send_error(id, error, kind)
            return
        if inspect.isawaitable(result):
            self._running += 1
            self._api.hub.tasks.create(self._finish(call, result, kind), f"websocket {kind}")
        elif result is not UNANSWERED and not call.answered:
            call.result(result)

    async def _finish(self, call: Message, result: Awaitable[Any], kind: str) -> None:
        try:
            answer = await result
            if answer is not UNANSWERED and not call.answered:
                call.result(answer)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._send_error(call.id, error, kind)
        finally:
            self._running -= 1

    def _send_error(self, id: Any, error: Exception, kind: str = "") -> None:
        known = ws_error(error)
        if known is None:
            _LOGGER.error("WebSocket command %s failed", kind, exc_info=error)
            known = WsError("unknown_error", "Unknown error")
        body = {"code": known.code, "message": known.message, **known.more}
        self.send(jsonx.dumps({"id": id, "type": "result", "success": False, "error": body}))
