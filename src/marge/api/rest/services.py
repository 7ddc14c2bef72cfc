"""/api/services: what can be done, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_bytes
from marge.api.routing import Route
from marge.core.errors import ServiceNotFound
from marge.core.events import STATE_CHANGED, Event
from marge.util import jsonx
from marge.util.schema import Invalid

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
    data = await request.json(default=None)
    if data is not None and not isinstance(data, dict):
        raise HttpError(400, "Data should be valid JSON.")
    hub = api.hub
    context = hub.new_context(user_id=request.user.id)
    want_response = "return_response" in request.query
    changed: dict[str, bytes] = {}

    def note(event: Event) -> None:
        if event.context is context and event.data.new_state is not None:
            changed[event.data.entity_id] = event.data.new_state.json

    remove = hub.bus.listen(STATE_CHANGED, note)
    try:
        answer: Any = await hub.services.call(
            request.params["domain"],
            request.params["service"],
            data,
            context=context,
            return_response=want_response,
        )
    except (ServiceNotFound, Invalid) as error:
        raise HttpError(400, str(error)) from error
    finally:
        remove()
    states = b"[" + b",".join(changed.values()) + b"]"
    if want_response:
        return json_bytes(b'{"changed_states":%b,"service_response":%b}' % (states, jsonx.dumps_safe(answer)))
    return json_bytes(states)


ROUTES: Final = (
    Route("GET", "/api/services", get_all),
    Route("POST", "/api/services/{domain}/{service}", call),
)
