"""shopping_list/items: the shopping list, when the household has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message
from marge.core.errors import NotFound

if TYPE_CHECKING:
    from marge.helpers.shopping_list import Item, ShoppingList


class Add(Struct, forbid_unknown_fields=True, frozen=True):
    """A new item."""

    name: str


class Remove(Struct, forbid_unknown_fields=True, frozen=True):
    """An item."""

    item_id: str


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """An item and what changes of it."""

    item_id: str
    name: str | UnsetType = UNSET
    complete: bool | UnsetType = UNSET


class Reorder(Struct, forbid_unknown_fields=True, frozen=True):
    """The items in their new order; complete ones may be left out."""

    item_ids: list[str]


def _list(message: Message) -> ShoppingList:
    found = message.api.shopping_list
    if found is None:
        raise WsError("unknown_command", "There is no shopping list: add 'shopping_list:' to configuration.yaml")
    return found


def items(message: Message) -> tuple[Item, ...]:
    """All items in order."""
    return _list(message).items


def add(message: Message) -> Item:
    """Add an item and answer with it."""
    return _list(message).add(message.data.name, context=message.context())


def remove(message: Message) -> Item:
    """Take an item off the list and answer with it."""
    try:
        return _list(message).remove([message.data.item_id], message.context())[0]
    except NotFound:
        raise _no_such_item() from None


def update(message: Message) -> Item:
    """Change an item and answer with it."""
    data: Update = message.data
    try:
        return _list(message).update(data.item_id, name=data.name, complete=data.complete, context=message.context())
    except NotFound:
        raise _no_such_item() from None


def clear(message: Message) -> Any:
    """Take all complete items off the list."""
    _list(message).clear_completed(message.context())


def reorder(message: Message) -> Any:
    """Bring the items into an order."""
    try:
        _list(message).reorder(message.data.item_ids, message.context())
    except NotFound:
        raise WsError("not_found", "One or more item id(s) not found.") from None


def _no_such_item() -> WsError:
    return WsError("item_not_found", "Item not found")


COMMANDS: Final = (
    Command("shopping_list/items", items, access=Access.READ),
    Command("shopping_list/items/add", add, Add, Access.CONTROL),
    Command("shopping_list/items/remove", remove, Remove, Access.CONTROL),
    Command("shopping_list/items/update", update, Update, Access.CONTROL),
    Command("shopping_list/items/clear", clear, access=Access.CONTROL),
    Command("shopping_list/items/reorder", reorder, Reorder, Access.CONTROL),
)
