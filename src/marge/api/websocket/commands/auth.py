"""Oneself: who am I, my tokens, signed paths."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from marge.api.errors import WsError
from marge.api.websocket.command import Command, Message
from marge.auth import current_user, token_list
from marge.util.schema import Flag


class RefreshTokenId(Struct, forbid_unknown_fields=True, frozen=True):
    """One token."""

    refresh_token_id: str


class DeleteAll(Struct, forbid_unknown_fields=True, frozen=True):
    """Which tokens to revoke."""

    token_type: Literal["normal", "long_lived_access_token", "system"] | None = None
    delete_current_token: Flag = True


class SetExpiry(Struct, forbid_unknown_fields=True, frozen=True):
    """Whether a token expires when it is not used."""

    refresh_token_id: str
    enable_expiry: Flag


class LongLived(Struct, forbid_unknown_fields=True, frozen=True):
    """A new token for a program; `lifespan` in days."""

    client_name: str
    lifespan: int
    client_icon: str | None = None


class SignPath(Struct, forbid_unknown_fields=True, frozen=True):
    """A path that is to work without a header for `expires` seconds."""

    path: str
    expires: Annotated[int, Meta(ge=0)] = 30


def me(message: Message) -> dict[str, Any]:
    """The user of this connection."""
    return current_user(message.api.auth, message.user)


def tokens(message: Message) -> list[dict[str, Any]]:
    """The user's refresh tokens."""
    return token_list(message.api.auth, message.user, message.session.access.token.id)


async def delete_token(message: Message) -> dict[str, Any]:
    """Revoke one of the user's tokens."""
    await message.api.auth.delete_refresh_token(message.user, message.data.refresh_token_id)
    return {}


async def delete_all_tokens(message: Message) -> dict[str, Any]:
    """Revoke all tokens of the user, or those of a type."""
    data: DeleteAll = message.data
    await message.api.auth.delete_all_refresh_tokens(
        message.user, message.session.access.token.id, data.token_type, data.delete_current_token
    )
    return {}


async def set_expiry(message: Message) -> dict[str, Any]:
    """Let a token expire after 90 days without use, or never."""
    await message.api.auth.set_token_expiry(message.user, message.data.refresh_token_id, message.data.enable_expiry)
    return {}


async def long_lived_token(message: Message) -> str:
    """A new token for a program, told this once."""
    data: LongLived = message.data
    return await message.api.auth.create_long_lived_token(
        message.user, data.client_name, data.lifespan, data.client_icon
    )


def sign_path(message: Message) -> dict[str, str]:
    """Sign a path in the name of this login."""
    data: SignPath = message.data
    try:
        return {"path": message.api.auth.sign_path(data.path, message.session.access.token.id, data.expires)}
    except ValueError as error:
        raise WsError("invalid_format", str(error)) from None


COMMANDS: Final = (
    Command("auth/current_user", me),
    Command("auth/refresh_tokens", tokens),
    Command("auth/delete_refresh_token", delete_token, RefreshTokenId),
    Command("auth/delete_all_refresh_tokens", delete_all_tokens, DeleteAll),
    Command("auth/refresh_token_set_expiry", set_expiry, SetExpiry),
    Command("auth/long_lived_access_token", long_lived_token, LongLived),
    Command("auth/sign_path", sign_path, SignPath),
)
