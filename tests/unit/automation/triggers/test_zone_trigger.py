"""Zone trigger."""

from __future__ import annotations

import pytest
from automation_house import House, automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

HOME = {"latitude": 52.0, "longitude": 4.0, "radius": 100.0, "friendly_name": "Home"}
IN = {"latitude": 52.0, "longitude": 4.0}
AWAY = {"latitude": 53.0, "longitude": 4.0}
SHOW = """
action: test.note
data:
  n: "{{ trigger.description }}, {{ trigger.event }} {{ trigger.zone.name }}"
  states: "{{ trigger.from_state.state if trigger.from_state else '-' }} {{ trigger.to_state.state }}"
"""


def of(more: str = "") -> str:
    trigger = f"{{trigger: zone, entity_id: [person.anna, device_tracker.bob], zone: zone.home{more}}}"
    return automation(f"mode: parallel\ntriggers: {trigger}", SHOW)


async def moved(house: House, *places: dict[str, float]) -> list[str]:
    for number, place in enumerate(places):
        house.set("person.anna", str(number), **place)
    await house.settle()
    return [note["n"] for note in house.notes()]


async def test_enters() -> None:
    async with house_with(of()) as house:
        house.set("zone.home", "0", **HOME)
        assert await moved(house, AWAY, IN, IN, AWAY) == ["person.anna entering Home, enter Home"]
        assert house.notes()[0]["states"] == "0 1"


async def test_leaves() -> None:
    async with house_with(of(", event: leave")) as house:
        house.set("zone.home", "0", **HOME)
        assert await moved(house, AWAY, IN, IN, AWAY) == ["person.anna leaving Home, leave Home"]


async def test_one_that_appears_in_the_zone_has_entered_it() -> None:
    async with house_with(of()) as house:
        house.set("zone.home", "0", **HOME)
        assert len(await moved(house, IN)) == 1
        assert house.notes()[0]["states"] == "- 0"


async def test_one_that_goes_altogether_has_left() -> None:
    async with house_with(of(", event: leave"), start=True) as house:
        house.set("zone.home", "0", **HOME)
        await moved(house, IN)
        house.hub.states.remove("person.anna")
        await house.settle()
        assert len(house.calls) == 1
        assert house.calls[0].context.parent_id is None


async def test_the_accuracy_counts() -> None:
    async with house_with(of()) as house:
        house.set("zone.home", "0", **HOME)
        near = {"latitude": 52.002, "longitude": 4.0}
        assert await moved(house, AWAY, near) == []
        assert len(await moved(house, AWAY, {**near, "gps_accuracy": 150})) == 1


async def test_without_a_position_nothing_happens() -> None:
    async with house_with(of()) as house:
        house.set("zone.home", "0", **HOME)
        assert await moved(house, AWAY, {"latitude": 52, "longitude": 4}, {}) == []


async def test_a_zone_that_is_not_there_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of()) as house:
        assert await moved(house, AWAY, IN) == []
    assert "It: zone trigger: there is no zone zone.home" in caplog.text


async def test_a_zone_without_a_place_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of()) as house:
        house.set("zone.home", "0")
        assert await moved(house, AWAY, IN) == []
    assert "is no position" in caplog.text


async def test_unavailable_is_nowhere() -> None:
    async with house_with(of(", event: leave")) as house:
        house.set("zone.home", "0", **HOME)
        await moved(house, IN)
        house.set("person.anna", "unavailable", **IN)
        await house.settle()
        assert len(house.calls) == 1


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"zone": "zone.home"}, ("entity_id",)),
        ({"entity_id": "person.a"}, ("zone",)),
        ({"entity_id": "person.a", "zone": "home"}, ("zone",)),
        ({"entity_id": "person.a", "zone": "zone.home", "event": "stay"}, ("event",)),
    ],
)
def test_mistakes(config: dict[str, str], path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as raised:
        parse_triggers({"trigger": "zone", **config})
    assert raised.value.path == path
