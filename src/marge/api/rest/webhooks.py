"""/api/webhook: calls of things that have no account, known by an id that only they know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marge.api.http import Request, Response
from marge.api.routing import Access, Route
from marge.api.webhook_request import from_network
from marge.core.webhooks import METHODS

if TYPE_CHECKING:
    from marge.api.context import ApiContext


async def handle(api: ApiContext, request: Request) -> Response:
    """GET, HEAD, POST, PUT /api/webhook/<id>: hand the request to whoever has the id; 200 when nobody has."""
    answer = await api.hub.webhooks.handle(request.params["webhook_id"], await from_network(request))
    return Response(answer.body, answer.status, [(b"content-type", answer.content_type.encode("latin-1"))])


ROUTES: Final = tuple(Route(method, "/api/webhook/{webhook_id}", handle, Access.OPEN) for method in METHODS)
