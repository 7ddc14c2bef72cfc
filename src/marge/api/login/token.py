"""/auth/token, /auth/revoke, /auth/link_user: what a client gets for a code or a refresh token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_response, message_response
from marge.api.routing import Access, Route
from marge.auth import Grant, TokenRequest

if TYPE_CHECKING:
    from marge.api.context import ApiContext

_NO_STORE: Final = [(b"cache-control", b"no-store"), (b"pragma", b"no-cache")]


async def token(api: ApiContext, request: Request) -> Response:
    """POST /auth/token (RFC 6749): grants, refreshes, and the old way to revoke."""
    answer = await api.auth.token_request(TokenRequest.from_form(await request.form()), request.remote or "")
    if answer is None:
        return Response()
    response = json_response(answer.as_dict(), answer.status)
    if isinstance(answer, Grant):
        response.headers += _NO_STORE
    return response


async def revoke(api: ApiContext, request: Request) -> Response:
    """POST /auth/revoke (RFC 7009): always 200, so that nobody learns which tokens exist."""
    await api.auth.revoke_secret((await request.form()).get("token"))
    return Response()


async def link_user(api: ApiContext, request: Request) -> Response:
    """POST /auth/link_user: name a login of one's own."""
    body = await request.json_object()
    code, client_id = body.get("code"), body.get("client_id")
    if not isinstance(code, str) or not isinstance(client_id, str):
        raise HttpError(400, "Message format incorrect: code and client_id are required")
    return message_response(await api.auth.link_user(request.user, code, client_id))


ROUTES: Final = (
    Route("POST", "/auth/token", token, Access.OPEN),
    Route("POST", "/auth/revoke", revoke, Access.OPEN),
    Route("POST", "/auth/link_user", link_user),
)
