"""The test client itself, and with it a hub from start to stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub import READ_ONLY, Refusal, hub


async def test_a_hub_answers_rest_and_websocket(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        assert (await house.get("/api/")).json == {"message": "API running."}
        assert (await house.get("/api/", token="")).status == 401
        assert (await house.post("/api/states/light.a", {"state": "on"})).status == 201
        async with house.ws() as ws:
            assert "light.a" in [state["entity_id"] for state in await ws.call("get_states")]
            id = await ws.subscribe("subscribe_entities")
            assert "light.a" in (await ws.event(id))["a"]
        guest = await house.user("guest", READ_ONLY)
        async with house.ws(guest) as ws:
            with pytest.raises(Refusal) as refused:
                await ws.call("fire_event", event_type="x")
            assert refused.value.code == "unauthorized"
