"""input_datetime: a date, a time of day, or both, of the household's own."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.entities.domain import Domain, EntityService
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.helpers.words import Real
from marge.util.dt import parse_date, parse_datetime, parse_time
from marge.util.schema import Flag, Invalid, Text
from marge.util.schema_dates import Date, DateTime, TimeOfDay


class InputDatetimeConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; with `initial` the state of the last run does not count."""

    has_date: Flag = False
    has_time: Flag = False
    initial: Text | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse an item without a date and a time, and an initial text that is neither."""
        if not self.has_date and not self.has_time:
            raise ValueError("Entity needs at least a date or a time")
        if self.initial and self.read(str(self.initial), date.min) is None:
            kind = "datetime" if self.has_date and self.has_time else "date" if self.has_date else "time"
            raise ValueError(f"Initial value '{self.initial}' can't be parsed as a {kind}")

    def read(self, text: str, today: date) -> datetime | None:
        """The text of a state as date and time; what it does not tell is `today` or midnight."""
        if self.has_date and self.has_time:
            return parse_datetime(text)
        if self.has_date:
            day = parse_date(text)
            return None if day is None else datetime.combine(day, time())
        hour = parse_time(text)
        return None if hour is None else datetime.combine(today, hour)


class SetDatetime(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_datetime`: date and time, or one text, or a Unix time."""

    date: Date | UnsetType = UNSET
    time: TimeOfDay | UnsetType = UNSET
    datetime: DateTime | UnsetType = UNSET
    timestamp: Real | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse none of them and those that contradict each other."""
        there = [name for name in self.__struct_fields__ if getattr(self, name) is not UNSET]
        if not there:
            raise ValueError("must contain at least one of date, time, datetime, timestamp.")
        if len({"date" if name == "time" else name for name in there}) > 1:
            raise ValueError(f"Cannot use together: {', '.join(there)}")


class InputDatetime(HelperEntity):
    """Keeps a local date and time, of which only what the item has is shown."""

    domain = "input_datetime"
    config: InputDatetimeConfig

    value: datetime | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        if self.value is not None:
            return
        today = self._now().date()
        text = given(self.config.initial) or (None if self.last_state is None else self.last_state.state)
        value = None if text is None else self.config.read(text, today)
        if value is not None and value.tzinfo is not None:
            value = value.astimezone(self._zone)
        self.value = (value or datetime.combine(today, time())).replace(tzinfo=self._zone)

    @property
    def _zone(self) -> tzinfo:
        return self.hub.config.zone

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.hub.clock.now(), self._zone)

    @property
    def state(self) -> str | None:
        """The date, the time, or both."""
        value, config = self.value, self.config
        if value is None:
            return None
        parts = (value.date().isoformat(), f"{value:%H:%M:%S}")
        return " ".join(part for part, shown in zip(parts, (config.has_date, config.has_time), strict=True) if shown)

    def capabilities(self) -> dict[str, Any]:
        """What it has."""
        return {"has_date": self.config.has_date, "has_time": self.config.has_time}

    def attributes(self) -> dict[str, Any]:
        """Its parts, and the Unix time; for a time of day the seconds since midnight."""
        attributes: dict[str, Any] = {"editable": self.editable}
        value, config = self.value, self.config
        if value is None:
            return attributes
        if config.has_date:
            attributes.update(year=value.year, month=value.month, day=value.day)
        if config.has_time:
            attributes.update(hour=value.hour, minute=value.minute, second=value.second)
        if not config.has_date:
            attributes["timestamp"] = value.hour * 3600 + value.minute * 60 + value.second
        elif not config.has_time:
            attributes["timestamp"] = datetime.combine(value, time(), self._zone).timestamp()
        else:
            attributes["timestamp"] = value.timestamp()
        return attributes

    async def set_datetime(self, data: SetDatetime) -> None:
        """Set date, time or both; raises Invalid when nothing of the data is what the entity has."""
        day: date | None = given(data.date)
        hour: time | None = given(data.time)
        moment: datetime | None = given(data.datetime)
        if data.timestamp is not UNSET:
            try:
                moment = datetime.fromtimestamp(data.timestamp, self._zone)
            except (ValueError, OverflowError, OSError):
                raise Invalid(f"{data.timestamp} is no time that can be shown", ("timestamp",)) from None
        if moment is not None:
            day, hour = moment.date(), moment.time()
        day = day if self.config.has_date else None
        hour = hour if self.config.has_time else None
        if day is None and hour is None:
            raise Invalid("Nothing to set")
        current = self.value or self._now()
        self.value = datetime.combine(
            current.date() if day is None else day, current.time() if hour is None else hour, self._zone
        )
        self.write_state()


KIND: Final = Kind(
    Domain("input_datetime", InputDatetime, (EntityService("set_datetime", "set_datetime", SetDatetime),)),
    InputDatetime,
    InputDatetimeConfig,
)
