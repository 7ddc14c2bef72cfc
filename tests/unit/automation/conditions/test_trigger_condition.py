"""Trigger condition."""

from __future__ import annotations

from automation_house import house_with

from marge.automation.conditions import parse_condition
from marge.automation.ports import View


async def test_compares_the_id() -> None:
    async with house_with() as house:
        condition = parse_condition({"condition": "trigger", "id": ["a", "1"]})
        assert condition.check(View(house.house, {"trigger": {"id": "a"}})) is True
        assert condition.check(View(house.house, {"trigger": {"id": "b"}})) is False
        assert condition.check(View(house.house, {"trigger": {"platform": None}})) is False
        assert condition.check(View(house.house, {})) is False
