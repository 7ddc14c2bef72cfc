"""The Home-Assistant-compatible surface: REST, WebSocket, login; see `server.py` for how a request travels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marge.api.asgi import Application
from marge.api.cors import Cors
from marge.api.forwarded import Forwarded
from marge.api.login import ROUTES as LOGIN_ROUTES
from marge.api.rest import ROUTES
from marge.api.routing import Router
from marge.api.server import HttpServer

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.api.tls import Tls
    from marge.config.settings import HttpSettings


async def start_api(api: ApiContext, settings: HttpSettings) -> HttpServer:
    """Listen as `[http]` says; raises OperationFailed for a port or certificate that cannot be used."""
    forwarded = Forwarded(settings.trusted_proxies)
    server = HttpServer(
        Application(api, Router((*ROUTES, *LOGIN_ROUTES)), Cors(settings.cors_allowed_origins), forwarded),
        settings.host,
        settings.port,
        _tls(settings),
    )
    await server.start()
    return server


def _tls(settings: HttpSettings) -> Tls | None:
    if settings.tls_certificate is None:
        return None
    from marge.api.tls import load_tls  # loaded only where TLS is used

    return load_tls(settings.tls_certificate, settings.tls_key)
