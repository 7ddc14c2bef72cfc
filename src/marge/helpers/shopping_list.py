"""shopping_list: what to buy, as a to-do list, with services of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.errors import NotFound, OperationFailed, ServiceValidationError
from marge.core.services import Service, ServiceCall
from marge.entities.descriptions import describer
from marge.entities.domain import NoFields
from marge.entities.todo import Features, TodoItem, TodoListEntity
from marge.util import jsonx
from marge.util.schema import Flag, Invalid, Text

if TYPE_CHECKING:
    from marge.core.context import Context
    from marge.helpers.ports import House

_LOGGER = logging.getLogger("marge.helpers")

DOMAIN: Final = "shopping_list"
UPDATED: Final = "shopping_list_updated"
MOST: Final = 2000
"""How many items the list takes."""


class Item(msgspec.Struct, frozen=True):
    """One thing to buy."""

    name: str
    id: str
    complete: bool = False


class Named(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of the services of one item."""

    name: Text


class Sort(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `sort`."""

    reverse: Flag = False


class ShoppingList:
    """The list, its entity and its services; each change is kept and told by the event `shopping_list_updated`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._hub = house.hub
        self._items: list[Item] = []
        self._entity: ShoppingListEntity | None = None

    def start(self) -> None:
        """Bring the list back, add its entity and register the services."""
        stored = self._hub.store.load(DOMAIN).get("items")
        if stored is not None:
            try:
                self._items = msgspec.json.decode(stored, type=list[Item])
            except msgspec.DecodeError as error:
                _LOGGER.error("The stored shopping list cannot be read and is empty now: %s", error)
        entries = self._house.registries.entries
        entry = entries.ensure(DOMAIN, "Shopping List", source="import")
        entries.set_status(entry.id, state="loaded")
        self._entity = ShoppingListEntity(self, entry.id)
        self._house.place.add(self._entity)
        add = self._register
        add("add_item", lambda call: self.add(call.data.name, context=call.context), Named)
        add("remove_item", self._remove_item, Named)
        add("complete_item", lambda call: self._complete(call, True), Named)
        add("incomplete_item", lambda call: self._complete(call, False), Named)
        add("complete_all", lambda call: self._complete_all(call, True))
        add("incomplete_all", lambda call: self._complete_all(call, False))
        add("clear_completed_items", lambda call: self.clear_completed(call.context))
        add("sort", self._sort, Sort)
        self._hub.load_component(DOMAIN)

    def _register(
        self, name: str, handler: Callable[[ServiceCall], object], schema: type[msgspec.Struct] = NoFields
    ) -> None:
        def handle(call: ServiceCall) -> None:
            handler(call)

        self._hub.services.register(Service(DOMAIN, name, handle, schema, describe=describer(DOMAIN, name)))

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in order."""
        return tuple(self._items)

    def add(self, name: str, *, complete: bool = False, context: Context | None = None) -> Item:
        """Add an item at the end; raises ServiceValidationError when the list is full."""
        if len(self._items) >= MOST:
            raise ServiceValidationError(f"The shopping list has {MOST} items already: remove some first")
        item = Item(name, self._hub.hex_id(), complete)
        self._items.append(item)
        self._changed("add", context, item)
        return item

    def remove(self, ids: Sequence[str], context: Context | None = None) -> list[Item]:
        """Take items off the list; raises NotFound, and changes nothing then."""
        present = {item.id: item for item in self._items}
        removed: list[Item] = []
        for id in dict.fromkeys(ids):
            if id not in present:
                raise NotFound("Shopping list item", id)
            removed.append(present.pop(id))
        self._items = list(present.values())
        self._save()
        for item in removed:
            self._tell("remove", context, item)
        return removed

    def update(
        self,
        id: str,
        *,
        name: str | UnsetType = UNSET,
        complete: bool | UnsetType = UNSET,
        context: Context | None = None,
    ) -> Item:
        """Change an item; raises NotFound."""
        place = self._place(id)
        item = self._items[place]
        item = Item(item.name if name is UNSET else name, item.id, item.complete if complete is UNSET else complete)
        self._items[place] = item
        self._changed("update", context, item)
        return item

    def clear_completed(self, context: Context | None = None) -> None:
        """Take all items off the list that are complete."""
        self._items = [item for item in self._items if not item.complete]
        self._changed("clear", context)

    def reorder(self, ids: Sequence[str], context: Context | None = None) -> None:
        """Bring the items into the order of `ids`, the others behind them; raises NotFound.

        Raises Invalid when one that is left out is not complete.
        """
        rest = {item.id: item for item in self._items}
        ordered: list[Item] = []
        for id in ids:
            item = rest.pop(id, None)
            if item is None:
                raise NotFound("Shopping list item", id)
            ordered.append(item)
        left_out = next((item for item in rest.values() if not item.complete), None)
        if left_out is not None:
            raise Invalid(f"every item to buy must be named, '{left_out.name}' is not", ("item_ids",))
        self._items = [*ordered, *rest.values()]
        self._changed("reorder", context)

    def move(self, id: str, previous: str | None) -> None:
        """Move an item behind another, or to the top; raises NotFound."""
        if id == previous:
            return
        place = self._place(id)
        if previous is not None:
            self._place(previous)
        item = self._items.pop(place)
        self._items.insert(0 if previous is None else self._place(previous) + 1, item)
        self._changed("reorder", None)

    def _place(self, id: str) -> int:
        for place, item in enumerate(self._items):
            if item.id == id:
                return place
        raise NotFound("Shopping list item", id)

    def _named(self, call: ServiceCall) -> Item | None:
        """The first item of the name in the call; that there is none is logged, as in Home Assistant."""
        name = call.data.name
        found = next((item for item in self._items if item.name == name), None)
        if found is None:
            _LOGGER.error("%s.%s: '%s' is not on the list", DOMAIN, call.service, name)
        return found

    def _remove_item(self, call: ServiceCall) -> None:
        if (item := self._named(call)) is not None:
            self.remove([item.id], call.context)

    def _complete(self, call: ServiceCall, complete: bool) -> None:
        if (item := self._named(call)) is not None:
            self.update(item.id, complete=complete, context=call.context)

    def _complete_all(self, call: ServiceCall, complete: bool) -> None:
        self._items = [Item(item.name, item.id, complete) for item in self._items]
        self._changed("update_list", call.context)

    def _sort(self, call: ServiceCall) -> None:
        self._items.sort(key=lambda item: item.name, reverse=call.data.reverse)
        self._changed("sorted", call.context)

    def _changed(self, action: str, context: Context | None, item: Item | None = None) -> None:
        self._save()
        self._tell(action, context, item)

    def _save(self) -> None:
        self._hub.store.put(DOMAIN, "items", jsonx.dumps(self._items))
        if self._entity is not None:
            self._entity.write_state()

    def _tell(self, action: str, context: Context | None, item: Item | None = None) -> None:
        data: dict[str, Any] = {"action": action}
        if item is not None:
            data["item"] = msgspec.to_builtins(item)
        self._hub.bus.fire(UPDATED, data, context=context)


class ShoppingListEntity(TodoListEntity):
    """`todo.shopping_list`."""

    platform = DOMAIN
    has_entity_name = True
    translation_key = "shopping_list"
    name = "Shopping List"
    supported_features = (
        Features.CREATE_TODO_ITEM | Features.DELETE_TODO_ITEM | Features.UPDATE_TODO_ITEM | Features.MOVE_TODO_ITEM
    ).value

    def __init__(self, shopping_list: ShoppingList, entry_id: str) -> None:
        self._list = shopping_list
        self.unique_id = self.config_entry_id = entry_id

    @property
    def todo_items(self) -> Sequence[TodoItem]:  # type: ignore[override]  # the list has them
        """The items as to-dos."""
        return [
            TodoItem(item.name, item.id, "completed" if item.complete else "needs_action") for item in self._list.items
        ]

    async def do_create_item(self, item: TodoItem) -> None:
        """See `TodoListEntity.do_create_item`."""
        self._list.add(item.summary or "", complete=item.status == "completed")

    async def do_update_item(self, item: TodoItem) -> None:
        """See `TodoListEntity.do_update_item`."""
        try:
            self._list.update(item.uid or "", name=item.summary or "", complete=item.status == "completed")
        except NotFound as error:
            raise OperationFailed(str(error)) from error

    async def do_delete_items(self, uids: list[str]) -> None:
        """See `TodoListEntity.do_delete_items`."""
        try:
            self._list.remove(uids)
        except NotFound as error:
            raise OperationFailed(str(error)) from error

    async def do_move_item(self, uid: str, previous_uid: str | None) -> None:
        """See `TodoListEntity.do_move_item`."""
        try:
            self._list.move(uid, previous_uid)
        except NotFound as error:
            raise OperationFailed(str(error)) from error
