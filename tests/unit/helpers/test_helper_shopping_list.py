"""shopping_list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import NotFound, OperationFailed, ServiceValidationError
from marge.entities.todo import TodoListEntity
from marge.helpers import shopping_list
from marge.helpers.shopping_list import ShoppingList
from marge.util.schema import Invalid

LIST = "shopping_list:\n"
TODO = "todo.shopping_list"


class Shopping(HelperHouse):
    """A house with a list; `do` calls a service of its own."""

    @property
    def list(self) -> ShoppingList:
        assert self.helpers.shopping_list is not None
        return self.helpers.shopping_list

    async def do(self, service: str, **data: Any) -> list[dict[str, Any]]:
        """Call a service and return what the events since said."""
        self.events.clear()
        await self.call(f"shopping_list.{service}", **data)
        return self.told()

    def told(self) -> list[dict[str, Any]]:
        return [event.data for event in self.events if event.event_type == "shopping_list_updated"]

    def shown(self) -> list[tuple[str, bool]]:
        return [(item.name, item.complete) for item in self.list.items]


async def test_there_is_none_without_its_section(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "")
    assert house.helpers.shopping_list is None
    assert not house.hub.services.has("shopping_list", "add_item")
    assert house.hub.states.get(TODO) is None


@pytest.mark.parametrize(
    "yaml", [LIST, "shopping_list: {}\n", "homeassistant:\n  packages:\n    kitchen:\n      shopping_list:\n"]
)
async def test_its_section_alone_makes_one(tmp_path: Path, yaml: str) -> None:
    house = Shopping(tmp_path, yaml)
    state = house.hub.states.get(TODO)
    assert state is not None
    assert (state.state, state.attributes) == ("0", {"friendly_name": "Shopping List", "supported_features": 15})
    assert "shopping_list" in house.hub.components


async def test_items_are_added_completed_and_removed_by_name(tmp_path: Path) -> None:
    house = Shopping(tmp_path, LIST)
    (added,) = await house.do("add_item", name="Milk")
    item = house.list.items[0]
    assert added == {"action": "add", "item": {"name": "Milk", "id": item.id, "complete": False}}
    await house.do("add_item", name=7)
    await house.do("add_item", name="Milk")
    assert house.state(TODO) == "3"
    assert await house.do("complete_item", name="Milk") == [
        {"action": "update", "item": {"name": "Milk", "id": item.id, "complete": True}}
    ]
    assert house.shown() == [("Milk", True), ("7", False), ("Milk", False)], "the first of that name"
    assert house.state(TODO) == "2"
    await house.do("incomplete_item", name="Milk")
    assert house.state(TODO) == "3"
    assert [told["action"] for told in await house.do("remove_item", name="Milk")] == ["remove"]
    assert house.shown() == [("7", False), ("Milk", False)]


@pytest.mark.parametrize("service", ["remove_item", "complete_item", "incomplete_item"])
async def test_a_name_that_is_not_on_the_list_is_logged(
    tmp_path: Path, service: str, caplog: pytest.LogCaptureFixture
) -> None:
    house = Shopping(tmp_path, LIST)
    assert await house.do(service, name="Salt") == []
    assert f"shopping_list.{service}: 'Salt' is not on the list" in caplog.text


async def test_all_items_at_once(tmp_path: Path) -> None:
    house = Shopping(tmp_path, LIST)
    for name in ("b", "c", "a"):
        await house.do("add_item", name=name)
    assert await house.do("complete_all") == [{"action": "update_list"}]
    assert house.state(TODO) == "0"
    assert await house.do("incomplete_all") == [{"action": "update_list"}]
    assert house.state(TODO) == "3"
    assert await house.do("sort") == [{"action": "sorted"}]
    assert [name for name, _ in house.shown()] == ["a", "b", "c"]
    await house.do("sort", reverse=True)
    assert [name for name, _ in house.shown()] == ["c", "b", "a"]
    await house.do("complete_item", name="b")
    assert await house.do("clear_completed_items") == [{"action": "clear"}]
    assert [name for name, _ in house.shown()] == ["c", "a"]


@pytest.mark.parametrize(
    ("service", "data"),
    [("add_item", {}), ("add_item", {"name": None}), ("add_item", {"name": "a", "x": 1}), ("sort", {"reverse": "x"})],
)
async def test_data_that_does_not_fit_is_refused(tmp_path: Path, service: str, data: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await Shopping(tmp_path, LIST).do(service, **data)


async def test_the_list_is_there_after_a_restart_in_its_order(tmp_path: Path) -> None:
    house = Shopping(tmp_path, LIST)
    for name in ("b", "a"):
        await house.do("add_item", name=name)
    await house.do("complete_item", name="a")
    await house.do("sort")
    items = house.list.items
    again = house.restart()
    assert again.helpers.shopping_list is not None
    assert again.helpers.shopping_list.items == items
    assert again.state(TODO) == "1"


async def test_a_damaged_list_is_logged_and_empty(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = Shopping(tmp_path, LIST)
    house.store.put("shopping_list", "items", b'[{"nome": 1}]')
    again = house.restart()
    assert again.state(TODO) == "0"
    assert "cannot be read" in caplog.text


async def test_it_is_a_to_do_list(tmp_path: Path) -> None:
    house = Shopping(tmp_path, LIST)
    house.events.clear()
    await house.call("todo.add_item", TODO, item="Milk")
    await house.call("todo.add_item", TODO, item="Bread")
    await house.call("todo.update_item", TODO, item="Milk", rename="Oat milk", status="completed")
    assert house.shown() == [("Oat milk", True), ("Bread", False)]
    assert [told["action"] for told in house.told()] == ["add", "add", "update"]
    await house.call("todo.remove_completed_items", TODO)
    await house.call("todo.remove_item", TODO, item=["Bread"])
    assert house.shown() == []


async def test_items_move_behind_each_other(tmp_path: Path) -> None:
    house = Shopping(tmp_path, LIST)
    a, b, c = (house.list.add(name).id for name in "abc")
    entity = house.index.get(TODO)
    assert isinstance(entity, TodoListEntity)

    async def moved(id: str, previous: str | None) -> str:
        await entity.do_move_item(id, previous)
        return "".join(name for name, _ in house.shown())

    assert await moved(a, c) == "bca"
    assert await moved(a, None) == "abc"
    assert await moved(c, a) == "acb"
    assert await moved(b, b) == "acb"
    for id, previous in (("x", None), (a, "x")):
        with pytest.raises(OperationFailed, match="x not found"):
            await moved(id, previous)
    with pytest.raises(OperationFailed, match="x not found"):
        await entity.do_delete_items([a, "x"])
    assert [name for name, _ in house.shown()] == ["a", "c", "b"], "nothing has changed"


async def test_a_new_order_names_all_that_is_to_buy(tmp_path: Path) -> None:
    house = Shopping(tmp_path, LIST)
    a, b, c = (house.list.add(name).id for name in "abc")
    house.list.update(b, complete=True)
    house.list.reorder([c, a])
    assert [name for name, _ in house.shown()] == ["c", "a", "b"]
    with pytest.raises(Invalid, match="'c' is not"):
        house.list.reorder([a, b])
    with pytest.raises(NotFound):
        house.list.reorder([a, c, "x"])
    assert [name for name, _ in house.shown()] == ["c", "a", "b"]


async def test_a_full_list_takes_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shopping_list, "MOST", 1)
    house = Shopping(tmp_path, LIST)
    await house.do("add_item", name="a")
    with pytest.raises(ServiceValidationError, match="remove some first"):
        await house.do("add_item", name="b")
