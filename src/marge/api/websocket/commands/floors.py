"""Floors: list, create, change, delete."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.core.errors import NotFound, Refused
from marge.util.schema import Strings


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new floor."""

    name: str
    aliases: Strings | UnsetType = UNSET
    icon: str | UnsetType | None = UNSET
    level: int | UnsetType | None = UNSET


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of a floor."""

    floor_id: str
    name: str | UnsetType = UNSET
    aliases: Strings | UnsetType = UNSET
    icon: str | UnsetType | None = UNSET
    level: int | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The floor to forget."""

    floor_id: str


def list_all(message: Message) -> list[dict[str, Any]]:
    """All floors."""
    return [entry.as_dict() for entry in message.api.registries.floors]


async def create(message: Message) -> dict[str, Any]:
    """Add a floor."""
    try:
        entry = message.api.registries.floors.create(**given(message.data))
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return entry.as_dict()


async def update(message: Message) -> dict[str, Any]:
    """Change a floor."""
    try:
        entry = message.api.registries.floors.update(message.data.floor_id, **given(message.data, "floor_id"))
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return entry.as_dict()


async def delete(message: Message) -> None:
    """Forget a floor."""
    try:
        message.api.registries.floors.delete(message.data.floor_id)
    except NotFound:
        raise WsError("invalid_info", "Floor ID doesn't exist") from None
    await message.api.hub.store.flush()


COMMANDS: Final = (
    Command("config/floor_registry/list", list_all),
    Command("config/floor_registry/create", create, Create, Access.ADMIN),
    Command("config/floor_registry/update", update, Update, Access.ADMIN),
    Command("config/floor_registry/delete", delete, Delete, Access.ADMIN),
)
