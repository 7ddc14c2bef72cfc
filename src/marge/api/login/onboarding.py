"""/api/onboarding: from a hub without users to one with an owner, in Home Assistant's four steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_response
from marge.api.routing import Access, Route
from marge.auth import IntegrationStep, NewOwner
from marge.core.errors import Unauthorized
from marge.util.schema import Invalid, convert

if TYPE_CHECKING:
    from marge.api.context import ApiContext

B = TypeVar("B", bound=msgspec.Struct)


def _still_open(api: ApiContext) -> None:
    if api.onboarding.was_finished:
        raise HttpError(404, "Not Found")


async def _body(request: Request, kind: type[B]) -> B:
    try:
        return convert(await request.json_object(), kind)
    except Invalid as error:
        raise HttpError(400, f"Message format incorrect: {error}") from None


async def steps(api: ApiContext, request: Request) -> Response:
    """GET /api/onboarding: which steps are done."""
    _still_open(api)
    return json_response(api.onboarding.steps())


async def installation_type(api: ApiContext, request: Request) -> Response:
    """GET /api/onboarding/installation_type: told only before the first step."""
    _still_open(api)
    if api.onboarding.begun:
        raise Unauthorized
    return json_response({"installation_type": "Home Assistant Core"})


async def users(api: ApiContext, request: Request) -> Response:
    """POST /api/onboarding/users: the owner."""
    _still_open(api)
    return json_response(await api.onboarding.create_owner(await _body(request, NewOwner)))


async def core_config(api: ApiContext, request: Request) -> Response:
    """POST /api/onboarding/core_config: the house's configuration is set."""
    _still_open(api)
    await api.onboarding.finish_step("core_config")
    return json_response({})


async def analytics(api: ApiContext, request: Request) -> Response:
    """POST /api/onboarding/analytics: asked and answered."""
    _still_open(api)
    await api.onboarding.finish_step("analytics")
    return json_response({})


async def integration(api: ApiContext, request: Request) -> Response:
    """POST /api/onboarding/integration: the last step."""
    _still_open(api)
    assert request.access is not None
    return json_response(await api.onboarding.finish_integration(await _body(request, IntegrationStep), request.access))


ROUTES: Final = (
    Route("GET", "/api/onboarding", steps, Access.OPEN),
    Route("GET", "/api/onboarding/installation_type", installation_type, Access.OPEN),
    Route("POST", "/api/onboarding/users", users, Access.OPEN),
    Route("POST", "/api/onboarding/core_config", core_config, Access.ADMIN),
    Route("POST", "/api/onboarding/analytics", analytics, Access.ADMIN),
    Route("POST", "/api/onboarding/integration", integration, Access.ADMIN),
)
