"""sun."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from helper_house import HelperHouse

from marge.testing import FakeClock

AMSTERDAM = {"latitude": 52.37, "longitude": 4.9, "time_zone": "Europe/Amsterdam"}


async def test_it_shows_where_the_sun_is_and_what_comes_next(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, clock=FakeClock(datetime(2026, 6, 21, 10, 0, tzinfo=UTC)), **AMSTERDAM)
    await house.helpers.settle()
    assert house.state("sun.sun") == "above_horizon"
    attributes = house.attributes("sun.sun")
    assert attributes["next_setting"].startswith("2026-06-21T20:0")
    assert attributes["next_rising"].startswith("2026-06-22T03:1")
    assert attributes["next_noon"].startswith("2026-06-21T11:4")
    assert attributes["rising"] is True
    assert 55 < attributes["elevation"] < 58
    assert house.state("sensor.sun_next_setting")[:16] == attributes["next_setting"][:16]
    assert house.attributes("sensor.sun_next_setting") == {
        "device_class": "timestamp",
        "friendly_name": "Sun Next setting",
    }
    house.stop()


async def test_it_sets_rises_and_is_worked_out_again_at_every_event(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, clock=FakeClock(datetime(2026, 6, 21, 19, 0, tzinfo=UTC)), **AMSTERDAM)
    await house.helpers.settle()
    seen: list[tuple[str, str]] = []
    last = ""
    for _ in range(12 * 24):
        house.clock.advance(300)
        if (state := house.state("sun.sun")) != last:
            last = state
            seen.append((state, datetime.fromtimestamp(house.clock.now(), UTC).strftime("%H")))
    assert seen == [("above_horizon", "19"), ("below_horizon", "20"), ("above_horizon", "03")]
    house.stop()


async def test_its_position_is_worked_out_more_often_by_day_than_by_night(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, clock=FakeClock(datetime(2026, 12, 21, 0, 0, tzinfo=UTC)), **AMSTERDAM)
    await house.helpers.settle()
    house.events.clear()
    house.clock.advance(3600)
    by_night = sum(event.data.entity_id == "sun.sun" for event in house.fired("state_changed"))
    house.clock.move_to(datetime(2026, 12, 21, 9, 0, tzinfo=UTC))
    house.events.clear()
    house.clock.advance(1800)
    by_day = sum(event.data.entity_id == "sun.sun" for event in house.fired("state_changed"))
    assert (by_night, by_day) == (3, 15)
    house.stop()
    assert house.clock.pending == 0


async def test_it_follows_the_house_when_that_moves(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, clock=FakeClock(datetime(2026, 6, 21, 10, 0, tzinfo=UTC)), **AMSTERDAM)
    await house.helpers.settle()
    house.hub.update_config(msgspec.structs.replace(house.hub.config, longitude=-175.0))
    assert house.state("sun.sun") == "below_horizon"
    house.stop()


async def test_near_the_pole_what_is_far_off_is_found_too(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, clock=FakeClock(datetime(2026, 6, 21, tzinfo=UTC)), latitude=78.2, longitude=15.6)
    await house.helpers.settle()
    assert house.state("sun.sun") == "above_horizon"
    assert house.attributes("sun.sun")["next_setting"].startswith("2026-08")
    house.stop()
