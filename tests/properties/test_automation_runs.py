"""Runs of automations: modes, timers, order, and nothing left behind, whatever is configured."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from automation_house import House, house_with
from hypothesis import given, settings
from hypothesis import strategies as st

from marge.automation.kept_runs import COLLECTION
from marge.automation.traces.kept import SETTLE_AFTER
from marge.core.services import Service, ServiceCall
from marge.testing import MemoryStore

MODES = st.sampled_from(["single", "restart", "queued", "parallel"])
NOTE = {"action": "test.note"}
PAUSES = st.sampled_from([0.0, 0.3, 0.5, 1.0, 1.5, 4.0])


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Play in a loop of its own, at the end of which nothing may be left."""

    async def play() -> None:
        await coroutine
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(play())


def of(actions: Any, **more: Any) -> str:
    return json.dumps(
        [
            {
                "id": "it",
                "alias": "It",
                "triggers": [{"trigger": "event", "event_type": "go"}],
                "actions": actions,
                **more,
            }
        ]
    )


@settings(max_examples=60, deadline=None)
@given(mode=MODES, maximum=st.integers(2, 4), waits=st.lists(PAUSES, min_size=1, max_size=12), length=PAUSES)
def test_modes_never_run_more_than_allowed(mode: str, maximum: int, waits: list[float], length: float) -> None:
    inside = most = begun = 0

    async def enter(call: ServiceCall) -> None:
        nonlocal inside, most, begun
        begun += 1
        inside += 1
        most = max(most, inside)
        try:
            await clock.sleep(length)
        finally:
            inside -= 1

    async def play() -> None:
        nonlocal clock
        text = of([{"action": "test.enter"}, {"delay": length}], mode=mode, max=maximum, max_exceeded="silent")
        async with house_with(text) as house:
            clock = house.clock
            house.hub.services.register(Service("test", "enter", enter))
            for pause in waits:
                house.hub.bus.fire("go")
                await house.advance(pause)
                current = house.state("automation.it").attributes["current"]
                assert current <= (maximum if mode in ("queued", "parallel") else 1)
            await house.advance(1000)
            assert house.state("automation.it").attributes["current"] == 0

    clock: Any = None
    run(play())
    # One that is replaced ends its call in the same turn in which the new one begins.
    assert most <= {"single": 1, "restart": 2, "queued": 1, "parallel": maximum}[mode]
    assert inside == 0
    assert begun >= 1


@settings(max_examples=60, deadline=None)
@given(
    changes=st.lists(st.tuples(st.booleans(), PAUSES), min_size=1, max_size=12),
    hold=st.sampled_from([0.5, 1.0, 2.0]),
    restarts=st.sets(st.integers(0, 11), max_size=3),
)
def test_a_for_fires_once_for_each_time_that_it_held(
    changes: list[tuple[bool, float]], hold: float, restarts: set[int]
) -> None:
    trigger = {"trigger": "state", "entity_id": "light.a", "to": "on", "for": hold}
    text = json.dumps(
        [{"id": "it", "alias": "It", "mode": "parallel", "max": 100, "triggers": trigger, "actions": [NOTE]}]
    )
    parts: list[list[tuple[bool, float]]] = [[]]
    for index, change in enumerate(changes):
        parts[-1].append(change)
        if index in restarts:
            parts.append([])
    fired: list[int] = []

    async def play() -> None:
        store = MemoryStore()
        last, now = None, 1_000_000.0
        for part in parts:
            async with house_with(text, now=now, store=store, start=False) as house:
                if last is None:
                    house.set("light.a", "off")
                else:
                    house.hub.states.restore(last)
                house.start()
                await house.settle()
                for is_on, pause in part:
                    house.set("light.a", "on" if is_on else "off")
                    await house.advance(pause)
                last, now = house.state("light.a"), house.clock.now()
                fired.append(len(house.calls))

    run(play())
    assert sum(fired) == times_held(changes, hold)


def times_held(changes: list[tuple[bool, float]], hold: float) -> int:
    """How often the light was on for at least `hold` seconds."""
    stretches = [0.0]
    was_on = False
    for is_on, pause in changes:
        if is_on and not was_on:
            stretches.append(0.0)
        if is_on:
            stretches[-1] += pause
        was_on = is_on
    return sum(length >= hold for length in stretches)


def nested(depth: int) -> st.SearchStrategy[list[Any]]:
    """Sequences whose steps note what `{}` stands for: numbers are put in afterwards, in the order of the steps."""
    leaf = st.sampled_from(["note", "wait"])
    if depth == 0:
        return st.lists(leaf, max_size=3)
    inner = nested(depth - 1)
    block = st.tuples(st.sampled_from(["sequence", "if", "else", "choose", "default", "repeat"]), inner)
    return st.lists(st.one_of(leaf, block), max_size=3)


def build(shape: list[Any], order: list[int], wait: float, counter: list[int], times: int = 1) -> list[Any]:
    """The actions of a shape; `order` is what they have to note."""
    actions: list[Any] = []
    for each in shape:
        if each == "note":
            counter[0] += 1
            order.append(counter[0])
            actions.append({"action": "test.note", "data": {"n": counter[0]}})
        elif each == "wait":
            actions.append({"delay": wait})
        else:
            kind, inner = each
            mine: list[int] = []
            built = build(inner, mine, wait, counter)
            order += mine * (2 if kind == "repeat" else 1)
            actions.append(
                {
                    "sequence": {"sequence": built},
                    "if": {"if": "{{ true }}", "then": built, "else": [{"stop": "wrong"}]},
                    "else": {"if": "{{ false }}", "then": [{"stop": "wrong"}], "else": built},
                    "choose": {"choose": [{"conditions": "{{ true }}", "sequence": built}]},
                    "default": {"choose": [], "default": built},
                    "repeat": {"repeat": {"count": 2, "sequence": built}},
                }[kind]
            )
    return actions


