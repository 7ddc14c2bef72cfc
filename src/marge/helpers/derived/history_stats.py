"""history_stats: for how long, or how often, an entity was in a state within a period."""

from __future__ import annotations

import logging
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.clock import Cancel
from marge.core.errors import TemplateError
from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.entities.words import choice
from marge.helpers.derived.following import DerivedEntity
from marge.helpers.derived.looking_back import states_since
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.spells import Spells
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateText
from marge.templates import Template
from marge.util.dt import parse_datetime
from marge.util.schema import EntityId, PositiveSeconds, Strings, Text

_LOGGER = logging.getLogger("marge.helpers")

_UNITS: Final = {"time": "h", "ratio": "%", "count": ""}
_EVERY: Final = 60.0
"""Seconds after which the period is looked at again."""

if TYPE_CHECKING:
    Type = str
else:
    Type = choice("Type", *_UNITS)


class HistoryStatsItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`; two of `start`, `end` and `duration` say which period is meant."""

    entity_id: EntityId
    state: Strings
    start: TemplateText | UnsetType = UNSET
    end: TemplateText | UnsetType = UNSET
    duration: PositiveSeconds | UnsetType = UNSET
    type: Type = "time"
    name: Text = "unnamed statistics"

    def __post_init__(self) -> None:
        """Ask for exactly two limits."""
        if sum(each is not UNSET for each in (self.start, self.end, self.duration)) != 2:
            raise ValueError("exactly two of 'start', 'end' and 'duration' are needed")


class HistoryStatsSensor(DerivedEntity, SensorEntity):
    """Looks back at the start, or when the period reaches further back than what it knows, and follows from then on."""

    platform = "history_stats"
    icon = "mdi:chart-line"
    state_class = "measurement"

    def __init__(self, house: House, item: HistoryStatsItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        self.native_unit_of_measurement = _UNITS[item.type]
        if item.type == "time":
            self.device_class = "duration"
            self.suggested_display_precision = 2
        self._history = house.history
        self._templates: dict[str, Template] = {}
        for limit in ("start", "end"):
            if (text := getattr(item, limit)) is not UNSET:
                self._templates[limit] = template = house.templates.template(text)
                template.ensure_valid()
        self._spells = Spells(frozenset(item.state))
        self._known_since: float | None = None
        self._reading = False
        self._failed = False
        self._cancel: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self.follow([self.item.entity_id], self._changed)
        self._look()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        self._stop_waiting()
        self._spells = Spells(frozenset(self.item.state))
        self._known_since = None
        self._reading = False

    def _changed(self, old: State | None, new: State | None) -> None:
        state = "" if new is None else new.state
        at = self.hub.clock.now() if new is None else new.last_changed
        if old is None or old.state != state:
            self._spells.add(at, state)
        self._look()
        self.write_state()

    def _tick(self) -> None:
        self._look()
        self.write_state()

    def _look(self) -> None:
        self._stop_waiting()
        self._cancel = self.hub.clock.call_later(_EVERY, self._tick)
        period = self._period()
        self.available = period is not None
        if period is None:
            return
        start, end = period
        if math.floor(start) > self.hub.clock.now():
            self.native_value = None  # what is to come is not known
            return
        if self._known_since is None or math.floor(start) < self._known_since:
            self._look_back(math.floor(start))
            if self._history is not None:
                return
        self._spells.forget(math.floor(start))
        self.native_value = self._value(start, end)

    def _look_back(self, start: float) -> None:
        if self._history is None:
            self._known_since = start
        elif not self._reading:
            self._reading = True
            self.spawn(self._read_back(start))

    async def _read_back(self, start: float) -> None:
        assert self._history is not None
        try:
            states = await states_since(self._history, self.hub, self.item.entity_id, start)
            self._spells.put_before([(state.last_updated, state.state) for state in states])
            self._known_since = start
        finally:
            self._reading = False
        self._look()
        self.write_state()

    def _value(self, start: float, end: float) -> float:
        now = math.floor(self.hub.clock.now())
        seconds, count = self._spells.within(math.floor(start), math.floor(end), now)
        if self.item.type == "count":
            return count
        if self.item.type == "ratio":
            return round(100 * seconds / (end - start), 1) if end != start else 0.0
        hours = seconds / 3600
        return hours if self.unique_id is not None else round(hours, 2)

    def _period(self) -> tuple[float, float] | None:
        """Start and end in Unix seconds; None, with a line in the log, when a template gives none."""
        limits: dict[str, float] = {}
        for limit, template in self._templates.items():
            try:
                limits[limit] = self._moment(template.render())
            except (TemplateError, ValueError) as error:
                if not self._failed:
                    _LOGGER.error("The '%s' of %s is no date and time: %s", limit, self.entity_id, error)
                self._failed = True
                return None
        self._failed = False
        duration = given(self.item.duration) or 0.0
        start = limits["start"] if "start" in limits else limits["end"] - duration
        return start, limits["end"] if "end" in limits else start + duration

    def _moment(self, value: Any) -> float:
        if isinstance(value, str) and (found := parse_datetime(value)) is not None:
            value = found
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=self.hub.config.zone)).timestamp()
        try:
            seconds = math.floor(float(value))
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{value!r:.100}") from None
        return float(seconds)

    def _stop_waiting(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [HistoryStatsSensor(house, item)]


PLATFORM: Final = Platform(HistoryStatsItem, _make)
