"""Signed paths: a link that works for a short while without a header, for images, downloads and streams.

The signature covers the path and all query parameters except `width` and `height`, which the frontend appends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

import msgspec

from marge.auth import tokens

SIGN_QUERY_PARAM: Final = "authSig"
DEFAULT_EXPIRES: Final = 30
MAX_LENGTH: Final = 8192
MAX_EXPIRES: Final = 10 * 365 * 86400
_UNSIGNED: Final = frozenset({"width", "height", SIGN_QUERY_PARAM})
_PATH_SAFE: Final = "/:@!$&'()*+,;=~"


class _PathClaims(msgspec.Struct, frozen=True, gc=False):
    iss: str
    path: str
    params: list[tuple[str, str]]
    iat: int
    exp: int


def _parse(query: str) -> tuple[list[tuple[str, str]], str | None] | None:
    """The parameters that are signed, and the signature if there is one; None for a query with too many."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    signature = next((value for key, value in pairs if key == SIGN_QUERY_PARAM), None)
    return [pair for pair in pairs if pair[0] not in _UNSIGNED], signature


class PathSigner:
    """Signs paths and verifies them. `secret` is made anew at each start, so no signed path outlives the hub."""

    def __init__(self, now: Callable[[], float], secret: bytes) -> None:
        self._now = now
        self._secret = secret

    def sign(self, path: str, token_id: str, expires: float = DEFAULT_EXPIRES) -> str:
        """`path`, which may have a query, with its signature in the name of the refresh token `token_id`.

        Valid for `expires` seconds. Raises ValueError for a path that is not one of ours or is too long.
        """
        bare, _, query = path.partition("#")[0].partition("?")
        parsed = _parse(query)
        if not bare.startswith("/") or parsed is None or len(path) > MAX_LENGTH // 4:
            raise ValueError(f"expected a path that starts with '/' and has at most {MAX_LENGTH // 4} characters")
        params = parsed[0]
        now = int(self._now())
        claims = _PathClaims(token_id, unquote(bare), params, now, now + int(min(expires, MAX_EXPIRES)))
        try:
            params = [*params, (SIGN_QUERY_PARAM, tokens.encode(claims, self._secret))]
            return f"{quote(claims.path, safe=_PATH_SAFE)}?{urlencode(params, quote_via=quote, safe='/:')}"
        except UnicodeEncodeError as error:
            raise ValueError("the path is not valid Unicode") from error

    def verify(self, path: str, query: str) -> str | None:
        """The id of the refresh token that signed `path` (percent-decoded) with `query` (as sent); None if none did."""
        if SIGN_QUERY_PARAM not in query or len(query) > MAX_LENGTH * 2:
            return None
        parsed = _parse(query)
        if parsed is None or parsed[1] is None:
            return None
        params, signature = parsed[0], parsed[1]
        claims = tokens.decode(signature, _PathClaims, lambda _: self._secret)
        now = self._now()
        if claims is None or claims.exp <= now or claims.iat > now:
            return None
        return claims.iss if claims.path == path and claims.params == params else None
