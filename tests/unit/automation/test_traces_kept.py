"""What of the runs is kept: so many of each, so many bytes, and how each ended."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from automation_house import House, automation, house_with

from marge.automation.traces import kept, trace
from marge.automation.traces.weight import MAX_VALUE
from marge.core.services import Service, ServiceCall, SupportsResponse

GO = "triggers: {trigger: event, event_type: go}"


async def traces(house: House, item_id: str = "it", domain: str = "automation") -> list[dict[str, Any]]:
    """All that `trace/get` answers for an automation."""
    found = [each["run_id"] for each in await house.engine.traces.summaries(domain, item_id)]
    return [json.loads(await house.engine.traces.json(domain, item_id, run_id) or b"") for run_id in found]


async def run_once(house: House, **data: Any) -> dict[str, Any]:
    """Let the automation run, and give its newest trace."""
    house.hub.bus.fire("go", data)
    for _ in range(1000):
        await house.settle()
        newest = (await house.engine.traces.summaries("automation", "it"))[-1]
        if newest["state"] == "stopped":
            break
    return (await traces(house))[-1]


async def test_a_list_is_empty_before_the_first_run() -> None:
    async with house_with(automation(GO)) as house:
        assert await house.engine.traces.summaries("automation") == []
        assert await house.engine.traces.json("automation", "it", "none") is None
        assert await house.engine.traces.contexts() == {}


async def test_an_automation_without_an_id_has_no_traces() -> None:
    async with house_with("- {alias: It, triggers: {trigger: event, event_type: go}, actions: {event: out}}") as house:
        house.hub.bus.fire("go")
        await house.settle()
        assert house.events("out") == [{}]
        assert await house.engine.traces.summaries("automation") == []


@pytest.mark.parametrize(("value", "shown"), [("-1", "-1"), ("many", "'many'"), ("true", "True")])
async def test_a_wrong_number_of_traces_is_told(value: str, shown: str, caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(automation(f"{GO}\ntrace: {{stored_traces: {value}}}")):
        assert f"expected a number of at least 0, got {shown}" in caplog.text


async def test_the_newest_are_kept_whether_asked_for_in_between_or_not() -> None:
    async with house_with(automation(f"{GO}\ntrace: {{stored_traces: 3}}")) as house:
        for number in range(kept.MAX_FRESH + 20):
            house.hub.bus.fire("go", {"x": number})
            await house.settle()
            if number == 7:
                assert len(await traces(house)) == 3
        found = await traces(house)
    seen = [each["trace"]["trigger/0"][0]["changed_variables"]["trigger"]["event"]["data"]["x"] for each in found]
    assert seen == [kept.MAX_FRESH + 17, kept.MAX_FRESH + 18, kept.MAX_FRESH + 19]


async def test_they_are_put_in_order_without_being_asked_for() -> None:
    async with house_with(automation(GO)) as house:
        for _ in range(20):
            house.hub.bus.fire("go")
            await house.settle()
        house.calls.clear()
        await house.advance(kept.SETTLE_AFTER)
        assert len(house.engine.traces._in_order) == 5


async def test_all_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MAX_ALL", 20_000)
    one = automation(GO)
    async with house_with(one + one.replace("id: it", "id: other").replace("alias: It", "alias: Other")) as house:
        for number in range(5):
            house.hub.bus.fire("go", {"text": "x" * 4000, "number": number})
            await house.settle()
        found = [*await traces(house), *await traces(house, "other")]
        assert 0 < len(found) < 10
        numbers = [
            each["trace"]["trigger/0"][0]["changed_variables"]["trigger"]["event"]["data"]["number"] for each in found
        ]
        assert min(numbers) > 0
        assert house.engine.traces._weight <= 20_000


async def test_a_huge_variable_is_shortened_and_the_run_sees_it_whole() -> None:
    actions = """
