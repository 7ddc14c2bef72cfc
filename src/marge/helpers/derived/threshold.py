"""threshold: whether a sensor is below, above or between limits."""

from __future__ import annotations

import logging
from typing import Any, Final

from msgspec import UNSET, UnsetType

from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.binary_sensor import BinarySensorEntity
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, real
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import BinaryClass
from marge.helpers.words import Real
from marge.util.schema import EntityId, Text

_LOGGER = logging.getLogger("marge.helpers")


class ThresholdItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `binary_sensor:`; the state changes when a limit is passed by more than `hysteresis`."""

    entity_id: EntityId
    name: Text = "Threshold"
    lower: Real | UnsetType = UNSET
    upper: Real | UnsetType = UNSET
    hysteresis: Real = 0.0
    device_class: BinaryClass | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Ask for a limit."""
        if self.lower is UNSET and self.upper is UNSET:
            raise ValueError("'lower' or 'upper' is needed, or both")


class ThresholdSensor(DerivedEntity, BinarySensorEntity):
    """On below `lower`, above `upper`, or with both between them."""

    platform = "threshold"

    def __init__(self, item: ThresholdItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        self.device_class = given(item.device_class)
        self._lower: float | None = given(item.lower)
        self._upper: float | None = given(item.upper)
        self._type = "range" if None not in (self._lower, self._upper) else "upper" if self._lower is None else "lower"
        self._position = "unknown"
        self._value: float | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self.follow([self.item.entity_id], self._changed)
        self._look(self.hub.states.get(self.item.entity_id))

    def attributes(self) -> dict[str, Any]:
        """The limits, and where the value is."""
        return {
            "entity_id": self.item.entity_id,
            "hysteresis": self.item.hysteresis,
            "lower": self._lower,
            "position": self._position,
            "sensor_value": self._value,
            "type": self._type,
            "upper": self._upper,
        }

    def _changed(self, old: State | None, new: State | None) -> None:
        self._look(new)
        self.write_state()

    def _look(self, state: State | None) -> None:
        if state is None:
            return
        self._value = None if state.state in NOTHING_KNOWN else real(state.state)
        if self._value is None:
            if state.state not in NOTHING_KNOWN:
                _LOGGER.warning(
                    "%s: the state %.100r of %s is no number", self.entity_id, state.state, self.item.entity_id
                )
            self._position, self.is_on = "unknown", None
            return
        first = self.is_on is None
        low = self._side(self._value, self._lower)
        high = self._side(self._value, self._upper)
        if self._type == "range":
            if first:
                self._position = "in_range"
            if low < 0:
                self._position = "below"
            if high > 0:
                self._position = "above"
            elif low > 0 and high < 0:
                self._position = "in_range"
            self.is_on = self._position == "in_range"
            return
        side = low if self._type == "lower" else high
        if first:
            self._position = "above" if self._type == "lower" else "below"
        if side:
            self._position = "below" if side < 0 else "above"
        self.is_on = self._position == ("below" if self._type == "lower" else "above")

    def _side(self, value: float, limit: float | None) -> int:
        """Below (-1) or above (1) a limit, or within its hysteresis (0)."""
        if limit is None:
            return 0
        slack = self.item.hysteresis
        return -1 if value < limit - slack else 1 if value > limit + slack else 0


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [ThresholdSensor(item)]


PLATFORM: Final = Platform(ThresholdItem, _make)
