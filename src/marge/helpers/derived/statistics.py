"""statistics: a characteristic of the last values of a sensor, such as the mean of an hour."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.clock import Cancel
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import DEVICE_CLASSES
from marge.entities.words import choice, whole
from marge.helpers.derived.characteristics import BINARY, IN_UNIT, NUMERIC, OTHER, PERCENTAGES, TIMES, percentile
from marge.helpers.derived.following import DerivedEntity, real, said
from marge.helpers.derived.looking_back import newest_states
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.words import Digits
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.dt import from_timestamp
from marge.util.schema import EntityId, Flag, PositiveSeconds, Text

_LOGGER = logging.getLogger("marge.helpers")

_A_MOMENT: Final = 1e-6
"""A value is too old when it is older than `max_age`: this much later."""

if TYPE_CHECKING:
    Characteristic = str
    Percent = int
    SamplingSize = int
else:
    Characteristic = choice("Characteristic", *{**NUMERIC, **BINARY})
    Percent = whole("Percent", 1, 99)
    SamplingSize = whole("SamplingSize", 1, 100_000)


class StatisticsItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`; the values are limited by number, by age, or by both."""

    entity_id: EntityId
    state_characteristic: Characteristic
    name: Text = "Statistical characteristic"
    sampling_size: SamplingSize | UnsetType = UNSET
    max_age: PositiveSeconds | UnsetType = UNSET
    keep_last_sample: Flag = False
    precision: Digits = 2
    percentile: Percent = 50

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        what = self.state_characteristic
        binary = self.entity_id.startswith("binary_sensor.")
        if what not in (BINARY if binary else NUMERIC):
            kind = "a binary sensor" if binary else "a sensor"
            raise ValueError(f"the characteristic '{what}' is not one of {kind}")
        if self.sampling_size is UNSET and not self.max_age:
            raise ValueError("'max_age' or 'sampling_size' is needed, or both")
        if self.keep_last_sample and self.max_age is UNSET:
            raise ValueError("'keep_last_sample' belongs to 'max_age'")


class StatisticsSensor(DerivedEntity, SensorEntity):
    """Remembers the values that it works with; at the start it looks them up in what was recorded."""

    platform = "statistics"
    icon = "mdi:calculator"

    def __init__(self, house: House, item: StatisticsItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        self.available = False
        self._history = house.history
        self._binary = item.entity_id.startswith("binary_sensor.")
        what = item.state_characteristic
        self._work_out = BINARY[what] if self._binary else NUMERIC[what]
        if what == "percentile":
            self._work_out = percentile(item.percentile)
        self._max_age: float | None = given(item.max_age) or None
        self._values: deque[float] = deque(maxlen=given(item.sampling_size))
        self._ages: deque[float] = deque(maxlen=given(item.sampling_size))
        self._shown: dict[str, Any] = {}
        self._early: list[tuple[State, float]] | None = None
        """What comes while it looks back, and when it was reported."""
        self._cancel: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self._values.clear()
        self._ages.clear()
        self._early = None
        if self._history is not None:
            self._early = []
            self.spawn(self._look_back())
        self._listen()
        self._show()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        self._stop_waiting()

    def attributes(self) -> dict[str, Any]:
        """How full the row is, and whether the last state was of use."""
        return dict(self._shown)

    async def _look_back(self) -> None:
        assert self._history is not None
        item = self.item
        since = 0.0 if self._max_age is None else self.hub.clock.now() - self._max_age - _A_MOMENT
        past = await newest_states(self._history, self.hub, item.entity_id, given(item.sampling_size), since)
        early, self._early = self._early or [], None
        newest = past[-1].last_updated if past else 0.0
        for state, at in (*((each, each.last_updated) for each in past), *(each for each in early if each[1] > newest)):
            self._take(state, at)
        self._show()
        self.write_state()

    def _listen(self) -> None:
        self.follow([self.item.entity_id], lambda old, new: self._changed(new))
        self.follow_reports(self.item.entity_id, lambda state, before: self._changed(state))

    def _changed(self, state: State | None) -> None:
        if state is not None and self._early is not None:
            self._early.append((state, state.last_reported))
        elif state is not None:
            self._take(state, state.last_reported)
            self._show()
            self.write_state()

    def _take(self, state: State, at: float) -> None:
        self.available = state.state != UNAVAILABLE
        if state.state == UNAVAILABLE:
            self._shown["source_value_valid"] = None
            return
        value = self._number(state.state)
        self._shown["source_value_valid"] = value is not None
        if value is None:
            if state.state not in (UNKNOWN, ""):
                _LOGGER.error("%s passes over the state %.100r of %s", self.entity_id, state.state, self.item.entity_id)
            return
        self._values.append(value)
        self._ages.append(at)
        self._describe(state)

    def _number(self, text: str) -> float | None:
        if self._binary:
            return {"on": True, "off": False}.get(text)
        return real(text)

    def _show(self) -> None:
        now, max_age = self.hub.clock.now(), self._max_age
        last_stays = self.item.keep_last_sample
        if max_age is not None:
            while self._ages and now - self._ages[0] > max_age and not (last_stays and len(self._ages) == 1):
                self._ages.popleft()
                self._values.popleft()
        if (most := self._values.maxlen) is not None:
            self._shown["buffer_usage_ratio"] = round(len(self._values) / most, 2)
        if max_age is not None:
            span = self._ages[-1] - self._ages[0] if self._ages else 0
            self._shown["age_coverage_ratio"] = round(span / max_age, 2)
        self.native_value = self._value()
        self._stop_waiting()
        if max_age is not None and self._ages and not (last_stays and len(self._ages) == 1):
            self._cancel = self.hub.clock.call_at(self._ages[0] + max_age + _A_MOMENT, self._aged)

    def _value(self) -> Any:
        what, precision = self.item.state_characteristic, self.item.precision
        if not self._values:
            return 0 if what.startswith("count") else None
        value = self._work_out(self._values, self._ages)
        if what in TIMES:
            return from_timestamp(value)
        if value is None:
            return None
        value = round(value, precision)
        return int(value) if precision == 0 else value

    def _aged(self) -> None:
        self._cancel = None
        self._show()
        self.write_state()

    def _stop_waiting(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _describe(self, source: State) -> None:
        what = self.item.state_characteristic
        unit: str | None = said(source, "unit_of_measurement") or None
        kind: str | None = None
        if self._binary and what in PERCENTAGES:
            unit = "%"
        elif what in OTHER and unit is not None and (form := OTHER[what][1]) is not None:
            unit = form.format(unit)
        elif what not in IN_UNIT:
            unit = None
        if what in TIMES:
            kind = "timestamp"
        elif what in IN_UNIT:
            kind = said(source, "device_class")
            known = DEVICE_CLASSES.get(kind) if kind is not None else None
            if known is None or "measurement" not in known.state_classes or unit not in (known.units or ()):
                kind = None
        state_class = None if what in TIMES else "measurement"
        if (unit, kind, state_class) != (self.native_unit_of_measurement, self.device_class, self.state_class):
            self.native_unit_of_measurement, self.device_class, self.state_class = unit, kind, state_class
            self.description_changed()


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [StatisticsSensor(house, item)]


PLATFORM: Final = Platform(StatisticsItem, _make)
