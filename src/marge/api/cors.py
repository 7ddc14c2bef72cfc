"""Cross-origin requests: only from the origins that the configuration lists, as Home Assistant does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from marge.api.http import Request, Response

_ALLOWED_HEADERS: Final = b"Origin, Accept, X-Requested-With, Content-Type, Authorization"


class Cors:
    """Answers preflight requests and marks responses for allowed origins."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = {origin.encode().rstrip(b"/") for origin in origins}
        self.active = bool(self._origins)

    def _allowed(self, request: Request) -> bytes | None:
        origin = request.header(b"origin")
        if origin is None:
            return None
        return origin if origin.rstrip(b"/") in self._origins or b"*" in self._origins else None

    def preflight(self, request: Request) -> Response | None:
        """The answer to a browser's question before the request itself; None when it is no such question."""
        wanted = request.header(b"access-control-request-method")
        if not self.active or wanted is None or (origin := self._allowed(request)) is None:
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
