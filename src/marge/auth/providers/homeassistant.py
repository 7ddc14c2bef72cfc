"""Local accounts: a username and a password, kept by the hub itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from marge.auth.errors import AuthRefused
from marge.auth.models import Credential
from marge.auth.passwords import PasswordHasher, normalize_username
from marge.auth.providers.base import Field
from marge.auth.records import Records
from marge.auth.users import Users
from marge.core.ports import Store

MAX_USERNAME_LENGTH: Final = 128


class _Password(msgspec.Struct, frozen=True, gc=False):
    username: str
    hash: str


class LocalUsers:
    """Verifies and keeps passwords. Methods that change something are durable after the store's next flush."""

    type: Final = "homeassistant"
    id: Final = None
    name: Final = "Home Assistant Local"
    fields: Final = (Field("username"), Field("password"))

    def __init__(self, users: Users, store: Store, hasher: PasswordHasher) -> None:
        self._users = users
        self._hasher = hasher
        self._passwords = Records(store, "auth_provider_homeassistant", _Password)

    def account(self, answers: Mapping[str, str]) -> str:
        """See `Provider.account`."""
        return normalize_username(answers["username"])

    async def verify(self, answers: Mapping[str, str]) -> Credential | None:
        """See `Provider.verify`."""
        username = normalize_username(answers["username"])
        kept = self._passwords.get(username)
        if not await self._hasher.verify(answers["password"], None if kept is None else kept.hash):
            return None
        # Looked up after the wait: the account may be gone, or its password changed, by now.
        return self._find(username) if self._passwords.get(username) == kept else None

    def forget(self, credential: Credential) -> None:
        """See `Provider.forget`."""
        self._passwords.delete(credential.username)

    async def hash_new(self, username: str, password: str) -> str:
        """Check a new username and hash its password; raises AuthRefused for a taken or unsuitable username."""
        self._check_username(username)
        self._check_password(password)
        return await self._hasher.hash(password)

    def add(self, user_id: str, username: str, password_hash: str) -> Credential:
        """Give a user a local account; raises AuthRefused as `hash_new`, and for the hub's own users."""
        if self._users.require(user_id).system_generated:
            raise AuthRefused("system_generated", "Cannot add credentials to a system generated user.")
        self._check_username(username)
        self._passwords.put(username, _Password(username, password_hash))
        return self._users.add_credential(user_id, self.type, self.id, username)

    async def verify_password(self, user_id: str, password: str) -> bool:
        """Whether `password` is the user's; raises AuthRefused when they have no local account."""
        credential = self.credential_of(user_id)
        return await self.verify({"username": credential.username, "password": password}) is not None

    async def change_password(self, user_id: str, password: str) -> None:
        """Set a user's password; raises AuthRefused when they have no local account."""
        self.credential_of(user_id)
        self._check_password(password)
        hashed = await self._hasher.hash(password)
        username = self.credential_of(user_id).username
        self._passwords.put(username, _Password(username, hashed))

    def change_username(self, user_id: str, username: str) -> None:
        """Rename a user's account; raises AuthRefused for a taken or unsuitable name, or a user without one."""
        credential = self.credential_of(user_id)
        self._check_username(username)
        if (kept := self._passwords.delete(credential.username)) is not None:
            self._passwords.put(username, _Password(username, kept.hash))
        self._users.rename_credential(credential.id, username)

    def credential_named(self, username: str) -> Credential:
        """The credential of an account; raises AuthRefused when there is none."""
        if (credential := self._find(normalize_username(username))) is None:
            raise AuthRefused("home_assistant_error", "User not found", translation_key="user_not_found")
        return credential

    def credential_of(self, user_id: str) -> Credential:
        """The credential of a user's local account; raises AuthRefused when there is none, or no such user."""
        if self._users.get(user_id) is None:
            raise AuthRefused("user_not_found", "User not found")
        for credential in self._users.credentials_of(user_id):
            if credential.auth_provider_type == self.type:
                return credential
        raise AuthRefused("credentials_not_found", "Credentials not found")

    def _find(self, username: str) -> Credential | None:
        return self._users.find_credential(self.type, self.id, username)

    def _check_username(self, username: str) -> None:
        if not username or len(username) > MAX_USERNAME_LENGTH:
            raise AuthRefused("home_assistant_error", f"A username has 1 to {MAX_USERNAME_LENGTH} characters.")
        if normalize_username(username) != username:
            raise AuthRefused(
                "home_assistant_error",
                f'Username "{username}" must be written in lower case, without spaces around it.',
                translation_key="username_not_normalized",
                placeholders={"new_username": username},
            )
        if self._passwords.get(username) is not None:
            raise AuthRefused(
                "home_assistant_error",
                f'Username "{username}" already exists',
                translation_key="username_already_exists",
                placeholders={"username": username},
            )

    @staticmethod
    def _check_password(password: str) -> None:
        if not password:
            raise AuthRefused("home_assistant_error", "The password must not be empty.")
