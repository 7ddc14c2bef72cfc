"""Runs that wait, over a restart of the hub."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from automation_house import House, automation, house_with

from marge.automation import kept_runs
from marge.automation.kept_runs import COLLECTION, NOTIFICATION
from marge.core.errors import OperationFailed
from marge.testing import MemoryStore

BEGAN = 1_000_000.0
GO = "triggers: {trigger: event, event_type: go}"
NOTE = "{action: test.note, data: {n: %s}}"


def hub_at(now: float, store: MemoryStore, text: str, **options: Any) -> AbstractAsyncContextManager[House]:
    return house_with(text, now=now, store=store, **options)


async def run_until(store: MemoryStore, text: str, seconds: float = 240, who: Any = "anna", **options: Any) -> House:
    """An automation is started, and the hub stops after so many seconds."""
    async with hub_at(BEGAN, store, text, **options) as house:
        house.set("light.a", "off")
        house.hub.bus.fire("go", {"who": who})
        await house.advance(seconds)
    return house


def left(store: MemoryStore) -> list[Any]:
    return [json.loads(row) for row in store.collections.get(COLLECTION, {}).values()]


DELAY = automation(
    GO,
    """
    - {action: test.note, data: {n: 1}}
    - delay: {minutes: 10}
    - {action: test.note, data: {n: "{{ trigger.event.data.who }}"}}
    """,
)


async def test_a_delay_ends_when_it_would_have_ended(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    before = await run_until(store, DELAY)
    assert before.notes() == [{"n": 1}]
    caplog.set_level("INFO")
    async with hub_at(BEGAN + 300, store, DELAY) as house:
        assert house.state("automation.it").attributes["current"] == 1
        await house.advance(299)
        assert not house.calls
        await house.advance(2)
        assert house.notes() == [{"n": "anna"}]
        assert house.calls[0].context == before.calls[0].context
        assert house.state("automation.it").attributes["current"] == 0
        assert not left(store)
    assert "It: a run goes on after the restart: its wait (step 2) ends in 300 s" in caplog.text


async def test_a_late_one_goes_on_at_once(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    await run_until(store, DELAY)
    caplog.set_level("INFO")
    async with hub_at(BEGAN + 900, store, DELAY) as house:
        await house.settle()
        assert house.notes() == [{"n": "anna"}]
    assert "ended 300 s ago, while the hub was away: it goes on now" in caplog.text


async def test_it_goes_on_once_however_often_the_hub_restarts() -> None:
    store = MemoryStore()
    await run_until(store, DELAY)
    async with hub_at(BEGAN + 300, store, DELAY) as house:
        await house.advance(10)
        assert not house.calls
    assert len(left(store)) == 1
    async with hub_at(BEGAN + 400, store, DELAY) as house:
        await house.advance(500)
        assert house.notes() == [{"n": "anna"}]
    async with hub_at(BEGAN + 1000, store, DELAY) as house:
        await house.advance(500)
        assert not house.calls


async def test_what_was_written_is_taken_back_durably_before_the_next_step() -> None:
    store = MemoryStore()
    gate = asyncio.Event()
    rows: list[int] = []

    async def flush() -> None:
        rows.append(len(left(store)))
        await gate.wait()

    async with hub_at(BEGAN, store, DELAY) as house:
        house.hub.bus.fire("go", {"who": "anna"})
        await house.advance(10)
        assert len(left(store)) == 1
        store.flush = flush  # type: ignore[method-assign]
        await house.advance(600)
        assert rows == [0]
        assert house.notes() == [{"n": 1}]
        gate.set()
        await house.settle()
        assert house.notes() == [{"n": 1}, {"n": "anna"}]


async def test_a_stop_in_that_moment_leaves_the_run_where_it_was() -> None:
    store = MemoryStore()
    gate = asyncio.Event()
    async with hub_at(BEGAN, store, DELAY) as house:
        house.hub.bus.fire("go", {"who": "anna"})
        await house.advance(10)
        store.flush = gate.wait  # type: ignore[assignment]
        await house.advance(600)
        assert not left(store)
    del store.flush
    assert len(left(store)) == 1
    async with hub_at(BEGAN + 700, store, DELAY) as house:
        await house.settle()
        assert house.notes() == [{"n": "anna"}]


async def test_a_disk_that_refuses_stops_no_run(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()

    async def refuse() -> None:
        raise OperationFailed("the disk is full")

    async with hub_at(BEGAN, store, DELAY) as house:
        house.hub.bus.fire("go", {"who": "anna"})
        await house.advance(10)
        store.flush = refuse  # type: ignore[method-assign]
        await house.advance(600)
        assert len(house.calls) == 2
    assert "the disk is full" in caplog.text


async def test_a_disk_that_hangs_stops_no_run(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_runs, "PATIENCE", 0.01)
    store = MemoryStore()
    async with hub_at(BEGAN, store, DELAY) as house:
        house.hub.bus.fire("go", {"who": "anna"})
        await house.advance(10)
        store.flush = asyncio.Event().wait  # type: ignore[assignment]
        await house.advance(600)
        await asyncio.sleep(0.1)
        assert len(house.calls) == 2
    assert "the run may go on twice: the disk takes more than" in caplog.text


async def test_a_short_wait_writes_nothing() -> None:
    store = MemoryStore()
    text = automation(GO, "- delay: 0.5\n- delay: 0.9\n- action: test.note")
    async with hub_at(BEGAN, store, text) as house:
        house.hub.bus.fire("go")
        await house.advance(0.6)
        await house.advance(2)
        assert len(house.calls) == 1
    assert COLLECTION not in store.collections
    assert store.flushes == 0


async def test_a_short_wait_is_written_when_the_hub_stops() -> None:
    store = MemoryStore()
    text = automation(GO, "- delay: 0.5\n- action: test.note")
    await run_until(store, text, 0.1)
    async with hub_at(BEGAN + 60, store, text) as house:
        await house.settle()
        assert len(house.calls) == 1


NESTED = automation(
    GO,
    """
    - variables: {x: [1, 2]}
    - choose:
        - conditions: "{{ false }}"
          sequence: []
        - conditions: "{{ states('light.a') == 'off' }}"
          sequence:
            - if: "{{ true }}"
              then:
                - sequence:
                    - delay: 60
                    - variables: {x: "{{ x + [3] }}"}
                    - condition: "{{ false }}"
                    - action: test.note
                      data: {n: never}
                - action: test.note
                  data: {n: inner}
            - action: test.note
              data: {n: "{{ x }}"}
    - action: test.note
      data: {n: outer}
    """,
)


async def test_the_rest_of_all_sequences_around_is_taken() -> None:
    store = MemoryStore()
    await run_until(store, NESTED, 10)
    assert left(store)[0]["path"] == "action/1/choose/1/sequence/0/then/0/sequence/0"
    async with hub_at(BEGAN + 100, store, NESTED) as house:
        # The condition of the choice does not hold any more; it has been decided.
        house.set("light.a", "on")
        await house.settle()
        assert [note["n"] for note in house.notes()] == ["inner", [1, 2, 3], "outer"]


@pytest.mark.parametrize("branch", ["default", "else"])
async def test_in_the_other_branch(branch: str) -> None:
    store = MemoryStore()
    steps = "[{delay: 60}, {action: test.note}]"
    text = automation(
        GO,
        f"- {{choose: [], default: {steps}}}"
        if branch == "default"
        else f'- {{if: "{{{{ false }}}}", then: [], else: {steps}}}',
    )
    await run_until(store, text, 10)
    async with hub_at(BEGAN + 100, store, text) as house:
        await house.settle()
        assert len(house.calls) == 1


async def test_states_times_and_the_rest_come_back() -> None:
    store = MemoryStore()
    text = automation(
        "triggers: {trigger: state, entity_id: light.a, to: 'on', for: 5}",
        """
        - variables: {at: "{{ now() }}", both: "{{ {1: 'a', 'b': (2, 3)} }}"}
        - delay: 60
        - action: test.note
          data:
            n: >-
              {{ trigger.from_state.state }} {{ trigger.to_state.attributes.x }} {{ trigger.for.total_seconds() }}
              {{ trigger.to_state.last_changed.year }} {{ trigger.to_state.entity_id }} {{ both[1] }} {{ this.state }}
              {{ context.parent_id is not none }}
        """,
    )
    async with hub_at(BEGAN, store, text) as house:
        house.set("light.a", "off")
        house.set("light.a", "on", x=7)
        await house.advance(10)
    async with hub_at(BEGAN + 100, store, text) as house:
        await house.settle()
        assert house.notes() == [{"n": "off 7 5.0 1970 light.a a on True"}]


async def test_wait_template_looks_again_and_keeps_its_timeout() -> None:
    store = MemoryStore()
    text = automation(
        GO,
        """
        - wait_template: "{{ is_state('light.a', 'on') }}"
          timeout: 600
        - action: test.note
          data: {n: "{{ wait.completed }} {{ wait.remaining }}"}
        """,
    )
    await run_until(store, text)
    kept = dict(store.collections[COLLECTION])
    async with hub_at(BEGAN + 300, store, text) as house:
        await house.advance(100)
        house.set("light.a", "on")
        await house.settle()
        assert house.notes() == [{"n": "True 200.0"}]
        assert not left(store)
    for late, expected in ((300, "True 600.0"), (700, "False 0.0")):
        store.collections[COLLECTION] = dict(kept)
        async with hub_at(BEGAN + late, store, text, start=False) as house:
            house.set("light.a", "on" if late == 300 else "off")
            house.start()
            await house.settle()
            assert house.notes() == [{"n": expected}]
            assert not left(store)


WAIT_TRIGGER = automation(
    GO,
    """
    - wait_for_trigger: {trigger: event, event_type: come}
      timeout: 600
      continue_on_timeout: false
    - action: test.note
      data: {n: "{{ wait.trigger.event.data.x }} {{ wait.remaining }}"}
    """,
)


async def test_wait_for_trigger_goes_on_waiting() -> None:
    store = MemoryStore()
    await run_until(store, WAIT_TRIGGER)
    async with hub_at(BEGAN + 300, store, WAIT_TRIGGER) as house:
        await house.advance(100)
        house.hub.bus.fire("come", {"x": 5})
        await house.settle()
        assert house.notes() == [{"n": "5 200.0"}]


async def test_wait_for_trigger_times_out_as_it_would_have() -> None:
    store = MemoryStore()
    await run_until(store, WAIT_TRIGGER)
    async with hub_at(BEGAN + 300, store, WAIT_TRIGGER) as house:
        await house.advance(301)
        house.hub.bus.fire("come", {"x": 5})
        await house.settle()
        assert not house.calls
        assert house.state("automation.it").attributes["current"] == 0
    assert not left(store)


LOST = [
    ("- {parallel: [{delay: 600}, {delay: 700}]}", "it was inside a 'parallel'"),
    ("- {repeat: {count: 2, sequence: [{delay: 600}]}}", "it was inside a 'repeat'"),
    ("- {wait_for_trigger: {trigger: event, event_type: x}}", "without a timeout"),
    ("- variables: {big: \"{{ 'x' * 70000 }}\"}\n- delay: 600", "more than 64 KiB"),
]


@pytest.mark.parametrize(("actions", "why"), LOST)
async def test_what_cannot_go_on_is_named(actions: str, why: str, caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    text = automation(GO, actions)
    await run_until(store, text)
    async with hub_at(BEGAN + 300, store, text) as house:
        assert house.state("automation.it").attributes["current"] == 0
        assert why in caplog.text
        assert "It: a run that waited (step" in caplog.text
        shown = house.notifications.current[NOTIFICATION]
        assert shown["title"] == "Runs ended by a restart"
        assert why in shown["message"]
    assert not left(store)


@pytest.mark.parametrize("value", [float("inf"), b"raw", object()])
async def test_a_variable_that_cannot_be_kept_is_named(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    await run_until(store, DELAY, who=value)
    async with hub_at(BEGAN + 900, store, DELAY) as house:
        await house.settle()
        assert not house.calls
    assert "its variable 'trigger' cannot be kept (a " in caplog.text


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (DELAY.replace("minutes: 10", "minutes: 11"), "it has been changed since"),
        ("[]", "it is not there any more"),
        (DELAY.replace("trigger: event", "trigger: evnt"), "it is not there any more, or has a mistake"),
        (DELAY.replace("event_type: go", "event_type: '{{ x'"), "it is not there any more, or has a mistake"),
    ],
)
async def test_one_whose_automation_is_another_does_not_go_on(
    after: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = MemoryStore()
    await run_until(store, DELAY)
    async with hub_at(BEGAN + 300, store, after) as house:
        assert why in caplog.text
        await house.advance(1000)
        assert not house.calls
    assert not left(store)


async def test_a_loop_is_written_once_and_no_more() -> None:
    store = MemoryStore()
    puts: list[str] = []
    put = store.put

    def count(collection: str, key: str, value: bytes) -> None:
        if collection == COLLECTION:
            puts.append(key)
        put(collection, key, value)

    store.put = count  # type: ignore[method-assign]
    text = automation(GO, "- {repeat: {count: 20, sequence: [{delay: 5}]}}\n- delay: 600\n- action: test.note")
    async with hub_at(BEGAN, store, text) as house:
        house.hub.bus.fire("go")
        await house.advance(99)
        assert len(puts) == 1
        assert left(store)[0]["obstacle"]
        await house.advance(10)
        assert len(puts) == 2
    async with hub_at(BEGAN + 800, store, text) as house:
        await house.settle()
        assert len(house.calls) == 1


async def test_the_queue_comes_back_in_order() -> None:
    store = MemoryStore()
    text = automation(
        "mode: queued\ntriggers: {trigger: event, event_type: go}",
        '- delay: 60\n- {action: test.note, data: {n: "{{ trigger.event.data.n }}"}}',
    )
    async with hub_at(BEGAN, store, text) as house:
        for number in range(3):
            house.hub.bus.fire("go", {"n": number})
        await house.advance(1)
    async with hub_at(BEGAN + 100, store, text) as house:
        assert house.state("automation.it").attributes["current"] == 3
        await house.settle()
        assert house.notes() == [{"n": 0}]
        await house.advance(60)
        await house.advance(60)
        assert house.notes() == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert not left(store)


async def test_a_script_goes_on_too() -> None:
    store = MemoryStore()
    scripts = "wake: {sequence: [{delay: 600}, {action: test.note, data: {n: '{{ who }}'}}]}"
    async with hub_at(BEGAN, store, "[]", scripts=scripts) as house:
        await house.hub.services.call(
            "script", "turn_on", {"variables": {"who": "bob"}}, target={"entity_id": "script.wake"}
        )
        await house.advance(100)
    async with hub_at(BEGAN + 300, store, "[]", scripts=scripts) as house:
        assert house.state("script.wake").state == "on"
        await house.advance(301)
        assert house.notes() == [{"n": "bob"}]
        assert house.state("script.wake").state == "off"


async def test_one_that_is_stopped_does_not_come_back() -> None:
    store = MemoryStore()
    async with hub_at(BEGAN, store, DELAY) as house:
        house.hub.bus.fire("go", {"who": "anna"})
        await house.advance(10)
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        await house.advance(1)
        assert not left(store)


async def test_a_run_that_a_shutdown_starts_ends_with_the_hub() -> None:
    store = MemoryStore()
    text = automation("triggers: {trigger: homeassistant, event: shutdown}", "- action: test.note\n- delay: 600")
    async with hub_at(BEGAN, store, text) as house:
        pass
    assert len(house.calls) == 1
    assert not left(store)


async def test_rows_that_cannot_be_used_do_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    await run_until(store, DELAY)
    (key, row), *_ = store.collections[COLLECTION].items()
    good = json.loads(row)
    for number, change in enumerate(
        (
            {"path": "action/7"},
            {"path": "action/x"},
            {"path": "action/0"},
            {"path": "action/1/choose/0"},
            {"variables": {"a": {"__kept__": "?", "value": 1}}},
        )
    ):
        store.put(COLLECTION, f"{key}{number}", json.dumps({**good, **change}).encode())
    store.put(COLLECTION, "broken", b"{")
    async with hub_at(BEGAN + 900, store, DELAY) as house:
        await house.settle()
        assert house.notes() == [{"n": "anna"}]
    assert caplog.text.count("does not go on") == 5
    assert "(broken) cannot be read and is dropped" in caplog.text
    assert not left(store)
