"""Template condition."""

from __future__ import annotations

import pytest
from automation_house import house_with

from marge.automation.conditions import parse_condition
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View


@pytest.mark.parametrize(
    ("text", "expected"), [("{{ true }}", True), ("{{ 'TRUE' }}", True), ("{{ 1 }}", False), ("{{ 'on' }}", False)]
)
async def test_only_true_is_true(text: str, expected: bool) -> None:
    async with house_with() as house:
        view = View(house.house, {})
        assert parse_condition(text).check(view) is expected
        assert parse_condition({"condition": "template", "value_template": text}).check(view) is expected
        assert parse_condition({"condition": text}).check(view) is expected


async def test_sees_the_variables_and_fails_with_words() -> None:
    async with house_with() as house:
        assert parse_condition("{{ x > 4 }}").check(View(house.house, {"x": 5})) is True
        with pytest.raises(ConditionFailed, match="x"):
            parse_condition("{{ x > 4 }}").check(View(house.house, {}))
