"""input_datetime."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.util.schema import Invalid

YAML = """
input_datetime:
  both: {has_date: true, has_time: true}
  day: {has_date: true}
  hour: {has_time: true}
"""
AMSTERDAM = "Europe/Amsterdam"


def test_without_a_past_it_is_today_at_midnight(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, time_zone=AMSTERDAM)
    assert house.state("input_datetime.both") == "2026-01-01 00:00:00"
    assert house.state("input_datetime.day") == "2026-01-01"
    assert house.state("input_datetime.hour") == "00:00:00"


async def test_it_is_set_in_parts_in_one_text_or_by_a_timestamp(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, time_zone=AMSTERDAM)
    await house.call("input_datetime.set_datetime", "input_datetime.both", date="2024-02-29")
    assert house.state("input_datetime.both") == "2024-02-29 00:00:00"
    await house.call("input_datetime.set_datetime", "input_datetime.both", time="18:30")
    assert house.state("input_datetime.both") == "2024-02-29 18:30:00"
    await house.call("input_datetime.set_datetime", "input_datetime.both", datetime="2025-07-01 01:02:03")
    assert house.state("input_datetime.both") == "2025-07-01 01:02:03"
    attributes = house.attributes("input_datetime.both")
    assert attributes["timestamp"] == 1751324523.0
    assert [attributes[part] for part in ("year", "month", "day", "hour", "minute", "second")] == [2025, 7, 1, 1, 2, 3]
    await house.call("input_datetime.set_datetime", "input_datetime.both", timestamp=1735689600)
    assert house.state("input_datetime.both") == "2025-01-01 01:00:00"
    await house.call("input_datetime.set_datetime", "input_datetime.day", datetime="2025-07-01 01:02:03")
    await house.call("input_datetime.set_datetime", "input_datetime.hour", datetime="2025-07-01 01:02:03")
    house = house.restart(after=86400)
    assert house.state("input_datetime.both") == "2025-01-01 01:00:00"
    assert house.state("input_datetime.day") == "2025-07-01"
    assert house.attributes("input_datetime.day")["timestamp"] == 1751320800.0
    assert house.state("input_datetime.hour") == "01:02:03"
    assert house.attributes("input_datetime.hour")["timestamp"] == 3723


@pytest.mark.parametrize(
    ("entity", "data", "message"),
    [
        ("both", {}, "at least one of"),
        ("both", {"date": "2025-01-01", "timestamp": 1}, "annot use together"),
        ("both", {"datetime": "2025-01-01 00:00:00", "timestamp": 1}, "annot use together"),
        ("hour", {"date": "2025-01-01"}, "Nothing to set"),
        ("day", {"time": "10:00"}, "Nothing to set"),
        ("both", {"date": "2025-02-30"}, "expected a date"),
        ("both", {"timestamp": 1e300}, "no time that can be shown"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    tmp_path: Path, entity: str, data: dict[str, object], message: str
) -> None:
    house = HelperHouse(tmp_path, YAML)
    with pytest.raises(Invalid, match=message):
        await house.call("input_datetime.set_datetime", f"input_datetime.{entity}", **data)


async def test_an_item_needs_a_date_or_a_time_and_a_readable_initial_value(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "input_datetime:\n  m: {has_time: true, initial: '07:15'}\n")
    assert house.state("input_datetime.m") == "07:15:00"
    items = house.helpers.collections["input_datetime"]
    with pytest.raises(Invalid, match="at least a date or a time"):
        await items.create({"name": "x"})
    with pytest.raises(Invalid, match="can't be parsed as a time"):
        await items.create({"name": "x", "has_time": True, "initial": "noon"})
