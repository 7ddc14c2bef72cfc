"""derivative: how fast a sensor changes."""

from __future__ import annotations

import logging
from decimal import Decimal, DecimalException, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, exact, rounded, said
from marge.helpers.derived.memory import keep, kept, native_text
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.words import UNIT_TIMES, Digits, UnitTime, prefix
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.schema import EntityId, PositiveSeconds, Text

_LOGGER = logging.getLogger("marge.helpers")

_PREFIXES: Final = {None: 1, "n": 1e-9, "µ": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}

if TYPE_CHECKING:
    Prefix = str | None
else:
    Prefix = prefix("Prefix", *(each for each in _PREFIXES if each))


class DerivativeItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`; without a `unit` it is that of the source, by `unit_time`, with `unit_prefix`."""

    source: EntityId
    name: Text | UnsetType = UNSET
    round: Digits = 3
    unit_prefix: Prefix = None
    unit_time: UnitTime = "h"
    unit: Text | UnsetType = UNSET
    time_window: PositiveSeconds = 0


class DerivativeSensor(DerivedEntity, SensorEntity):
    """The change between two reports of the source by the time between them; a window takes the mean of several."""

    platform = "derivative"
    translation_key = "derivative"

    def __init__(self, item: DerivativeItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = f"{item.source} derivative" if item.name is UNSET else item.name
        self.native_unit_of_measurement = given(item.unit)
        self.extra_attributes = {"source": item.source}
        self._value = round(Decimal(0), item.round)
        self._spans: list[tuple[float, float, Decimal]] = []

    def added(self) -> None:
        """See `Entity.added`."""
        last, remembered = self.last_state, kept(self) or {}
        value: str | None = remembered.get("value")
        unit: str | None = remembered.get("unit")
        if not remembered and last is not None:
            unit = said(last, "unit_of_measurement")
            value = native_text(last, None, unit)
        if (number := exact(value)) is not None:
            self._value = rounded(number, self.item.round)
            self.native_unit_of_measurement = unit
        self.native_value = self._value
        self.follow([self.item.source], self._changed)
        self.follow_reports(self.item.source, self._reported)

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        keep(self, value=str(self._value), unit=self.native_unit_of_measurement)

    def _reported(self, state: State, before: float) -> None:
        # A slope of zero stays one as long as nothing changes.
        if self._value != 0:
            self._work_out(state, state.state, before)

    def _changed(self, old: State | None, new: State | None) -> None:
        if old is not None and new is not None:
            self._work_out(new, old.state, old.last_reported)

    def _work_out(self, state: State, before: str, since: float) -> None:
        if before in NOTHING_KNOWN or state.state in NOTHING_KNOWN:
            return
        item, now = self.item, state.last_reported
        if self.native_unit_of_measurement is None:
            unit = said(state, "unit_of_measurement")
            self.native_unit_of_measurement = f"{item.unit_prefix or ''}{'' if unit is None else unit}/{item.unit_time}"
            self.description_changed()
        window = item.time_window
        self._spans = [span for span in self._spans if now - span[1] < window]
        elapsed = round(now - since, 6)
        try:
            later, earlier = exact(state.state), exact(before)
            if later is None or earlier is None:
                raise InvalidOperation
            change = later - earlier
            scale = Decimal(_PREFIXES[item.unit_prefix])
            slope = change / Decimal(elapsed) / scale * Decimal(UNIT_TIMES[item.unit_time])
        except DecimalException:
            _LOGGER.warning(
                "%s has no slope of %s from %.100r to %.100r in %s s",
                self.entity_id,
                item.source,
                before,
                state.state,
                elapsed,
            )
            return
        if said(state, "state_class") == "total_increasing" and slope < 0:
            return  # the source began anew
        self._spans.append((since, now, slope))
        if elapsed <= window:
            slope = sum(
                (each * Decimal(self._weight(start, end, now)) for start, end, each in self._spans), Decimal("0.00")
            )
        self._value = rounded(slope, item.round)
        self.native_value = self._value
        self.write_state()

    def _weight(self, start: float, end: float, now: float) -> float:
        """How much of the window a span fills."""
        window = self.item.time_window
        return round(end - max(start, now - window), 6) / window


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [DerivativeSensor(item)]


PLATFORM: Final = Platform(DerivativeItem, _make)
