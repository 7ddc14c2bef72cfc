"""workday: whether a day is one to work on, by the weekdays and the holidays of a country."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.services import Service, SupportsResponse
from marge.entities.base import Entity
from marge.entities.binary_sensor import BinarySensorEntity
from marge.entities.descriptions import describer
from marge.entities.dispatch import Dispatcher
from marge.entities.domain import EntityService
from marge.entities.words import whole
from marge.helpers.derived.daily import DailyEntity
from marge.helpers.derived.holiday_calendar import HolidayCalendar, Where
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.workday_words import HOLIDAY, WEEKDAYS, Country, Days, DaysOrNames, Weekdays
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.schema import Strings, Text
from marge.util.schema_dates import Date

if TYPE_CHECKING:
    Offset = int
else:
    Offset = whole("Offset", -365, 365)


class WorkdayItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `binary_sensor:`; `excludes` win over `workdays`."""

    name: Text = "Workday Sensor"
    country: Country | UnsetType = UNSET
    province: Text | UnsetType = UNSET
    language: Text | UnsetType = UNSET
    category: Strings = []
    workdays: Weekdays = msgspec.field(default_factory=lambda: list(WEEKDAYS[:5]))
    excludes: Weekdays = msgspec.field(default_factory=lambda: ["sat", "sun", HOLIDAY])
    days_offset: Offset = 0
    add_holidays: Days = []
    remove_holidays: DaysOrNames = []

    def __post_init__(self) -> None:
        """Ask for the country of what a country has."""
        if self.country is UNSET:
            for key in ("province", "language", "category"):
                if getattr(self, key) not in (UNSET, []):
                    raise ValueError(f"'{key}' is of a 'country', which is missing")

    def calendar(self) -> HolidayCalendar:
        """The holidays that are meant; raises Invalid."""
        where = None
        if self.country is not UNSET:
            where = Where(self.country, given(self.province), given(self.language), tuple(self.category))
        return HolidayCalendar(where, self.add_holidays, self.remove_holidays)


class CheckDate(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `check_date`."""

    check_date: Date


class WorkdaySensor(DailyEntity, BinarySensorEntity):
    """On for a day to work on; `days_offset` looks that many days ahead."""

    platform = "workday"
    translation_key = "workday"

    def __init__(self, item: WorkdayItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        self._holidays = item.calendar()
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
        kinds = {WEEKDAYS[day.weekday()]}
        if self._holidays.has(day):
            kinds.add(HOLIDAY)
        return bool(kinds & set(self.item.workdays)) and not kinds & set(self.item.excludes)

    async def check_date(self, data: CheckDate) -> dict[str, Any]:
        """The action: whether to work on a given day."""
        return {"workday": self.is_workday(data.check_date)}


def _services(house: House) -> list[Service]:
    check = EntityService("check_date", "check_date", CheckDate, supports_response=SupportsResponse.ONLY)
    handler = Dispatcher(house.index, house.registries.targets).handler("binary_sensor", check, WorkdaySensor)
    return [
        Service(
            "workday",
            check.name,
            handler,
            CheckDate,
            takes_target=True,
            supports_response=check.supports_response,
            describe=describer("workday", check.name),
        )
    ]


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [WorkdaySensor(item)]


PLATFORM: Final = Platform(WorkdayItem, _make, services=_services, prepare=WorkdayItem.calendar)
