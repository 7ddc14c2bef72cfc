"""Traces in a whole hub: the WebSocket commands, the logbook, and a restart with the real database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hub import READ_ONLY, USER, House, Refusal, hub

AUTOMATIONS = """
- id: guest
  alias: Guest arrives
  triggers: {trigger: state, entity_id: input_boolean.guest, to: "on"}
  conditions: "{{ trigger.from_state.state == 'off' }}"
  actions:
    - {action: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}
    - {action: script.greet, data: {who: you}}
"""
FILES = {
    "configuration.yaml": "automation: !include automations.yaml\nscript: !include scripts.yaml\n"
    "input_boolean: {guest: , lamp: }\n",
    "automations.yaml": AUTOMATIONS,
    "scripts.yaml": "greet: {sequence: [{event: greeted, event_data: {who: '{{ who }}'}}]}\n",
}


async def arrive(house: House) -> None:
    """The guest comes, and the automation has run when this returns."""
    async with house.ws() as ws:
        heard = await ws.subscribe("subscribe_events", event_type="greeted")
        answer = await house.post("/api/services/input_boolean/turn_on", {"entity_id": "input_boolean.guest"})
        assert answer.status == 200
        await ws.event(heard)


async def test_what_happened_is_told_and_survives_a_restart(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        await arrive(house)
        async with house.ws() as ws:
            (told,) = await ws.call("trace/list", domain="automation", item_id="guest")
            assert told["state"] == "stopped"
            assert (told["script_execution"], told["last_step"]) == ("finished", "action/1")
            assert told["trigger"] == "state of input_boolean.guest"
            whole = await ws.call("trace/get", domain="automation", item_id="guest", run_id=told["run_id"])
            assert list(whole["trace"]) == ["trigger/0", "condition/0", "action/0", "action/1"]
            assert whole["trace"]["condition/0"][0]["result"] == {"entities": [], "result": True}
            assert whole["config"]["alias"] == "Guest arrives"
            child = whole["trace"]["action/1"][0]["child_id"]
            script = await ws.call("trace/get", **child)
            assert script["trace"]["sequence/0"][0]["result"] == {"event": "greeted", "event_data": {"who": "you"}}
    async with hub(tmp_path, FILES, owner=False) as house:
        traces = house.app.engine.traces
        assert await traces.summaries("automation") == [told]
        (greeted,) = await traces.summaries("script")
        assert greeted["run_id"] == child["run_id"]


async def test_the_logbook_leads_to_the_trace(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        await arrive(house)
        async with house.ws() as ws:
            entries = await ws.call("logbook/get_events", start_time="2020-01-01T00:00:00Z")
            contexts = await ws.call("trace/contexts")
            only = await ws.call("trace/contexts", domain="script", item_id="greet")
            (told,) = await ws.call("trace/list", domain="automation")
    by_entity = {entry["entity_id"]: entry for entry in entries if "entity_id" in entry}
    ran = by_entity["automation.guest_arrives"]
    assert ran["source"] == "state of input_boolean.guest"
    assert (ran["context_domain"], ran["context_service"]) == ("input_boolean", "turn_on")
    # The script runs in the context of the automation, which it shares: the link leads to either.
    assert contexts[ran["context_id"]]["run_id"] in (told["run_id"], only[ran["context_id"]]["run_id"])
    assert set(only) == set(contexts) == {ran["context_id"]}
    lamp = by_entity["input_boolean.lamp"]
    assert (lamp["context_event_type"], lamp["context_name"]) == ("automation_triggered", "Guest arrives")
    assert lamp["context_source"] == "state of input_boolean.guest"


async def test_a_run_is_taken_step_by_step(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house, house.ws() as ws:
        item = {"domain": "automation", "item_id": "guest"}
        with pytest.raises(Refusal, match="No breakpoint subscription"):
            await ws.call("trace/debug/breakpoint/set", **item, node="action/0")
        watching = await ws.subscribe("trace/debug/breakpoint/subscribe")
        await ws.call("trace/debug/breakpoint/set", **item, node="action/0")
        assert await ws.call("trace/debug/breakpoint/list") == [{"run_id": "*", "node": "action/0", **item}]
        await ws.call(
            "call_service", domain="input_boolean", service="turn_on", target={"entity_id": "input_boolean.guest"}
        )
        hit = await ws.event(watching)
        run = {**item, "run_id": hit["run_id"]}
        assert hit == {**run, "node": "action/0"}
        await ws.call("trace/debug/step", **run)
        assert (await ws.event(watching))["node"] == "action/1"
        await ws.call("trace/debug/breakpoint/clear", **item, node="action/0")
        await ws.call("trace/debug/continue", **run)
        await house.hub.tasks.settle()
        assert (await ws.call("trace/list", **item))[0]["script_execution"] == "finished"
        assert await ws.call("trace/debug/breakpoint/list") == []


async def test_a_client_that_goes_lets_the_run_go_on(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        async with house.ws() as ws:
            watching = await ws.subscribe("trace/debug/breakpoint/subscribe")
            await ws.call("trace/debug/breakpoint/set", domain="automation", item_id="guest", node="*")
            await ws.call(
                "call_service", domain="input_boolean", service="turn_on", target={"entity_id": "input_boolean.guest"}
            )
            hit = await ws.event(watching)
            await ws.call("trace/debug/stop", domain="automation", item_id="guest", run_id=hit["run_id"])
            (told,) = await ws.call("trace/list", domain="automation")
            assert told["script_execution"] == "cancelled"
            house.hub.states.set("input_boolean.guest", "off", {})
            house.hub.states.set("input_boolean.guest", "on", {})
            assert (await ws.event(watching))["node"] == "action/0"
        for _ in range(100):
            (_, last) = await house.app.engine.traces.summaries("automation")
            if last["state"] == "stopped":
                break
            await house.hub.tasks.settle()
        assert last["script_execution"] == "finished"


@pytest.mark.parametrize(
    ("command", "data", "code"),
    [
        ("trace/list", {}, "invalid_format"),
        ("trace/list", {"domain": "light"}, "invalid_format"),
        ("trace/get", {"domain": "automation", "item_id": "guest", "run_id": "none"}, "not_found"),
        ("trace/contexts", {"domain": "automation"}, "invalid_format"),
        ("trace/contexts", {"item_id": "guest"}, "invalid_format"),
        ("trace/debug/step", {"domain": "script", "item_id": "greet"}, "invalid_format"),
    ],
)
async def test_wrong_questions_are_refused(tmp_path: Path, command: str, data: dict[str, Any], code: str) -> None:
    async with hub(tmp_path, FILES) as house, house.ws() as ws:
        with pytest.raises(Refusal) as refusal:
            await ws.call(command, **data)
        assert refusal.value.code == code


async def test_traces_are_for_admins(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        for group in (USER, READ_ONLY):
            async with house.ws(await house.user("somebody " + group, group)) as ws:
                with pytest.raises(Refusal) as refusal:
                    await ws.call("trace/list", domain="automation")
                assert refusal.value.code == "unauthorized"
