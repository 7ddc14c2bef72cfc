"""What conditions say in traces where it depends on the time; the rest is compared with Home Assistant's answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from automation_house import automation, house_with

# On 1 June the sun rises at 03:24 and sets at 19:52 UTC.
AMSTERDAM = {"latitude": 52.37, "longitude": 4.89, "elevation": 0, "time_zone": "Europe/Amsterdam"}


async def result_of(condition: str, now: datetime, **config: Any) -> dict[str, Any]:
    """The result of the only condition of an automation."""
    text = automation(f"triggers: {{trigger: event, event_type: go}}\nconditions: {condition}")
    async with house_with(text, now=now, **config) as house:
        house.hub.bus.fire("go")
        await house.settle()
        (told,) = await house.engine.traces.summaries("automation")
        trace = json.loads(await house.engine.traces.json("automation", "it", told["run_id"]) or b"")
        result: dict[str, Any] = trace["trace"]["condition/0"][0]["result"]
        return result


@pytest.mark.parametrize(
    ("hour", "condition", "wanted", "result"),
    [
        (12, "{condition: sun, after: sunrise, before: sunset}", {"before": "19:52", "after": "03:24"}, True),
        (21, "{condition: sun, after: sunrise, before: sunset}", {"before": "19:52"}, False),
        (12, "{condition: sun, after: sunset, after_offset: '-01:00:00'}", {"after": "18:52"}, False),
        (21, "{condition: sun, after: sunset, before: sunrise}", {"before": "03:24", "after": "19:52"}, True),
    ],
)
async def test_the_sun_says_what_it_was_compared_with(
    hour: int, condition: str, wanted: dict[str, str], result: bool
) -> None:
    got = await result_of(condition, datetime(2026, 6, 1, hour, tzinfo=UTC), **AMSTERDAM)
    assert got.pop("result") is result
    assert {key.removeprefix("wanted_time_"): value[11:16] for key, value in got.items()} == wanted


async def test_a_sun_that_does_not_set_is_told() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    north = {"latitude": 69.65, "longitude": 18.96, "time_zone": "Europe/Oslo"}
    got = await result_of("{condition: sun, after: sunset}", now, **north)
    assert got == {"message": "there is no sunset today", "result": False}


async def test_the_time_says_why_it_does_not_hold() -> None:
    monday = datetime(2026, 6, 1, 12, tzinfo=UTC)
    got = await result_of("{condition: time, after: '13:00', weekday: mon}", monday, time_zone="UTC")
    assert (got["result"], got["after"]["isoformat"], got["now_time"]["isoformat"]) == (False, "13:00:00", "12:00:00")
    assert "weekday" not in got
    got = await result_of("{condition: time, after: '11:00', weekday: tue}", monday, time_zone="UTC")
    assert (got["result"], got["weekday"], got["now_weekday"]) == (False, ["tue"], "mon")
