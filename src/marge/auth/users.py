"""The people (and parts of the hub) that may use the hub, and the credentials they log in with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from marge.auth.errors import AuthRefused
from marge.auth.models import GROUPS, Credential, User
from marge.auth.records import Records
from marge.core.ports import Store

EVENT_USER_ADDED: Final = "user_added"
EVENT_USER_UPDATED: Final = "user_updated"
EVENT_USER_REMOVED: Final = "user_removed"

MAX_USERS: Final = 1000
MAX_NAME_LENGTH: Final = 255

Fire = Callable[[str, dict[str, Any]], object]


def _name(name: str) -> str:
    if len(name) > MAX_NAME_LENGTH:
        raise AuthRefused("invalid_format", f"A name has at most {MAX_NAME_LENGTH} characters")
    return name


def _groups(group_ids: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(group_ids))
    for group_id in wanted:
        if group_id not in GROUPS:
            raise AuthRefused("unknown_error", f"Unknown group {group_id}; there are {', '.join(GROUPS)}")
    return wanted


class Users:
    """Users and credentials, each change put into the store and fired as an event. Implements `UserDirectory`."""

    def __init__(self, store: Store, fire: Fire, token_hex: Callable[[int], str]) -> None:
        self._fire = fire
        self._token_hex = token_hex
        self._users = Records(store, "auth_users", User)
        self._credentials = Records(store, "auth_credentials", Credential)

    def get(self, user_id: str) -> User | None:
        """A user by id."""
        return self._users.get(user_id)

    def require(self, user_id: str) -> User:
        """A user by id; raises AuthRefused `not_found`."""
        if (user := self._users.get(user_id)) is None:
            raise AuthRefused("not_found", "User not found")
        return user

    def all(self) -> list[User]:
        """All users, in the order in which they were made."""
        return list(self._users.all())

    def owner(self) -> User | None:
        """The owner, None before the first account exists."""
        return next((user for user in self._users.all() if user.is_owner), None)

    def is_admin(self, user_id: str) -> bool | None:
        """See `UserDirectory.is_admin`."""
        user = self._users.get(user_id)
        return None if user is None else user.is_admin

    def create(
        self,
        name: str,
        *,
        group_ids: Sequence[str] = (),
        local_only: bool = False,
        system_generated: bool = False,
    ) -> User:
        """Add a user; the first that is not the hub's own becomes the owner."""
        if len(self._users) >= MAX_USERS:
            raise AuthRefused("not_allowed", f"There are {MAX_USERS} users already; delete one first")
        user = User(
            id=self._token_hex(16),
            name=_name(name),
            group_ids=_groups(group_ids),
            is_owner=not system_generated and all(user.system_generated for user in self._users.all()),
            local_only=local_only,
            system_generated=system_generated,
        )
        self._users.put(user.id, user)
        self._fire(EVENT_USER_ADDED, {"user_id": user.id})
        return user

    def update(
        self,
        user_id: str,
        *,
        name: str | UnsetType = UNSET,
        is_active: bool | UnsetType = UNSET,
        group_ids: Sequence[str] | UnsetType = UNSET,
        local_only: bool | UnsetType = UNSET,
    ) -> User:
        """Change what is given. Raises AuthRefused for the hub's own users and for deactivating the owner."""
        user = self.require(user_id)
        if user.system_generated:
            raise AuthRefused("cannot_modify_system_generated", "Unable to update system generated users.")
        if user.is_owner and is_active is False:
            raise AuthRefused("cannot_deactivate_owner", "Unable to deactivate owner.")
        changed = replace(
            user,
            name=user.name if name is UNSET else _name(name),
            is_active=user.is_active if is_active is UNSET else is_active,
            group_ids=user.group_ids if group_ids is UNSET else _groups(group_ids),
            local_only=user.local_only if local_only is UNSET else local_only,
        )
        self._users.put(user_id, changed)
        self._fire(EVENT_USER_UPDATED, {"user_id": user_id})
        return changed

    def remove(self, user_id: str) -> None:
        """Delete a user and their credentials; raises AuthRefused for the owner."""
        user = self.require(user_id)
        if user.is_owner:
            raise AuthRefused("cannot_delete_owner", "Unable to delete the owner.")
        for credential in self.credentials_of(user_id):
            self.remove_credential(credential.id)
        self._users.delete(user_id)
        self._fire(EVENT_USER_REMOVED, {"user_id": user_id})

    def credential(self, credential_id: str) -> Credential | None:
        """A credential by id."""
        return self._credentials.get(credential_id)

    def credentials_of(self, user_id: str) -> list[Credential]:
        """The credentials of a user."""
        return [credential for credential in self._credentials.all() if credential.user_id == user_id]

    def find_credential(self, provider_type: str, provider_id: str | None, username: str) -> Credential | None:
        """The credential under which a provider knows `username`."""
        wanted = (provider_type, provider_id, username)
        for credential in self._credentials.all():
            if (credential.auth_provider_type, credential.auth_provider_id, credential.username) == wanted:
                return credential
        return None

    def add_credential(self, user_id: str, provider_type: str, provider_id: str | None, username: str) -> Credential:
        """Let a user log in at a provider as `username`."""
        credential = Credential(self._token_hex(16), user_id, provider_type, provider_id, username)
        self._credentials.put(credential.id, credential)
        return credential

    def rename_credential(self, credential_id: str, username: str) -> None:
        """Change the name under which the provider knows the user."""
        if (credential := self._credentials.get(credential_id)) is not None:
            self._credentials.put(credential_id, replace(credential, username=username))

    def remove_credential(self, credential_id: str) -> None:
        """Take a way in from a user; nothing happens when it is not there."""
        self._credentials.delete(credential_id)
