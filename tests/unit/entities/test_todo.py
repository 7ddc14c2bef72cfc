"""To-do lists."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.todo import Features, TodoItem, TodoListEntity
from marge.testing.entity_house import House
from marge.util.schema import Invalid

BASIC = Features.CREATE_TODO_ITEM | Features.DELETE_TODO_ITEM | Features.UPDATE_TODO_ITEM
ALL = BASIC | Features.SET_DUE_DATE_ON_ITEM | Features.SET_DUE_DATETIME_ON_ITEM | Features.SET_DESCRIPTION_ON_ITEM


class List(TodoListEntity):
    supported_features = ALL

    def __init__(self, *items: TodoItem) -> None:
        self.todo_items = list(items)

    async def do_create_item(self, item: TodoItem) -> None:
        self.todo_items = [*(self.todo_items or ()), item]
        self.write_state()

    async def do_update_item(self, item: TodoItem) -> None:
        self.todo_items = [item if old.uid == item.uid else old for old in self.todo_items or ()]
        self.write_state()

    async def do_delete_items(self, uids: list[str]) -> None:
        self.todo_items = [item for item in self.todo_items or () if item.uid not in uids]
        self.write_state()


BREAD = TodoItem("Bread", "1", "needs_action", description="Rye")
MILK = TodoItem("Milk", "2", "completed")


async def items(house: House, **data: Any) -> Any:
    answer = await house.call("todo.get_items", "todo.list", response=True, **data)
    return answer["todo.list"]["items"]


async def test_the_state_counts_what_is_to_be_done() -> None:
    house = House()
    todo = house.add(List(BREAD, MILK), "todo.list")
    assert house.state("todo.list") == "1"
    todo.todo_items = None
    todo.write_state()
    assert house.state("todo.list") == "unknown"
    assert await items(house) == []


async def test_items_are_a_response_filtered_by_status() -> None:
    house = House()
    house.add(List(BREAD, MILK), "todo.list")
    bread = {"summary": "Bread", "uid": "1", "status": "needs_action", "description": "Rye"}
    milk = {"summary": "Milk", "uid": "2", "status": "completed"}
    assert await items(house) == [bread, milk]
    assert await items(house, status="completed") == [milk]
    assert await items(house, status=["needs_action", "completed"]) == [bread, milk]
    with pytest.raises(Invalid, match="value must be one of needs_action, completed"):
        await items(house, status=["forgotten"])


async def test_an_item_is_added() -> None:
    house = House(time_zone="Europe/Berlin")
    todo = house.add(List(), "todo.list")
    await house.call("todo.add_item", "todo.list", item="Cake", due_date="2026-02-03", description="For Ann")
    await house.call("todo.add_item", "todo.list", item=5, due_datetime="2026-02-03 10:00:00")
    await house.call(
        "todo.add_item", "todo.list", item="Tea", due_datetime="2026-02-03T10:00:00+00:00", description=None
    )
    berlin = ZoneInfo("Europe/Berlin")
    assert todo.todo_items == [
        TodoItem("Cake", None, "needs_action", date(2026, 2, 3), "For Ann"),
        TodoItem("5", None, "needs_action", datetime(2026, 2, 3, 10, tzinfo=berlin)),
        TodoItem("Tea", None, "needs_action", datetime(2026, 2, 3, 10, tzinfo=UTC)),
    ]
    assert [item.get("due") for item in await items(house)] == [
        "2026-02-03",
        "2026-02-03T10:00:00+01:00",
        "2026-02-03T11:00:00+01:00",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"item": ""}, r"length of value must be at least 1 @ data\['item'\]"),
        ({"item": ["a"]}, r"expected text, got a list @ data\['item'\]"),
        ({}, r"required key not provided @ data\['item'\]"),
        ({"item": "a", "due_date": "2026-01-01", "due_datetime": "2026-01-01 10:00"}, "at most one of due_date"),
        ({"item": "a", "due_date": "soon"}, r"expected a date .* @ data\['due_date'\]"),
        ({"item": "a", "status": "completed"}, r"extra keys not allowed @ data\['status'\]"),
    ],
)
async def test_an_item_that_is_none_is_refused(data: dict[str, Any], why: str) -> None:
    house = House()
    house.add(List(), "todo.list")
    with pytest.raises(Invalid, match=why):
        await house.call("todo.add_item", "todo.list", **data)


@pytest.mark.parametrize("field", ["due_date", "due_datetime", "description"])
@pytest.mark.parametrize("service", ["add_item", "update_item"])
async def test_a_field_that_the_list_does_not_keep_is_refused(service: str, field: str) -> None:
    house = House()
    todo = List(BREAD)
    todo.supported_features = BASIC
    house.add(todo, "todo.list")
    with pytest.raises(ServiceValidationError, match=field) as refused:
        await house.call(f"todo.{service}", "todo.list", item="Bread", **{field: "2026-01-01"})
    assert refused.value.translation_key == "update_field_not_supported"
    assert refused.value.placeholders == {"service_field": field}


async def test_an_item_is_changed_by_name_or_uid_and_the_rest_stays() -> None:
    house = House()
    todo = house.add(List(BREAD, MILK), "todo.list")
    await house.call("todo.update_item", "todo.list", item="Bread", status="completed")
    await house.call("todo.update_item", "todo.list", item="2", rename="Oat milk", due_date="2026-01-05")
    assert todo.todo_items == [
        TodoItem("Bread", "1", "completed", None, "Rye"),
        TodoItem("Oat milk", "2", "completed", date(2026, 1, 5)),
    ]
    await house.call("todo.update_item", "todo.list", item="1", description=None)
    await house.call("todo.update_item", "todo.list", item="2", due_date=None)
    assert todo.todo_items == [TodoItem("Bread", "1", "completed"), TodoItem("Oat milk", "2", "completed")]


async def test_a_change_of_nothing_or_of_what_is_not_there_is_refused() -> None:
    house = House()
    house.add(List(BREAD), "todo.list")
    with pytest.raises(Invalid, match="must contain at least one of rename, status"):
        await house.call("todo.update_item", "todo.list", item="Bread")
    for service, data in (("update_item", {"rename": "x"}), ("remove_item", {})):
        with pytest.raises(ServiceValidationError, match="Unable to find to-do item Cheese") as refused:
            await house.call(f"todo.{service}", "todo.list", item="Cheese", **data)
        assert refused.value.translation_key == "item_not_found"


async def test_items_are_removed_all_or_none() -> None:
    house = House()
    todo = house.add(List(BREAD, MILK, TodoItem("No uid")), "todo.list")
    with pytest.raises(ServiceValidationError):
        await house.call("todo.remove_item", "todo.list", item=["Bread", "Cheese"])
    with pytest.raises(ServiceValidationError):
        await house.call("todo.remove_item", "todo.list", item="No uid")
    assert len(todo.todo_items or ()) == 3
    await house.call("todo.remove_item", "todo.list", item=["Bread", "2"])
    assert todo.todo_items == [TodoItem("No uid")]


async def test_what_is_done_is_removed() -> None:
    house = House()
    todo = house.add(List(BREAD, MILK), "todo.list")
    await house.call("todo.remove_completed_items", "todo.list")
    await house.call("todo.remove_completed_items", "todo.list")
    assert todo.todo_items == [BREAD]


async def test_listeners_get_all_items_at_each_change() -> None:
    house = House()
    cake = TodoItem("Cake", "3", "needs_action", datetime(2026, 2, 3, tzinfo=UTC))
    todo = house.add(List(BREAD, cake), "todo.list")
    heard: list[Any] = []
    leave = todo.subscribe_items(heard.append)
    todo.write_state()
    leave()
    todo.write_state()
    assert heard == [
        [
            {"summary": "Bread", "uid": "1", "status": "needs_action", "due": None, "description": "Rye"},
            {
                "summary": "Cake",
                "uid": "3",
                "status": "needs_action",
                "due": "2026-02-03T00:00:00+00:00",
                "description": None,
            },
        ]
    ]
