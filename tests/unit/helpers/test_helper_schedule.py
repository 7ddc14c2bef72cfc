"""schedule."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from helper_house import HelperHouse

from marge.helpers.wall_clock import wall_time
from marge.testing import FakeClock
from marge.util import jsonx
from marge.util.schema import Invalid

AMSTERDAM = "Europe/Amsterdam"
# 2026-01-01 is a Thursday.
YAML = """
schedule:
  s:
    name: S
    thursday:
      - {from: "18:00", to: "24:00:00", data: {level: 2}}
      - {from: "07:00", to: "09:00"}
    friday: [{from: "00:00", to: "01:00"}]
"""


def start(tmp_path: Path, *when: int, yaml: str = YAML) -> HelperHouse:
    clock = FakeClock(datetime(*when, tzinfo=ZoneInfo(AMSTERDAM)))  # type: ignore[misc, arg-type]
    return HelperHouse(tmp_path, yaml, clock=clock, time_zone=AMSTERDAM)


def next_event(house: HelperHouse) -> str:
    text = jsonx.dumps(house.attributes("schedule.s")["next_event"]).decode()
    return text.strip('"')


def test_it_is_on_within_its_ranges(tmp_path: Path) -> None:
    house = start(tmp_path, 2026, 1, 1, 6, 0)
    seen = [(house.state("schedule.s"), next_event(house))]
    for _ in range(5):
        house.clock.move_to(datetime.fromisoformat(next_event(house)))
        seen.append((house.state("schedule.s"), next_event(house)))
    assert seen == [
        ("off", "2026-01-01T07:00:00+01:00"),
        ("on", "2026-01-01T09:00:00+01:00"),
        ("off", "2026-01-01T18:00:00+01:00"),
        ("on", "2026-01-02T00:00:00+01:00"),
        ("on", "2026-01-02T01:00:00+01:00"),
        ("off", "2026-01-08T07:00:00+01:00"),
    ]


def test_a_range_may_bring_attributes(tmp_path: Path) -> None:
    house = start(tmp_path, 2026, 1, 1, 20, 0)
    assert house.attributes("schedule.s")["level"] == 2
    house.clock.advance(4 * 3600)
    assert "level" not in house.attributes("schedule.s")
    house.stop()


def test_one_without_ranges_waits_for_nothing(tmp_path: Path) -> None:
    house = start(tmp_path, 2026, 1, 1, 20, 0, yaml="schedule:\n  s: {name: S}\n")
    assert (house.state("schedule.s"), house.attributes("schedule.s")["next_event"]) == ("off", None)
    assert house.clock.pending == 0


@pytest.mark.parametrize(
    ("day", "clock", "utc"),
    [
        (date(2026, 3, 29), time(1, 30), "2026-03-29T00:30"),
        (date(2026, 3, 29), time(2, 30), "2026-03-29T01:00"),
        (date(2026, 3, 29), time(3, 0), "2026-03-29T01:00"),
        (date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),
        (date(2026, 10, 25), time(3, 0), "2026-10-25T02:00"),
    ],
)
def test_the_clock_on_the_wall_when_clocks_change(day: date, clock: time, utc: str) -> None:
    moment = wall_time(day, clock, ZoneInfo(AMSTERDAM))
    assert datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M") == utc


def test_a_range_in_the_hour_that_is_skipped_is_left_out_and_its_neighbours_hold(tmp_path: Path) -> None:
    house = start(
        tmp_path,
        2026,
        3,
        29,
        0,
        30,
        yaml="schedule:\n  s:\n    name: S\n    sunday:\n      - {from: '01:00', to: '02:30'}\n"
        "      - {from: '02:30', to: '02:45'}\n      - {from: '04:00', to: '05:00'}\n",
    )
    seen = [next_event(house)]
    for _ in range(3):
        house.clock.move_to(datetime.fromisoformat(next_event(house)))
        seen.append(next_event(house))
    assert seen == [
        "2026-03-29T01:00:00+01:00",
        "2026-03-29T03:00:00+02:00",
        "2026-03-29T04:00:00+02:00",
        "2026-03-29T05:00:00+02:00",
    ]
    house.stop()


async def test_a_stored_one_is_changed_while_it_lives(tmp_path: Path) -> None:
    house = start(tmp_path, 2026, 1, 1, 8, 0, yaml="")
    items = house.helpers.collections["schedule"]
    created = await items.create({"name": "S", "thursday": [{"from": "07:00:00", "to": "24:00"}]})
    assert created["thursday"] == [{"from": "07:00:00", "to": "24:00:00"}]
    assert created["monday"] == []
    assert house.state("schedule.s") == "on"
    await items.update("s", {"name": "S", "thursday": []})
    assert house.state("schedule.s") == "off"
    await items.delete("s")
    assert house.clock.pending == 0


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ([{"from": "10:00", "to": "09:00"}], "nvalid time range"),
        ([{"from": "10:00", "to": "10:00"}], "nvalid time range"),
        ([{"from": "08:00", "to": "10:00"}, {"from": "09:00", "to": "11:00"}], "verlapping times"),
        ([{"from": "08:00"}], r"required key not provided @ data\['monday'\]\[0\]\['to'\]"),
        ([{"from": "8 o'clock", "to": "10:00"}], "expected a time of day"),
        ([{"from": "08:00", "to": "10:00", "data": {"a": []}}], "expected"),
    ],
)
async def test_wrong_ranges_are_refused(tmp_path: Path, ranges: list[object], message: str) -> None:
    items = start(tmp_path, 2026, 1, 1, 8, 0, yaml="").helpers.collections["schedule"]
    with pytest.raises(Invalid, match=message):
        await items.create({"name": "S", "monday": ranges})
