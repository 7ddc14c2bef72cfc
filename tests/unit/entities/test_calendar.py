"""Calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.calendar import CalendarEntity, Features
from marge.entities.calendar_event import CalendarEvent
from marge.testing.entity_house import NOW, House
from marge.util.schema import Invalid


class Calendar(CalendarEntity):
    supported_features = Features.CREATE_EVENT

    def __init__(self, *events: CalendarEvent) -> None:
        self.events = list(events)
        self.asked: list[tuple[datetime, datetime]] = []

    async def do_get_events(self, start: datetime, end: datetime) -> Sequence[CalendarEvent]:
        self.asked.append((start, end))
        return self.events

    async def do_create_event(self, event: CalendarEvent) -> None:
        self.events.append(event)


def at(hour: int, minute: int = 0) -> datetime:
    """A time on the first of January 2026, UTC."""
    return datetime(2026, 1, 1, hour, minute, tzinfo=UTC)


async def test_an_event_is_on_from_its_start_to_its_end() -> None:
    house = House(time_zone="Europe/Berlin")
    calendar = Calendar()
    house.add(calendar, "calendar.home")
    assert house.state("calendar.home") == "off"
    assert house.attributes("calendar.home") == {"supported_features": 1}
    calendar.event = CalendarEvent(at(1), at(2), "Tea", location="Kitchen")
    calendar.write_state()
    assert house.state("calendar.home") == "off"
    assert house.attributes("calendar.home") == {
        "message": "Tea",
        "all_day": False,
        "start_time": "2026-01-01 02:00:00",
        "end_time": "2026-01-01 03:00:00",
        "location": "Kitchen",
        "description": "",
        "supported_features": 1,
    }
    house.clock.move_to(NOW + 3599)
    assert house.state("calendar.home") == "off"
    house.clock.move_to(NOW + 3600)
    assert house.state("calendar.home") == "on"
    house.clock.move_to(NOW + 7199)
    assert house.state("calendar.home") == "on"
    house.clock.move_to(NOW + 7200)
    assert house.state("calendar.home") == "off"


async def test_an_event_of_whole_days_is_on_by_the_house_s_clock() -> None:
    house = House(time_zone="America/New_York")
    calendar = Calendar()
    calendar.event = CalendarEvent(date(2026, 1, 1), date(2026, 1, 1), "New year")
    house.add(calendar, "calendar.home")
    assert house.state("calendar.home") == "off"
    assert house.attributes("calendar.home")["all_day"] is True
    assert house.attributes("calendar.home")["end_time"] == "2026-01-02 00:00:00"
    house.clock.advance(5 * 3600)
    assert house.state("calendar.home") == "on"


async def test_a_removed_calendar_waits_for_nothing() -> None:
    house = House()
    calendar = Calendar()
    calendar.event = CalendarEvent(at(1), at(2), "Tea")
    house.add(calendar, "calendar.home")
    calendar.removed()
    house.clock.advance(3600)
    assert house.state("calendar.home") == "off"


async def test_the_edge_of_an_event_is_told_to_the_platform() -> None:
    house = House()

    class Next(Calendar):
        def event_edge(self) -> None:
            self.event = None
            self.write_state()

    calendar = Next()
    calendar.event = CalendarEvent(at(1), at(2), "Tea")
    house.add(calendar, "calendar.home")
    house.clock.advance(3600)
    assert "message" not in house.attributes("calendar.home")


@pytest.mark.parametrize(
    ("data", "start", "end"),
    [
        ({"start_date": "2026-02-03", "end_date": "2026-02-05"}, date(2026, 2, 3), date(2026, 2, 5)),
        (
            {"start_date_time": "2026-02-03 10:00:00", "end_date_time": "2026-02-03 11:30:00"},
            datetime(2026, 2, 3, 9, tzinfo=UTC),
            datetime(2026, 2, 3, 10, 30, tzinfo=UTC),
        ),
        ({"in": {"days": "2"}}, date(2026, 1, 3), date(2026, 1, 4)),
        ({"in": {"weeks": 1}}, date(2026, 1, 8), date(2026, 1, 9)),
    ],
)
async def test_an_event_is_created(data: dict[str, Any], start: date, end: date) -> None:
    house = House(time_zone="Europe/Berlin")
    calendar = house.add(Calendar(), "calendar.home")
    await house.call("calendar.create_event", "calendar.home", summary="Tea", **data)
    assert calendar.events == [CalendarEvent(start, end, "Tea", "")]


_TIMES = {"start_date_time": "2026-02-03 10:00:00", "end_date_time": "2026-02-03 11:00:00"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "must contain at least one of start_date, start_date_time, in"),
        ({"in": {"days": 1}, **_TIMES}, "must contain at most one of start_date, start_date_time, in"),
        ({"start_date": "2026-01-01"}, "dates must both be specified"),
        ({"start_date_time": "2026-01-01 10:00:00"}, "datetimes must both be specified"),
        ({**_TIMES, "end_date": "2026-02-04"}, "dates must both be specified"),
        ({"start_date": "2026-01-02", "end_date": "2026-01-02"}, "minimum event duration"),
        ({**_TIMES, "end_date_time": "2026-02-03 10:00:00"}, "minimum event duration"),
        ({**_TIMES, "end_date_time": "2026-02-03 11:00:00+00:00"}, "same timezone"),
        ({"in": {"days": 1, "weeks": 1}}, "exactly one of days, weeks"),
        ({"in": {}}, "exactly one of days, weeks"),
        ({"in": {"days": -1}}, r"@ data\['in'\]\['days'\]"),
        ({"in": {"days": 10**9}}, r"@ data\['in'\]\['days'\]"),
        ({"in": {"years": 1}}, r"extra keys not allowed @ data\['in'\]\['years'\]"),
    ],
)
async def test_times_that_make_no_event_are_refused(data: dict[str, Any], why: str) -> None:
    house = House()
    calendar = house.add(Calendar(), "calendar.home")
    with pytest.raises(Invalid, match=why):
        await house.call("calendar.create_event", "calendar.home", summary="Tea", **data)
    assert calendar.events == []


async def test_events_are_a_response() -> None:
    house = House(time_zone="Europe/Berlin")
    event = CalendarEvent(at(10), at(11), "Tea", uid="7", location="Kitchen")
    calendar = house.add(Calendar(event, CalendarEvent(date(2026, 1, 2), date(2026, 1, 3), "Day off")), "calendar.home")
    answer = await house.call("calendar.get_events", "calendar.home", response=True, duration={"hours": 24})
    assert answer == {
        "calendar.home": {
            "events": [
                {
                    "start": "2026-01-01T10:00:00+00:00",
                    "end": "2026-01-01T11:00:00+00:00",
                    "summary": "Tea",
                    "location": "Kitchen",
                },
                {"start": "2026-01-02", "end": "2026-01-03", "summary": "Day off"},
            ]
        }
    }
    await house.call(
        "calendar.get_events",
        "calendar.home",
        response=True,
        start_date_time="2026-01-01 08:00:00",
        end_date_time="2026-01-01T08:00:00+00:00",
    )
    assert calendar.asked == [(at(0), at(0) + timedelta(days=1)), (at(7), at(8))]
    assert {str(when.tzinfo) for pair in calendar.asked for when in pair} == {"Europe/Berlin"}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, Invalid),
        ({"duration": 60, "end_date_time": "2026-01-02 00:00:00"}, Invalid),
        ({"duration": 0}, Invalid),
        ({"duration": -60}, Invalid),
        ({"duration": 1e15}, Invalid),
        ({"duration": 3e11}, ServiceValidationError),
        ({"end_date_time": "2025-12-31 00:00:00"}, ServiceValidationError),
        ({"start_date_time": "2026-02-01 00:00:00", "end_date_time": "2026-02-01 00:00:00"}, Invalid),
        ({"start_date_time": "2026-02-01 00:00:00", "end_date_time": "2026-01-31T00:00:00Z"}, ServiceValidationError),
    ],
)
async def test_a_stretch_of_time_that_is_none_is_refused(data: dict[str, Any], error: Any) -> None:
    house = House()
    house.add(Calendar(), "calendar.home")
    with pytest.raises(error):
        await house.call("calendar.get_events", "calendar.home", response=True, **data)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at(2), at(1)),
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(2026, 1, 1), at(1)),
        (datetime(2026, 1, 1), datetime(2026, 1, 2)),
    ],
)
def test_an_event_with_impossible_times_is_none(start: date, end: date) -> None:
    with pytest.raises(ValueError, match="event"):
        CalendarEvent(start, end, "Tea")


def test_an_event_as_the_api_shows_it() -> None:
    assert CalendarEvent(at(10), at(11), "Tea", uid="7").as_api(UTC) == {
        "start": {"dateTime": "2026-01-01T10:00:00+00:00"},
        "end": {"dateTime": "2026-01-01T11:00:00+00:00"},
        "summary": "Tea",
        "description": None,
        "location": None,
        "uid": "7",
        "recurrence_id": None,
        "rrule": None,
    }
    assert CalendarEvent(date(2026, 1, 1), date(2026, 1, 2), "Off").as_api(UTC)["start"] == {"date": "2026-01-01"}
