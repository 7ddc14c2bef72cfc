"""The holidays of a country, from the package `holidays`, and those that a household adds or leaves out."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from marge.util.dt import parse_date

_LOGGER = logging.getLogger("marge.helpers")


class HolidayCalendar:
    """Asked whether a date is a holiday; a year is worked out when it is first asked for.

    Without a country only the added ones count, and the package is not needed. Raises ValueError when the package is
    not there, or does not know the country, the province or the language.
    """

    def __init__(
        self, country: str | None, province: str | None, language: str | None, categories: tuple[str, ...]
    ) -> None:
        self._country, self._province, self._language, self._categories = country, province, language, categories
        self._years: dict[int, dict[date, str]] = {}
        self._added: set[date] = set()
        self._left_out: list[str] = []
        if country is not None:
            self._language = _own_language(self._ask(2025), language)

    def add(self, dates: Iterable[str]) -> None:
        """Count dates, or ranges of dates with a comma in between, as holidays."""
        for text in dates:
            first, _, last = text.partition(",")
            day, end = parse_date(first.strip()), parse_date((last or first).strip())
            while day is not None and end is not None and day <= end:
                self._added.add(day)
                day += timedelta(days=1)

    def leave_out(self, wanted: Iterable[str]) -> None:
        """Count holidays as none: by date, or by what their name contains, in any case."""
        self._left_out += wanted

    def has(self, day: date) -> bool:
        """Whether a date is a holiday."""
        if day.isoformat() in self._left_out:
            return False
        return day in self._added or day in self._of_year(day.year)

    def _of_year(self, year: int) -> dict[date, str]:
        if self._country is None:
            return {}
        found = self._years.get(year)
        if found is None:
            named = dict(self._ask(year).items())
            for text in (each.lower() for each in self._left_out if parse_date(each) is None):
                gone = [day for day, name in named.items() if text in name.lower()]
                if not gone:
                    _LOGGER.warning("No holiday of %s in %d has '%s' in its name", self._country, year, text)
                for day in gone:
                    del named[day]
            self._years = {**dict(list(self._years.items())[-3:]), year: named}
            found = named
        return found

    def _ask(self, year: int) -> Any:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what it plans for its next version is not for the household
                # Large, and wanted by few: it is no dependency of its own accord.
                holidays = import_module("holidays")
        except ImportError:
            raise ValueError(
                "the holidays of a country need the package 'holidays': pip install 'marge[workday]'"
            ) from None
        categories = ("public", *self._categories) if self._categories else None
        try:
            return holidays.country_holidays(
                self._country, subdiv=self._province, years=year, language=self._language, categories=categories
            )
        except (NotImplementedError, AttributeError) as error:
            raise ValueError(f"there are no such holidays: {error}") from None


def _own_language(calendar: Any, language: str | None) -> str | None:
    """The language, or for English the kind of English that the country's holidays are in."""
    known = getattr(calendar, "supported_languages", ())
    if language is None or not known:
        return None
    if language in known:
        return language
    return next((each for each in known if language.startswith("en") and each.startswith("en")), None)
