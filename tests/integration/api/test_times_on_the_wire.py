"""Times in attributes and events go out as Home Assistant writes them: over REST, WebSocket and in the recorder."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hub import hub

from marge.util.dt import to_iso

AUTOMATION = """
automation:
  - id: bell
    alias: Bell
    triggers: {trigger: event, event_type: bell}
    actions: {event: rang}
script:
  ring:
    sequence: [{event: rang}]
"""
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = "2026-01-02T03:04:05+00:00"


def _is_utc(text: Any) -> bool:
    return isinstance(text, str) and text.endswith("+00:00") and datetime.fromisoformat(text).tzinfo is not None


@pytest.mark.parametrize(("entity_id", "begin"), [("automation.bell", "bell"), ("script.ring", None)])
async def test_last_triggered_has_an_offset(tmp_path: Path, entity_id: str, begin: str | None) -> None:
    async with hub(tmp_path, {"configuration.yaml": AUTOMATION}) as house, house.ws() as ws:
        changes = await ws.subscribe("subscribe_trigger", trigger={"trigger": "event", "event_type": "rang"})
        entities = await ws.subscribe("subscribe_entities", entity_ids=[entity_id])
        assert entity_id in (await ws.event(entities))["a"]
        if begin:
            await house.post(f"/api/events/{begin}")
        else:
            await house.post("/api/services/script/ring")
        await ws.event(changes)
        change = (await ws.event(entities))["c"][entity_id]["+"]["a"]
        assert _is_utc(change["last_triggered"])
        state = (await house.get(f"/api/states/{entity_id}")).json
        assert state["attributes"]["last_triggered"] == change["last_triggered"]
        found = [item for item in await ws.call("get_states") if item["entity_id"] == entity_id]
        assert found[0]["attributes"] == state["attributes"]


async def test_times_in_attributes_and_events_have_an_offset_everywhere(tmp_path: Path) -> None:
    async with hub(tmp_path, {"configuration.yaml": AUTOMATION}) as house:
        async with house.ws() as ws:
            id = await ws.subscribe("subscribe_events", event_type="told")
            states = await ws.subscribe("subscribe_events", event_type="state_changed")
            # What a device wrote stays as the device wrote it.
            house.hub.states.set("sensor.clock", "1", {"at": WHEN, "list": [WHEN], "seen": "2026-01-02T03:04:05Z"})
            house.hub.bus.fire("told", {"at": WHEN, "deep": {"at": (WHEN,)}})
            assert (await ws.event(id))["data"] == {"at": TEXT, "deep": {"at": [TEXT]}}
            attributes = {"at": TEXT, "list": [TEXT], "seen": "2026-01-02T03:04:05Z"}
            assert (await ws.event(states))["data"]["new_state"]["attributes"] == attributes
        assert (await house.get("/api/states/sensor.clock")).json["attributes"] == attributes
        assert [state["attributes"] for state in (await house.get("/api/states")).json if state["state"] == "1"] == [
            attributes
        ]
        path = "/api/history/period?filter_entity_id=sensor.clock"
        assert (await house.get(path)).json[0][-1]["attributes"] == attributes
        await house.app.recorder.flush()
        database = next((tmp_path / "data").glob("*.db"))
    with closing(sqlite3.connect(database)) as connection:
        recorded = [text for (text,) in connection.execute("SELECT data FROM events")]
        assert {"at": TEXT, "deep": {"at": [TEXT]}} in [json.loads(text) for text in recorded]
        kept = [text for (text,) in connection.execute("SELECT json FROM attributes")]
        assert attributes in [json.loads(text) for text in kept]
        last = connection.execute("SELECT attributes FROM states_last WHERE entity_id = 'sensor.clock'").fetchone()
        assert json.loads(last[0]) == attributes


async def test_the_logbook_begins_at_the_time_asked_for(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        changed = []
        for state in ("unknown", "off", "on"):
            house.hub.states.set("light.a", state, {})
            changed.append(house.hub.states.get("light.a").last_updated)  # type: ignore[union-attr]  # just set
        between = to_iso(sum(changed[1:]) / 2)

        async def seen(start: str, more: str = "") -> list[str]:
            entries = (await house.get(f"/api/logbook/{start}?entity=light.a{more}")).json
            return [entry["state"] for entry in entries]

        assert await seen(quote(between)) == ["on"]
        assert await seen(quote(between), "&period=2") == ["off", "on"]
        day_ago = to_iso(house.hub.clock.now() - 86_400 - 60)
        assert await seen(quote(day_ago)) == []
