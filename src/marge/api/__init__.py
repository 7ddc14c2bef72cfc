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
from marge.core.errors import OperationFailed

if TYPE_CHECKING:
    from ssl import SSLContext

    from marge.api.context import ApiContext
    from marge.config.settings import HttpSettings


async def start_api(api: ApiContext, settings: HttpSettings) -> HttpServer:
    """Listen as `[http]` says; raises OperationFailed for a port or certificate that cannot be used."""
    forwarded = Forwarded(settings.trusted_proxies)
    server = HttpServer(
        Application(api, Router((*ROUTES, *LOGIN_ROUTES)), Cors(settings.cors_allowed_origins), forwarded),
        settings.host,
        settings.port,
        _tls_context(settings),
    )
    await server.start()
    return server


def _tls_context(settings: HttpSettings) -> SSLContext | None:
    if settings.tls_certificate is None:
        return None
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise OperationFailed(
            f"the certificate {settings.tls_certificate} with the key {settings.tls_key} cannot be used: {error}."
            " Correct tls_certificate and tls_key under [http] in configuration.toml"
        ) from error
    return context