- variables: {big: "{{ 'x' * 100000 }}", small: 1, both: {big: "{{ 'x' * 100000 }}", small: 2}}
- action: test.note
  data: {length: "{{ big | length }}"}
"""
    async with house_with(automation(GO, actions)) as house:
        got = await run_once(house)
        assert house.notes() == [{"length": 100_000}]
    changed = got["trace"]["action/0"][0]["changed_variables"]
    assert changed["big"] == "(too large for a trace: str of 100000)"
    assert changed["small"] == 1
    assert changed["both"] == {"big": "(too large for a trace: str of 100000)", "small": 2}


async def test_huge_results_and_trigger_data_are_shortened() -> None:
    actions = "- {event: out, event_data: {big: \"{{ 'x' * 100000 }}\", small: 1}}"
    async with house_with(automation(GO, actions)) as house:
        got = await run_once(house, text="y" * 100_000)
        assert len(house.events("out")[0]["big"]) == 100_000
    assert got["trace"]["action/0"][0]["result"]["event_data"] == {
        "big": "(too large for a trace: str of 100000)",
        "small": 1,
    }
    trigger = got["trace"]["trigger/0"][0]["changed_variables"]["trigger"]
    assert trigger["event"] == "(too large for a trace: EventView)"
    assert trigger["description"] == "event 'go'"


async def test_a_loop_with_a_growing_variable_stays_bounded() -> None:
    actions = """
- repeat:
    count: 400
    sequence: [{variables: {text: "{{ 'x' * 100 * repeat.index }}"}}, {event: out}]
"""
    async with house_with(automation(GO, actions)) as house:
        got = await run_once(house)
        (only,) = house.engine.traces._in_order
        assert only.weight < trace.MAX_TRACE + 2 * MAX_VALUE
    rounds = got["trace"]["action/0/repeat/sequence/0"]
    assert [each["changed_variables"]["repeat"]["index"] for each in rounds] == list(range(381, 401))
    assert len(json.dumps(got)) < 2 * trace.MAX_TRACE


async def test_a_trace_that_is_full_keeps_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MAX_TRACE", 3000)
    actions = "\n".join(f"- variables: {{text{number}: \"{{{{ 'x' * 1000 }}}}\"}}" for number in range(10))
    async with house_with(automation(GO, actions)) as house:
        got = await run_once(house)
    assert len(got["trace"]) == 11
    assert got["trace"]["action/9"][0]["changed_variables"] == {"text9": "(too large for a trace: str of 1000)"}


async def test_conditions_in_a_loop_are_bounded_too() -> None:
    actions = '- repeat: {while: "{{ repeat.index < 300 }}", sequence: [{event: out}]}'
    async with house_with(automation(GO, actions)) as house:
        got = await run_once(house)
    assert len(got["trace"]["action/0/repeat/while/0"]) == trace.CONDITIONS_KEPT


async def test_values_that_json_does_not_know() -> None:
    actions = """
- variables:
    span: "{{ timedelta(seconds=5) }}"
    listed: "{{ (1, 2) }}"
    set: "{{ set([1]) }}"
    infinite: "{{ 1e999 }}"
- action: test.odd
  response_variable: odd
