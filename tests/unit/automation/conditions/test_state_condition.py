"""State condition."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, house_with

from marge.automation.conditions import parse_condition
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.util.schema import Invalid


def check(house: House, config: dict[str, Any], **variables: Any) -> bool | None:
    return parse_condition({"condition": "state", **config}).check(View(house.house, variables))


async def test_one_of_several_states() -> None:
    async with house_with() as house:
        house.set("light.a", "on")
        assert check(house, {"entity_id": "light.a", "state": ["off", "on"]})
        assert not check(house, {"entity_id": "light.a", "state": "off"})


async def test_all_or_any_entity() -> None:
    async with house_with() as house:
        house.set("light.a", "on")
        house.set("light.b", "off")
        both = {"entity_id": ["light.a", "light.b"], "state": "on"}
        assert not check(house, both)
        assert check(house, {**both, "match": "any"})
        assert not check(house, {**both, "state": "red", "match": "any"})


async def test_what_home_assistant_takes_too() -> None:
    async with house_with() as house:
        house.set("light.a", "on")
        assert check(house, {"entity_id": "light.a", "state": "on", "from": "off", "match": "ANY"})
        assert check(house, {"entity_id": [], "state": "on"})
        assert not check(house, {"entity_id": [], "state": "on", "match": "any"})
    with pytest.raises(Invalid, match="expected 'all' or 'any', got 'some'"):
        parse_condition({"condition": "state", "entity_id": "light.a", "state": "on", "match": "some"})


async def test_an_attribute_and_one_that_is_missing() -> None:
    async with house_with() as house:
        house.set("light.a", "on", level=5, flag=True)
        assert check(house, {"entity_id": "light.a", "attribute": "level", "state": 5})
        assert check(house, {"entity_id": "light.a", "attribute": "flag", "state": True})
        assert not check(house, {"entity_id": "light.a", "attribute": "other", "state": 5})


async def test_the_state_of_an_input() -> None:
    async with house_with() as house:
        house.set("sensor.mode", "night")
        house.set("input_select.mode", "night")
        assert check(house, {"entity_id": "sensor.mode", "state": "input_select.mode"})
        house.set("input_select.mode", "day")
        assert not check(house, {"entity_id": "sensor.mode", "state": ["input_select.mode"]})
        with pytest.raises(ConditionFailed, match=r"input_text\.gone"):
            check(house, {"entity_id": "sensor.mode", "state": "input_text.gone"})


async def test_for_counts_from_the_change() -> None:
    async with house_with() as house:
        house.set("light.a", "on")
        config = {"entity_id": "light.a", "state": "on", "for": {"minutes": "{{ n }}"}}
        house.clock.advance(61)
        assert check(house, config, n=1)
        assert not check(house, config, n=2)
        house.set("light.a", "on", attribute=1)
        assert check(house, config, n=1)
        with pytest.raises(ConditionFailed, match="'for'"):
            check(house, config, n="x")


async def test_a_missing_entity_cannot_be_told_unless_another_decides() -> None:
    async with house_with() as house:
        house.set("light.a", "off")
        with pytest.raises(ConditionFailed, match=r"there is no entity light\.gone"):
            check(house, {"entity_id": "light.gone", "state": "on"})
        assert not check(house, {"entity_id": ["light.gone", "light.a"], "state": "on"})


@pytest.mark.parametrize(
    "config",
    [
        {"entity_id": "light.a"},
        {"state": "on"},
        {"entity_id": "light.a", "state": True},
        {"entity_id": "light.a", "state": 5},
        {"entity_id": "light.a", "state": "on", "match": "some"},
        {"entity_id": "light.a", "state": "on", "fro": 5},
    ],
)
def test_refuses(config: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_condition({"condition": "state", **config})
