"""Numeric state condition."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, house_with

from marge.automation.conditions import parse_condition
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.util.schema import Invalid


def check(house: House, config: dict[str, Any]) -> bool | None:
    condition = parse_condition({"condition": "numeric_state", "entity_id": "sensor.x", **config})
    return condition.check(View(house.house, {}))


async def test_between() -> None:
    async with house_with() as house:
        for state, holds in (("10", False), ("10.5", True), ("20", False), ("unknown", False), ("-3", False)):
            house.set("sensor.x", state)
            assert check(house, {"above": 10, "below": "20"}) is holds, state


async def test_every_entity_has_to_be() -> None:
    async with house_with() as house:
        house.set("sensor.x", "5")
        house.set("sensor.y", "7")
        both = {"entity_id": ["sensor.x", "sensor.y"]}
        assert check(house, {**both, "above": 4})
        assert not check(house, {**both, "above": 6})


async def test_a_template_gives_the_number() -> None:
    async with house_with() as house:
        house.set("sensor.x", "a", level=4)
        assert check(house, {"above": 7, "value_template": "{{ state.attributes.level * 2 }}"})
        assert check(house, {"above": 3, "attribute": "level"})
        assert not check(house, {"above": 3, "attribute": "missing"})
        with pytest.raises(ConditionFailed, match="template error"):
            check(house, {"above": 3, "value_template": "{{ state.attributes.none.x }}"})


async def test_thresholds_of_entities() -> None:
    async with house_with() as house:
        house.set("sensor.x", "5")
        house.set("sensor.low", "4")
        assert check(house, {"above": "sensor.low"})
        house.set("sensor.low", "unavailable")
        assert not check(house, {"above": "sensor.low"})
        house.set("sensor.low", "warm")
        with pytest.raises(ConditionFailed, match=r"'warm' of sensor\.low is no number"):
            check(house, {"above": "sensor.low"})
        with pytest.raises(ConditionFailed, match=r"no entity sensor\.gone"):
            check(house, {"below": "sensor.gone"})


async def test_what_is_no_number_cannot_be_told() -> None:
    async with house_with() as house:
        with pytest.raises(ConditionFailed, match=r"no entity sensor\.x"):
            check(house, {"above": 1})
        house.set("sensor.x", "warm")
        with pytest.raises(ConditionFailed, match="no number"):
            check(house, {"above": 1})


def test_needs_a_threshold() -> None:
    with pytest.raises(Invalid, match="needs 'above' or 'below'"):
        parse_condition({"condition": "numeric_state", "entity_id": "sensor.x"})
