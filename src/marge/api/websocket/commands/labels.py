"""Labels: list, create, change, delete."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.core.errors import NotFound, Refused


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new label."""

    name: str
    color: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of a label."""

    label_id: str
    name: str | UnsetType = UNSET
    color: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The label to forget."""

    label_id: str


def list_all(message: Message) -> list[dict[str, Any]]:
    """All labels."""
    return [entry.as_dict() for entry in message.api.registries.labels]


async def create(message: Message) -> dict[str, Any]:
    """Add a label."""
    try:
        entry = message.api.registries.labels.create(**given(message.data))
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return entry.as_dict()


async def update(message: Message) -> dict[str, Any]:
    """Change a label."""
    try:
        entry = message.api.registries.labels.update(message.data.label_id, **given(message.data, "label_id"))
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return entry.as_dict()


async def delete(message: Message) -> None:
    """Forget a label."""
    try:
        message.api.registries.labels.delete(message.data.label_id)
    except NotFound:
        raise WsError("invalid_info", "Label ID doesn't exist") from None
    await message.api.hub.store.flush()


COMMANDS: Final = (
    Command("config/label_registry/list", list_all),
    Command("config/label_registry/create", create, Create, Access.ADMIN),
    Command("config/label_registry/update", update, Update, Access.ADMIN),
    Command("config/label_registry/delete", delete, Delete, Access.ADMIN),
)
