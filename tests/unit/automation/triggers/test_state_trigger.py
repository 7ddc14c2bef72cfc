"""State trigger: what counts as a change, and `for:`."""

from __future__ import annotations

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.testing import MemoryStore
from marge.util.schema import Invalid

SHOW = """
- action: test.note
  data:
    t: >-
      {{ trigger.entity_id }} {{ trigger.from_state.state if trigger.from_state else none }}
      {{ trigger.to_state.state }}
"""


def of(body: str) -> str:
    return automation(f"mode: parallel\ntriggers:\n  - trigger: state\n    {body}", SHOW)


async def test_entities_may_be_a_list_or_registry_ids() -> None:
    async with house_with(start=False) as house:
        entry = house.registries.entities.get_or_create("light", "test", "u1", suggested_object_id="hall")
        house.write({"automations.yaml": of(f"entity_id: [light.kitchen, {entry.id}]")})
        house.start()
        house.set("light.kitchen", "on")
        house.set("light.hall", "on")
        house.set("light.other", "on")
        await house.settle()
        assert [note["t"] for note in house.notes()] == ["light.kitchen None on", "light.hall None on"]


async def test_a_removed_entity_counts_as_a_change_to_nothing() -> None:
    async with house_with(automation("triggers: {trigger: state, entity_id: light.a, to: null}")) as house:
        house.set("light.a", "on")
        await house.settle()
        house.hub.states.remove("light.a")
        await house.settle()
        assert len(house.calls) == 2


async def test_a_list_of_states_matches_any_of_them() -> None:
    async with house_with(of("entity_id: light.a\n    to: ['one', 'two']")) as house:
        for state in ("one", "three", "two"):
            house.set("light.a", state)
        await house.settle()
        assert [note["t"] for note in house.notes()] == ["light.a None one", "light.a three two"]


async def test_an_attribute_that_does_not_change_is_no_trigger() -> None:
    async with house_with(of("entity_id: light.a\n    attribute: level")) as house:
        house.set("light.a", "on", level=1)
        house.set("light.a", "off", level=1)
        house.set("light.a", "off", level=2)
        await house.settle()
        assert len(house.calls) == 2


async def test_for_begins_anew_with_another_value() -> None:
    async with house_with(of("entity_id: light.a\n    to: null\n    for: '00:00:10'")) as house:
        house.set("light.a", "one")
        await house.advance(6)
        house.set("light.a", "two")
        await house.advance(6)
        assert not house.calls
        await house.advance(5)
        assert [note["t"] for note in house.notes()] == ["light.a one two"]


async def test_for_with_the_trigger_in_its_template() -> None:
    body = "entity_id: light.a\n    to: 'on'\n    for: {seconds: \"{{ trigger.to_state.attributes.wait }}\"}"
    async with house_with(of(body)) as house:
        house.set("light.a", "on", wait=7)
        await house.advance(6.9)
        assert not house.calls
        await house.advance(0.2)
        assert len(house.calls) == 1


async def test_for_that_cannot_be_rendered_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of("entity_id: light.a\n    for: \"{{ 'soon' }}\"")) as house:
        house.set("light.a", "on")
        await house.advance(60)
        assert not house.calls
        assert "'for' cannot be rendered" in caplog.text


async def test_for_ends_when_the_entity_is_removed() -> None:
    async with house_with(of("entity_id: light.a\n    to: 'on'\n    for: 10")) as house:
        house.set("light.a", "on")
        house.hub.states.remove("light.a")
        await house.advance(20)
        assert not house.calls


async def test_an_automation_that_is_turned_off_keeps_no_timer() -> None:
    store = MemoryStore()
    async with house_with(of("entity_id: light.a\n    to: 'on'\n    for: 10"), store=store) as house:
        house.set("light.a", "on")
        assert store.collections["automation_timers"]
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        assert not store.collections["automation_timers"]
        await house.advance(20)
        assert not house.calls


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"entity_id": "light.a", "to": True}, "put it in quotes, as in 'on'"),
        ({"entity_id": "light.a", "to": 5}, "put it in quotes"),
        ({"entity_id": "light.a", "from": "a", "not_from": "b"}, "'from' and 'not_from' cannot be given both"),
        ({"entity_id": "light.a", "for": "soon"}, "expected a duration"),
        ({"entity_id": "light.a", "for": -5}, "zero or more"),
        ({"entity_id": "kitchen"}, "expected an entity id"),
        ({"entity_id": ""}, "expected one or more entity ids"),
        ({"entity": "light.a"}, "extra keys not allowed"),
        ({}, "required key not provided"),
    ],
)
def test_refuses(config: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse_triggers([{"trigger": "state", **config}])
