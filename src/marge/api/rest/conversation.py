"""/api/conversation/process: something is said to the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marge.api.http import Request, Response, json_response
from marge.api.routing import Access, Route
from marge.automation.conversation.agent import Process
from marge.util.schema import convert

if TYPE_CHECKING:
    from marge.api.context import ApiContext


async def process(api: ApiContext, request: Request) -> Response:
    """POST /api/conversation/process: do what is said, and answer."""
    data = convert(await request.json_object(), Process)
    context = api.hub.new_context(user_id=request.user.id)
    return json_response(await api.engine.conversation.process(data, context))


ROUTES: Final = (Route("POST", "/api/conversation/process", process, Access.CONTROL, body=Process),)
