"""Time trigger: times of day, entities that hold a time, and the days on which the clocks change."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
SHOW = 'action: test.note\ndata: {t: "{{ trigger.now.isoformat() }} {{ trigger.entity_id }}"}'


def of(at: str) -> str:
    return automation(f"mode: parallel\ntriggers:\n  - trigger: time\n    at: {at}", SHOW)


def at(*args: int) -> datetime:
    return datetime(*args, tzinfo=BERLIN)  # type: ignore[misc]


async def test_fires_every_day_at_each_time_in_the_zone_of_the_house() -> None:
    async with house_with(of("['07:30', '22:00:05']"), now=at(2026, 1, 10, 12), time_zone="Europe/Berlin") as house:
        await house.advance(2 * 86_400)
        assert [note["t"][:19] for note in house.notes()] == [
            "2026-01-10T22:00:05",
            "2026-01-11T07:30:00",
            "2026-01-11T22:00:05",
            "2026-01-12T07:30:00",
        ]


async def test_a_time_that_the_clocks_skip_waits_for_the_next_day() -> None:
    async with house_with(of("'02:30'"), now=at(2026, 3, 28, 12), time_zone="Europe/Berlin") as house:
        await house.advance(2 * 86_400)
        assert [note["t"] for note in house.notes()] == ["2026-03-30T02:30:00+02:00 None"]


async def test_a_time_that_comes_twice_fires_twice() -> None:
    async with house_with(of("'02:30'"), now=at(2026, 10, 24, 12), time_zone="Europe/Berlin") as house:
        await house.advance(86_400)
        assert [note["t"] for note in house.notes()] == [
            "2026-10-25T02:30:00+02:00 None",
            "2026-10-25T02:30:00+01:00 None",
        ]


async def test_the_time_of_an_input_is_followed() -> None:
    async with house_with(of("input_datetime.wake"), now=at(2026, 1, 10, 12), time_zone="Europe/Berlin") as house:
        house.set("input_datetime.wake", "06:45:00", has_date=False, has_time=True, hour=6, minute=45, second=0)
        await house.advance(86_400)
        house.set("input_datetime.wake", "18:00:00", has_date=False, has_time=True, hour=18, minute=0, second=0)
        await house.advance(86_400)
        assert [note["t"][:16] for note in house.notes()] == ["2026-01-11T06:45", "2026-01-11T18:00"]
        house.hub.states.remove("input_datetime.wake")
        await house.advance(2 * 86_400)
        assert len(house.calls) == 2


async def test_the_moment_of_an_input_comes_once() -> None:
    body = "{entity_id: input_datetime.party, offset: '-01:00:00'}"
    async with house_with(of(body), now=at(2026, 1, 10, 12), time_zone="Europe/Berlin") as house:
        day = {"year": 2026, "month": 1, "day": 11, "hour": 20, "minute": 0, "second": 0}
        house.set("input_datetime.party", "2026-01-11 20:00:00", has_date=True, has_time=True, **day)
        await house.advance(5 * 86_400)
        assert [note["t"] for note in house.notes()] == ["2026-01-11T19:00:00+01:00 input_datetime.party"]


async def test_a_timestamp_sensor_fires_at_its_moment() -> None:
    async with house_with(of("sensor.alarm"), now=at(2026, 1, 10, 12), time_zone="Europe/Berlin") as house:
        house.set("sensor.alarm", "2026-01-10T15:00:00+00:00", device_class="timestamp")
        await house.advance(4 * 3600)
        house.set("sensor.alarm", "unknown", device_class="timestamp")
        house.set("sensor.alarm", "2026-01-01T15:00:00+00:00", device_class="timestamp")
        await house.advance(86_400)
        assert [note["t"][:19] for note in house.notes()] == ["2026-01-10T16:00:00"]


async def test_the_time_may_be_a_template_of_the_trigger_variables() -> None:
    text = automation("trigger_variables: {hour: 8}\ntriggers: {trigger: time, at: \"{{ '%02d:00' % hour }}\"}", SHOW)
    async with house_with(text, now=at(2026, 1, 10, 7), time_zone="Europe/Berlin") as house:
        await house.advance(7200)
        assert [note["t"][:16] for note in house.notes()] == ["2026-01-10T08:00"]


async def test_a_template_that_gives_no_time_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of("\"{{ 'noon' }}\"")):
        assert "expected a time of day such as '07:30'" in caplog.text


@pytest.mark.parametrize("at", ["25:00", "noon", "light.a", 1.5, None, {"entity_id": "light.a"}, True])
def test_refuses(at: object) -> None:
    with pytest.raises(Invalid):
        parse_triggers([{"trigger": "time", "at": at}])


def test_unquoted_times_of_yaml_are_read() -> None:
    # YAML 1.1 makes 45000 of 12:30:00.
    assert str(parse_triggers([{"trigger": "time", "at": 45_000}])[0].trigger.at) == "[datetime.time(12, 30)]"  # type: ignore[attr-defined]


async def test_a_state_that_is_no_time_fires_never() -> None:
    async with house_with(of("[input_datetime.wake, {entity_id: input_datetime.wake, offset: 1e13}]")) as house:
        for attributes in ({"has_date": True}, {"has_time": True, "hour": "x"}, {"has_date": True, "year": 0}):
            house.set("input_datetime.wake", "?", **attributes)
        house.set("input_datetime.wake", "?", has_time=True, hour=13)
        await house.advance(86_400)
        assert len(house.calls) == 2
