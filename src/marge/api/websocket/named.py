"""The four commands that areas, floors and labels have alike: list, create, update, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.core.errors import NotFound, Refused

if TYPE_CHECKING:
    from marge.api.context import ApiContext


def registry_commands(
    kind: str,
    registry: Callable[[ApiContext], Any],
    create_schema: type[msgspec.Struct],
    update_schema: type[msgspec.Struct],
    delete_schema: type[msgspec.Struct],
    deleted: Any = None,
) -> tuple[Command, ...]:
    """The commands `config/<kind>_registry/…`; `deleted` is what a delete answers.

    The schemas for update and delete name the thing as `<kind>_id`.
    """
    key = f"{kind}_id"

    def list_all(message: Message) -> list[dict[str, Any]]:
        """Everything in the registry."""
        return [entry.as_dict() for entry in registry(message.api)]

    async def create(message: Message) -> Any:
        """Add an entry."""
        try:
            entry = registry(message.api).create(**given(message.data))
        except Refused as error:
            raise WsError("invalid_info", str(error)) from error
        await message.api.hub.store.flush()
        return entry.as_dict()

    async def update(message: Message) -> Any:
        """Change an entry."""
        try:
            entry = registry(message.api).update(getattr(message.data, key), **given(message.data, key))
        except Refused as error:
            raise WsError("invalid_info", str(error)) from error
        await message.api.hub.store.flush()
        return entry.as_dict()

    async def delete(message: Message) -> Any:
        """Forget an entry; what refers to it refers to nothing then."""
        try:
            registry(message.api).delete(getattr(message.data, key))
        except NotFound:
            raise WsError("invalid_info", f"{kind.capitalize()} ID doesn't exist") from None
        await message.api.hub.store.flush()
        return deleted

    name = f"config/{kind}_registry"
    return (
        Command(f"{name}/list", list_all),
        Command(f"{name}/create", create, create_schema, Access.ADMIN),
        Command(f"{name}/update", update, update_schema, Access.ADMIN),
        Command(f"{name}/delete", delete, delete_schema, Access.ADMIN),
    )
