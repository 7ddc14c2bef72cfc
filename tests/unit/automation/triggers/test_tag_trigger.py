"""Tag trigger."""

from __future__ import annotations

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

SHOW = 'action: test.note\ndata: {n: "{{ trigger.event.data.tag_id }} {{ trigger.description }}"}'


@pytest.mark.parametrize(
    ("more", "expected"),
    [("", ["a Tag scanned", "b Tag scanned", "b Tag scanned"]), (", device_id: [d]", ["b Tag scanned"])],
)
async def test_one_of_the_tags_by_one_of_the_devices(more: str, expected: list[str]) -> None:
    async with house_with(
        automation(f"mode: parallel\ntriggers: {{trigger: tag, tag_id: [a, b]{more}}}", SHOW)
    ) as house:
        event = house.hub.bus.fire("tag_scanned", {"tag_id": "a", "device_id": "e"})
        house.hub.bus.fire("tag_scanned", {"tag_id": "b", "device_id": "d"})
        house.hub.bus.fire("tag_scanned", {"tag_id": "b"})
        house.hub.bus.fire("tag_scanned", {"tag_id": "c", "device_id": "d"})
        await house.settle()
        assert [note["n"] for note in house.notes()] == expected
        if not more:
            assert house.calls[0].context.parent_id == event.context.id


def test_a_tag_is_needed() -> None:
    with pytest.raises(Invalid):
        parse_triggers({"trigger": "tag"})
