"""filter: a sensor made smoother or scarcer by one filter, or by several in a row."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.ports import HistoryReader
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.entities.words import choice, real, whole
from marge.helpers.derived.filters import FILTERS, Filter, Sample
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, said, when_running
from marge.helpers.derived.looking_back import newest_states, states_since
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.words import Digits
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.words import Real
from marge.util.dt import parse_duration
from marge.util.schema import EntityId, Invalid, Text, convert, word

_LOGGER = logging.getLogger("marge.helpers")

_DOMAINS: Final = ("sensor", "binary_sensor", "input_number")


def _source(value: Any) -> str:
    entity_id = convert(value, EntityId)
    if entity_id.partition(".")[0] not in _DOMAINS:
        raise ValueError(f"expected a sensor, binary_sensor or input_number, got {entity_id}")
    return entity_id


def _some_filters(value: Any) -> list[FilterOptions]:
    items = value if isinstance(value, (list, tuple)) else [value]
    if not items:
        raise ValueError("at least one filter is needed")
    found = []
    for index, item in enumerate(items):
        try:
            found.append(convert(item, FilterOptions))
        except Invalid as invalid:
            raise Invalid(invalid.message, (index, *invalid.path), invalid.hint) from None
    return found


if TYPE_CHECKING:
    FilterName = str
    SomeFilters = list["FilterOptions"]
    SourceId = str
    TimeConstant = float
    Window = int
else:
    FilterName = choice("FilterName", *FILTERS)
    SomeFilters = word("SomeFilters", _some_filters)
    SourceId = word("SourceId", _source)
    TimeConstant = real("TimeConstant", 1)
    Window = whole("Window", 1, 10_000)


class FilterOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One filter; `window_size` is a number of values, or a duration for those that go by time."""

    filter: FilterName
    window_size: Any = UNSET
    precision: Digits | UnsetType = UNSET
    lower_bound: Real | UnsetType = UNSET
    upper_bound: Real | UnsetType = UNSET
    radius: Real | UnsetType = UNSET
    time_constant: TimeConstant | UnsetType = UNSET
    type: Text | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse keys of other filters, and a window of the wrong kind."""
        kind = FILTERS[self.filter]
        for key in ("lower_bound", "upper_bound", "radius", "time_constant", "type", "window_size"):
            if getattr(self, key) is not UNSET and key not in kind.KEYS:
                raise ValueError(f"the filter '{self.filter}' has no '{key}'")
        if self.type not in (UNSET, "last"):
            raise ValueError("'type' can only be 'last'")
        self.window()

    def window(self) -> float:
        """The number of values, or seconds."""
        if not FILTERS[self.filter].BY_TIME:
            return convert(1 if self.window_size is UNSET else self.window_size, Window)
        if self.window_size is UNSET:
            raise ValueError(f"the filter '{self.filter}' needs a 'window_size', a duration")
        seconds = parse_duration(self.window_size).total_seconds()
        if seconds <= 0:
            raise ValueError("'window_size' must be longer than nothing")
        return seconds

    def make(self) -> Filter:
        """The filter, without any value yet."""
        options: Mapping[str, Any] = {
            key: value
            for key in ("lower_bound", "upper_bound", "radius", "time_constant", "precision")
            if (value := getattr(self, key)) is not UNSET
        }
        return FILTERS[self.filter](self.window(), **options)


class FilterItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`."""

    entity_id: SourceId
    filters: SomeFilters
    name: Text | UnsetType = UNSET


class FilterSensor(DerivedEntity, SensorEntity):
    """Sends each state of its source through the filters; class, unit and icon are the source's."""

    platform = "filter"

    def __init__(self, house: House, item: FilterItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = given(item.name)
        self.extra_attributes = {"entity_id": item.entity_id}
        self._history = house.history
        self._filters = [each.make() for each in item.filters]
        self._result: str | float | None = None
        self._early: list[State | None] | None = None
        """What comes while it looks back."""

    def added(self) -> None:
        """See `Entity.added`."""
        self._filters = [each.make() for each in self.item.filters]
        self._early = None
        if self._history is not None:
            self._early = []
            self.spawn(self._look_back(self._history))
        self.on_end(when_running(self.hub, lambda: self.follow([self.item.entity_id], self._changed)))

    async def _look_back(self, history: HistoryReader) -> None:
        entity_id, hub = self.item.entity_id, self.hub
        values = max((each.window for each in self._filters if not each.BY_TIME), default=0)
        seconds = max((each.window for each in self._filters if each.BY_TIME), default=0)
        found: dict[float, State] = {}
        if values:
            for state in await newest_states(history, hub, entity_id, int(values), 0.0):
                found[state.last_updated] = state
        if seconds:
            for state in await states_since(history, hub, entity_id, hub.clock.now() - seconds):
                found.setdefault(state.last_updated, state)
        for _, state in sorted(found.items()):
            if state.state not in NOTHING_KNOWN and state.state:
                self._take(state)
        early, self._early = self._early or [], None
        self.write_state()
        newest = max(found, default=0.0)
        for changed in early:
            if changed is None or changed.last_updated > newest:
                self._changed(None, changed)

    def _changed(self, old: State | None, new: State | None) -> None:
        if self._early is not None:
            self._early.append(new)
            return
        if new is None or new.state == UNKNOWN:
            self._result = None
            self._show()
        elif new.state == UNAVAILABLE:
            self.available = False
        elif not self._take(new):
            return
        self.write_state()

    def _take(self, state: State) -> bool:
        """Whether the state came through all filters."""
        self.available = True
        sample: Sample = (state.last_updated, state.state)
        for each in self._filters:
            try:
                passed = each.pass_on(sample)
            except ValueError:
                _LOGGER.error("%s passes over the state %.100r, which is no number", self.entity_id, state.state)
                return False
            if passed is None:
                return False
            sample = passed
        self._result = sample[1]
        unit = said(state, "unit_of_measurement")
        if unit != self.native_unit_of_measurement:
            for each in self._filters:
                each.reset()
        icon = said(state, "icon") or _ICON
        described = (unit, said(state, "device_class"), said(state, "state_class"), icon)
        if described != (self.native_unit_of_measurement, self.device_class, self.state_class, self.icon):
            self.native_unit_of_measurement, self.device_class, self.state_class, self.icon = described
            self.description_changed()
        self._show()
        return True

    def _show(self) -> None:
        value: Any = self._result
        if value is not None and self.device_class == "timestamp":
            try:
                value = datetime.fromisoformat(str(value))
            except ValueError:
                value = None
        self.native_value = value


_ICON: Final = "mdi:chart-line-variant"


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [FilterSensor(house, item)]


PLATFORM: Final = Platform(FilterItem, _make)
