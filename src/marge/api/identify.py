"""Who sends a request: by bearer token, or by the signature in a signed path."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marge.api.http import Request
    from marge.auth.manager import AuthManager
    from marge.auth.models import RefreshToken, User


def identify(auth: AuthManager, request: Request) -> tuple[User, RefreshToken] | None:
    """Return the user and the refresh token behind a request, None when it carries nothing valid."""
    authorization = request.header(b"authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        return auth.authenticate(token.strip().decode("latin-1"))
    if request.method in ("GET", "HEAD") and b"authSig=" in request.scope["query_string"]:
        return auth.authenticate_signed(request.path, request.scope["query_string"].decode("latin-1"))
    return None
