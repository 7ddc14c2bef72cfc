"""Sun trigger."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

AMSTERDAM = {"latitude": 52.37, "longitude": 4.89, "elevation": 0, "time_zone": "Europe/Amsterdam"}
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def of(body: str) -> str:
    return automation(
        f"mode: parallel\ntriggers: {{trigger: sun, {body}}}",
        "action: test.note\ndata:\n  t: '{{ now().isoformat() }} "
        "{{ trigger.event }} {{ trigger.offset }} {{ trigger.description }}'",
    )


async def test_fires_at_each_sunset() -> None:
    async with house_with(of("event: sunset"), now=NOON, **AMSTERDAM) as house:
        await house.advance(2 * 86_400)
        assert [note["t"][:16] for note in house.notes()] == ["2026-06-01T21:52", "2026-06-02T21:53"]
        assert house.notes()[0]["t"].endswith("sunset 0:00:00 sunset")


async def test_an_offset_moves_it() -> None:
    async with house_with(of("event: sunrise, offset: '-01:00:00'"), now=NOON, **AMSTERDAM) as house:
        await house.advance(86_400)
        assert [note["t"][:16] for note in house.notes()] == ["2026-06-02T04:24"]
        assert house.notes()[0]["t"].endswith("sunrise with offset")


async def test_an_offset_that_passes_the_event_still_fires_today() -> None:
    sunrise_gone = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
    async with house_with(of("event: sunrise, offset: '+02:00'"), now=sunrise_gone, **AMSTERDAM) as house:
        await house.advance(4 * 3600)
        assert [note["t"][:16] for note in house.notes()] == ["2026-06-01T07:24"]


async def test_the_midnight_sun_makes_it_wait() -> None:
    tromso = {"latitude": 69.65, "longitude": 18.96, "elevation": 0, "time_zone": "Europe/Oslo"}
    async with house_with(of("event: sunset"), now=NOON, **tromso) as house:
        await house.advance(30 * 86_400)
        assert not house.calls
        await house.advance(40 * 86_400)
        assert house.calls


def test_refuses() -> None:
    with pytest.raises(Invalid):
        parse_triggers([{"trigger": "sun", "event": "noon"}])
    with pytest.raises(Invalid):
        parse_triggers([{"trigger": "sun", "event": "sunset", "offset": "late"}])
    with pytest.raises(Invalid, match="at most a week"):
        parse_triggers([{"trigger": "sun", "event": "sunset", "offset": 1e12}])
