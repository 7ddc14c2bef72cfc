"""workday: whether a day is one to work on, by the weekdays and the holidays of a country."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.services import Service, ServiceCall, SupportsResponse
from marge.entities.base import Entity
from marge.entities.binary_sensor import BinarySensorEntity
from marge.entities.descriptions import describer
from marge.entities.words import whole
from marge.helpers.derived.daily import DailyEntity
from marge.helpers.derived.holiday_calendar import HolidayCalendar
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.dt import parse_date
from marge.util.schema import Strings, Text, convert, word

_LOGGER = logging.getLogger("marge.helpers")

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS: Final = (*_WEEK, "holiday")


def _days(value: Any) -> list[str]:
    days = convert(value, Strings)
    for day in days:
        if day not in _DAYS:
            raise ValueError(f"expected some of {', '.join(_DAYS)}, got {day!r}")
    return days


def _dates(value: Any) -> list[str]:
    texts = [str(each) for each in (value if isinstance(value, (list, tuple)) else [value])]
    for text in texts:
        if any(parse_date(part.strip()) is None for part in text.split(",", 1)):
            raise ValueError(f"expected dates such as '2025-12-24' or '2025-07-01,2025-07-14', got {text!r}")
    return texts


def _names(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, (list, tuple)) else [value])]


def _date(value: Any) -> date:
    found = value if isinstance(value, date) else parse_date(str(value))
    if found is None:
        raise ValueError(f"expected a date such as '2025-12-24', got {value!r}")
    return found


if TYPE_CHECKING:
    Days = list[str]
    Dates = list[str]
    Day = date
    Names = list[str]
    Offset = int
else:
    Days = word("Days", _days)
    Dates = word("Dates", _dates)
    Day = word("Day", _date)
    Names = word("Names", _names)
    Offset = whole("Offset", -365, 365)


class WorkdayItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `binary_sensor:`; `excludes` win over `workdays`."""

    name: Text = "Workday Sensor"
    country: Text | UnsetType = UNSET
    province: Text | UnsetType = UNSET
    language: Text | UnsetType = UNSET
    category: Strings = []
    workdays: Days = msgspec.field(default_factory=lambda: list(_WEEK[:5]))
    excludes: Days = msgspec.field(default_factory=lambda: ["sat", "sun", "holiday"])
    days_offset: Offset = 0
    add_holidays: Dates = []
    remove_holidays: Names = []


class CheckDate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `check_date`."""

    check_date: Day


class WorkdaySensor(DailyEntity, BinarySensorEntity):
    """On for a day to work on; `days_offset` looks that many days ahead."""

    platform = "workday"
    translation_key = "workday"

    def __init__(self, item: WorkdayItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        self._holidays = HolidayCalendar(
            given(item.country), given(item.province), given(item.language), tuple(item.category)
        )
        self._holidays.add(item.add_holidays)
        self._holidays.leave_out(item.remove_holidays)
        self.extra_attributes = {
            "workdays": item.workdays,
            "excludes": item.excludes,
            "days_offset": item.days_offset,
        }

    def look(self, today: date) -> None:
        """See `DailyEntity.look`."""
        self.is_on = self.is_workday(today)

    def is_workday(self, day: date) -> bool:
        """Whether the day, or that so many days from it, is one to work on."""
        day += timedelta(days=self.item.days_offset)
        kinds = {_WEEK[day.weekday()]}
        if self._holidays.has(day):
            kinds.add("holiday")
        return bool(kinds & set(self.item.workdays)) and not kinds & set(self.item.excludes)


def _services(house: House) -> list[Service]:
    async def check_date(call: ServiceCall) -> dict[str, Any]:
        resolved = house.registries.targets.resolve(call.target)
        wanted = resolved.referenced | resolved.indirect
        return {
            entity.entity_id: {"workday": entity.is_workday(call.data.check_date)}
            for entity in house.index.of_domain("binary_sensor").values()
            if isinstance(entity, WorkdaySensor) and entity.entity_id in wanted
        }

    return [
        Service(
            "workday",
            "check_date",
            check_date,
            CheckDate,
            takes_target=True,
            supports_response=SupportsResponse.ONLY,
            describe=describer("workday", "check_date"),
        )
    ]


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [WorkdaySensor(item)]


PLATFORM: Final = Platform(WorkdayItem, _make, services=_services)
