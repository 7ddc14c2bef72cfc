"""Number: a number that can be set."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import msgspec

from marge.core.errors import ServiceValidationError
from marge.entities.domain import Domain, EntityService
from marge.entities.measured import MeasuredEntity
from marge.entities.sensor_classes import LATER_DEVICE_CLASSES, NUMERIC_DEVICE_CLASSES
from marge.entities.sensor_classes import convertible_units as sensor_units
from marge.util.numbers import ceil_decimals, decimals, floor_decimals, number_text
from marge.util.units.convert import TEMPERATURE, VOLUME_FLOW_RATE, Convert, Unit, UnitClass, converter

DEVICE_CLASSES: Final = frozenset((*NUMERIC_DEVICE_CLASSES, *LATER_DEVICE_CLASSES))

# Only these convert; Home Assistant leaves all other numbers as they come.
_UNIT_CLASSES: Final[Mapping[str | None, UnitClass]] = {
    "temperature": TEMPERATURE,
    "volume_flow_rate": VOLUME_FLOW_RATE,
}


def convertible_units(device_class: str) -> list[Unit]:
    """The units a user may choose, as `number/device_class_convertible_units` answers."""
    return sensor_units(device_class) if device_class in _UNIT_CLASSES else []


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`, in the unit that is shown."""

    value: float


class NumberEntity(MeasuredEntity):
    """A number between two limits. The `native_` values are in the source's unit, all else in the shown one."""

    domain = "number"

    native_value: float | None = None
    native_min_value: float = 0.0
    native_max_value: float = 100.0
    native_step: float | None = None
    mode: str = "auto"
    """`auto`, `box` or `slider`."""

    _prepared: dict[str, Any] | None = None
    """The limits and the step in the shown unit, and how to show it."""
    _to_shown: Convert | None = None
    _to_native: Convert | None = None

    @property
    def state(self) -> str | None:
        """The number in the shown unit, or None."""
        value = self.native_value
        if value is None:
            return None
        if not isfinite(value):
            self.complain("finite", "value %s is not a finite number", value)
            return None
        if self._prepared is None:
            self._prepare()
        if self._to_shown is not None:
            value = round(self._to_shown(value), decimals(value))
        return number_text(value)

    def capabilities(self) -> dict[str, Any]:
        """The limits, the step and how to show it."""
        return self._prepared or self._prepare()

    async def set_value(self, data: SetValue) -> None:
        """Set the number; raises ServiceValidationError outside the limits."""
        limits = self._prepared or self._prepare()
        if not limits["min"] <= data.value <= limits["max"]:
            low, high = str(limits["min"]), str(limits["max"])
            raise ServiceValidationError(
                f"Value {data.value} for {self.entity_id} is outside of its range {low} to {high}",
                translation_domain="number",
                translation_key="out_of_range",
                placeholders={
                    "value": str(data.value),
                    "entity_id": self.entity_id,
                    "min_value": low,
                    "max_value": high,
                },
            )
        value = data.value if self._to_native is None else self._to_native(data.value)
        await self.do_set_value(min(max(value, self.native_min_value), self.native_max_value))

    async def do_set_value(self, value: float) -> None:
        """Set the number, in the native unit and within the native limits; given by the platform."""
        raise NotImplementedError

    def _shown_unit(self) -> str | None:
        native = self.native_unit_of_measurement
        kind = _UNIT_CLASSES.get(self.device_class)
        if self.unique_id is not None and kind is not None and native in kind.units:
            chosen = self.overrides.options.get("unit_of_measurement")
            if chosen and chosen in kind.units:
                return str(chosen)
        if self.device_class == "temperature" and native in ("°C", "°F"):
            return self.hub.config.units.temperature
        return native

    def _prepare(self) -> dict[str, Any]:
        native, unit = self.native_unit_of_measurement, self._shown_unit()
        self.unit_of_measurement = unit
        kind = _UNIT_CLASSES.get(self.device_class)
        self._to_shown = self._to_native = None
        low, high = self.native_min_value, self.native_max_value
        if kind is not None and unit != native:
            self._to_shown = converter(kind, native, unit)
            self._to_native = converter(kind, unit, native)
            low = floor_decimals(self._to_shown(low), decimals(low))
            high = ceil_decimals(self._to_shown(high), decimals(high))
        self._prepared = {"min": low, "max": high, "step": self._step(abs(high - low)), "mode": self.mode}
        return self._prepared

    def _step(self, span: float) -> float:
        """The source's step, or 1 made smaller until it is below the span."""
        if self.native_step is not None:
            return self.native_step
        step = 1.0
        while 0 < span <= step:
            step /= 10.0
        return step


NUMBER: Final = Domain("number", NumberEntity, (EntityService("set_value", "set_value", SetValue),))