@settings(max_examples=80, deadline=None)
@given(shape=nested(4), wait=st.sampled_from([0, 0.5, 2]))
def test_nesting_to_any_depth_keeps_the_order(shape: list[Any], wait: float) -> None:
    order: list[int] = []
    actions = build(shape, order, wait, [0])

    async def play() -> None:
        async with house_with(of(actions)) as house:
            house.hub.bus.fire("go")
            for _ in range(40):
                # A round of a loop is a turn of the event loop: in one go, nested ones would run into the far future.
                await house.advance(250)
            assert [note["n"] for note in house.notes()] == order
            assert house.state("automation.it").attributes["current"] == 0

    run(play())


@settings(max_examples=80, deadline=None)
@given(shape=nested(3), stops=st.lists(st.floats(0, 5), max_size=4))
def test_however_often_the_hub_restarts_each_step_is_taken_once(shape: list[Any], stops: list[float]) -> None:
    order: list[int] = []
    text = of(build(without_loops(shape), order, 3, [0]))
    noted: list[int] = []

    async def play() -> None:
        store = MemoryStore()
        now = 1_000_000.0
        for index, seconds in enumerate([*stops, 10_000]):
            async with house_with(text, now=now, store=store) as house:
                if index == 0:
                    house.hub.bus.fire("go")
                await house.advance(seconds)
                noted.extend(note["n"] for note in house.notes())
                now = house.clock.now() + 1
        assert not store.collections.get(COLLECTION)

    run(play())
    assert noted == order


def without_loops(shape: list[Any]) -> list[Any]:
    """The same with plain sequences for loops: what waits in one does not go on."""
    return [
        each if isinstance(each, str) else ("sequence" if each[0] == "repeat" else each[0], without_loops(each[1]))
        for each in shape
    ]


STEPS = st.recursive(
    st.sampled_from(
        [
            NOTE,
            {"delay": 1},
            {"delay": {"minutes": 5}},
            {"delay": "{{ nothing }}"},
            {"event": "out"},
            {"event": "go"},
            {"wait_template": "{{ is_state('light.a', 'on') }}", "timeout": 2},
            {"wait_template": "{{ is_state('light.a', 'on') }}"},
            {
                "wait_for_trigger": [{"trigger": "event", "event_type": "out"}],
                "timeout": 3,
                "continue_on_timeout": False,
            },
            {"wait_for_trigger": [{"trigger": "state", "entity_id": "light.a", "to": "on", "for": 1}]},
            {"variables": {"x": "{{ x | default(0) + 1 }}"}},
            {"condition": "template", "value_template": "{{ is_state('light.a', 'on') }}"},
            {"stop": "enough"},
            {"stop": "wrong", "error": True},
            {"action": "test.missing"},
            {"action": "automation.trigger", "target": {"entity_id": "automation.it"}},
            {"action": "automation.turn_off", "target": {"entity_id": "automation.it"}},
            {"set_conversation_response": "{{ x }}"},
            {"parallel": [NOTE, {"delay": 1}, {"stop": "enough"}]},
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda steps: {"sequence": steps}),
        st.lists(inner, max_size=3).map(lambda steps: {"parallel": steps}),
        st.tuples(st.lists(inner, max_size=2), st.lists(inner, max_size=2)).map(
            lambda both: {"if": "{{ is_state('light.a', 'on') }}", "then": both[0], "else": both[1]}
        ),
        st.lists(inner, max_size=2).map(lambda steps: {"repeat": {"count": 3, "sequence": steps}}),
        st.lists(inner, max_size=2).map(
            lambda steps: {
                "repeat": {"sequence": steps, "until": "{{ is_state('light.a', 'on') or repeat.index > 3 }}"}
            }
        ),
    ),
    max_leaves=8,
)
HAPPENINGS = st.lists(st.tuples(st.sampled_from(["go", "on", "off", "out"]), PAUSES), max_size=8)


async def happen(house: House, happenings: list[tuple[str, float]]) -> None:
    for what, pause in happenings:
        if what in ("on", "off"):
            house.set("light.a", what)
        else:
            house.hub.bus.fire(what)
        await house.advance(pause)


@settings(max_examples=100, deadline=None)
@given(steps=st.lists(STEPS, max_size=4), mode=MODES, happenings=HAPPENINGS)
def test_a_valid_automation_leaves_nothing_behind(
    steps: list[Any], mode: str, happenings: list[tuple[str, float]]
) -> None:
    async def play() -> None:
        store = MemoryStore()
        async with house_with(of(steps, mode=mode, max_exceeded="silent"), store=store) as house:
            timers = house.clock.pending
            house.hub.bus.fire("go")
            await happen(house, happenings)
            await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
            # A second later its traces are in order.
            await house.advance(SETTLE_AFTER)
            assert house.state("automation.it").attributes["current"] == 0
            left = {task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()}}
            assert left <= {"check the templates of automations and scripts"}
            assert house.clock.pending == timers
            assert not store.collections.get(COLLECTION)
            assert house.hub.bus.listener_counts().get("state_changed", 0) == 0

    run(play())
