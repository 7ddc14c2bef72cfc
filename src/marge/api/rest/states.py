"""/api/states: read, write and remove states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_bytes, message_response
from marge.api.routing import Access, Route
from marge.auth import can_read
from marge.core.errors import InvalidEntityId, InvalidState
from marge.util.schema import Flag, Invalid, convert

if TYPE_CHECKING:
    from marge.api.context import ApiContext


_NO_BODY: Final = object()


class NewState(msgspec.Struct, frozen=True):
    """The body of a POST; `state` may be a number or boolean and becomes text."""

    state: Any = None
    attributes: dict[str, Any] | None = None
    force_update: Flag = False


async def get_all(api: ApiContext, request: Request) -> Response:
    """GET /api/states: every state."""
    if not can_read(request.user):
        return json_bytes(b"[]")
    return json_bytes(b"[" + b",".join([state.json for state in api.hub.states.all()]) + b"]")


async def get_one(api: ApiContext, request: Request) -> Response:
    """GET /api/states/<entity_id>: one state."""
    state = api.hub.states.get(request.params["entity_id"])
    if state is None:
        return message_response("Entity not found.", 404)
    return json_bytes(state.json)


async def set_one(api: ApiContext, request: Request) -> Response:
    """POST /api/states/<entity_id>: write a state of the machine's, not of the device's; 201 for a new one."""
    entity_id = request.params["entity_id"]
    data = await request.json(default=_NO_BODY)
    if not isinstance(data, dict):
        raise HttpError(400, "Invalid JSON specified." if data is _NO_BODY else "State data should be a JSON object.")
    try:
        new = convert(data, NewState)
    except Invalid as error:
        raise HttpError(400, str(error)) from None
    if new.state is None:
        raise HttpError(400, "No state specified.")
    states = api.hub.states
    is_new = states.get(entity_id) is None
    try:
        state = states.set(
            entity_id,
            new.state if isinstance(new.state, str) else str(new.state),
            new.attributes,
            force_update=new.force_update,
            context=api.hub.new_context(user_id=request.user.id),
        )
    except InvalidEntityId:
        raise HttpError(400, "Invalid entity ID specified.") from None
    except InvalidState:
        raise HttpError(400, "Invalid state specified.") from None
    response = json_bytes(state.json, 201 if is_new else 200)
    response.headers.append((b"location", f"/api/states/{state.entity_id}".encode()))
    return response


async def remove_one(api: ApiContext, request: Request) -> Response:
    """DELETE /api/states/<entity_id>: remove a state; a device's comes back with its next message."""
    if not api.hub.states.remove(request.params["entity_id"]):
        return message_response("Entity not found.", 404)
    return message_response("Entity removed.")


ROUTES: Final = (
    Route("GET", "/api/states", get_all),
    Route("GET", "/api/states/{entity_id}", get_one, Access.READ),
    Route("POST", "/api/states/{entity_id}", set_one, Access.ADMIN, body=NewState),
    Route("DELETE", "/api/states/{entity_id}", remove_one, Access.ADMIN),
)
