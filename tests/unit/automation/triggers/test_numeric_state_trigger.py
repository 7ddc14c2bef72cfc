"""Numeric state trigger: crossing into a range."""

from __future__ import annotations

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid


def of(body: str) -> str:
    return automation(
        f"mode: parallel\ntriggers:\n  - trigger: numeric_state\n    entity_id: sensor.x\n    {body}",
        'action: test.note\ndata: {t: "{{ trigger.to_state.state }}"}',
    )


async def test_bounds_themselves_are_outside() -> None:
    async with house_with(of("above: 10\n    below: 20"), start=False) as house:
        house.set("sensor.x", "10")
        house.start()
        for state in ("20", "10", "10.1", "19.9"):
            house.set("sensor.x", state)
        await house.settle()
        assert [note["t"] for note in house.notes()] == [10.1]


async def test_a_number_that_is_in_the_range_at_start_has_to_leave_it_first() -> None:
    async with house_with(of("above: 10"), start=False) as house:
        house.set("sensor.x", "15")
        house.start()
        house.set("sensor.x", "16")
        house.set("sensor.x", "9")
        house.set("sensor.x", "17")
        await house.settle()
        assert [note["t"] for note in house.notes()] == [17]


async def test_thresholds_may_be_entities() -> None:
    async with house_with(of("above: input_number.low"), start=False) as house:
        house.set("input_number.low", "5")
        house.set("sensor.x", "4")
        house.start()
        house.set("sensor.x", "6")
        house.set("sensor.x", "3")
        house.set("input_number.low", "unavailable")
        house.set("sensor.x", "7")
        await house.settle()
        assert [note["t"] for note in house.notes()] == [6]


async def test_for_ends_when_the_number_leaves_the_range() -> None:
    async with house_with(of("above: 10\n    for: {seconds: 10}"), start=False) as house:
        house.set("sensor.x", "1")
        house.start()
        house.set("sensor.x", "11")
        await house.advance(5)
        house.set("sensor.x", "12")
        house.set("sensor.x", "9")
        await house.advance(20)
        assert not house.calls
        house.set("sensor.x", "20")
        await house.advance(10)
        assert [note["t"] for note in house.notes()] == [20]


async def test_for_ends_with_an_entity_that_goes() -> None:
    async with house_with(of("above: 10\n    for: 10"), start=False) as house:
        house.set("sensor.x", "1")
        house.start()
        house.set("sensor.x", "11")
        house.hub.states.remove("sensor.x")
        await house.advance(20)
        assert not house.calls


async def test_what_is_no_number_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of("above: 10"), start=False) as house:
        house.set("sensor.x", "1")
        house.start()
        house.set("sensor.x", "much")
        assert "'much' of sensor.x is no number" in caplog.text


async def test_an_attribute_is_looked_at_instead_of_the_state() -> None:
    async with house_with(of("above: 10\n    attribute: level"), start=False) as house:
        house.set("sensor.x", "a", level=1)
        house.start()
        house.set("sensor.x", "b", level=11)
        house.set("sensor.x", "c")
        house.set("sensor.x", "d", level=12)
        await house.settle()
        assert [note["t"] for note in house.notes()] == ["b", "d"]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "needs 'above' or 'below'"),
        ({"above": 5, "below": 3}, "at once"),
        ({"above": "light.a"}, "expected a number or an entity"),
        ({"above": True}, "expected a number"),
    ],
)
def test_refuses(config: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse_triggers([{"trigger": "numeric_state", "entity_id": "sensor.x", **config}])


TWICE = automation(
    """
    triggers:
      - {trigger: numeric_state, entity_id: [sensor.x, sensor.y], above: 10}
      - {trigger: numeric_state, entity_id: sensor.x, below: 5}
    """
)


async def test_a_device_may_take_a_minute_after_the_start_to_be_there(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(TWICE, start=False) as house:
        house.start()
        await house.advance(59)
        house.set("sensor.y", "1")
        assert "there is no entity" not in caplog.text
        await house.advance(2)
        assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
            "It: numeric_state trigger: there is no entity sensor.x"
        ]


async def test_an_automation_that_is_turned_on_later_misses_an_entity_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with house_with(TWICE) as house:
        await house.hub.services.call("automation", "turn_off", {"entity_id": "automation.it"})
        await house.advance(61)
        assert "there is no entity" not in caplog.text
        await house.hub.services.call("automation", "turn_on", {"entity_id": "automation.it"})
        assert caplog.text.count("there is no entity sensor.x") == 1
        assert caplog.text.count("there is no entity sensor.y") == 1
