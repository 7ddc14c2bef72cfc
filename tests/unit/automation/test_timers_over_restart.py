"""`for:` timers over a restart of the hub."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from automation_house import House, automation, house_with

from marge.core.context import Context
from marge.core.state import State
from marge.testing import MemoryStore

ON = automation(
    "triggers: {trigger: state, entity_id: light.a, to: 'on', for: '00:10:00'}",
    'action: test.note\ndata: {t: "{{ trigger.from_state.state }} {{ trigger.to_state.state }} {{ trigger.for }}"}',
)


def hub_at(now: float, store: MemoryStore, text: str = ON, **options: Any) -> AbstractAsyncContextManager[House]:
    return house_with(text, now=now, store=store, start=False, **options)


def restored(state: str, changed: float, entity_id: str = "light.a") -> State:
    return State(entity_id, state, {}, changed, changed, changed, Context("old"))


async def first_run(store: MemoryStore) -> float:
    """Ten minutes of `for` begin; the hub stops after four. Returns when the light was turned on."""
    async with hub_at(1_000_000.0, store) as house:
        house.set("light.a", "off")
        house.start()
        changed = house.set("light.a", "on").last_changed
        await house.advance(240)
        assert not house.calls
    assert len(store.collections["automation_timers"]) == 1
    return changed


async def test_the_timer_keeps_its_due_time(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    changed = await first_run(store)
    caplog.set_level("INFO")
    async with hub_at(1_000_300.0, store) as house:
        house.hub.states.restore(restored("on", changed))
        house.start()
        await house.advance(299)
        assert not house.calls
        await house.advance(2)
        assert house.notes() == [{"t": "off on 0:10:00"}]
    assert not store.collections["automation_timers"]
    assert "it ends in 300 s" in caplog.text


async def test_an_overdue_one_fires_at_once_after_the_start(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    changed = await first_run(store)
    caplog.set_level("INFO")
    async with hub_at(1_001_000.0, store) as house:
        house.hub.states.restore(restored("on", changed))
        house.start()
        await house.advance(0.1)
        assert house.notes() == [{"t": "off on 0:10:00"}]
        assert "ended 400 s ago, while the hub was away: it fires now" in caplog.text


async def test_an_entity_that_comes_back_later_goes_on_too() -> None:
    store = MemoryStore()
    changed = await first_run(store)
    async with hub_at(1_000_300.0, store) as house:
        house.set("light.a", "unavailable")
        house.start()
        await house.advance(10)
        house.hub.states.restore(restored("on", changed))
        await house.advance(295)
        assert len(house.calls) == 1


async def test_an_entity_that_changed_meanwhile_begins_anew() -> None:
    store = MemoryStore()
    changed = await first_run(store)
    async with hub_at(1_000_300.0, store) as house:
        house.hub.states.restore(restored("on", changed + 100))
        house.start()
        await house.advance(3600)
        assert not house.calls
        assert not store.collections["automation_timers"]


async def test_an_entity_that_is_something_else_forgets_it() -> None:
    store = MemoryStore()
    changed = await first_run(store)
    async with hub_at(1_000_300.0, store) as house:
        house.hub.states.restore(restored("off", changed + 50))
        house.start()
        house.set("light.a", "on")
        await house.advance(599)
        assert not house.calls
        await house.advance(2)
        assert len(house.calls) == 1


async def test_another_length_begins_anew() -> None:
    store = MemoryStore()
    changed = await first_run(store)
    async with hub_at(1_000_300.0, store, ON.replace("00:10:00", "00:20:00")) as house:
        house.hub.states.restore(restored("on", changed))
        house.start()
        await house.advance(3600)
        assert not house.calls


async def test_the_timer_of_a_deleted_automation_is_dropped() -> None:
    store = MemoryStore()
    await first_run(store)
    async with hub_at(1_000_300.0, store, "[]") as house:
        house.start()
        assert not store.collections["automation_timers"]


async def test_a_damaged_record_is_dropped_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    store.put("automation_timers", "it/0/light.a", b'{"since": "soon"}')
    async with hub_at(1_000_300.0, store) as house:
        house.start()
        assert "cannot be read and is dropped" in caplog.text
        assert not store.collections["automation_timers"]


@pytest.mark.parametrize(
    "trigger",
    [
        "{trigger: numeric_state, entity_id: light.a, above: 5, for: 600}",
        "{trigger: template, value_template: \"{{ states('light.a') | int(0) > 5 }}\", for: 600}",
    ],
)
async def test_numbers_and_templates_that_still_hold_go_on(trigger: str) -> None:
    store = MemoryStore()
    text = automation(f"triggers: {trigger}")
    async with hub_at(1_000_000.0, store, text) as house:
        house.set("light.a", "1")
        house.start()
        house.set("light.a", "9")
        await house.advance(240)
    async with hub_at(1_000_300.0, store, text) as house:
        house.set("light.a", "10")
        house.start()
        await house.advance(301)
        assert len(house.calls) == 1
    async with hub_at(1_000_000.0, store, text) as house:
        house.set("light.a", "1")
        house.start()
        house.set("light.a", "9")
    async with hub_at(1_000_300.0, store, text) as house:
        house.set("light.a", "2")
        house.start()
        await house.advance(3600)
        assert not house.calls


async def test_an_entity_that_comes_back_as_what_it_was_goes_on() -> None:
    store = MemoryStore()
    await first_run(store)
    async with hub_at(1_000_300.0, store) as house:
        house.set("light.a", "on")
        house.start()
        await house.advance(301)
        assert len(house.calls) == 1
