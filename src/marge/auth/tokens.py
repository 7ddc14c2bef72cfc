"""Access tokens: JSON Web Tokens signed with HMAC-SHA256 (RFC 7519), checked on every request.

Exactly one header is accepted, so there is no algorithm to choose and nothing to confuse. Written on hmac and hashlib,
because PyJWT loads ssl and an HTTP client.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections import OrderedDict
from collections.abc import Callable
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Final, TypeVar

import msgspec

MAX_TOKEN_LENGTH: Final = 8192
LEEWAY: Final = 10
"""Seconds by which clocks may differ: as long as this an access token outlives its `exp`, and `iat` may lie ahead."""

_HEADER: Final = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
_START: Final = _HEADER + b"."

C = TypeVar("C", bound=msgspec.Struct)


class AccessClaims(msgspec.Struct, frozen=True, gc=False):
    """Issuer (a refresh token's id), issued at, expires at (Unix seconds)."""

    iss: str
    iat: int
    exp: int


def _signature(signed: bytes, key: bytes) -> bytes:
    return urlsafe_b64encode(hmac_digest(key, signed, "sha256")).rstrip(b"=")


def encode(claims: msgspec.Struct, key: bytes) -> str:
    """Sign `claims`."""
    signed = _START + urlsafe_b64encode(msgspec.json.encode(claims)).rstrip(b"=")
    return (signed + b"." + _signature(signed, key)).decode("ascii")


def decode(token: str, kind: type[C], key_for: Callable[[C], bytes | None]) -> C | None:
    """The claims of `token` if it carries the signature of the key that `key_for` names for them; otherwise None.

    Times are not looked at. The signature is compared as text, so that there is one spelling of each token.
    """
    if len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        return None
    signed, dot, signature = token.encode("ascii").rpartition(b".")
    if not dot or not signed.startswith(_START):
        return None
    payload = signed[len(_START) :]
    try:
        claims = msgspec.json.decode(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)), type=kind)
    except (msgspec.DecodeError, Base64Error, UnicodeDecodeError, RecursionError):
        return None
    key = key_for(claims)
    if key is None or not compare_digest(_signature(signed, key), signature):
        return None
    return claims


class AccessTokens:
    """Issues access tokens and verifies them; those that verified are remembered until they expire."""

    def __init__(
        self, now: Callable[[], float], key_for: Callable[[str], bytes | None], *, remembered: int = 1024
    ) -> None:
        """`key_for` gives the key of a refresh token by its id, None once it is revoked."""
        self._now = now
        self._key_for = key_for
        self._limit = remembered
        self._verified: OrderedDict[str, AccessClaims] = OrderedDict()

    def issue(self, token_id: str, key: bytes, lifetime: int) -> str:
        """A token for `lifetime` seconds in the name of the refresh token `token_id`."""
        now = int(self._now())
        return encode(AccessClaims(token_id, now, now + lifetime), key)

    def verify(self, token: str) -> str | None:
        """The id of the refresh token that `token` was issued for; None when it is invalid or out of date.

        Whether that refresh token still exists is for the caller to see when it is looked up.
        """
        claims = self._verified.get(token)
        now = self._now()
        if claims is None:
            claims = decode(token, AccessClaims, lambda claims: self._key_for(claims.iss))
            if claims is None or claims.iat > now + LEEWAY or claims.exp <= now - LEEWAY:
                return None
            if len(self._verified) >= self._limit:
                self._verified.popitem(last=False)
            self._verified[token] = claims
        elif claims.exp <= now - LEEWAY:
            del self._verified[token]
            return None
        else:
            self._verified.move_to_end(token)
        return claims.iss

    def forget(self, token_id: str) -> None:
        """Drop what is remembered of a revoked refresh token."""
        for token in [token for token, claims in self._verified.items() if claims.iss == token_id]:
            del self._verified[token]

    def __len__(self) -> int:
        return len(self._verified)
