"""Cross-origin requests, as Home Assistant allows them: what issues and revokes tokens is for pages of any origin, all
else for the origins that the configuration lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from marge.api.http import Request, Response

_ALLOWED_HEADERS: Final = b"Origin, Accept, X-Requested-With, Content-Type, Authorization"

_FOR_ALL: Final = frozenset({"/auth/token", "/auth/revoke"})


class Cors:
    """Answers preflight requests and marks responses for allowed origins."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = {origin.encode().rstrip(b"/") for origin in origins}
        self._active = bool(self._origins)

    def concerns(self, path: str) -> bool:
        """Whether any page of another origin may ask for `path`."""
        return self._active or path in _FOR_ALL

    def _allowed(self, request: Request) -> bytes | None:
        origin = request.header(b"origin")
        if origin is None:
            return None
        if request.path in _FOR_ALL or b"*" in self._origins or origin.rstrip(b"/") in self._origins:
            return origin
        return None

    def preflight(self, request: Request) -> Response | None:
        """The answer to a browser's question before the request itself; None when it is no such question."""
        wanted = request.header(b"access-control-request-method")
        if wanted is None or (origin := self._allowed(request)) is None:
            return None
        return Response(
            b"",
            200,
            [
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-methods", wanted),
                (b"access-control-allow-headers", _ALLOWED_HEADERS),
                (b"access-control-allow-credentials", b"true"),
                (b"vary", b"Origin"),
            ],
        )

    def decorate(self, request: Request, response: Response) -> None:
        """Let an allowed origin read the response."""
        if origin := self._allowed(request):
            response.headers = [
                *response.headers,
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-credentials", b"true"),
                (b"vary", b"Origin"),
            ]
