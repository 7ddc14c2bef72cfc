"""Seasons, the moon and alarms beyond what Home Assistant was asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.core.errors import ServiceValidationError
from marge.testing import FakeClock
from marge.util.equinox import equinox


@pytest.mark.parametrize(
    ("year", "month", "moment"),
    [
        (2025, 3, "2025-03-20T09:01"),
        (2025, 6, "2025-06-21T02:42"),
        (2025, 9, "2025-09-22T18:19"),
        (2025, 12, "2025-12-21T15:03"),
        (2030, 3, "2030-03-20T13:52"),
    ],
)
def test_equinoxes_are_those_of_the_almanac(year: int, month: int, moment: str) -> None:
    published = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
    assert abs(equinox(year, month) - published) < 120


@pytest.mark.parametrize(("latitude", "season"), [(52, "winter"), (-33, "summer"), (0, "unknown")])
async def test_the_season_is_that_of_the_hemisphere(tmp_path: Path, latitude: float, season: str) -> None:
    house = HelperHouse(tmp_path, "sensor: {platform: season, unique_id: s}", latitude=latitude, longitude=5)
    await house.helpers.settle()
    assert house.state("sensor.season") == season
    assert house.attributes("sensor.season")["options"] == ["spring", "summer", "autumn", "winter"]


async def test_the_moon_is_looked_at_at_midnight(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2025, 3, 14, 22, 30, tzinfo=UTC))
    house = HelperHouse(tmp_path, "sensor: {platform: moon}", clock=clock, time_zone="Europe/Amsterdam")
    await house.helpers.settle()
    assert house.state("sensor.moon_phase") == "full_moon"
    clock.advance(1800)
    assert house.state("sensor.moon_phase") == "waning_gibbous"


ALARM = """{platform: manual, name: house, code: '1234', arming_time: 10, delay_time: 5, trigger_time: 20,
  disarm_after_trigger: true}"""


async def test_a_wrong_code_is_refused(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, f"alarm_control_panel: {ALARM}")
    await house.helpers.settle()
    for code in ("4321", ""):
        with pytest.raises(ServiceValidationError):
            await house.call("alarm_control_panel.alarm_arm_away", "alarm_control_panel.house", code=code)
    assert house.state("alarm_control_panel.house") == "disarmed"
    assert house.attributes("alarm_control_panel.house")["code_format"] == "number"


async def test_an_alarm_that_ended_can_be_set_off_again(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, f"alarm_control_panel: {ALARM}")
    await house.helpers.settle()
    for _ in range(2):
        await house.call("alarm_control_panel.alarm_trigger", "alarm_control_panel.house")
        assert house.state("alarm_control_panel.house") == "pending"
        house.clock.advance(6)
        assert house.state("alarm_control_panel.house") == "triggered"
        house.clock.advance(20)
        assert house.state("alarm_control_panel.house") == "disarmed"


async def test_a_panel_set_off_while_it_is_armed_is_armed_in_the_end(tmp_path: Path) -> None:
    """It arms for longer than it is triggered; in Home Assistant it may begin to arm again, and never end."""
    yaml = ALARM.replace("arming_time: 10", "arming_time: 60").replace("trigger: true", "trigger: false")
    house = HelperHouse(tmp_path, f"alarm_control_panel: {yaml}")
    await house.helpers.settle()
    shown = []
    await house.call("alarm_control_panel.alarm_arm_home", "alarm_control_panel.house", code="1234")
    await house.call("alarm_control_panel.alarm_trigger", "alarm_control_panel.house")
    for seconds in (5, 21, 30, 5):
        house.clock.advance(seconds)
        shown.append(house.state("alarm_control_panel.house"))
    assert shown == ["triggered", "armed_home", "armed_home", "armed_home"]


async def test_a_panel_on_its_way_goes_on_after_a_restart(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, f"alarm_control_panel: {ALARM}")
    await house.helpers.settle()
    await house.call("alarm_control_panel.alarm_arm_away", "alarm_control_panel.house", code="1234")
    house = house.restart(after=4)
    await house.helpers.settle()
    assert house.state("alarm_control_panel.house") == "arming"
    house.clock.advance(7)
    assert house.state("alarm_control_panel.house") == "armed_away"


async def test_two_codes_are_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(tmp_path, "alarm_control_panel: {platform: manual, code: '1', code_template: '{{ 1 }}'}")
    await house.helpers.settle()
    assert "a panel has 'code' or 'code_template', not both" in caplog.text
