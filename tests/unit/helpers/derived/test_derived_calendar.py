"""Days and alarms beyond what Home Assistant was asked: mistakes, the package that is not there, moves of the house."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

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


class Holidays(ModuleType):
    """A package `holidays` that knows one country."""

    asked: list[Any]

    def country_holidays(self, country: str, *, subdiv: Any, years: int, language: Any, categories: Any) -> Any:
        if country != "XX":
            raise NotImplementedError(f"Country {country} not available")
        self.asked.append((subdiv, years, language, categories))
        found = type("Calendar", (dict,), {"supported_languages": ("en_XX", "xx")})()
        found.update({date(years, 1, 1): "New Year's Day", date(years, 1, 6): "Three Kings"})
        return found


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Holidays:
    module = Holidays("holidays")
    module.asked = []
    monkeypatch.setitem(sys.modules, "holidays", module)
    return module


async def test_holidays_of_a_country_are_no_workdays(tmp_path: Path, package: Holidays) -> None:
    yaml = """
binary_sensor:
  - {platform: workday, name: Work, country: XX, language: en_GB, category: bank, remove_holidays: [THREE]}
"""
    house = HelperHouse(tmp_path, yaml)  # 2026-01-01 is a Thursday
    await house.helpers.settle()
    assert house.state("binary_sensor.work") == "off"
    house.clock.advance(86400)
    assert house.state("binary_sensor.work") == "on"
    assert package.asked[-1] == (None, 2026, "en_XX", ("public", "bank"))

    async def check(day: str) -> Any:
        return await house.hub.services.call(
            "workday",
            "check_date",
            {"check_date": day},
            target={"entity_id": "binary_sensor.work"},
            return_response=True,
        )

    assert await check("2026-01-06") == {"binary_sensor.work": {"workday": True}}
    assert await check("2027-01-01") == {"binary_sensor.work": {"workday": False}}


async def test_without_the_package_a_country_is_refused_and_the_rest_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    yaml = """
binary_sensor:
  - {platform: workday, name: Here, country: XX}
  - {platform: workday, name: Own, add_holidays: "2026-01-02,2026-01-05"}
"""
    house = HelperHouse(tmp_path, yaml)
    await house.helpers.settle()
    assert "workday 'Here' is left out: the holidays of a country need the package 'holidays'" in caplog.text
    assert "configuration.yaml:3" in caplog.text
    states = []
    for _ in range(6):
        states.append(house.state("binary_sensor.own"))
        house.clock.advance(86400)
    assert states == ["on", "off", "off", "off", "off", "on"]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("{platform: workday, country: YY}", "there are no such holidays: Country YY not available"),
        ("{platform: workday, workdays: [monday]}", "expected some of mon, tue"),
        ("{platform: workday, add_holidays: [christmas]}", "expected dates such as"),
    ],
)
async def test_wrong_items_say_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, package: Holidays, item: str, message: str
) -> None:
    house = HelperHouse(tmp_path, f"binary_sensor: {item}")
    await house.helpers.settle()
    assert message in caplog.text


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
