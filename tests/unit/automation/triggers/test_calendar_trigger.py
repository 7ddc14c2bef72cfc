"""Calendar trigger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from automation_house import House, automation, house_with

from marge.automation.triggers import parse_triggers
from marge.core.errors import OperationFailed
from marge.entities.calendar import CalendarEntity
from marge.entities.calendar_event import CalendarEvent
from marge.util.schema import Invalid

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOW = """
action: test.note
data:
  n: "{{ trigger.calendar_event.summary }} {{ trigger.event }} {{ trigger.offset.total_seconds() | int }}"
  at: "{{ trigger.calendar_event.start }} {{ trigger.calendar_event.all_day }}"
"""


class Calendar(CalendarEntity):
    """A calendar that a test writes into."""

    platform = "test"

    def __init__(self) -> None:
        self.entity_id = "calendar.family"
        self.name = "Family"
        self.events: list[CalendarEvent] = []
        self.broken = False
        self.asked: list[tuple[datetime, datetime]] = []

    async def do_get_events(self, start: datetime, end: datetime) -> Sequence[CalendarEvent]:
        self.asked.append((start, end))
        if self.broken:
            raise OperationFailed("the server is away")
        zone = self.hub.config.zone
        return [each for each in self.events if each.local(zone)[1] > start and each.local(zone)[0] < end]

    def put(self, summary: str, start: timedelta, length: timedelta = timedelta(minutes=10)) -> None:
        self.events.append(CalendarEvent(NOON + start, NOON + start + length, summary))


def of(more: str = "") -> str:
    return automation(f"mode: parallel\ntriggers: {{trigger: calendar, entity_id: calendar.family{more}}}", SHOW)


async def prepared(house: House) -> Calendar:
    calendar = Calendar()
    assert house.place.add(calendar)
    return calendar


def names(house: House) -> list[str]:
    return [note["n"] for note in house.notes()]


MINUTES = {minutes: timedelta(minutes=minutes) for minutes in (1, 5, 10, 14, 15, 16, 20, 40)}


async def test_events_start_at_their_time() -> None:
    async with house_with(of(), now=NOON, start=False) as house:
        calendar = await prepared(house)
        calendar.put("five", MINUTES[5])
        calendar.put("edge", MINUTES[15])
        calendar.put("forty", MINUTES[40])
        house.start()
        await house.advance(299)
        assert names(house) == []
        await house.advance(1)
        assert names(house) == ["five start 0"]
        await house.advance(600)
        assert names(house) == ["five start 0", "edge start 0"]
        await house.advance(1500)
        assert names(house) == ["five start 0", "edge start 0", "forty start 0"]
        assert house.notes()[0]["at"] == "2026-01-01T12:05:00+00:00 False"
        assert house.calls[0].context.parent_id is None


async def test_events_end_at_their_time() -> None:
    async with house_with(of(", event: end"), now=NOON, start=False) as house:
        calendar = await prepared(house)
        calendar.put("now", timedelta(minutes=-5))
        calendar.put("later", MINUTES[14])
        house.start()
        await house.advance(300)
        assert names(house) == ["now end 0"]
        await house.advance(1140)
        assert names(house) == ["now end 0", "later end 0"]


@pytest.mark.parametrize("offset", ["-00:05:00", "00:20:00"])
async def test_an_offset_moves_them(offset: str) -> None:
    async with house_with(of(f", offset: '{offset}'"), now=NOON, start=False) as house:
        calendar = await prepared(house)
        calendar.put("x", MINUTES[16])
        house.start()
        due = 11 * 60 if offset.startswith("-") else 36 * 60
        await house.advance(due - 1)
        assert names(house) == []
        await house.advance(1)
        assert len(names(house)) == 1


async def test_what_is_entered_for_the_present_quarter_is_missed_and_for_the_next_is_not() -> None:
    async with house_with(of(), now=NOON, start=False) as house:
        calendar = await prepared(house)
        house.start()
        await house.advance(60)
        calendar.put("too late", MINUTES[10])
        calendar.put("in time", MINUTES[20])
        await house.advance(2000)
        assert names(house) == ["in time start 0"]


async def test_whole_days_begin_at_midnight_of_the_house() -> None:
    async with house_with(of(), now=NOON, start=False, time_zone="Europe/Berlin") as house:
        calendar = await prepared(house)
        calendar.events.append(CalendarEvent(date(2026, 1, 2), date(2026, 1, 2), "day"))
        house.start()
        await house.advance(11 * 3600 - 1)
        assert names(house) == []
        await house.advance(1)
        assert house.notes()[0]["at"] == "2026-01-02 True"


async def test_a_calendar_that_fails_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of(), now=NOON, start=False) as house:
        calendar = await prepared(house)
        calendar.put("lost", MINUTES[5])
        calendar.put("found", MINUTES[20])
        calendar.broken = True
        house.start()
        await house.advance(600)
        calendar.broken = False
        await house.advance(700)
        assert names(house) == ["found start 0"]
    assert "calendar.family cannot be read: the server is away" in caplog.text


async def test_one_that_comes_later_is_read_then(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of(), now=NOON) as house:
        await house.advance(60)
        assert "there is no calendar calendar.family yet" in caplog.text
        calendar = Calendar()
        calendar.put("past", timedelta(seconds=30))
        calendar.put("ten", MINUTES[10])
        calendar.put("twenty", MINUTES[20])
        assert house.place.add(calendar)
        await house.advance(1200)
        assert names(house) == ["ten start 0", "twenty start 0"]


async def test_ends_with_the_automation() -> None:
    async with house_with(of(), now=NOON, start=False) as house:
        calendar = await prepared(house)
        calendar.put("five", MINUTES[5])
        house.start()
        await house.advance(60)
        asked = len(calendar.asked)
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        await house.advance(3600)
        assert names(house) == []
        assert len(calendar.asked) == asked


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"entity_id": "sensor.a"},
        {"entity_id": "calendar.a", "event": "mid"},
        {"entity_id": "calendar.a", "offset": "x"},
    ],
)
def test_mistakes(config: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        parse_triggers({"trigger": "calendar", **config})
