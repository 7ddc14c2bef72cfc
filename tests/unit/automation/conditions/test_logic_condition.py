"""And, or, not: long and short, and what cannot be told."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, house_with

from marge.automation.conditions import parse_condition, parse_conditions
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.util.schema import Invalid

YES, NO = "{{ true }}", "{{ false }}"
UNTOLD = {"condition": "state", "entity_id": "light.gone", "state": "on"}


def check(house: House, config: Any) -> bool | None:
    return parse_condition(config).check(View(house.house, {}))


async def test_short_and_long_forms_agree() -> None:
    async with house_with() as house:
        for kind, parts, expected in (
            ("and", [YES, YES], True),
            ("and", [YES, NO], False),
            ("or", [NO, YES], True),
            ("or", [NO, NO], False),
            ("not", [NO, NO], True),
            ("not", [NO, YES], False),
        ):
            assert check(house, {kind: parts}) is expected
            assert check(house, {"condition": kind, "conditions": parts, "alias": "named"}) is expected
        assert check(house, {"or": {"and": [YES]}}) is True
        assert check(house, {"condition": [YES, NO]}) is False


async def test_what_cannot_be_told_matters_only_when_nothing_else_decides() -> None:
    async with house_with() as house:
        assert check(house, {"and": [UNTOLD, NO]}) is False
        assert check(house, {"or": [UNTOLD, YES]}) is True
        assert check(house, {"not": [UNTOLD, YES]}) is False
        for kind, other in (("and", YES), ("or", NO), ("not", NO)):
            with pytest.raises(ConditionFailed, match=r"light\.gone"):
                check(house, {kind: [UNTOLD, other]})


async def test_disabled_conditions_do_not_exist() -> None:
    async with house_with() as house:
        off = {"condition": "template", "value_template": NO, "enabled": False}
        assert check(house, {"and": [off, YES]}) is True
        assert check(house, {"or": [{**off, "value_template": YES}]}) is False
        assert check(house, {"not": [{**off, "value_template": YES}]}) is True
        assert check(house, {**off, "enabled": "{{ 1 == 2 }}"}) is None
        with pytest.raises(ConditionFailed, match="'enabled'"):
            check(house, {**off, "enabled": "{{ states('light.a') }}"})


def test_a_mistake_keeps_its_path() -> None:
    with pytest.raises(Invalid) as raised:
        parse_conditions([YES, {"or": [YES, {"not": {"condition": "stat"}}]}])
    assert raised.value.path == (1, "or", 1, "not", "condition")
    assert raised.value.hint == "state"


def test_refuses() -> None:
    for config in ("text", 5, {}, {"condition": "zone"}, {"or": [YES], "more": 1}, {"condition": "and"}):
        with pytest.raises(Invalid):
            parse_condition(config)


def test_conditions_that_are_too_deep_are_refused() -> None:
    config: Any = YES
    for _ in range(2000):
        config = {"not": [config]}
    with pytest.raises(Invalid):
        parse_condition(config)
