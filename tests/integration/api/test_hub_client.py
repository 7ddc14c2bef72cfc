"""The test client itself, and with it a hub from start to stop."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hub import READ_ONLY, Refusal, hub


async def test_a_hub_answers_rest_and_websocket(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        assert (await house.get("/api/")).json == {"message": "API running."}
        assert (await house.get("/api/", token="")).status == 401
        assert (await house.post("/api/states/light.a", {"state": "on"})).status == 201
        async with house.ws() as ws:
            assert [state["entity_id"] for state in await ws.call("get_states")] == ["light.a"]
            id = await ws.subscribe("subscribe_entities")
            assert list((await ws.event(id))["a"]) == ["light.a"]
        guest = await house.user("guest", READ_ONLY)
        async with house.ws(guest) as ws:
            with pytest.raises(Refusal) as refused:
                await ws.call("fire_event", event_type="x")
            assert refused.value.code == "unauthorized"


async def test_a_hub_is_quick_to_have(tmp_path: Path) -> None:
    async with hub(tmp_path):
        pass
    began = time.perf_counter()
    async with hub(tmp_path, owner=False) as house:
        assert (await house.get("/api/", token="")).status == 401
    assert time.perf_counter() - began < 1.0
