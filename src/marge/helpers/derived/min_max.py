"""min_max: the lowest, highest, mean, median, newest, range or sum of several sensors."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.entities.words import choice
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, real, said
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.words import Digits, SomeEntities
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.schema import Text

_LOGGER = logging.getLogger("marge.helpers")

_ROUNDED: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "mean": statistics.mean,
    "median": statistics.median,
    "range": lambda values: max(values) - min(values),
    "sum": sum,
}
_TYPES: Final = ("min", "max", "last", *_ROUNDED)

if TYPE_CHECKING:
    Type = str
else:
    Type = choice("Type", *_TYPES)


class MinMaxItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`; `round_digits` is for all types but min, max and last."""

    entity_ids: SomeEntities
    type: Type = "max"
    name: Text | UnsetType = UNSET
    round_digits: Digits = 2


class MinMaxSensor(DerivedEntity, SensorEntity):
    """One number out of several; sensors without one do not count, except that a sum needs all of them."""

    platform = "min_max"
    icon = "mdi:calculator"
    state_class = "measurement"

    def __init__(self, item: MinMaxItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = given(item.name) or f"{item.type} sensor".capitalize()
        self._values: dict[str, float | None] = {}
        self._last: tuple[str | None, float | None] = (None, None)
        self._unit: str | None = None
        self._mixed = False

    def added(self) -> None:
        """See `Entity.added`."""
        self.follow(self.item.entity_ids, self._changed)
        for entity_id in self.item.entity_ids:
            self._take(entity_id, self.hub.states.get(entity_id))
        self._work_out()

    def _changed(self, old: State | None, new: State | None) -> None:
        known = new or old
        assert known is not None
        self._take(known.entity_id, new)
        self._work_out()
        self.write_state()

    def _take(self, entity_id: str, state: State | None) -> None:
        if state is None or state.state in NOTHING_KNOWN:
            self._values[entity_id] = None
            return
        unit = said(state, "unit_of_measurement")
        if self._unit is None:
            self._unit = unit
        if unit != self._unit and not self._mixed:
            self._mixed = True
            _LOGGER.warning(
                "%s has no value: %s is in %s and others in %s", self.entity_id, entity_id, unit, self._unit
            )
        if (value := real(state.state)) is None:
            _LOGGER.warning(
                "%s passes over %s, whose state %.100r is no number", self.entity_id, entity_id, state.state
            )
            return
        self._values[entity_id] = value
        self._last = (entity_id, value)

    def _work_out(self) -> None:
        kind = self.item.type
        named: list[tuple[str, float | None]] = [
            (entity_id, self._values[entity_id]) for entity_id in self.item.entity_ids if entity_id in self._values
        ]
        numbers = [(entity_id, value) for entity_id, value in named if value is not None]
        chosen: tuple[str | None, float | None] = (None, None)
        value: float | None = None
        if kind == "last":
            chosen = self._last
        elif kind in ("min", "max"):
            if numbers:
                chosen = (min if kind == "min" else max)(numbers, key=lambda each: each[1])
        elif kind == "sum" and len(numbers) < len(named):
            value = None
        elif numbers or kind == "sum":
            value = round(_ROUNDED[kind]([each for _, each in numbers]), self.item.round_digits)
        if kind not in _ROUNDED:
            self.extra_attributes = {f"{kind}_entity_id": chosen[0]}
            value = chosen[1]
        self.native_value = None if self._mixed else value
        unit = "ERR" if self._mixed else self._unit
        if unit != self.native_unit_of_measurement:
            self.native_unit_of_measurement = unit
            self.description_changed()


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [MinMaxSensor(item)]


PLATFORM: Final = Platform(MinMaxItem, _make)
