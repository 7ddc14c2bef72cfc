"""Persistent notification trigger."""

from __future__ import annotations

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

SHOW = 'action: test.note\ndata: {n: "{{ trigger.update_type }} {{ trigger.notification.notification_id }}"}'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["added a", "added b", "added a", "removed a"]),
        (", update_type: removed", ["removed a"]),
        (", update_type: [added, updated], notification_id: a", ["added a", "added a"]),
    ],
)
async def test_which_changes_count(more: str, expected: list[str]) -> None:
    text = automation(f"mode: parallel\ntriggers: {{trigger: persistent_notification{more}}}", SHOW)
    async with house_with(text) as house:
        house.notifications.create("one", "Title", "a")
        house.notifications.create("two", None, "b")
        house.notifications.create("three", None, "a")
        house.notifications.dismiss("a")
        await house.settle()
        assert [note["n"] for note in house.notes()] == expected


async def test_ends_with_the_automation() -> None:
    async with house_with(automation("triggers: {trigger: persistent_notification}")) as house:
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        house.notifications.create("one")
        await house.settle()
        assert not house.calls


def test_an_unknown_change_is_refused() -> None:
    with pytest.raises(Invalid) as raised:
        parse_triggers({"trigger": "persistent_notification", "update_type": ["added", "seen"]})
    assert raised.value.path == ("update_type",)
