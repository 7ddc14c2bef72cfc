"""time_date: the clock and the calendar as sensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.core.clock import Cancel
from marge.core.events import CORE_CONFIG_UPDATED, Event
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.helpers.derived.following import DerivedEntity
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.ports import House
from marge.helpers.wall_clock import wall_time
from marge.util.schema import Strings, convert, word

_Show = Callable[[datetime, datetime], str]
"""Takes the time at the house and in UTC."""

_SHOWN: Final[Mapping[str, tuple[str, _Show]]] = {
    "time": ("Time", lambda here, utc: f"{here:%H:%M}"),
    "date": ("Date", lambda here, utc: f"{here:%Y-%m-%d}"),
    "date_time": ("Date & Time", lambda here, utc: f"{here:%Y-%m-%d, %H:%M}"),
    "date_time_utc": ("Date & Time (UTC)", lambda here, utc: f"{utc:%Y-%m-%d, %H:%M}"),
    "date_time_iso": ("Date & Time (ISO)", lambda here, utc: f"{here:%Y-%m-%dT%H:%M}:00"),
    "time_date": ("Time & Date", lambda here, utc: f"{here:%H:%M, %Y-%m-%d}"),
    "time_utc": ("Time (UTC)", lambda here, utc: f"{utc:%H:%M}"),
}
"""Option → name, and how it is written."""


def _options(value: Any) -> list[str]:
    options = convert(value, Strings)
    for option in options:
        if option not in _SHOWN:
            raise ValueError(f"expected some of {', '.join(_SHOWN)}, got {option!r}")
    return options


if TYPE_CHECKING:
    Options = list[str]
else:
    Options = word("Options", _options)


class TimeDateItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`: one sensor for each option."""

    display_options: Options = msgspec.field(default_factory=lambda: ["time"])


class TimeDateSensor(DerivedEntity, SensorEntity):
    """Written anew each minute, the date at midnight."""

    platform = "time_date"

    def __init__(self, option: str) -> None:
        self.option = option
        self.suggested_object_id = self.translation_key = option
        self.name, self._text = _SHOWN[option]
        if "date" in option:
            self.icon = "mdi:calendar-clock" if "time" in option else "mdi:calendar"
        else:
            self.icon = "mdi:clock"
        self._cancel: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self.on_end(self.hub.bus.listen(CORE_CONFIG_UPDATED, self._config_updated))
        self._look()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        if self._cancel is not None:
            self._cancel()

    def _config_updated(self, event: Event) -> None:
        self._tick()

    def _tick(self) -> None:
        self._look()
        self.write_state()

    def _look(self) -> None:
        if self._cancel is not None:
            self._cancel()
        now, zone = self.hub.clock.now(), self.hub.config.zone
        here = datetime.fromtimestamp(now, zone)
        self.native_value = self._text(here, datetime.fromtimestamp(now, UTC))
        if self.option == "date":
            following = wall_time(here.date() + timedelta(days=1), time(), zone)
        else:
            following = now // 60 * 60 + 60
        self._cancel = self.hub.clock.call_at(following, self._tick)


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [TimeDateSensor(option) for option in dict.fromkeys(item.display_options)]


PLATFORM: Final = Platform(TimeDateItem, _make)
