"""Cron patterns of five fields, as Home Assistant reads them: names, lists, ranges, steps, `L`, `LW`, `5L`, `2#1`."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from marge.helpers.wall_clock import wall_time

_FIELDS: Final = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LAST: Final = "L"
_LAST_WORKING: Final = "LW"
_YEARS: Final = 30
"""How far ahead a pattern is looked for: the 29th of February on a given weekday comes every 28 years."""

_Part = int | str | tuple[int, int]
"""A number; `L` or `LW`; or a weekday with its number in the month, 0 for the last."""


class Cron:
    """When a pattern comes next. Raises ValueError, which names the field, for what is none or never comes."""

    def __init__(self, pattern: str) -> None:
        texts = pattern.upper().split()
        if len(texts) != len(_FIELDS):
            raise ValueError(f"a cron pattern has 5 fields, and '{pattern}' has {len(texts)}")
        parts = [_parse(text, index) for index, text in enumerate(texts)]
        self._minutes = sorted(part for part in parts[0] if isinstance(part, int))
        self._hours = sorted(part for part in parts[1] if isinstance(part, int))
        self._days, self._months, self._weekdays = parts[2:]
        self._both = texts[2].startswith("*") or texts[4].startswith("*")
        self._at_times = not texts[0].startswith("*") and not texts[1].startswith("*")
        if next(self._dates(date(2024, 1, 1)), None) is None:
            raise ValueError(f"the day of the cron pattern '{pattern}' never comes")

    def next(self, after: float, zone: tzinfo) -> float:
        """The first moment after `after`, in Unix seconds, at which the pattern fits the clocks of `zone`.

        A pattern of certain times comes once on days when the clocks change: at the moment of the change if they skip
        it, the first time if they show it twice. One with `*` for minute or hour comes whenever the clocks fit it.
        """
        first = datetime.fromtimestamp(after, zone).date()
        for day in self._dates(first):
            moments = self._times(day, zone) if self._at_times else self._minutes_of(day, after, zone)
            found = min((moment for moment in moments if moment > after), default=None)
            if found is not None:
                return found
        raise ValueError("the cron pattern does not come any more")

    def _dates(self, first: date) -> Iterator[date]:
        day = first
        while day.year <= first.year + _YEARS:
            if day.month not in self._months:
                day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
                continue
            if self._fits(day):
                yield day
            day += timedelta(days=1)

    def _fits(self, day: date) -> bool:
        by_date, by_weekday = self._fits_date(day), self._fits_weekday(day)
        return (by_date and by_weekday) if self._both else (by_date or by_weekday)

    def _fits_date(self, day: date) -> bool:
        last = calendar.monthrange(day.year, day.month)[1]
        working = last - max(0, date(day.year, day.month, last).weekday() - 4)
        return (
            day.day in self._days
            or (_LAST in self._days and day.day == last)
            or (_LAST_WORKING in self._days and day.day == working)
        )

    def _fits_weekday(self, day: date) -> bool:
        last = calendar.monthrange(day.year, day.month)[1]
        for number in (day.isoweekday(), day.isoweekday() % 7):
            if number in self._weekdays or (number, (day.day + 6) // 7) in self._weekdays:
                return True
            if (number, 0) in self._weekdays and day.day + 7 > last:
                return True
        return False

    def _times(self, day: date, zone: tzinfo) -> Iterator[float]:
        for hour in self._hours:
            for minute in self._minutes:
                yield wall_time(day, time(hour, minute), zone)

    def _minutes_of(self, day: date, after: float, zone: tzinfo) -> Iterator[float]:
        moment = wall_time(day, time(), zone)
        end = wall_time(day + timedelta(days=1), time(), zone)
        if after >= moment:
            moment += (after - moment) // 60 * 60 + 60
        while moment < end:
            clock = datetime.fromtimestamp(moment, UTC).astimezone(zone)
            if clock.minute in self._minutes and clock.hour in self._hours:
                yield moment
                return
            moment += 60


def _parse(text: str, index: int) -> set[_Part]:
    name, low, high = _FIELDS[index]
    parts: set[_Part] = set()
    for term in text.split(","):
        parts |= _term(term, index)
    if not parts:
        raise ValueError(f"the {name} of the cron pattern is empty")
    assert all(low <= part <= high for part in parts if isinstance(part, int))
    return parts


def _term(text: str, index: int) -> set[_Part]:
    name, low, high = _FIELDS[index]
    wrong = ValueError(f"the {name} of the cron pattern cannot be '{text}'")
    if text == "*":
        return set(range(low, high + 1))
    if index == 2 and text in (_LAST, _LAST_WORKING):
        return {text}
    if index == 4 and text.endswith("L") and text[:-1].isdigit():
        return {(_number(text[:-1], index, wrong), 0)}
    if index == 4 and "#" in text:
        weekday, _, count = text.partition("#")
        if not count.isdigit() or not 1 <= int(count) <= 5:
            raise wrong
        return {(_number(weekday, index, wrong), int(count))}
    if "/" in text:
        what, _, step = text.partition("/")
        if not step.isdigit() or int(step) == 0:
            raise wrong
        found = _term(what, index)
        numbers: list[Any] = sorted(part for part in found if isinstance(part, int))
        if len(numbers) != len(found):
            return found
        return set((numbers if len(numbers) > 1 else range(numbers[0], high + 1))[:: int(step)])
    if "-" in text:
        start, _, end = text.partition("-")
        first, last = _number(start, index, wrong), _number(end, index, wrong)
        if last < first:
            raise wrong
        return set(range(first, last + 1))
    return {_number(text, index, wrong)}


def _number(text: str, index: int, wrong: ValueError) -> int:
    _, low, high = _FIELDS[index]
    if index == 3 and text in _MONTHS:
        return _MONTHS.index(text) + 1
    if index == 4 and text in _WEEKDAYS:
        return _WEEKDAYS.index(text)
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise wrong
    return int(text)
