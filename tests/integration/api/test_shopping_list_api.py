"""The shopping list over REST and WebSocket, and over a restart with the real database."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub import READ_ONLY, USER, Refusal, hub

FILES = {"configuration.yaml": "shopping_list:\n"}


async def test_commands_change_the_list_and_tell_every_user(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house, house.ws(await house.user("anna", USER)) as ws:
        events = await ws.subscribe("subscribe_events", event_type="shopping_list_updated")
        milk = await ws.call("shopping_list/items/add", name="Milk")
        assert milk == {"name": "Milk", "id": milk["id"], "complete": False}
        event = await ws.event(events)
        assert event["data"] == {"action": "add", "item": milk}
        assert event["context"]["user_id"] is not None
        bread = await ws.call("shopping_list/items/add", name="Bread")
        changed = await ws.call("shopping_list/items/update", item_id=milk["id"], name="Oats", complete=True)
        assert changed == {"name": "Oats", "id": milk["id"], "complete": True}
        await ws.call("shopping_list/items/reorder", item_ids=[bread["id"]])
        assert await ws.call("shopping_list/items") == [bread, changed]
        with pytest.raises(Refusal, match="not_found: One or more"):
            await ws.call("shopping_list/items/reorder", item_ids=["x"])
        with pytest.raises(Refusal, match="invalid_format"):
            await ws.call("shopping_list/items/reorder", item_ids=[])
        for command in ("update", "remove"):
            with pytest.raises(Refusal, match="item_not_found: Item not found"):
                await ws.call(f"shopping_list/items/{command}", item_id="x")
        with pytest.raises(Refusal, match="invalid_format"):
            await ws.call("shopping_list/items/add", name=1)
        assert await ws.call("shopping_list/items/clear") is None
        assert await ws.call("shopping_list/items/remove", item_id=bread["id"]) == bread
        assert await ws.call("shopping_list/items") == []


async def test_routes_change_the_list(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        milk = (await house.post("/api/shopping_list/item", {"name": "Milk"})).json
        bread = (await house.post("/api/shopping_list/item", {"name": "Bread"})).json
        answer = await house.post(f"/api/shopping_list/item/{milk['id']}", {"complete": True})
        assert (answer.status, answer.json) == (200, {**milk, "complete": True})
        assert (await house.get("/api/shopping_list")).json == [answer.json, bread]
        missing = await house.post("/api/shopping_list/item/x", {"complete": True})
        assert (missing.status, missing.json) == (404, {"message": "Item not found"})
        for path, body in (("item", {}), ("item", {"name": 1}), (f"item/{milk['id']}", {"complete": "maybe"})):
            assert (await house.post(f"/api/shopping_list/{path}", body)).status == 400
        cleared = await house.post("/api/shopping_list/clear_completed")
        assert cleared.json == {"message": "Cleared completed items."}
    # The next run, on the same database.
    async with hub(tmp_path, FILES, owner=False) as house:
        assert house.hub.states.get("todo.shopping_list").state == "1"  # type: ignore[union-attr]
        assert house.app.helpers.shopping_list is not None
        assert [item.id for item in house.app.helpers.shopping_list.items] == [bread["id"]]


async def test_who_may_only_look_changes_nothing(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        token = await house.user("reader", READ_ONLY)
        assert (await house.get("/api/shopping_list", token=token)).json == []
        assert (await house.post("/api/shopping_list/item", {"name": "Milk"}, token=token)).status in (401, 403)
        async with house.ws(token) as ws:
            with pytest.raises(Refusal, match="unauthorized"):
                await ws.call("shopping_list/items/add", name="Milk")
            assert await ws.call("shopping_list/items") == []


async def test_without_a_list_there_is_nothing_to_ask_for(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        assert (await house.get("/api/shopping_list")).status == 404
        assert (await house.post("/api/shopping_list/item", {"name": "Milk"})).status == 404
        with pytest.raises(Refusal, match="unknown_command"):
            await ws.call("shopping_list/items")
