"""Workday sensors: the action, the library that may be missing, the turn of the year, what is wrong in the files."""

from __future__ import annotations

import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.config.check import check
from marge.core.errors import ServiceValidationError
from marge.helpers.ports import House
from marge.helpers.validate import validators
from marge.templates import TemplateEngine
from marge.testing import FakeClock
from marge.util.schema import Invalid

CHRISTMAS = 1_766_660_400.0  # 2025-12-25 11:00 UTC, a Thursday
DAY = 86400

with_library = pytest.mark.skipif(find_spec("holidays") is None, reason="needs the package holidays")


async def start(tmp_path: Path, yaml: str) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml, clock=FakeClock(CHRISTMAS), time_zone="Europe/Berlin")
    await house.helpers.settle()
    return house


async def ask(house: HelperHouse, entity_id: Any, day: str) -> Any:
    return await house.hub.services.call(
        "workday", "check_date", {"check_date": day}, target={"entity_id": entity_id}, return_response=True
    )


OWN = """
binary_sensor:
  - {platform: workday, name: Own, add_holidays: ["2025-12-25", "2025-12-29,2025-12-30"], remove_holidays: "2025-12-30"}
  - {platform: workday, name: Tomorrow, days_offset: 1, add_holidays: "2025-12-25"}
  - {platform: threshold, name: Hot, entity_id: sensor.a, upper: 25}
"""


async def test_other_dates_are_asked_for(tmp_path: Path) -> None:
    house = await start(tmp_path, OWN)
    assert (house.state("binary_sensor.own"), house.state("binary_sensor.tomorrow")) == ("off", "on")
    expected = {"2025-12-26": True, "2025-12-27": False, "2025-12-29": False, "2025-12-30": True, "0002-01-01": True}
    for day, workday in expected.items():
        assert await ask(house, "binary_sensor.own", day) == {"binary_sensor.own": {"workday": workday}}
    both = await ask(house, ["binary_sensor.own", "binary_sensor.tomorrow", "binary_sensor.hot"], "2025-12-24")
    assert both == {"binary_sensor.own": {"workday": True}, "binary_sensor.tomorrow": {"workday": False}}
    with pytest.raises(Invalid, match="expected a date"):
        await ask(house, "binary_sensor.own", "2025-12-32")
    with pytest.raises(ServiceValidationError):
        await house.call("workday.check_date", "binary_sensor.own", check_date="2025-12-24")


async def test_without_the_library_the_log_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    house = await start(tmp_path, OWN + "  - {platform: workday, country: DE}\n")
    assert "python -m pip install 'holidays>=0.70' at configuration.yaml:6" in caplog.text
    assert house.hub.states.get("binary_sensor.workday_sensor") is None
    assert house.state("binary_sensor.own") == "off"


class Calendar(dict[date, str]):
    """The holidays of the country XX."""

    subdivisions = ("N", "S")
    supported_categories = ("public", "bank")
    supported_languages = ("en_XX", "xx")
    default_language = "xx"

    def pop_named(self, text: str) -> None:
        gone = [day for day, name in self.items() if text.lower() in name.lower()]
        if not gone:
            raise KeyError(text)
        for day in gone:
            del self[day]


class Holidays(ModuleType):
    """A package `holidays` that knows one country."""

    asked: list[Any]

    def country_holidays(self, country: str, *, years: int | None = None, expand: bool = True, **more: Any) -> Calendar:
        if country != "XX":
            raise NotImplementedError(f"Country {country} not available")
        self.asked.append((years, more))
        if years is None:
            return Calendar()
        return Calendar({date(years, 1, 1): "New Year's Day", date(years, 1, 6): "Three Kings"})

    def list_supported_countries(self, include_aliases: bool = True) -> dict[str, list[str]]:
        return {"XX": []}


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
    asked = {"subdiv": None, "language": "en_XX", "categories": ("public", "bank")}
    assert package.asked[-1] == (2026, asked)
    for day, workday in {"2026-01-06": True, "2027-01-01": False, "2027-01-06": True}.items():
        assert await ask(house, "binary_sensor.work", day) == {"binary_sensor.work": {"workday": workday}}


