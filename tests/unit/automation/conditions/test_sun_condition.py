"""Sun condition."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from automation_house import house_with

from marge.automation.conditions import parse_condition
from marge.automation.ports import View
from marge.util.schema import Invalid

# On 1 June the sun rises at 03:24 and sets at 19:52 UTC.
AMSTERDAM = {"latitude": 52.37, "longitude": 4.89, "elevation": 0, "time_zone": "Europe/Amsterdam"}
CASES: list[tuple[int, int, dict[str, Any], bool]] = [
    (12, 0, {"after": "sunrise", "before": "sunset"}, True),
    (2, 0, {"after": "sunrise"}, False),
    (20, 0, {"after": "sunset"}, True),
    (20, 0, {"after": "Sunset"}, True),
    (20, 0, {"before": "sunset"}, False),
    (20, 0, {"before": "sunset", "before_offset": "00:30:00"}, True),
    (19, 40, {"after": "sunset", "after_offset": "-00:30:00"}, True),
    (1, 0, {"after": "sunset", "before": "sunrise"}, True),
    (20, 30, {"after": "sunset", "before": "sunrise"}, True),
    (12, 0, {"after": "sunset", "before": "sunrise"}, False),
]


@pytest.mark.parametrize(("hour", "minute", "config", "expected"), CASES)
async def test_compares_with_the_sun_of_today(hour: int, minute: int, config: dict[str, Any], expected: bool) -> None:
    now = datetime(2026, 6, 1, hour, minute, tzinfo=UTC)
    async with house_with(now=now, **AMSTERDAM) as house:
        assert parse_condition({"condition": "sun", **config}).check(View(house.house, {})) is expected


async def test_where_the_sun_does_not_set_nothing_is_after_sunset() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    async with house_with(now=now, latitude=69.65, longitude=18.96, time_zone="Europe/Oslo") as house:
        for config in ({"after": "sunset"}, {"before": "sunset"}, {"after": "sunset", "before": "sunrise"}):
            assert parse_condition({"condition": "sun", **config}).check(View(house.house, {})) is False


def test_refuses() -> None:
    for config in ({}, {"after": "noon"}, {"after": "sunset", "after_offset": "late"}):
        with pytest.raises(Invalid):
            parse_condition({"condition": "sun", **config})
