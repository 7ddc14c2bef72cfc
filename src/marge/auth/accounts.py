"""Managing people: what admins and users do to accounts, with Home Assistant's rules and error codes.

Every method is durable when it returns, and raises AuthRefused with the WebSocket error code.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from marge.auth.errors import AuthRefused
from marge.auth.models import User
from marge.auth.permissions import require_owner
from marge.auth.providers.homeassistant import LocalUsers
from marge.auth.rate import LoginThrottle
from marge.auth.refresh_tokens import RefreshTokens
from marge.auth.users import Users
from marge.core.ports import Store


class Accounts:
    """Users, their local accounts, and what a change means for those who are logged in."""

    def __init__(
        self, store: Store, users: Users, tokens: RefreshTokens, local: LocalUsers, throttle: LoginThrottle
    ) -> None:
        self._store = store
        self._users = users
        self._tokens = tokens
        self._local = local
        self._throttle = throttle

    async def create_user(self, name: str, *, group_ids: Sequence[str] = (), local_only: bool = False) -> User:
        """Add a user, who cannot log in before they have an account."""
        user = self._users.create(name, group_ids=group_ids, local_only=local_only)
        await self._store.flush()
        return user

    async def update_user(
        self,
        user_id: str,
        *,
        name: str | UnsetType = UNSET,
        is_active: bool | UnsetType = UNSET,
        group_ids: Sequence[str] | UnsetType = UNSET,
        local_only: bool | UnsetType = UNSET,
    ) -> User:
        """Change what is given. Deactivating a user ends their open connections; their tokens work again afterwards."""
        user = self._users.update(user_id, name=name, is_active=is_active, group_ids=group_ids, local_only=local_only)
        if not user.is_active:
            for token in self._tokens.of_user(user_id):
                self._tokens.notify(token.id)
        await self._store.flush()
        return user

    async def delete_user(self, user_id: str, by: User) -> None:
        """Delete a user, their account and their tokens; nobody can delete themselves or the owner."""
        if user_id == by.id:
            raise AuthRefused("no_delete_self", "Unable to delete your own account")
        credentials = self._users.credentials_of(user_id)
        self._users.remove(user_id)
        for credential in credentials:
            if credential.auth_provider_type == self._local.type:
                self._local.forget(credential)
        for token in self._tokens.of_user(user_id):
            self._tokens.remove(token.id)
        await self._store.flush()

    async def create_account(self, user_id: str, username: str, password: str) -> None:
        """Let a user log in with a username and a password."""
        if self._users.require(user_id).system_generated:
            raise AuthRefused("system_generated", "Cannot add credentials to a system generated user.")
        self._local.add(user_id, username, await self._local.hash_new(username, password))
        await self._store.flush()

    async def delete_account(self, username: str) -> None:
        """Take the username and password from their user, and end the logins that were made with them."""
        credential = self._local.credential_named(username)
        self._users.remove_credential(credential.id)
        self._local.forget(credential)
        for token in self._tokens.of_user(credential.user_id):
            if token.credential_id == credential.id:
                self._tokens.remove(token.id)
        await self._store.flush()

    async def change_own_password(self, user: User, current: str, new: str, remote: str) -> None:
        """Change one's own password, knowing the current one; wrong guesses are slowed like logins."""
        username = self._local.credential_of(user.id).username
        if (wait := self._throttle.attempt(remote, username)) > 0:
            raise AuthRefused("home_assistant_error", f"Too many wrong passwords, try again in {int(wait) + 1} s")
        if not await self._local.verify_password(user.id, current):
            raise AuthRefused("invalid_current_password", "Invalid current password")
        self._throttle.succeeded(remote, username)
        await self._local.change_password(user.id, new)
        await self._store.flush()

    async def change_password(self, user_id: str, password: str, by: User) -> None:
        """Set anybody's password; only the owner may."""
        require_owner(by)
        await self._local.change_password(user_id, password)
        await self._store.flush()

    async def change_username(self, user_id: str, username: str, by: User) -> None:
        """Rename anybody's account; only the owner may."""
        require_owner(by)
        self._local.change_username(user_id, username)
        await self._store.flush()
