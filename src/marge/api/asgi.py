"""The ASGI application: finds the route, looks who asks, calls the handler, turns errors into answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from marge.api.cors import Cors
from marge.api.errors import HttpError, http_error
from marge.api.forwarded import Forwarded
from marge.api.http import Receive, Request, Response, Scope, Send, Stream, message_response, text_response
from marge.api.identify import identify
from marge.api.routing import Access, Route, Router, allowed
from marge.core.errors import Unauthorized

if TYPE_CHECKING:
    from marge.api.context import ApiContext

_LOGGER = logging.getLogger("marge.api.http")

_PHRASES: Final = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}
"""What says nothing but the status is sent as text, as aiohttp does under Home Assistant."""
WEBSOCKET_PATH: Final = "/api/websocket"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class Application:
    """What the server calls for every request."""

    def __init__(self, api: ApiContext, router: Router, cors: Cors, forwarded: Forwarded) -> None:
        self._api = api
        self._router = router
        self._cors = cors
        self._forwarded = forwarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request or run one WebSocket."""
        if scope["type"] == "http":
            response = await self._answer(scope, receive)
            try:
                await response.send(send, receive)
            except OSError:
                _LOGGER.debug("The client of %s went away", scope["path"])
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | Stream:
        request = Request(scope, receive)
        try:
            if self._forwarded.active:
                self._forwarded.apply(scope)
            if request.method == "OPTIONS" and (preflight := self._cors.preflight(request)):
                return preflight
            route, request.params = self._router.find(request.method, request.path)
            if refusal := self._refuse(route, request):
                response: Response | Stream = refusal
            else:
                response = await route.handler(self._api, request)
        except Exception as error:
            response = _error_response(error, request)
        if isinstance(response, Response) and self._cors.concerns(request.path):
            self._cors.decorate(request, response)
        return response

    def _refuse(self, route: Route, request: Request) -> Response | None:
        access = route.access
        if access is Access.OPEN:
            return None
        login = identify(self._api.auth, request)
        if login is None:
            # Behind a proxy on this machine everybody comes from loopback: such a request proves nothing.
            if access is Access.LOCAL and request.remote in _LOOPBACK and not request.header(b"x-forwarded-for"):
                return None
            return text_response("401: Unauthorized", 401)
        request.access = login
        if not allowed(access, login.user):
            return text_response("401: Unauthorized", 401)
        return None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._forwarded.active:
            try:
                self._forwarded.apply(scope)
            except HttpError:
                scope["path"] = ""
        if scope["path"] != WEBSOCKET_PATH:
            await receive()
            await send({"type": "websocket.close", "code": 1000})
            return
        from marge.api.websocket.connection import serve

        await serve(self._api, scope, receive, send)


def _error_response(error: Exception, request: Request) -> Response:
    if isinstance(error, Unauthorized):
        return text_response("401: Unauthorized", 401)
    known = http_error(error)
    if known is None:
        _LOGGER.error("%s %s failed", request.method, request.path, exc_info=error)
        return text_response("500 Internal Server Error\n\nServer got itself in trouble", 500)
    if isinstance(error, HttpError) and known.message == _PHRASES.get(known.status):
        plain = text_response(f"{known.status}: {known.message}", known.status)
        plain.headers += known.headers
        return plain
    response = message_response(known.message, known.status, known.code)
    response.headers += known.headers
    return response
