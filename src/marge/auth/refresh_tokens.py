"""Refresh tokens: made at login, used to obtain access tokens, revocable, gone after 90 days without use."""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from marge.auth.models import RefreshToken, TokenType
from marge.auth.records import Records
from marge.core.clock import Cancel, Clock
from marge.core.ports import Store

_LOGGER = logging.getLogger("marge.auth.tokens")

UNUSED_LIFETIME: Final = 90 * 86400.0
ACCESS_LIFETIME: Final = 30 * 60
MAX_PER_USER: Final = 500

Revoked = Callable[[], object]


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class RefreshTokens:
    """All refresh tokens, found by id and by the secret that their client holds.

    The secret itself is never kept: 64 random bytes need no salt, so a SHA-256 is found at once and gives nothing away.
    """

    def __init__(self, clock: Clock, store: Store, token_hex: Callable[[int], str]) -> None:
        self._clock = clock
        self._token_hex = token_hex
        self._records = Records(store, "auth_tokens", RefreshToken)
        self._by_hash = {token.secret_hash: token.id for token in self._records.all() if token.secret_hash}
        self._watchers: dict[str, dict[int, Revoked]] = {}
        self._watcher_count = 0
        self._timer: Cancel | None = None
        self.on_removed: Callable[[RefreshToken], None] = lambda token: None

    def start(self) -> None:
        """Remove what expired while the hub was away, and from now on whatever expires."""
        self._remove_expired()

    def stop(self) -> None:
        """Stop watching for expiry."""
        if self._timer is not None:
            self._timer()
            self._timer = None

    def get(self, token_id: str) -> RefreshToken | None:
        """A token by its id."""
        return self._records.get(token_id)

    def find(self, secret: str) -> RefreshToken | None:
        """The token whose client holds `secret`; None when unknown, revoked or expired."""
        token_id = self._by_hash.get(_hash(secret))
        token = None if token_id is None else self._records.get(token_id)
        if token is None or (token.expire_at is not None and token.expire_at <= self._clock.now()):
            return None
        return token

    def of_user(self, user_id: str) -> list[RefreshToken]:
        """A user's tokens, oldest first."""
        return [token for token in self._records.all() if token.user_id == user_id]

    def create(
        self,
        user_id: str,
        token_type: TokenType,
        *,
        access_token_expiration: int = ACCESS_LIFETIME,
        client_id: str | None = None,
        client_name: str | None = None,
        client_icon: str | None = None,
        credential_id: str | None = None,
    ) -> tuple[RefreshToken, str | None]:
        """Make a token and, for a normal one, the secret for its client; then the user's least used one makes room."""
        normal = token_type is TokenType.NORMAL
        if normal:
            logins = [token for token in self.of_user(user_id) if token.token_type is TokenType.NORMAL]
            if len(logins) >= MAX_PER_USER:
                self.remove(min(logins, key=lambda token: token.last_used_at or token.created_at).id)
        secret = self._token_hex(64) if normal else None
        now = self._clock.now()
        token = RefreshToken(
            id=self._token_hex(16),
            user_id=user_id,
            token_type=token_type,
            jwt_key=self._token_hex(64),
            created_at=now,
            access_token_expiration=access_token_expiration,
            client_id=client_id,
            client_name=client_name,
            client_icon=client_icon,
            secret_hash=None if secret is None else _hash(secret),
            credential_id=credential_id,
            expire_at=now + UNUSED_LIFETIME if normal else None,
        )
        self._records.put(token.id, token)
        if token.secret_hash is not None:
            self._by_hash[token.secret_hash] = token.id
        return token, secret

    def used(self, token: RefreshToken, remote: str | None) -> RefreshToken:
        """Note that an access token was issued to `remote`; puts expiry off."""
        now = self._clock.now()
        # Never back: a clock that is not set yet after a power cut must not end logins once it is.
        expire_at = None if token.expire_at is None else max(token.expire_at, now + UNUSED_LIFETIME)
        return self._put(replace(token, last_used_at=now, last_used_ip=remote, expire_at=expire_at))

    def set_expiry(self, token: RefreshToken, enable: bool) -> None:
        """Let a token expire when it is not used for 90 days, or never."""
        if not enable:
            self._put(replace(token, expire_at=None))
        elif token.expire_at is None:
            self._put(replace(token, expire_at=(token.last_used_at or self._clock.now()) + UNUSED_LIFETIME))
            self._schedule()

    def _put(self, token: RefreshToken) -> RefreshToken:
        self._records.put(token.id, token)
        return token

    def remove(self, token_id: str) -> None:
        """Revoke a token and tell whoever watches it; nothing happens when it is not there."""
        token = self._records.delete(token_id)
        if token is None:
            return
        if token.secret_hash is not None:
            self._by_hash.pop(token.secret_hash, None)
        self.on_removed(token)
        self.notify(token_id)

    def watch(self, token_id: str, callback: Revoked) -> Cancel:
        """Call `callback` once when the token is revoked; returns what ends that."""
        self._watcher_count += 1
        number = self._watcher_count
        self._watchers.setdefault(token_id, {})[number] = callback

        def cancel() -> None:
            watchers = self._watchers.get(token_id)
            if watchers is not None and watchers.pop(number, None) is not None and not watchers:
                del self._watchers[token_id]

        return cancel

    def notify(self, token_id: str) -> None:
        """Tell whoever watches a token that it no longer opens anything."""
        for callback in list(self._watchers.pop(token_id, {}).values()):
            try:
                callback()
            except Exception:
                _LOGGER.exception("A listener to the revocation of token %s failed", token_id)

    def _remove_expired(self) -> None:
        now = self._clock.now()
        for token in list(self._records.all()):
            if token.expire_at is not None and token.expire_at <= now:
                self.remove(token.id)
        self._timer = None
        self._schedule()

    def _schedule(self) -> None:
        self.stop()
        now = self._clock.now()
        soonest = min(
            (token.expire_at for token in self._records.all() if token.expire_at is not None),
            default=now + UNUSED_LIFETIME,
        )
        self._timer = self._clock.call_at(min(soonest, now + UNUSED_LIFETIME), self._remove_expired)

    def __len__(self) -> int:
        return len(self._records)
