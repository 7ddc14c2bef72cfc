"""To-do list: things to be done; its state is how many are not done yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import IntFlag
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.errors import ServiceValidationError
from marge.core.services import SupportsResponse
from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.entities.todo_schema import AddItem, GetItems, RemoveItem, UpdateItem

Status = Literal["needs_action", "completed"]
ItemsListener = Callable[[list[dict[str, Any]]], None]


class Features(IntFlag):
    """Bits of `supported_features`."""

    CREATE_TODO_ITEM = 1
    DELETE_TODO_ITEM = 2
    UPDATE_TODO_ITEM = 4
    MOVE_TODO_ITEM = 8
    SET_DUE_DATE_ON_ITEM = 16
    SET_DUE_DATETIME_ON_ITEM = 32
    SET_DESCRIPTION_ON_ITEM = 64


_FEATURE_OF: Final = {
    "due_date": Features.SET_DUE_DATE_ON_ITEM,
    "due_datetime": Features.SET_DUE_DATETIME_ON_ITEM,
    "description": Features.SET_DESCRIPTION_ON_ITEM,
}


class TodoItem(msgspec.Struct, frozen=True):
    """One thing to be done; a `due` with a time knows its time zone."""

    summary: str | None = None
    uid: str | None = None
    status: Status | None = None
    due: date | datetime | None = None
    description: str | None = None

    def as_dict(self) -> dict[str, str]:
        """What is known of it, as services and `todo/item/list` answer."""
        known = msgspec.structs.asdict(self).items()
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in known if value is not None
        }


class TodoListEntity(Entity):
    """A list; `todo_items` is None while it is not known."""

    domain = "todo"

    todo_items: Sequence[TodoItem] | None = None

    _listeners: tuple[ItemsListener, ...] = ()

    @property
    def state(self) -> str | None:
        """How many items need action."""
        items = self.todo_items
        return None if items is None else str(sum(item.status == "needs_action" for item in items))

    def write_state(self) -> None:
        """Write the state, and give the listeners the items."""
        super().write_state()
        if self._listeners and self.is_added:
            items = self.shown_items()
            for listener in self._listeners:
                listener(items)

    def shown_items(self) -> list[dict[str, Any]]:
        """The items as `todo/item/subscribe` tells them: all fields, null where nothing is known."""
        return [
            {**msgspec.structs.asdict(item), "due": None if item.due is None else item.due.isoformat()}
            for item in self.todo_items or ()
        ]

    def subscribe_items(self, listener: ItemsListener) -> Callable[[], None]:
        """Call `listener` with the items at each change; returns what ends it."""
        self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return unsubscribe

    async def get_items(self, data: GetItems) -> dict[str, Any]:
        """The items of the given statuses, all when none are given."""
        wanted = data.status
        return {"items": [item.as_dict() for item in self.todo_items or () if not wanted or item.status in wanted]}

    async def add_item(self, data: AddItem) -> None:
        """Add an item; raises ServiceValidationError for a field that the list does not keep."""
        await self.do_create_item(TodoItem(summary=data.item, status="needs_action", **self._changes(data)))

    async def update_item(self, data: UpdateItem) -> None:
        """Change an item; raises ServiceValidationError when it is not there or the list does not keep a field."""
        item = self._find(data.item)
        changes = self._changes(data)
        if data.rename is not UNSET:
            changes["summary"] = data.rename
        if data.status is not UNSET:
            changes["status"] = data.status
        await self.do_update_item(msgspec.structs.replace(item, **changes))

    async def remove_item(self, data: RemoveItem) -> None:
        """Take items off the list; raises ServiceValidationError when one is not there."""
        uids = []
        for name in data.item:
            uid = self._find(name).uid
            if uid is None:
                raise _not_found(name, self.entity_id)
            uids.append(uid)
        await self.do_delete_items(uids)

    async def remove_completed_items(self) -> None:
        """Take all items off the list that are done."""
        uids = [item.uid for item in self.todo_items or () if item.status == "completed" and item.uid]
        if uids:
            await self.do_delete_items(uids)

    async def do_create_item(self, item: TodoItem) -> None:
        """Add an item, which has no uid yet; given by the platform."""
        raise NotImplementedError

    async def do_update_item(self, item: TodoItem) -> None:
        """Put `item` in the place of the one with its uid; given by the platform."""
        raise NotImplementedError

    async def do_delete_items(self, uids: list[str]) -> None:
        """Take items off the list; given by the platform."""
        raise NotImplementedError

    async def do_move_item(self, uid: str, previous_uid: str | None) -> None:
        """Move an item behind another, or to the top; given by a platform with MOVE_TODO_ITEM."""
        raise NotImplementedError

    def _find(self, name: str) -> TodoItem:
        for item in self.todo_items or ():
            if name in (item.uid, item.summary):
                return item
        raise _not_found(name, self.entity_id)

    def _changes(self, data: AddItem | UpdateItem) -> dict[str, Any]:
        """The fields of an item that the data sets, or clears with null."""
        changes: dict[str, Any] = {}
        for field, feature in _FEATURE_OF.items():
            value: date | datetime | str | UnsetType | None = getattr(data, field)
            if value is UNSET:
                continue
            if not self.supported_features & feature:
                raise ServiceValidationError(
                    f"{self.entity_id} does not support setting the field {field}",
                    translation_domain="todo",
                    translation_key="update_field_not_supported",
                    placeholders={"service_field": field},
                )
            if field == "due_datetime" and isinstance(value, datetime):
                zone = self.hub.config.zone
                value = value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
            changes["description" if field == "description" else "due"] = value
        return changes


def _not_found(name: str, entity_id: str) -> ServiceValidationError:
    return ServiceValidationError(
        f"Unable to find to-do item {name} in {entity_id}",
        translation_domain="todo",
        translation_key="item_not_found",
        placeholders={"item": name},
    )


TODO: Final = Domain(
    "todo",
    TodoListEntity,
    (
        EntityService("add_item", "add_item", AddItem, (Features.CREATE_TODO_ITEM,)),
        EntityService("update_item", "update_item", UpdateItem, (Features.UPDATE_TODO_ITEM,)),
        EntityService("remove_item", "remove_item", RemoveItem, (Features.DELETE_TODO_ITEM,)),
        EntityService("get_items", "get_items", GetItems, supports_response=SupportsResponse.ONLY),
        EntityService("remove_completed_items", "remove_completed_items", features=(Features.DELETE_TODO_ITEM,)),
    ),
)
