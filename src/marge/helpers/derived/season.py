"""season: spring, summer, autumn or winter, by the sun or by the months."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from marge.core.clock import Cancel
from marge.core.events import CORE_CONFIG_UPDATED
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.entities.words import choice
from marge.helpers.derived.following import DerivedEntity
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.equinox import equinox
from marge.util.schema import Text

_SEASONS: Final = ("spring", "summer", "autumn", "winter")
_MONTHS: Final = (3, 6, 9, 12)
"""The months whose first day begins a season, or within which the sun does."""

if TYPE_CHECKING:
    Type = str
else:
    Type = choice("Type", "astronomical", "meteorological")


class SeasonItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`."""

    name: Text = "Season"
    type: Type = "astronomical"


class SeasonSensor(DerivedEntity, SensorEntity):
    """The season where the house is; nothing on the equator."""

    platform = "season"
    device_class = "enum"
    translation_key = "season"
    options = _SEASONS

    def __init__(self, item: SeasonItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        self._cancel: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self.on_end(self.hub.bus.listen(CORE_CONFIG_UPDATED, lambda _: self._again()))
        self._look()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        if self._cancel is not None:
            self._cancel()

    def _again(self) -> None:
        self._look()
        self.write_state()

    def _look(self) -> None:
        if self._cancel is not None:
            self._cancel()
        now = self.hub.clock.now()
        year = datetime.fromtimestamp(now, UTC).year
        begins = [
            (self._begin(each, month), season) for each in (year - 1, year, year + 1) for season, month in _BEGINS
        ]
        season = [name for moment, name in begins if moment <= now][-1]
        latitude = self.hub.config.latitude
        if latitude < 0:
            season = _SEASONS[(_SEASONS.index(season) + 2) % 4]
        self.native_value = season if latitude else None
        self._cancel = self.hub.clock.call_at(next(moment for moment, _ in begins if moment > now), self._again)

    def _begin(self, year: int, month: int) -> float:
        if self.item.type == "astronomical":
            return equinox(year, month)
        return datetime(year, month, 1, tzinfo=UTC).timestamp()


_BEGINS: Final = tuple(zip(_SEASONS, _MONTHS, strict=True))


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [SeasonSensor(item)]


PLATFORM: Final = Platform(SeasonItem, _make)
