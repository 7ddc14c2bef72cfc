"""To-do lists: the items, now and at each change, and their order."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message
from marge.api.websocket.entities_of import EntityIdOnly, entity_of, must_be_of_domain, needed
from marge.core.errors import MargeError
from marge.util.schema import EntityId


class Move(Struct, forbid_unknown_fields=True, frozen=True):
    """An item, and the one it is to follow; the first without."""

    entity_id: EntityId
    uid: str
    previous_uid: str | None = None


def list_items(message: Message) -> dict[str, Any]:
    """The items of a list."""
    from marge.entities.todo import TodoListEntity

    return {
        "items": [item.as_dict() for item in needed(message, message.data.entity_id, TodoListEntity).todo_items or ()]
    }


def subscribe(message: Message) -> Any:
    """The items of a list now and at each change."""
    from marge.entities.todo import TodoListEntity

    entity_id = message.data.entity_id
    must_be_of_domain(entity_id, "todo")
    entity = entity_of(message, entity_id, TodoListEntity)
    if entity is None:
        raise WsError("invalid_entity_id", f"To-do list entity not found: {entity_id}")
    message.subscribe(entity.subscribe_items(lambda items: message.event({"items": items})))
    message.result()
    message.event({"items": entity.shown_items()})
    return UNANSWERED


async def move(message: Message) -> None:
    """Move an item within its list."""
    from marge.entities.todo import Features, TodoListEntity

    data: Move = message.data
    entity = needed(message, data.entity_id, TodoListEntity)
    if not entity.supported_features & Features.MOVE_TODO_ITEM:
        raise WsError("not_supported", "To-do list does not support To-do item reordering")
    try:
        await entity.do_move_item(data.uid, data.previous_uid)
    except MargeError as error:
        raise WsError("failed", str(error)) from error


COMMANDS: Final = (
    Command("todo/item/list", list_items, EntityIdOnly, Access.READ),
    Command("todo/item/subscribe", subscribe, EntityIdOnly, Access.READ),
    Command("todo/item/move", move, Move, Access.CONTROL),
)
