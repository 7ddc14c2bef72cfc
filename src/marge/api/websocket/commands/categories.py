"""Categories: list, create, change, delete, each within a scope such as `automation`."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.core.errors import NotFound, Refused
from marge.registries import CategoryEntry


class Scope(Struct, forbid_unknown_fields=True, frozen=True):
    """Where to look."""

    scope: str


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new category."""

    scope: str
    name: str
    icon: str | None = None


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of a category."""

    scope: str
    category_id: str
    name: str | UnsetType = UNSET
    icon: str | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The category to forget."""

    scope: str
    category_id: str


def _shown(entry: CategoryEntry) -> dict[str, Any]:
    return entry.as_dict()


def list_all(message: Message) -> list[dict[str, Any]]:
    """The categories of a scope."""
    return [_shown(entry) for entry in message.api.registries.categories.of_scope(message.data.scope)]


async def create(message: Message) -> dict[str, Any]:
    """Add a category."""
    data: Create = message.data
    try:
        entry = message.api.registries.categories.create(data.scope, data.name, data.icon)
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return _shown(entry)


async def update(message: Message) -> dict[str, Any]:
    """Change a category."""
    data: Update = message.data
    changes = given(data, "scope", "category_id")
    try:
        entry = message.api.registries.categories.update(data.scope, data.category_id, **changes)
    except NotFound:
        raise WsError("invalid_info", "Category ID doesn't exist") from None
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return _shown(entry)


async def delete(message: Message) -> None:
    """Forget a category."""
    try:
        message.api.registries.categories.delete(message.data.scope, message.data.category_id)
    except NotFound:
        raise WsError("invalid_info", "Category ID doesn't exist") from None
    await message.api.hub.store.flush()


COMMANDS: Final = (
    Command("config/category_registry/list", list_all, Scope),
    Command("config/category_registry/create", create, Create, Access.ADMIN),
    Command("config/category_registry/update", update, Update, Access.ADMIN),
    Command("config/category_registry/delete", delete, Delete, Access.ADMIN),
)
