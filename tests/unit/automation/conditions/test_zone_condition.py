"""Zone condition."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import house_with

from marge.automation.conditions import parse_condition
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.util.schema import Invalid

HOME = {"latitude": 52.0, "longitude": 4.0, "radius": 100.0}
WORK = {"latitude": 53.0, "longitude": 4.0, "radius": 100.0}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"entity_id": "person.a", "zone": "zone.home"}, True),
        ({"entity_id": "person.b", "zone": "zone.home"}, False),
        ({"entity_id": ["person.a", "person.b"], "zone": "zone.home"}, False),
        ({"entity_id": ["person.a", "person.b"], "zone": ["zone.home", "zone.work"]}, True),
        ({"entity_id": "person.a, person.b", "zone": "zone.home, zone.work", "event": "enter"}, True),
        ({"entity_id": "person.lost", "zone": "zone.home"}, False),
        ({"entity_id": "person.a", "zone": ["zone.none", "zone.home"]}, True),
        ({"entity_id": "person.a", "zone": "zone.none"}, "there is no entity zone.none"),
        ({"entity_id": "person.none", "zone": "zone.home"}, "there is no entity person.none"),
        ({"entity_id": "person.nowhere", "zone": "zone.home"}, "has no attribute 'latitude'"),
        ({"entity_id": "person.a", "zone": "zone.gone"}, False),
    ],
)
async def test_holds(config: dict[str, Any], expected: bool | str) -> None:
    async with house_with() as house:
        house.set("zone.home", "0", **HOME)
        house.set("zone.work", "0", **WORK)
        house.set("zone.gone", "unavailable", **HOME)
        house.set("person.a", "x", latitude=52, longitude=4)
        house.set("person.b", "x", latitude=53.0, longitude=4.0)
        house.set("person.lost", "unknown", latitude=52.0, longitude=4.0)
        house.set("person.nowhere", "x")
        condition = parse_condition({"condition": "zone", **config})
        view = View(house.house, {})
        if isinstance(expected, str):
            with pytest.raises(ConditionFailed, match=expected):
                condition.check(view)
        else:
            assert condition.check(view) is expected


@pytest.mark.parametrize(
    "config", [{"entity_id": "person.a"}, {"zone": "zone.a"}, {"entity_id": "a", "zone": "zone.a"}]
)
def test_mistakes(config: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_condition({"condition": "zone", **config})
