"""Who sends a request: by bearer token, or by the signature in a signed path."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marge.api.http import Request
    from marge.auth import AuthManager
    from marge.auth.models import Access


def identify(auth: AuthManager, request: Request) -> Access | None:
    """Return who is behind a request and by which token, None when it carries nothing valid."""
    authorization = request.header(b"authorization")
    return auth.authenticate(
        None if authorization is None else authorization.decode("latin-1"),
        request.method,
        request.path,
        request.scope["query_string"].decode("latin-1"),
        request.remote or "",
    )
