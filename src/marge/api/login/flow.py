"""/auth/providers and /auth/login_flow: a form asked and answered until an authorization code is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_response, message_response
from marge.api.routing import Access, Route
from marge.auth import LoginStart, is_local, provider_list
from marge.util.schema import Invalid, convert

if TYPE_CHECKING:
    from marge.api.context import ApiContext


async def providers(api: ApiContext, request: Request) -> Response:
    """GET /auth/providers: how one can log in; before the first account, that onboarding comes first."""
    if not api.onboarding.user_done:
        raise HttpError(400, "Onboarding not finished", "onboarding_required")
    return json_response(provider_list(api.auth, is_local(request.remote or "")))


async def start(api: ApiContext, request: Request) -> Response:
    """POST /auth/login_flow: the first form."""
    body = await request.json_object()
    try:
        wanted = convert(body, LoginStart)
    except Invalid as error:
        raise HttpError(400, f"Message format incorrect: {error}") from None
    return json_response(api.auth.flows.start(wanted, request.remote or ""))


async def step(api: ApiContext, request: Request) -> Response:
    """POST /auth/login_flow/<flow_id>: the answers to a form, and the next step."""
    answers = await request.json_object()
    client_id = answers.pop("client_id", None)
    if not isinstance(client_id, str):
        raise HttpError(400, "Message format incorrect: required key not provided @ data['client_id']")
    flow_id = request.params["flow_id"]
    return json_response(await api.auth.flows.step(flow_id, client_id, answers, request.remote or ""))


async def abort(api: ApiContext, request: Request) -> Response:
    """DELETE /auth/login_flow/<flow_id>: give a login up."""
    api.auth.flows.abort(request.params["flow_id"])
    return message_response("Flow aborted")


async def no_flows(api: ApiContext, request: Request) -> Response:
    """GET /auth/login_flow: flows are not listed."""
    return Response(b"", 405)


async def no_flow(api: ApiContext, request: Request) -> Response:
    """GET /auth/login_flow/<flow_id>: flows are not shown."""
    raise HttpError(404, "Not Found")


ROUTES: Final = (
    Route("GET", "/auth/providers", providers, Access.OPEN),
    Route("GET", "/auth/login_flow", no_flows, Access.OPEN),
    Route("POST", "/auth/login_flow", start, Access.OPEN),
    Route("GET", "/auth/login_flow/{flow_id}", no_flow, Access.OPEN),
    Route("POST", "/auth/login_flow/{flow_id}", step, Access.OPEN),
    Route("DELETE", "/auth/login_flow/{flow_id}", abort, Access.OPEN),
)
