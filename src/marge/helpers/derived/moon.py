"""moon: the phase of the moon."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.helpers.derived.daily import DailyEntity
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.moon import age
from marge.util.schema import Text

_PHASES: Final = (
    (0.5, "new_moon"),
    (6.5, "waxing_crescent"),
    (7.5, "first_quarter"),
    (13.5, "waxing_gibbous"),
    (14.5, "full_moon"),
    (20.5, "waning_gibbous"),
    (21.5, "last_quarter"),
    (27.5, "waning_crescent"),
)
"""The days since the new moon, up to which a phase lasts; after the last it is new again."""


class MoonItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`."""

    name: Text = "Moon Phase"


class MoonSensor(DailyEntity, SensorEntity):
    """The phase of the day."""

    platform = "moon"
    device_class = "enum"
    translation_key = "phase"
    options = [name for _, name in _PHASES]

    def __init__(self, item: MoonItem) -> None:
        self.unique_id = given(item.unique_id)
        self.name = item.name

    def look(self, today: date) -> None:
        """See `DailyEntity.look`."""
        days = age(today)
        self.native_value = next((name for limit, name in _PHASES if days < limit), "new_moon")


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [MoonSensor(item)]


PLATFORM: Final = Platform(MoonItem, _make)
