"""/api/services: what can be done, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_bytes
from marge.api.routing import Access, Route
from marge.core.events import STATE_CHANGED, Event
from marge.core.services import Service, SupportsResponse
from marge.util import jsonx

if TYPE_CHECKING:
    from marge.api.context import ApiContext


async def get_all(api: ApiContext, request: Request) -> Response:
    """GET /api/services: every service by domain."""
    services = jsonx.loads(api.services_json())
    return json_bytes(
        jsonx.dumps([{"domain": domain, "services": of_domain} for domain, of_domain in services.items()])
    )


async def call(api: ApiContext, request: Request) -> Response:
    """POST /api/services/<domain>/<service>: call it, wait for it, and answer with the states it changed."""
    data = await request.json(default=None, complaint="Data should be valid JSON.")
    if data is not None and not isinstance(data, dict):
        raise HttpError(400, "Data should be a JSON object.")
    hub = api.hub
    context = hub.new_context(user_id=request.user.id)
    domain, name = request.params["domain"], request.params["service"]
    want_response = "return_response" in request.query
    _check_response(hub.services.get(domain, name), want_response)
    changed: list[bytes] = []

    def note(event: Event) -> None:
        if event.context is context and event.data.new_state is not None:
            changed.append(event.data.new_state.json)

    remove = hub.bus.listen(STATE_CHANGED, note)
    try:
        answer: Any = await hub.services.call(
            domain,
            name,
            data,
            context=context,
            return_response=want_response,
        )
    finally:
        remove()
    states = b"[" + b",".join(changed) + b"]"
    if want_response:
        return json_bytes(b'{"changed_states":%b,"service_response":%b}' % (states, jsonx.dumps_safe(answer)))
    return json_bytes(states)


def _check_response(service: Service, wanted: bool) -> None:
    supports = service.supports_response
    if wanted and supports is SupportsResponse.NONE:
        raise HttpError(400, "Service does not support responses. Remove return_response from request.")
    if not wanted and supports is SupportsResponse.ONLY:
        raise HttpError(
            400,
            "Service call requires responses but caller did not ask for responses."
            " Add ?return_response to query parameters.",
        )


ROUTES: Final = (
    Route("GET", "/api/services", get_all),
    Route(
        "POST",
        "/api/services/{domain}/{service}",
        call,
        Access.CONTROL,
        query={"return_response": "If present, the answer of the service comes with the changed states"},
    ),
)
