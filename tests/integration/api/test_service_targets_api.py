"""Calls that are aimed at nothing or at something malformed, over both APIs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hub import hub

HELPERS = {"configuration.yaml": "input_boolean:\n  a:\n"}
NO_TARGET = "must contain at least one of entity_id, device_id, area_id, floor_id, label_id."


@pytest.mark.parametrize("data", [{}, {"entity_id": "zzz"}])
async def test_rest_answers_400(tmp_path: Path, data: dict[str, Any]) -> None:
    async with hub(tmp_path, HELPERS) as house:
        assert (await house.post("/api/services/input_boolean/turn_on", data)).status == 400
        answer = await house.post("/api/services/input_boolean/turn_on", {"entity_id": "input_boolean.a"})
        assert [state["state"] for state in answer.json] == ["on"]


async def test_the_websocket_answers_invalid_format(tmp_path: Path) -> None:
    async with hub(tmp_path, HELPERS) as house, house.ws() as ws:

        async def call(service: str = "turn_on", domain: str = "input_boolean", **data: Any) -> Any:
            answer = await ws.exchange("call_service", domain=domain, service=service, **data)
            return answer.get("error")

        assert await call() == {"code": "invalid_format", "message": NO_TARGET}
        assert (await call(target={}))["message"] == NO_TARGET
        assert (await call(service_data={"entity_id": "zzz"}))["message"].endswith("@ data['entity_id']")
        malformed = await call(target={"entity_id": "zzz"})
        assert malformed["code"] == "invalid_format"
        assert malformed["message"].endswith("@ data['target']['entity_id']")
        # The target is looked at even where the service takes none.
        assert (await call("reload", target={"room_id": "x"}))["code"] == "invalid_format"
        assert await call(target={"entity_id": "none"}) is None
        assert await call(target={"area_id": "nowhere"}) is None
        assert house.hub.states.get("input_boolean.a").state == "off"
        assert await call(target={"entity_id": "all"}) is None
        assert house.hub.states.get("input_boolean.a").state == "on"


async def test_homeassistant_turn_on_takes_entities_and_no_all(tmp_path: Path) -> None:
    async with hub(tmp_path, HELPERS) as house:
        turn_on = "/api/services/homeassistant/turn_on"
        assert (await house.post(turn_on, {"entity_id": "all"})).status == 400
        assert (await house.post(turn_on, {"entity_id": ["zzz"]})).status == 400
        assert (await house.post(turn_on, {})).status == 200
        assert (await house.post(turn_on, {"entity_id": "input_boolean.a"})).status == 200
        assert house.hub.states.get("input_boolean.a").state == "on"
