"""Authorization codes (RFC 6749, 4.1.2): single use, bound to a client, valid for ten minutes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

LIFETIME: Final = 600.0
MAX_CODES: Final = 1000


class AuthorizationCodes:
    """Hands out codes for a credential and takes each back once."""

    def __init__(self, now: Callable[[], float], token_hex: Callable[[int], str]) -> None:
        self._now = now
        self._token_hex = token_hex
        self._codes: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()

    def create(self, client_id: str, credential_id: str) -> str:
        """A code with which `client_id` can obtain tokens for the owner of the credential."""
        now = self._now()
        while self._codes and (len(self._codes) >= MAX_CODES or next(iter(self._codes.values()))[0] <= now - LIFETIME):
            self._codes.popitem(last=False)
        code = self._token_hex(16)
        self._codes[client_id, code] = (now, credential_id)
        return code

    def redeem(self, client_id: str, code: str) -> str | None:
        """The credential id that the code stands for; None when unknown, used, another client's or too old."""
        created, credential_id = self._codes.pop((client_id, code), (0.0, None))
        return credential_id if self._now() - created < LIFETIME else None

    def __len__(self) -> int:
        return len(self._codes)
