"""The sensors of a utility meter: each adds up what its source grows by while its tariff holds."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from marge.core.clock import Cancel
from marge.core.events import CORE_CONFIG_UPDATED, Event, Remove
from marge.core.state import UNAVAILABLE, State
from marge.entities.select import SelectEntity
from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import DEVICE_CLASSES
from marge.helpers.derived.cron import Cron
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, exact, said, when_running
from marge.helpers.derived.memory import keep, kept, native_text
from marge.util.dt import from_timestamp, parse_datetime

if TYPE_CHECKING:
    from marge.helpers.derived.utility_meter import UtilityMeterItem

_LOGGER = logging.getLogger("marge.helpers")

COLLECTING: Final = "collecting"
PAUSED: Final = "paused"


@dataclass(slots=True)
class Meter:
    """What the sensors of one meter share."""

    item: UtilityMeterItem
    schedule: Cron | None
    select: SelectEntity | None
    sensors: list[UtilityMeterSensor] = field(default_factory=list)


class UtilityMeterSensor(DerivedEntity, SensorEntity):
    """The sum since the last reset; nothing until the source has told something."""

    platform = "utility_meter"
    translation_key = "utility_meter"

    def __init__(self, meter: Meter, tariff: str | None) -> None:
        self.meter = meter
        self.state_class = "total" if meter.item.net_consumption else "total_increasing"
        self._tariff = tariff
        self._sum: Decimal | None = None
        self._last_period = Decimal(0)
        self._last_reset = 0.0
        self._last_valid: Decimal | None = None
        self._next_reset: float | None = None
        self._source_class: str | None = None
        self._status = PAUSED
        self._collecting: Remove | None = None
        self._cancel_reset: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self._last_reset = self.hub.clock.now()
        self._restore()
        self._plan()
        self.on_end(self.hub.bus.listen(CORE_CONFIG_UPDATED, self._config_updated))
        self.on_end(when_running(self.hub, self._begin))

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        if self._sum is not None:
            self._keep()
        self._stop_collecting()
        if self._cancel_reset is not None:
            self._cancel_reset()

    def attributes(self) -> dict[str, Any]:
        """How it stands; `last_reset` is there whatever the state class."""
        shown: dict[str, Any] = {
            "status": self._status,
            "last_period": str(self._last_period),
            "last_valid_state": str(self._last_valid),
        }
        if self._tariff is not None:
            shown["tariff"] = self._tariff
        shown["last_reset"] = from_timestamp(self._last_reset).isoformat()
        if self._next_reset is not None:
            shown["next_reset"] = datetime.fromtimestamp(self._next_reset, self.hub.config.zone).isoformat()
        return shown

    def reset(self) -> None:
        """Begin anew; what was counted becomes the last period."""
        self._last_reset = self.hub.clock.now()
        self._last_period = self._sum or Decimal(0)
        self._set(Decimal(0))
        self.write_state()

    def calibrate(self, value: Decimal) -> None:
        """Count on from a value."""
        self._set(value)
        self.write_state()

    # ── what the last run knew ──

    def _restore(self) -> None:
        last, data = self.last_state, kept(self)
        if data is None and last is not None:
            unit = said(last, "unit_of_measurement")
            data = {**last.attributes, "value": native_text(last, None, unit), "unit": unit}
        if data is None or (value := exact(data.get("value"))) is None:
            return
        self._sum = self.native_value = value
        self.native_unit_of_measurement = data.get("unit")
        self._source_class = data.get("device_class")
        self._last_period = exact(data.get("last_period")) or Decimal(0)
        self._last_valid = exact(data.get("last_valid_state"))
        self._status = data.get("status", PAUSED)
        reset = parse_datetime(str(data.get("last_reset")))
        if reset is not None and reset.tzinfo is not None:
            self._last_reset = reset.timestamp()
        self._classify()

    def _keep(self) -> None:
        keep(
            self,
            value=str(self._sum),
            unit=self.native_unit_of_measurement,
            device_class=self._source_class,
            **self.attributes(),
        )

    # ── when ──

    def _begin(self) -> None:
        select = self.meter.select
        if select is None:
            self._collect()
            return
        self.follow([select.entity_id], self._tariff_changed)
        if (state := self.hub.states.get(select.entity_id)) is not None:
            self._take_tariff(state.state)

    def _tariff_changed(self, old: State | None, new: State | None) -> None:
        if new is not None:
            self._take_tariff(new.state)

    def _take_tariff(self, tariff: str) -> None:
        if tariff == self._tariff:
            self._collect()
        else:
            self._stop_collecting()
        # What the source grew by around the change belongs to no tariff.
        self._last_valid = None
        self.write_state()

    def _collect(self) -> None:
        if self._collecting is None:
            self._collecting = self.hub.bus.listen_entities([self.meter.item.source], self._reading)
        self._status = COLLECTING

    def _stop_collecting(self) -> None:
        if self._collecting is not None:
            self._collecting()
        self._collecting, self._status = None, PAUSED

    def _plan(self) -> None:
        if self._cancel_reset is not None:
            self._cancel_reset()
        if self.meter.schedule is None:
            return
        self._next_reset = self.meter.schedule.next(self.hub.clock.now(), self.hub.config.zone)
        self._cancel_reset = self.hub.clock.call_at(self._next_reset, self._due)

    def _due(self) -> None:
        self._plan()
        self.reset()

    def _config_updated(self, event: Event) -> None:
        if "time_zone" in event.data and self.meter.schedule is not None:
            self._plan()
            self.write_state()

    # ── how much ──

    def _reading(self, event: Event) -> None:
        new: State | None = event.data.new_state
        self.set_context(event.context)
        if new is None or new.state == UNAVAILABLE:
            if not self.meter.item.always_available:
                self.available = False
                if self._sum is not None:
                    self._keep()
                self.write_state()
            return
        self.available = True
        value = None if new.state in NOTHING_KNOWN else exact(new.state)
        if value is None:
            if new.state not in NOTHING_KNOWN:
                _LOGGER.warning("%s passes over the state %.100r of its source", self.entity_id, new.state)
            return
        if self._sum is None:
            for sensor in self.meter.sensors:
                sensor.start(new)
        growth = self._growth(event.data.old_state, value)
        if self._sum is not None and growth is not None and (self.meter.item.net_consumption or growth >= 0):
            self._set(self._sum + growth)
        self._describe(new)
        self._last_valid = value
        self.write_state()

    def start(self, source: State) -> None:
        """Show zero in the unit of the source, unless there is something already."""
        if self._sum is None and self.is_added:
            self._set(Decimal(0))
            self._describe(source)
            self.write_state()

    def _growth(self, old: State | None, value: Decimal) -> Decimal | None:
        item = self.meter.item
        if item.delta_values:
            return value
        if not item.periodically_resetting and self._last_valid is not None:
            return value - self._last_valid
        before = None if old is None or old.state in NOTHING_KNOWN else exact(old.state)
        return None if before is None else value - before

    def _set(self, value: Decimal) -> None:
        self._sum = self.native_value = value

    def _describe(self, source: State) -> None:
        unit = said(source, "unit_of_measurement")
        kind = said(source, "device_class")
        if (unit, kind) != (self.native_unit_of_measurement, self._source_class):
            self.native_unit_of_measurement, self._source_class = unit, kind
            self._classify()

    def _classify(self) -> None:
        energy = self.native_unit_of_measurement in (DEVICE_CLASSES["energy"].units or ())
        self.device_class = self._source_class or ("energy" if energy else None)
        self.description_changed()
