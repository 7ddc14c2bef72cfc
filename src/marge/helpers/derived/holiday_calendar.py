"""The holidays of a country, from the package `holidays`, and those that a household adds or leaves out."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable
from datetime import date
from importlib import import_module
from typing import Any, Final, NamedTuple

from marge.util.schema import Invalid
from marge.util.suggest import nearest

_LOGGER = logging.getLogger("marge.helpers")

NEEDED: Final = "needs the package 'holidays', which is not installed: python -m pip install 'holidays>=0.70'"
_ALWAYS: Final = "public"
_YEARS: Final = 3
"""Years that are kept beside the one asked for last."""


class Where(NamedTuple):
    """Whose holidays are meant, in the words of the package."""

    country: str
    province: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()


class HolidayCalendar:
    """Asked whether a date is a holiday; a year is worked out when it is first asked for.

    Without a place only the added ones count, and the package is not needed. Raises Invalid when the package is not
    there or does not know the place. The first of a country takes some 100 ms, most of it to import the package.
    """

    def __init__(self, where: Where | None, added: Iterable[date], left_out: Iterable[date | str]) -> None:
        left_out = list(left_out)
        self._added = frozenset(added)
        self._days = frozenset(each for each in left_out if not isinstance(each, str))
        self._names = [each for each in left_out if isinstance(each, str)]
        self._years: dict[int, Any] = {}
        self._where, self._holidays = where, None
        if where is not None:
            self._holidays = _library()
            self._where = _checked(self._holidays, where)
        elif self._names:
            raise Invalid(f"'{self._names[0]}' is no date, and names are of a 'country'", ("remove_holidays",))

    def has(self, day: date) -> bool:
        """Whether a date is a holiday."""
        return day not in self._days and (day in self._added or (self._where is not None and day in self._of(day.year)))

    def _of(self, year: int) -> Any:
        found = self._years.get(year)
        if found is None:
            assert self._where is not None
            found = _year(self._holidays, self._where, year)
            for name in self._names:
                try:
                    found.pop_named(name)
                except KeyError:
                    _LOGGER.warning("No holiday of %s in %d has '%s' in its name", self._where.country, year, name)
            self._years = {**dict(list(self._years.items())[-_YEARS:]), year: found}
        return found


def _library() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it plans for its next version is not for the household
            # Large, and wanted by few: it is no dependency of its own accord.
            return import_module("holidays")
    except ImportError:
        raise Invalid(NEEDED, ("country",)) from None


def _year(holidays: Any, where: Where, year: int | None) -> Any:
    categories = (_ALWAYS, *where.categories) if where.categories else None
    return holidays.country_holidays(
        where.country,
        subdiv=where.province,
        years=year,
        expand=False,
        language=where.language,
        categories=categories,
    )


def _checked(holidays: Any, where: Where) -> Where:
    """The place with the language that the package will take; raises Invalid for what it does not know."""
    try:
        country = holidays.country_holidays(where.country)
    except NotImplementedError:
        known = holidays.list_supported_countries(include_aliases=False)
        message = f"the holidays of '{where.country}' are not known: expected two letters, such as 'NL'"
        raise Invalid(message, ("country",), nearest(where.country, known)) from None
    if where.province is not None:
        provinces = [*country.subdivisions, *getattr(country, "subdivisions_aliases", ())]
        _expect("province", where.province, provinces, where.country)
    for category in where.categories:
        _expect("category", category, country.supported_categories, where.country)
    if where.language is None:
        # Left open, the package takes that of the computer.
        return where._replace(language=country.default_language)
    languages = country.supported_languages
    if languages and where.language not in languages:
        english = next((each for each in languages if each.startswith("en") and where.language.startswith("en")), None)
        if english is not None:
            return where._replace(language=english)
        _expect("language", where.language, languages, where.country)
    return where


def _expect(key: str, value: str, known: Iterable[str], country: str) -> None:
    names = sorted(known)
    if value not in names:
        told = ", ".join(names) or "none"
        raise Invalid(f"'{value}' is not known for {country}, which has: {told}", (key,), nearest(value, names))
