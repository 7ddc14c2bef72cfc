"""integration: the area under a sensor over time (Riemann sum), such as energy out of power."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.clock import Cancel
from marge.core.state import UNAVAILABLE, State
from marge.entities.base import Entity
from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import DEVICE_CLASSES
from marge.entities.words import choice
from marge.helpers.derived.following import DerivedEntity, exact, rounded, said
from marge.helpers.derived.memory import keep, kept, native_text
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.words import UNIT_TIMES, Digits, UnitTime, prefix
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.schema import EntityId, PositiveSeconds, Text

_PREFIXES: Final = {None: 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_CLASSES: Final = {"power": "energy"}
"""The device class of the source → that of its integral."""

if TYPE_CHECKING:
    Method = str
    Prefix = str | None
else:
    Method = choice("Method", "trapezoidal", "left", "right")
    Prefix = prefix("Prefix", *(each for each in _PREFIXES if each))


class IntegrationItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `sensor:`; with `max_sub_interval` a source that is silent goes on counting."""

    source: EntityId
    name: Text | UnsetType = UNSET
    round: Digits | None = 3
    unit_prefix: Prefix = None
    unit_time: UnitTime = "h"
    method: Method = "trapezoidal"
    max_sub_interval: PositiveSeconds | UnsetType = UNSET


class IntegrationSensor(DerivedEntity, SensorEntity):
    """A sum that grows with every report of the source."""

    platform = "integration"
    state_class = "total"

    def __init__(self, item: IntegrationItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = f"{item.source} integral" if item.name is UNSET else item.name
        self.icon = "mdi:chart-histogram"
        self.suggested_display_precision = item.round or 2
        self.extra_attributes = {"source": item.source}
        self._sum: Decimal | None = None
        self._interval = given(item.max_sub_interval) or 0.0
        self._since = 0.0
        self._by_time = False
        self._cancel: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self._since = self.hub.clock.now()
        self._restore()
        source = self.hub.states.get(self.item.source)
        if self._interval:
            self._wait(source)
        if source is not None and source.state != UNAVAILABLE:
            self._describe(source)
        self._show()
        self.follow([self.item.source], lambda old, new: self._next(old, new, None))
        self.follow_reports(self.item.source, lambda state, before: self._next(None, state, before))

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        self._stop_waiting()
        if self._sum is not None:
            keep(self, value=str(self._rounded()), unit=self.native_unit_of_measurement)

    def _restore(self) -> None:
        last, remembered = self.last_state, kept(self) or {}
        value: str | None = remembered.get("value")
        unit: str | None = remembered.get("unit")
        if not remembered and last is not None:
            unit = said(last, "unit_of_measurement")
            value = native_text(last, None, unit)
        if (number := exact(value)) is not None:
            self._sum = number
            self.native_unit_of_measurement = unit

    def _next(self, old: State | None, new: State | None, before: float | None) -> None:
        self._stop_waiting()
        try:
            self._integrate(old, new, before)
            self._by_time = False
            self._since = self.hub.clock.now()
        finally:
            if self._interval:
                self._wait(new)

    def _integrate(self, old: State | None, new: State | None, before: float | None) -> None:
        if new is None:
            return
        if new.state == UNAVAILABLE:
            self.available = False
            if self._sum is not None:
                keep(self, value=str(self._rounded()), unit=self.native_unit_of_measurement)
            self.write_state()
            return
        self.available = True
        self._describe(new)
        earlier = new.state if old is None else old.state
        since = before if old is None else old.last_reported
        pair = self._pair(earlier, new.state)
        if since is not None and pair is not None:
            elapsed = exact(round(new.last_reported - (self._since if self._by_time else since), 6))
            assert elapsed is not None
            self._add(elapsed * (pair[0] + pair[1]) / 2)
        self._show()
        self.write_state()

    def _pair(self, earlier: str, now: str) -> tuple[Decimal, Decimal] | None:
        """The two heights that the method takes."""
        left, right = exact(earlier), exact(now)
        if self.item.method == "left":
            right = left
        elif self.item.method == "right":
            left = right
        return None if left is None or right is None else (left, right)

    def _wait(self, state: State | None) -> None:
        """Count on with this state, should nothing come for as long as the interval."""
        height = None if state is None else exact(state.state)
        if state is None or height is None:
            return
        steady, level = state, height

        def silent() -> None:
            elapsed = exact(round(self.hub.clock.now() - self._since, 6))
            assert elapsed is not None
            self._describe(steady)
            self._add(level * elapsed)
            self._show()
            self.write_state()
            self._since = self.hub.clock.now()
            self._by_time = True
            self._wait(steady)

        self._cancel = self.hub.clock.call_later(self._interval, silent)

    def _stop_waiting(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _add(self, area: Decimal) -> None:
        item = self.item
        more = area / (_PREFIXES[item.unit_prefix] * UNIT_TIMES[item.unit_time])
        self._sum = more if self._sum is None else self._sum + more

    def _rounded(self) -> Decimal | None:
        digits = self.item.round
        return rounded(self._sum, digits) if digits and self._sum is not None else self._sum

    def _show(self) -> None:
        self.native_value = self._rounded()

    def _describe(self, source: State) -> None:
        unit = said(source, "unit_of_measurement")
        of_time = self.item.unit_time
        if unit is not None:
            whole = unit.removesuffix(f"/{of_time}") if unit.endswith(f"/{of_time}") else f"{unit}{of_time}"
            unit = f"{self.item.unit_prefix or ''}{whole}"
        kind = _CLASSES.get(said(source, "device_class") or "")
        if kind is not None and unit not in (DEVICE_CLASSES[kind].units or ()):
            kind = None
        icon = None if kind else "mdi:chart-histogram"
        if (unit, kind, icon) != (self.native_unit_of_measurement, self.device_class, self.icon):
            self.native_unit_of_measurement, self.device_class, self.icon = unit, kind, icon
            self.description_changed()


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [IntegrationSensor(item)]


PLATFORM: Final = Platform(IntegrationItem, _make)
