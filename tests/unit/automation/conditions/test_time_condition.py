"""Time condition."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from automation_house import House, house_with

from marge.automation.conditions import parse_condition
from marge.automation.conditions.time import between
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.util.schema import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY_NIGHT = datetime(2026, 1, 10, 23, 30, tzinfo=BERLIN)


def check(house: House, **config: Any) -> bool | None:
    return parse_condition({"condition": "time", **config}).check(View(house.house, {}))


@pytest.mark.parametrize(
    ("now", "after", "before", "expected"),
    [
        ("12:00", "08:00", "20:00", True),
        ("08:00", "08:00", "20:00", True),
        ("20:00", "08:00", "20:00", False),
        ("23:00", "22:00", "06:00", True),
        ("05:59", "22:00", "06:00", True),
        ("06:00", "22:00", "06:00", False),
        ("12:00", "22:00", "06:00", False),
        ("12:00", "08:00", "08:00", True),
    ],
)
def test_spans_may_pass_midnight(now: str, after: str, before: str, expected: bool) -> None:
    assert between(*map(time.fromisoformat, (now, after, before))) is expected


async def test_local_time_and_weekday_count() -> None:
    async with house_with(now=SATURDAY_NIGHT, time_zone="Europe/Berlin") as house:
        assert check(house, after="23:00")
        assert check(house, after="23:00", before="01:00", weekday=["sat", "sun"])
        assert not check(house, weekday="sun")
        house.clock.advance(3600)
        assert check(house, weekday="sun")
        assert check(house, before="01:00:00")


async def test_entities_hold_the_bounds() -> None:
    async with house_with(now=SATURDAY_NIGHT, time_zone="Europe/Berlin") as house:
        house.set("input_datetime.a", "23:00:00", hour=23, minute=0, second=0)
        house.set("sensor.a", "2026-01-01T22:45:00+00:00", device_class="timestamp")
        house.set("time.a", "23:15:00")
        assert check(house, after="input_datetime.a", before="sensor.a")
        assert check(house, after="time.a")
        house.set("time.a", "unknown")
        assert not check(house, after="time.a")
        house.set("sensor.a", "5")
        assert not check(house, before="sensor.a")
        with pytest.raises(ConditionFailed, match=r"no entity time\.gone"):
            check(house, before="time.gone")


@pytest.mark.parametrize("config", [{}, {"after": "25:00"}, {"before": "light.a"}, {"weekday": ["monday"]}])
def test_refuses(config: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_condition({"condition": "time", **config})
