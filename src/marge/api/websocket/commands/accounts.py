"""Users and their local accounts, for admins; and everybody's own password."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.auth import user_info, user_list
from marge.util.schema import Flag


class UserId(Struct, forbid_unknown_fields=True, frozen=True):
    """One user."""

    user_id: str


class CreateUser(Struct, forbid_unknown_fields=True, frozen=True):
    """A new user."""

    name: str
    group_ids: list[str] = []
    local_only: Flag = False


class UpdateUser(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of a user."""

    user_id: str
    name: str | UnsetType = UNSET
    is_active: Flag | UnsetType = UNSET
    group_ids: list[str] | UnsetType = UNSET
    local_only: Flag | UnsetType = UNSET


class CreateAccount(Struct, forbid_unknown_fields=True, frozen=True):
    """A username and a password for a user."""

    user_id: str
    username: str
    password: str


class Username(Struct, forbid_unknown_fields=True, frozen=True):
    """One account."""

    username: str


class OwnPassword(Struct, forbid_unknown_fields=True, frozen=True):
    """One's own password, old and new."""

    current_password: str
    new_password: str


class Password(Struct, forbid_unknown_fields=True, frozen=True):
    """A new password for a user."""

    user_id: str
    password: str


class NewUsername(Struct, forbid_unknown_fields=True, frozen=True):
    """A new username for a user."""

    user_id: str
    username: str


def list_users(message: Message) -> list[dict[str, Any]]:
    """All users."""
    return user_list(message.api.auth)


async def create_user(message: Message) -> dict[str, Any]:
    """Add a user."""
    data: CreateUser = message.data
    user = await message.api.auth.accounts.create_user(data.name, group_ids=data.group_ids, local_only=data.local_only)
    return {"user": user_info(message.api.auth, user)}


async def update_user(message: Message) -> dict[str, Any]:
    """Change a user."""
    user = await message.api.auth.accounts.update_user(message.data.user_id, **given(message.data, "user_id"))
    return {"user": user_info(message.api.auth, user)}


async def delete_user(message: Message) -> None:
    """Delete a user and end their logins."""
    await message.api.auth.accounts.delete_user(message.data.user_id, message.user)


async def create_account(message: Message) -> None:
    """Let a user log in."""
    data: CreateAccount = message.data
    await message.api.auth.accounts.create_account(data.user_id, data.username, data.password)


async def delete_account(message: Message) -> None:
    """Take the login from a user."""
    await message.api.auth.accounts.delete_account(message.data.username)


async def change_own_password(message: Message) -> None:
    """Change one's own password."""
    data: OwnPassword = message.data
    await message.api.auth.accounts.change_own_password(
        message.user, data.current_password, data.new_password, message.session.remote or ""
    )


async def change_password(message: Message) -> None:
    """Set a user's password; only the owner may."""
    await message.api.auth.accounts.change_password(message.data.user_id, message.data.password, message.user)


async def change_username(message: Message) -> None:
    """Rename a user's account; only the owner may."""
    await message.api.auth.accounts.change_username(message.data.user_id, message.data.username, message.user)


_PROVIDER: Final = "config/auth_provider/homeassistant"

COMMANDS: Final = (
    Command("config/auth/list", list_users, access=Access.ADMIN),
    Command("config/auth/create", create_user, CreateUser, Access.ADMIN),
    Command("config/auth/update", update_user, UpdateUser, Access.ADMIN),
    Command("config/auth/delete", delete_user, UserId, Access.ADMIN),
    Command(f"{_PROVIDER}/create", create_account, CreateAccount, Access.ADMIN),
    Command(f"{_PROVIDER}/delete", delete_account, Username, Access.ADMIN),
    Command(f"{_PROVIDER}/change_password", change_own_password, OwnPassword),
    Command(f"{_PROVIDER}/admin_change_password", change_password, Password, Access.ADMIN),
    Command(f"{_PROVIDER}/admin_change_username", change_username, NewUsername, Access.ADMIN),
)
