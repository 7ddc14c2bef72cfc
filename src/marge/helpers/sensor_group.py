"""A group of sensors: one number out of those of its members."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.state import State
from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import unit_class
from marge.entities.words import choice
from marge.helpers.kind import given
from marge.helpers.member_group import NOTHING_KNOWN, GroupItem, MemberGroup
from marge.helpers.template_config import SensorClass, StateClass
from marge.util.schema import Flag, Text
from marge.util.units.convert import converter

Found = list[tuple[float, State]]


def _median(found: Found) -> float:
    ordered = sorted(value for value, _ in found)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _stdev(found: Found) -> float | None:
    if len(found) < 2:
        return None
    mean = _mean(found)
    return math.sqrt(sum((value - mean) ** 2 for value, _ in found) / (len(found) - 1))


def _mean(found: Found) -> float:
    return sum(value for value, _ in found) / len(found)


_TYPES: Final[Mapping[str, Callable[[Found], float | None]]] = {
    "min": lambda found: min(value for value, _ in found),
    "max": lambda found: max(value for value, _ in found),
    "mean": _mean,
    "median": _median,
    "last": lambda found: max(found, key=lambda each: each[1].last_updated)[0],
    "range": lambda found: max(value for value, _ in found) - min(value for value, _ in found),
    "stdev": _stdev,
    "sum": lambda found: sum((value for value, _ in found), 0.0),
    "product": lambda found: math.prod((value for value, _ in found), start=1.0),
}
_NAMED: Final[Mapping[str, str]] = {"min": "min_entity_id", "max": "max_entity_id", "last": "last_entity_id"}
"""Types whose member is told too, with the attribute that does."""

if TYPE_CHECKING:
    Kind = str
else:
    Kind = choice("Kind", *_TYPES)


class SensorGroupItem(GroupItem, frozen=True, kw_only=True):
    """An item of `sensor:`; with `ignore_non_numeric` members without a number do not count."""

    DOMAINS = ("sensor", "number", "input_number")

    type: Kind
    ignore_non_numeric: Flag = False
    unit_of_measurement: Text | UnsetType = UNSET
    device_class: SensorClass | UnsetType = UNSET
    state_class: StateClass | UnsetType = UNSET


class SensorGroup(MemberGroup, SensorEntity):
    """Sensors as one; class and unit are those of the members where all agree and the item names none."""

    ITEM = SensorGroupItem
    item: SensorGroupItem

    def configure(self, item: GroupItem) -> None:
        """See `MemberGroup.configure`."""
        super().configure(item)
        if item.name is UNSET:
            self.name = f"Sensor group {self.item.type}"

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        item = self.item
        numbers: Found = [(value, state) for state in states if (value := _number(state)) is not None]
        agreed = numbers if len(numbers) == len(item.entities) or item.ignore_non_numeric else []
        self._describe([state for _, state in agreed])
        found = [each for each in (self._converted(*each) for each in numbers) if each is not None]
        self.available = bool(found)
        complete = len(found) == len(states) or item.ignore_non_numeric
        self.native_value = None
        self.extra_attributes = {"entity_id": item.entities}
        if not found or not complete:
            return
        self.native_value = _TYPES[item.type](found)
        if (attribute := _NAMED.get(item.type)) is not None:
            chosen = next(state for value, state in reversed(found) if value == self.native_value)
            if item.type != "last":
                chosen = next(state for value, state in found if value == self.native_value)
            self.extra_attributes[attribute] = chosen.entity_id

    def _describe(self, states: list[State]) -> None:
        item = self.item
        before = (self.device_class, self.state_class, self.native_unit_of_measurement, self.icon)
        self.device_class = given(item.device_class) or _common(states, "device_class")
        self.state_class = given(item.state_class) or _common(states, "state_class")
        unit = given(item.unit_of_measurement)
        if unit is None and states:
            kind = unit_class(self.device_class)
            units = [state.attributes.get("unit_of_measurement") for state in states]
            convertible = kind is not None and all(each in kind.units for each in units)
            unit = units[0] if convertible or len(set(units)) == 1 else None
        self.native_unit_of_measurement = unit
        self.icon = None if self.device_class else "mdi:calculator"
        if before != (self.device_class, self.state_class, unit, self.icon):
            self.description_changed()

    def _converted(self, value: float, state: State) -> tuple[float, State] | None:
        unit, wanted = state.attributes.get("unit_of_measurement"), self.native_unit_of_measurement
        kind = unit_class(self.device_class)
        if kind is None or unit == wanted:
            return value, state
        if unit not in kind.units or wanted not in kind.units:
            return None
        return converter(kind, unit, wanted)(value), state


def _number(state: State) -> float | None:
    if state.state in NOTHING_KNOWN:
        return None
    try:
        number = float(state.state)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _common(states: list[State], key: str) -> Any:
    found = {state.attributes.get(key) for state in states}
    return found.pop() if len(found) == 1 else None
