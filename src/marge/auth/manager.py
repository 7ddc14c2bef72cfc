"""Auth as one thing: who is asking, how they log in, which tokens they hold. The API speaks to this."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Final

from marge.auth.accounts import Accounts
from marge.auth.clients import is_valid_client_id, is_valid_redirect
from marge.auth.codes import AuthorizationCodes
from marge.auth.errors import AuthRefused, LoginRefused
from marge.auth.grants import (
    INVALID_CLIENT,
    INVALID_CODE,
    INVALID_GRANT,
    INVALID_REQUEST,
    UNSUPPORTED_GRANT_TYPE,
    Grant,
    GrantError,
    TokenRequest,
)
from marge.auth.login_flow import LoginFlows
from marge.auth.models import GROUP_ADMIN, GROUP_READ_ONLY, Access, Credential, RefreshToken, TokenType, User
from marge.auth.network import is_local, parse_address
from marge.auth.passwords import DEFAULT_COST, PasswordHasher
from marge.auth.providers import PROVIDERS, LocalUsers, Provider
from marge.auth.rate import LoginThrottle
from marge.auth.refresh_tokens import MAX_PER_USER, RefreshTokens, Revoked
from marge.auth.signed_paths import DEFAULT_EXPIRES, SIGN_QUERY_PARAM, PathSigner
from marge.auth.tokens import AccessTokens
from marge.auth.users import MAX_NAME_LENGTH, Fire, Users
from marge.core.clock import Cancel, Clock
from marge.core.ports import Store

CONTENT_USER_NAME: Final = "Home Assistant Content"
COMMAND_LINE_USER_NAME: Final = "Marge command line"
COMMAND_LINE_TOKEN_SECONDS: Final = 10 * 365 * 86400
MAX_LIFESPAN_DAYS: Final = 36_500
CURRENT_TOKEN_GRACE: Final = 2.0
"""Seconds for which the token of the connection that logs out everywhere lives on, so that the answer arrives."""


class AuthManager:
    """Users, credentials, tokens and logins. What an `async` method changed is durable when it returns."""

    def __init__(
        self,
        clock: Clock,
        store: Store,
        fire: Fire,
        *,
        token_hex: Callable[[int], str] = secrets.token_hex,
        password_cost: int = DEFAULT_COST,
    ) -> None:
        """`fire` is the bus's; `token_hex` makes unguessable hexadecimal text of so many bytes."""
        self._clock = clock
        self._store = store
        self.users = Users(store, fire, token_hex)
        self.tokens = RefreshTokens(clock, store, token_hex)
        self.tokens.on_removed = lambda token: self._access.forget(token.id)
        self._access = AccessTokens(clock.now, self._key_of)
        self._signer = PathSigner(clock.now, token_hex(32).encode("ascii"))
        self.codes = AuthorizationCodes(clock.now, token_hex)
        self.throttle = LoginThrottle(clock.monotonic)
        hasher = PasswordHasher(password_cost)
        made: list[Provider] = [make(self.users, store, hasher) for make in PROVIDERS.values()]
        self.providers = {(provider.type, provider.id): provider for provider in made}
        local = self.providers["homeassistant", None]
        assert isinstance(local, LocalUsers)
        self.local = local
        self.flows = LoginFlows(clock.monotonic, self.providers, self.throttle, self._finish_login, token_hex)
        self.accounts = Accounts(store, self.users, self.tokens, self.local, self.throttle)
        self._leaving: dict[str, Cancel] = {}

    def start(self) -> None:
        """Make the hub's own user if it is missing, and begin to remove what expires. Needs the loop."""
        self.content_token()
        self.tokens.start()

    def stop(self) -> None:
        """Finish what was put off, before the store's last flush; nothing is timed any more."""
        for token_id, cancel in list(self._leaving.items()):
            cancel()
            self._leave(token_id)
        self.tokens.stop()

    # Who is asking

    def validate(self, access_token: str, remote: str | None = None) -> Access | None:
        """Who an access token belongs to; None when it is wrong, out of date, revoked, or its user is not active.

        With the client's address `remote`, a local-only user is refused from outside.
        """
        token_id = self._access.verify(access_token)
        return None if token_id is None else self._access_by(token_id, remote)

    def authenticate(self, authorization: str | None, method: str, path: str, query: str, remote: str) -> Access | None:
        """Who sent a request: by its `Authorization` header, or for GET by its `authSig`.

        `path` is percent-decoded, `query` as it was sent, `remote` the client's address.
        """
        if authorization is not None and authorization.startswith("Bearer "):
            access = self.validate(authorization[7:], remote)
            if access is not None:
                return access
        if method == "GET" and SIGN_QUERY_PARAM in query:
            token_id = self._signer.verify(path, query)
            return None if token_id is None else self._access_by(token_id, remote)
        return None

    def login_block(self, user: User, remote: str | None) -> str | None:
        """Why the user may not come in from `remote`; None when they may."""
        if not user.is_active:
            return "User is not active"
        if not user.local_only or (remote is not None and is_local(remote)):
            return None
        if remote is None or parse_address(remote) is None:
            return "Invalid remote IP"
        return "User cannot authenticate remotely"

    def sign_path(self, path: str, token_id: str, expires: float = DEFAULT_EXPIRES) -> str:
        """`path` with a signature that works for `expires` seconds while the refresh token lives.

        Raises ValueError for what is no path.
        """
        return self._signer.sign(path, token_id, expires)

    def content_token(self) -> RefreshToken:
        """The refresh token of the hub's own user, to sign paths that no user asked for."""
        for user in self.users.all():
            if user.system_generated and user.name == CONTENT_USER_NAME:
                break
        else:
            user = self.users.create(CONTENT_USER_NAME, group_ids=(GROUP_READ_ONLY,), system_generated=True)
        for token in self.tokens.of_user(user.id):
            return token
        return self.tokens.create(user.id, TokenType.SYSTEM)[0]

    def command_line_token(self) -> str:
        """An access token of the hub's own administrator for the command line; the one given before is revoked."""
        for user in self.users.all():
            if user.system_generated and user.name == COMMAND_LINE_USER_NAME:
                break
        else:
            user = self.users.create(COMMAND_LINE_USER_NAME, group_ids=(GROUP_ADMIN,), system_generated=True)
        for old in self.tokens.of_user(user.id):
            self.tokens.remove(old.id)
        token, _ = self.tokens.create(user.id, TokenType.SYSTEM, access_token_expiration=COMMAND_LINE_TOKEN_SECONDS)
        return self._grant(token, None).access_token

    def on_revoked(self, token_id: str, callback: Revoked) -> Cancel:
        """Call `callback` once when the refresh token is revoked or its user goes; returns what ends that."""
        return self.tokens.watch(token_id, callback)

    def _key_of(self, token_id: str) -> bytes | None:
        token = self.tokens.get(token_id)
        return None if token is None else token.jwt_key.encode("ascii")

    def _access_by(self, token_id: str, remote: str | None) -> Access | None:
        token = self.tokens.get(token_id)
        user = None if token is None else self.users.get(token.user_id)
        if token is None or user is None or not user.is_active:
            return None
        if user.local_only and remote is not None and not is_local(remote):
            return None
        return Access(user, token)

    # Logging in

    def create_code(self, client_id: str, credential: Credential) -> str:
        """An authorization code with which `client_id` obtains tokens."""
        return self.codes.create(client_id, credential.id)

    def _finish_login(self, client_id: str, redirect_uri: str, credential: Credential, remote: str) -> str:
        if not is_valid_redirect(client_id, redirect_uri):
            raise LoginRefused(403, "Invalid redirect URI")
        user = self.users.get(credential.user_id)
        blocked = "User is not active" if user is None else self.login_block(user, remote)
        if blocked is not None:
            raise LoginRefused(403, f"Login blocked: {blocked}")
        return self.create_code(client_id, credential)

    async def create_owner(self, name: str, username: str, password: str) -> tuple[User, Credential]:
        """The first account, all or nothing; raises AuthRefused, for a hub that has an owner too."""
        password_hash = await self.local.hash_new(username, password)
        if self.users.owner() is not None:
            raise AuthRefused("not_allowed", "There is an owner already")
        user = self.users.create(name, group_ids=(GROUP_ADMIN,))
        return user, self.local.add(user.id, username, password_hash)

    async def link_user(self, user: User, code: str, client_id: str) -> str:
        """Answer `/auth/link_user`: every credential has its user already, so only one's own can be named."""
        credential_id = self.codes.redeem(client_id, code)
        credential = None if credential_id is None else self.users.credential(credential_id)
        if credential is None:
            raise LoginRefused(400, "Invalid code")
        if credential.user_id != user.id:
            raise LoginRefused(400, "Credential already linked")
        return "User linked"

    async def token_request(self, request: TokenRequest, remote: str) -> Grant | GrantError | None:
        """Answer the token endpoint; None for a revocation, whose answer is empty."""
        if request.action == "revoke":
            await self.revoke_secret(request.token)
            return None
        if request.grant_type == "authorization_code":
            return await self._grant_code(request, remote)
        if request.grant_type == "refresh_token":
            return self._grant_refresh(request, remote)
        return UNSUPPORTED_GRANT_TYPE

    async def _grant_code(self, request: TokenRequest, remote: str) -> Grant | GrantError:
        if request.client_id is None or not is_valid_client_id(request.client_id):
            return INVALID_CLIENT
        credential_id = None if request.code is None else self.codes.redeem(request.client_id, request.code)
        credential = None if credential_id is None else self.users.credential(credential_id)
        user = None if credential is None else self.users.get(credential.user_id)
        if credential is None or user is None:
            return INVALID_CODE
        if (blocked := self.login_block(user, remote)) is not None:
            return GrantError("access_denied", blocked, 403)
        token, secret = self.tokens.create(
            user.id, TokenType.NORMAL, client_id=request.client_id, credential_id=credential.id
        )
        grant = self._grant(token, remote, secret, credential.auth_provider_type)
        await self._store.flush()
        return grant

    def _grant_refresh(self, request: TokenRequest, remote: str) -> Grant | GrantError:
        if request.client_id is not None and not is_valid_client_id(request.client_id):
            return INVALID_CLIENT
        if request.refresh_token is None:
            return INVALID_REQUEST
        token = self.tokens.find(request.refresh_token)
        user = None if token is None else self.users.get(token.user_id)
        if token is None or user is None:
            return INVALID_GRANT
        if token.client_id != request.client_id:
            return INVALID_REQUEST
        if (blocked := self.login_block(user, remote)) is not None:
            return GrantError("access_denied", blocked, 403)
        return self._grant(token, remote)

    def _grant(
        self, token: RefreshToken, remote: str | None, secret: str | None = None, provider: str | None = None
    ) -> Grant:
        used = self.tokens.used(token, remote)
        lifetime = used.access_token_expiration
        access_token = self._access.issue(used.id, used.jwt_key.encode("ascii"), lifetime)
        return Grant(access_token, lifetime, secret, provider)

    # Tokens

    async def create_long_lived_token(
        self, user: User, client_name: str, lifespan: int, client_icon: str | None = None
    ) -> str:
        """An access token that works for `lifespan` days; it cannot be shown again. Raises AuthRefused."""
        if not 1 <= lifespan <= MAX_LIFESPAN_DAYS:
            raise AuthRefused("invalid_format", f"lifespan is 1 to {MAX_LIFESPAN_DAYS} days")
        if user.system_generated or not user.is_active:
            raise AuthRefused("unauthorized", "Only active users have long-lived tokens")
        if len(client_name) > MAX_NAME_LENGTH or len(client_icon or "") > MAX_NAME_LENGTH:
            raise AuthRefused(
                "invalid_format", f"client_name and client_icon have at most {MAX_NAME_LENGTH} characters"
            )
        mine = [token for token in self.tokens.of_user(user.id) if token.token_type is TokenType.LONG_LIVED]
        if any(token.client_name == client_name for token in mine):
            raise AuthRefused("unknown_error", f"There is a token named {client_name} already; choose another name")
        if len(mine) >= MAX_PER_USER:
            raise AuthRefused("not_allowed", f"You have {MAX_PER_USER} long-lived tokens already; delete one first")
        token, _ = self.tokens.create(
            user.id,
            TokenType.LONG_LIVED,
            access_token_expiration=lifespan * 86400,
            client_name=client_name,
            client_icon=client_icon,
        )
        grant = self._grant(token, None)
        await self._store.flush()
        return grant.access_token

    async def revoke_secret(self, secret: str | None) -> None:
        """Revoke the refresh token whose client holds `secret`; nothing happens when there is none (RFC 7009)."""
        if secret is not None and (token := self.tokens.find(secret)) is not None:
            await self._revoke(token.id)

    async def delete_refresh_token(self, user: User, token_id: str) -> None:
        """Revoke one of a user's tokens; raises AuthRefused when it is not theirs."""
        self._own(user, token_id)
        await self._revoke(token_id)

    async def delete_all_refresh_tokens(
        self, user: User, current_id: str, token_type: str | None = None, delete_current: bool = True
    ) -> None:
        """Revoke all tokens of a user, or those of one type; the current one two seconds later, or not at all."""
        for token in self.tokens.of_user(user.id):
            if token_type is not None and token.token_type != token_type:
                continue
            if token.id != current_id:
                self.tokens.remove(token.id)
            elif delete_current and token.id not in self._leaving:
                self._leaving[token.id] = self._clock.call_later(CURRENT_TOKEN_GRACE, partial(self._leave, token.id))
        await self._store.flush()

    async def set_token_expiry(self, user: User, token_id: str, enable: bool) -> None:
        """Let one of a user's tokens expire after 90 days without use, or never; raises AuthRefused."""
        self.tokens.set_expiry(self._own(user, token_id), enable)
        await self._store.flush()

    def _own(self, user: User, token_id: str) -> RefreshToken:
        token = self.tokens.get(token_id)
        if token is None or token.user_id != user.id:
            raise AuthRefused("invalid_token_id", "Received invalid token")
        return token

    async def _revoke(self, token_id: str) -> None:
        self.tokens.remove(token_id)
        await self._store.flush()

    def _leave(self, token_id: str) -> None:
        self._leaving.pop(token_id, None)
        self.tokens.remove(token_id)
