"""Time pattern trigger."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

BERLIN = ZoneInfo("Europe/Berlin")


async def fired(pattern: str, seconds: float, now: datetime) -> list[str]:
    text = automation(
        f"mode: parallel\ntriggers: {{trigger: time_pattern, {pattern}}}",
        'action: test.note\ndata: {t: "{{ trigger.now.isoformat() }}"}',
    )
    async with house_with(text, now=now, time_zone="Europe/Berlin") as house:
        await house.advance(seconds)
        return [note["t"][11:19] for note in house.notes()]


NOON = datetime(2026, 1, 10, 12, 0, 30, tzinfo=BERLIN)


async def test_smaller_parts_are_zero_and_larger_ones_anything() -> None:
    assert await fired("minutes: '/20'", 3600, NOON) == ["12:20:00", "12:40:00", "13:00:00"]
    assert await fired("hours: 14", 86_400, NOON) == ["14:00:00"]
    assert await fired("minutes: 5", 7200, NOON) == ["12:05:00", "13:05:00"]


async def test_seconds_alone_come_in_every_minute() -> None:
    assert await fired("seconds: '/20'", 60, NOON) == ["12:00:40", "12:01:00", "12:01:20"]


async def test_all_three_have_to_match() -> None:
    assert await fired("hours: '/6', minutes: 15, seconds: 3", 86_400, NOON) == [
        "12:15:03",
        "18:15:03",
        "00:15:03",
        "06:15:03",
    ]


async def test_goes_on_through_the_change_of_the_clocks() -> None:
    before = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    assert await fired("minutes: '/30'", 3 * 3600, before) == [
        "02:00:00",
        "02:30:00",
        "02:00:00",
        "02:30:00",
        "03:00:00",
        "03:30:00",
    ]
    spring = datetime(2026, 3, 29, 1, 0, tzinfo=BERLIN)
    assert await fired("minutes: '/30'", 2 * 3600, spring) == ["01:30:00", "03:00:00", "03:30:00", "04:00:00"]


@pytest.mark.parametrize(
    "config", [{}, {"hours": 24}, {"minutes": "/0"}, {"seconds": "x"}, {"minutes": 1.5}, {"hours": "/25"}]
)
def test_refuses(config: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        parse_triggers([{"trigger": "time_pattern", **config}])
