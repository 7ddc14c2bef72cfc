"""The Home-Assistant-compatible surface: REST, WebSocket, login; see `server.py` for how a request travels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marge.api.asgi import Application
from marge.api.cors import Cors
from marge.api.login import ROUTES as LOGIN_ROUTES
from marge.api.rest import ROUTES
from marge.api.routing import Router
from marge.api.server import HttpServer

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.config.settings import HttpSettings


async def start_api(api: ApiContext, settings: HttpSettings) -> HttpServer:
    """Listen as `[http]` says; raises OperationFailed when the port cannot be had."""
    server = HttpServer(
        Application(api, Router((*ROUTES, *LOGIN_ROUTES)), Cors(settings.cors_allowed_origins)),
        settings.host,
        settings.port,
    )
    await server.start()
    return server