async def test_names_are_in_the_language_of_the_country(tmp_path: Path, package: Holidays) -> None:
    """Not in that of the computer, which the package takes when nothing is said."""
    await start(tmp_path, "binary_sensor: {platform: workday, country: XX}")
    assert package.asked[-1][1]["language"] == "xx"


@with_library
async def test_the_turn_of_the_year(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Names are taken away in every year."""
    yaml = "binary_sensor: {platform: workday, country: DE, remove_holidays: [Neujahr, Nonsense], language: de}"
    house = await start(tmp_path, yaml)
    assert house.state("binary_sensor.workday_sensor") == "off"
    assert caplog.text.count("No holiday of DE in 2025 has 'Nonsense' in its name") == 1
    house.clock.advance(5 * 365.25 * DAY)
    house.clock.advance(7 * DAY)  # 2031-01-01, a Wednesday
    assert house.state("binary_sensor.workday_sensor") == "on"


MISTAKES = """
binary_sensor:
  - {platform: workday, province: BY}
  - {platform: workday, country: NO}
  - {platform: workday, workdays: [monday]}
  - {platform: workday, add_holidays: ["2025-02-30"]}
  - {platform: workday, add_holidays: ["2025-12-31,2025-12-24"]}
  - {platform: workday, add_holidays: ["0002-01-01,9998-12-31"]}
  - {platform: workday, remove_holidays: ["2025-2-30"]}
  - {platform: workday, days_offset: 1000}
  - {platform: workday, add_holidays: ["9999-12-31"]}
  - {platform: workday, remove_holidays: [Christmas]}
"""
PROBLEMS = {
    (3, "workday: 'province' is of a 'country', which is missing"),
    (4, "workday: 'country': in YAML NO without quotes means false: write 'NO'"),
    (
        5,
        "workday: 'workdays': expected some of mon, tue, wed, thu, fri, sat, sun and holiday, got 'monday'",
    ),
    (6, "workday: 'add_holidays': expected a date (YYYY-MM-DD), got '2025-02-30'"),
    (7, "workday: 'add_holidays': expected the first and the last day, at most 3660 days, got '2025-12-31,2025-12-24'"),
    (8, "workday: 'add_holidays': expected the first and the last day, at most 3660 days, got '0002-01-01,9998-12-31'"),
    (9, "workday: 'remove_holidays': expected a date (YYYY-MM-DD), got '2025-2-30'"),
    (10, "workday: 'days_offset': value must be at most 365, got 1000"),
    (11, "workday: 'add_holidays': expected a date (YYYY-MM-DD), got '9999-12-31'"),
    (
        12,
        "workday 'Workday Sensor': 'remove_holidays': 'Christmas' is no date, and names are of a 'country'",
    ),
}
OF_THE_LIBRARY = """
binary_sensor:
  - {platform: workday, country: Germany}
  - {platform: workday, country: DE, province: Bavaria}
  - {platform: workday, country: DE, language: xx}
  - {platform: workday, country: DE, category: [catholic, nonsense]}
"""


def problems(tmp_path: Path, yaml: str) -> set[tuple[int | None, str]]:
    house = HelperHouse(tmp_path, yaml)
    table = validators(
        House(house.hub, house.registries, house.place, house.index, TemplateEngine(house.hub), lambda: None)  # type: ignore[arg-type, return-value]
    )
    return {(problem.line, problem.message) for file in check(tmp_path, table).files for problem in file.problems}


def test_mistakes(tmp_path: Path) -> None:
    assert problems(tmp_path, MISTAKES) == PROBLEMS


@with_library
def test_what_the_library_does_not_know(tmp_path: Path) -> None:
    found = sorted(problems(tmp_path, OF_THE_LIBRARY))
    assert [line for line, _ in found] == [3, 4, 5, 6]
    for (_, message), told in zip(
        found,
        ("holidays of 'GERMANY' are not known", "'Bavaria' is not known for DE", "'xx' is not", "'nonsense' is not"),
        strict=True,
    ):
        assert told in message
