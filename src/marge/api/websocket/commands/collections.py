"""What users keep themselves: the same four commands for each kind (`input_boolean/list`, `create`, …)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message
from marge.core.errors import NotFound
from marge.core.ports import StorageCollection
from marge.util.schema import Invalid

Item = dict[str, Any]


def commands_of(collection: StorageCollection) -> Iterator[Command]:
    """The commands of one collection. What an item holds is for the collection to judge."""
    name = collection.kind
    yield Command(f"{name}/list", partial(_list, collection), access=Access.READ)
    yield Command(f"{name}/create", partial(_create, collection), None, Access.ADMIN)
    yield Command(f"{name}/update", partial(_update, collection), None, Access.ADMIN)
    yield Command(f"{name}/delete", partial(_delete, collection), None, Access.ADMIN)


def _list(collection: StorageCollection, message: Message) -> Any:
    if collection.kind == "person":
        # The only kind whose list shows those of the files too.
        return {"storage": collection.items(), "config": collection.config_items()}
    return collection.items()


async def _create(collection: StorageCollection, message: Message) -> Item:
    return await collection.create(message.data)


async def _update(collection: StorageCollection, message: Message) -> Item:
    item_id, data = _split(collection, message)
    try:
        return await collection.update(item_id, data)
    except NotFound:
        raise _missing(collection, item_id) from None


async def _delete(collection: StorageCollection, message: Message) -> None:
    item_id, data = _split(collection, message)
    if data:
        raise Invalid("extra keys not allowed", (min(data),))
    try:
        await collection.delete(item_id)
    except NotFound:
        raise _missing(collection, item_id) from None


def _split(collection: StorageCollection, message: Message) -> tuple[str, Item]:
    """The id of the item, and the rest."""
    key = collection.id_key
    data: Item = dict(message.data)
    item_id = data.pop(key, None)
    if not isinstance(item_id, str):
        raise Invalid("required key not provided" if item_id is None else "expected str", (key,))
    return item_id, data


def _missing(collection: StorageCollection, item_id: str) -> WsError:
    return WsError("not_found", f"Unable to find {collection.id_key} {item_id}")
