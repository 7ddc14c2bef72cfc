"""Event trigger."""

from __future__ import annotations

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.automation.triggers.event import holds
from marge.core.context import Context
from marge.util.schema import Invalid

SHOW = 'action: test.note\ndata: {t: "{{ trigger.event.data }}", c: "{{ trigger.event.context.user_id }}"}'


def of(body: str) -> str:
    return automation(f"mode: parallel\ntriggers: {{trigger: event, {body}}}", SHOW)


async def test_the_user_of_the_context_can_be_asked_for() -> None:
    async with house_with(of("event_type: in, context: {user_id: [anna, bob]}")) as house:
        house.hub.bus.fire("in", context=Context("1", None, "bob"))
        house.hub.bus.fire("in", context=Context("2", None, "carl"))
        house.hub.bus.fire("in")
        await house.settle()
        assert [note["c"] for note in house.notes()] == ["bob"]


async def test_state_changes_can_be_listened_to_as_events() -> None:
    text = automation(
        "triggers: {trigger: event, event_type: state_changed, event_data: {entity_id: light.a}}",
        'action: test.note\ndata: {t: "{{ trigger.event.data.new_state.state }}"}',
    )
    async with house_with(text) as house:
        house.set("light.b", "on")
        house.set("light.a", "on")
        await house.settle()
        assert house.notes() == [{"t": "on"}]


async def test_an_automation_that_triggers_itself_leaves_the_hub_its_turns() -> None:
    text = automation(
        "mode: restart\ntriggers: {trigger: event, event_type: automation_triggered}", "action: test.note"
    )
    async with house_with(text) as house:
        house.hub.bus.fire("automation_triggered")
        await house.settle()
        assert 1 < len(house.events("automation_triggered")) < 200
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})


def test_part_of_the_data_is_enough() -> None:
    assert holds({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 2}})
    assert not holds({"a": 1}, {"a": [1, 2]})
    assert holds({"a": 1}, {"a": [1, 2]}, lists=True)
    assert not holds({"a": 1}, {"b": None})
    assert not holds("text", {"a": 1})


def test_refuses_what_cannot_be_listened_to() -> None:
    with pytest.raises(Invalid, match="state_reported"):
        parse_triggers([{"trigger": "event", "event_type": ["a", "state_reported"]}])
