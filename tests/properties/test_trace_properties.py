"""Traces: whatever an automation does, its trace ends with it, and says of every step what it was part of."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from automation_house import House, automation, house_with
from hypothesis import given, settings
from hypothesis import strategies as st

from marge.automation.traces.trace import ACTIONS_KEPT, CONDITIONS_KEPT, changes

CONDITIONS = st.sampled_from(
    [
        "{{ true }}",
        "{{ false }}",
        "{{ 1 / 0 }}",
        {"condition": "state", "entity_id": "light.a", "state": "on"},
        {"condition": "state", "entity_id": "light.none", "state": "on"},
        {"or": ["{{ false }}", {"condition": "numeric_state", "entity_id": "sensor.a", "above": 3}]},
    ]
)
PLAIN: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"event": "out"},
        {"action": "test.note", "data": {"x": "{{ x }}"}},
        {"action": "no.such"},
        {"action": "no.such", "enabled": False},
        {"variables": {"x": "{{ (x | default(0)) + 1 }}"}},
        {"delay": 1},
        {"delay": "{{ 'soon' }}"},
        {"wait_template": "{{ false }}", "timeout": 2},
        {"wait_for_trigger": {"trigger": "event", "event_type": "never"}, "timeout": 1, "continue_on_timeout": False},
        {"stop": "enough"},
        {"stop": "wrong", "error": True},
        {"condition": "template", "value_template": "{{ false }}"},
        {"action": "script.other"},
    ]
)


def nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    steps = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda c, t, e: {"if": c, "then": t, "else": e}, CONDITIONS, steps, steps),
        st.builds(
            lambda c, s, d: {"choose": [{"conditions": c, "sequence": s}], "default": d}, CONDITIONS, steps, steps
        ),
        st.builds(lambda n, s: {"repeat": {"count": n, "sequence": s}}, st.integers(0, 25), steps),
        st.builds(lambda s: {"repeat": {"while": "{{ repeat.index < 4 }}", "sequence": s}}, steps),
        st.builds(lambda a, b: {"parallel": [{"sequence": a}, {"sequence": b}]}, steps, steps),
        st.builds(lambda s: {"sequence": s}, steps),
    )


ACTIONS = st.lists(st.recursive(PLAIN, nested, max_leaves=6), min_size=1, max_size=4)
MODES = st.sampled_from(["single", "restart", "queued", "parallel"])


@settings(max_examples=80, deadline=None)
@given(actions=ACTIONS, mode=MODES, runs=st.integers(1, 3))
def test_a_trace_ends_with_its_run_and_has_no_gaps(actions: list[dict[str, Any]], mode: str, runs: int) -> None:
    asyncio.run(play(actions, mode, runs))


def running(house: House) -> int:
    return sum(each.running for each in (*house.engine.automations.scripts(), *house.engine.scripts.scripts()))


async def play(actions: list[dict[str, Any]], mode: str, runs: int) -> None:
    body = f"triggers: {{trigger: event, event_type: go}}\nmode: {mode}\nmax_exceeded: silent"
    scripts = "other: {sequence: [{event: other}, {delay: 1}]}"
    async with house_with(automation(body, json.dumps(actions)), scripts=scripts) as house:
        house.set("light.a", "on")
        for _ in range(runs):
            house.hub.bus.fire("go")
            await house.settle()
        for _ in range(300):
            await house.advance(60)
            if not running(house):
                break
        assert not running(house)
        kept = await house.engine.traces.runs("automation")
        assert len(kept) == runs
        for trace in await house.engine.traces.runs():
            assert trace.run_id
            told = json.loads(await house.engine.traces.json(trace.domain, trace.item_id, trace.run_id) or b"")
            assert told["state"] == "stopped"
            assert told["script_execution"] is not None
            paths = told["trace"]
            for path, steps in paths.items():
                assert 1 <= len(steps) <= max(ACTIONS_KEPT, CONDITIONS_KEPT)
                parent = "/".join(path.split("/")[:2])
                assert parent in paths, path
        house.calls.clear()


@given(
    before=st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
    after=st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
)
def test_what_was_and_what_has_changed_make_what_is(before: dict[str, int], after: dict[str, int]) -> None:
    changed = changes(before, after)
    assert {name: changed.get(name, before.get(name)) for name in after} == after
    assert all(before.get(name) != value for name, value in changed.items())