"""

    async def odd(call: ServiceCall) -> dict[str, Any]:
        return {"number": 10**5000, "half": "\ud800", "thing": object(), 5: {None: 1}, "nan": float("nan")}

    async with house_with(automation(GO, actions)) as house:
        house.hub.services.register(Service("test", "odd", odd, supports_response=SupportsResponse.ONLY))
        got = await run_once(house)
    assert got["script_execution"] == "finished"
    assert got["trace"]["action/0"][0]["changed_variables"]["listed"] == [1, 2]
    answer = got["trace"]["action/1"][0]["changed_variables"]["odd"]
    assert answer["thing"]["__type"] == "<class 'object'>"
    assert answer["5"] == {"null": 1}


async def test_a_run_that_fails_in_a_way_nobody_thought_of_says_so() -> None:
    async def burst(call: ServiceCall) -> None:
        raise RuntimeError("a bug")

    async with house_with(automation(GO, "action: test.burst")) as house:
        house.hub.services.register(Service("test", "burst", burst))
        got = await run_once(house)
    assert (got["state"], got["script_execution"], got["error"]) == ("stopped", "error", "a bug")
    assert got["trace"]["action/0"][0]["error"] == "a bug"


async def test_a_run_that_ends_before_its_first_step_is_cancelled() -> None:
    async with house_with(automation(f"{GO}\nmode: restart")) as house:
        house.hub.bus.fire("go")
        house.hub.bus.fire("go")
        await house.settle()
        found = await traces(house)
    assert [each["script_execution"] for each in found] == ["cancelled", "finished"]
    assert found[0]["timestamp"]["finish"] is not None


async def test_a_run_that_waits_for_its_turn_and_is_stopped() -> None:
    async with house_with(automation(f"{GO}\nmode: queued", "delay: 60")) as house:
        house.hub.bus.fire("go")
        house.hub.bus.fire("go")
        await house.settle()
        assert [each["state"] for each in await traces(house)] == ["running", "running"]
        await house.hub.services.call("automation", "turn_off", {}, target={"entity_id": "automation.it"})
        found = await traces(house)
    assert [each["script_execution"] for each in found] == ["cancelled", "cancelled"]


async def test_a_script_whose_variables_cannot_be_rendered() -> None:
    scripts = "wrong: {variables: {x: '{{ 1 / 0 }}'}, sequence: [{event: out}]}"
    async with house_with(scripts=scripts) as house:
        with pytest.raises(Exception, match="cannot be rendered"):
            await house.hub.services.call("script", "wrong", {})
        (got,) = await traces(house, "wrong", "script")
    assert (got["state"], got["script_execution"]) == ("stopped", "error")
    assert "division by zero" in got["error"]


async def test_a_branch_that_calls_a_script_names_its_run() -> None:
    actions = """
- parallel:
    - sequence: [{delay: 1}, {action: script.one}]
    - sequence: [{event: out}, {action: script.two}]
"""
    scripts = "one: {sequence: [{event: one}]}\ntwo: {sequence: [{delay: 2}]}"
    async with house_with(automation(GO, actions), scripts=scripts) as house:
        house.hub.bus.fire("go")
        await house.advance(5)
        (got,) = await traces(house)
        children = {path: steps[0].get("child_id", {}).get("item_id") for path, steps in got["trace"].items()}
    assert children == {
        "trigger/0": None,
        "action/0": None,
        "action/0/parallel/0/sequence/0": None,
        "action/0/parallel/1/sequence/0": None,
        "action/0/parallel/1/sequence/1": "two",
        "action/0/parallel/0/sequence/1": "one",
    }
    assert got["trace"]["action/0/parallel/0/sequence/0"][0]["result"] == {"delay": 1.0, "done": True}


async def test_nothing_of_a_run_is_left_when_its_trace_is() -> None:
    async with house_with(automation(GO)) as house:
        await run_once(house)
        (only,) = house.engine.traces._in_order
        assert only.stop is None
        assert all(not step.under_way and step.outer is None for steps in only.steps.values() for step in steps)
        await asyncio.sleep(0)
        assert not house.engine.traces._fresh


async def test_what_is_answered_to_a_sentence_is_noted() -> None:
    text = automation(GO, "- set_conversation_response: '{{ 1 + 1 }} lamps'\n- set_conversation_response: null")
    async with house_with(text) as house:
        house.hub.bus.fire("go")
        await house.settle()
        (found,) = await traces(house)
    answers = [found["trace"][f"action/{place}"][0]["result"] for place in (0, 1)]
    assert answers == [{"conversation_response": "2 lamps"}, {"conversation_response": None}]
