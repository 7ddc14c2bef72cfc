"""The hub itself: /api/, configuration, components, state, health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marge.api.config_info import config_info
from marge.api.http import Request, Response, json_response, message_response, text_response
from marge.api.routing import Access, Route

if TYPE_CHECKING:
    from marge.api.context import ApiContext


async def running(api: ApiContext, request: Request) -> Response:
    """GET /api/: whether somebody is there."""
    return message_response("API running.")


async def config(api: ApiContext, request: Request) -> Response:
    """GET /api/config: where the house is, its units, what is loaded."""
    return json_response(config_info(api))


async def components(api: ApiContext, request: Request) -> Response:
    """GET /api/components: the names of all that is loaded."""
    return json_response(sorted(api.hub.components))


async def core_state(api: ApiContext, request: Request) -> Response:
    """GET /api/core/state: whether the hub is up."""
    return json_response(
        {
            "state": api.hub.lifecycle.state.value,
            "recorder_state": {"migration_in_progress": False, "migration_is_live": False},
        }
    )


async def health(api: ApiContext, request: Request) -> Response:
    """GET /api/health: how the hub is doing; degraded when it cannot record or its external broker is away."""
    return json_response(api.health())


async def metrics(api: ApiContext, request: Request) -> Response:
    """GET /api/metrics: the hub's figures for Prometheus."""
    return Response(api.metrics().encode(), headers=[(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")])


async def error_log(api: ApiContext, request: Request) -> Response:
    """GET /api/error_log: the log file, or without one the last warnings and errors."""
    return text_response(await api.logs.text())


async def check_config(api: ApiContext, request: Request) -> Response:
    """POST /api/config/core/check_config: look for mistakes in the configuration files."""
    check = await api.check_config()
    result = "invalid" if check.errors else "valid"
    return json_response({"result": result, "errors": check.errors, "warnings": check.warnings})


ROUTES: Final = (
    Route("GET", "/api/", running),
    Route("GET", "/api/config", config),
    Route("GET", "/api/components", components),
    Route("GET", "/api/core/state", core_state),
    Route("GET", "/api/health", health, Access.LOCAL),
    Route("GET", "/api/metrics", metrics, Access.LOCAL),
    Route("GET", "/api/error_log", error_log, Access.ADMIN),
    Route("POST", "/api/config/core/check_config", check_config, Access.ADMIN),
)
