"""Date, time and datetime."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from marge.entities.date import DateEntity
from marge.entities.datetime import DateTimeEntity
from marge.entities.time import TimeEntity
from marge.testing.entity_house import House
from marge.util.schema import Invalid


class Date(DateEntity):
    async def do_set_value(self, value: date) -> None:
        self.native_value = value
        self.write_state()


class Time(TimeEntity):
    async def do_set_value(self, value: time) -> None:
        self.native_value = value
        self.write_state()


class DateTime(DateTimeEntity):
    async def do_set_value(self, value: datetime) -> None:
        self.native_value = value
        self.write_state()


@pytest.mark.parametrize("value", ["2026-02-03", date(2026, 2, 3), datetime(2026, 2, 3, 4, 5, tzinfo=UTC)])
async def test_a_date_is_set(value: object) -> None:
    house = House()
    house.add(Date(), "date.holiday")
    assert house.state("date.holiday") == "unknown"
    await house.call("date.set_value", "date.holiday", date=value)
    assert house.state("date.holiday") == "2026-02-03"


@pytest.mark.parametrize(("value", "state"), [("22:15", "22:15:00"), ("07:00:30", "07:00:30"), (time(1), "01:00:00")])
async def test_a_time_is_set(value: object, state: str) -> None:
    house = House()
    house.add(Time(), "time.alarm")
    await house.call("time.set_value", "time.alarm", time=value)
    assert house.state("time.alarm") == state


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("2026-07-01 12:00:00", "2026-07-01T10:00:00+00:00"),
        ("2026-07-01T12:00:00.9+00:00", "2026-07-01T12:00:00+00:00"),
        (datetime(2026, 1, 1, 12), "2026-01-01T11:00:00+00:00"),
    ],
)
async def test_a_datetime_without_zone_is_in_the_house_s(value: object, state: str) -> None:
    house = House(time_zone="Europe/Berlin")
    house.add(DateTime(), "datetime.next")
    await house.call("datetime.set_value", "datetime.next", datetime=value)
    assert house.state("datetime.next") == state


@pytest.mark.parametrize(
    ("service", "field", "value"),
    [
        ("date.set_value", "date", "2026-13-01"),
        ("date.set_value", "date", 5),
        ("time.set_value", "time", "25:00"),
        ("datetime.set_value", "datetime", "tomorrow"),
        ("datetime.set_value", "datetime", None),
        ("datetime.set_value", "datetime", "9999-12-31T23:59:59-12:00"),
        ("date.set_value", "date", "0001-01-01"),
    ],
)
async def test_what_is_none_is_refused_with_its_place(service: str, field: str, value: object) -> None:
    house = House()
    domain = service.partition(".")[0]
    house.add({"date": Date, "time": Time, "datetime": DateTime}[domain](), f"{domain}.x")
    with pytest.raises(Invalid) as refused:
        await house.call(service, f"{domain}.x", **{field: value})
    assert refused.value.path == (field,)
    assert refused.value.message.startswith("expected a ")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (datetime(2026, 1, 1), "has no time zone"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))), "out of range"),
    ],
)
async def test_a_datetime_of_the_source_that_does_not_fit_is_unknown(
    value: datetime, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    house = House()
    entity = DateTime()
    entity.native_value = value
    with caplog.at_level(logging.WARNING):
        house.add(entity, "datetime.next")
    assert house.state("datetime.next") == "unknown"
    assert why in caplog.text
