"""Areas: list, create, change, delete."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.core.errors import NotFound, Refused
from marge.util.schema import Strings


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new area."""

    name: str
    aliases: Strings | UnsetType = UNSET
    floor_id: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET
    labels: Strings | UnsetType = UNSET
    picture: str | UnsetType | None = UNSET


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of an area."""

    area_id: str
    name: str | UnsetType = UNSET
    aliases: Strings | UnsetType = UNSET
    floor_id: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET
    labels: Strings | UnsetType = UNSET
    picture: str | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The area to forget."""

    area_id: str


def list_all(message: Message) -> list[dict[str, Any]]:
    """All areas."""
    return [entry.as_dict() for entry in message.api.registries.areas]


async def create(message: Message) -> dict[str, Any]:
    """Add an area."""
    try:
        entry = message.api.registries.areas.create(**given(message.data))
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return entry.as_dict()


async def update(message: Message) -> dict[str, Any]:
    """Change an area."""
    try:
        entry = message.api.registries.areas.update(message.data.area_id, **given(message.data, "area_id"))
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return entry.as_dict()


async def delete(message: Message) -> str:
    """Forget an area."""
    try:
        message.api.registries.areas.delete(message.data.area_id)
    except NotFound:
        raise WsError("invalid_info", "Area ID doesn't exist") from None
    await message.api.hub.store.flush()
    return "success"


COMMANDS: Final = (
    Command("config/area_registry/list", list_all),
    Command("config/area_registry/create", create, Create, Access.ADMIN),
    Command("config/area_registry/update", update, Update, Access.ADMIN),
    Command("config/area_registry/delete", delete, Delete, Access.ADMIN),
)
