"""Sensor: a value that is measured, counted or reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from math import inf, isfinite
from typing import Any, Final

from marge.entities.domain import Domain
from marge.entities.measured import MeasuredEntity
from marge.entities.sensor_classes import DEVICE_CLASSES, DeviceClass, unit_class
from marge.util.numbers import decimals, number_text
from marge.util.units.convert import Convert, converter
from marge.util.units.preferred import preferred_unit

Value = str | int | float | Decimal | date | datetime

# Integers beyond this are no measurement, and Python refuses to write out the very large ones.
_LARGEST: Final = 10**200

_Read = Callable[["SensorEntity", Any], str | None]


class SensorEntity(MeasuredEntity):
    """A sensor.

    The platform sets `native_value` in `native_unit_of_measurement`; the state is in the unit that the user chose, or
    the source suggests, or the unit system prefers. How to read a value is worked out once and kept until the
    description changes.
    """

    domain = "sensor"

    native_value: Value | None = None
    suggested_unit_of_measurement: str | None = None
    suggested_display_precision: int | None = None
    state_class: str | None = None
    options: Sequence[str] | None = None
    last_reset: datetime | None = None

    _prepared: _Read | None = None
    """How to read a value."""
    _convert: Convert | None = None
    _more_decimals: int | None = None

    @property
    def state(self) -> str | None:
        """The value as text in the shown unit; None when there is none or it does not fit the description."""
        value = self.native_value
        if value is None:
            return None
        return (self._prepared or self._prepare())(self, value)

    def capabilities(self) -> dict[str, Any] | None:
        """`state_class`, or else the `options`."""
        if self.state_class is not None:
            return {"state_class": self.state_class}
        return {"options": list(self.options)} if self.options else None

    def attributes(self) -> dict[str, Any] | None:
        """`last_reset`, which only a `total` has."""
        reset = self.last_reset
        if reset is None:
            return None
        if self.state_class != "total":
            self.complain("last_reset", "has set last_reset, which only state_class total may have: it is not shown")
            return None
        return {"last_reset": reset.isoformat()}

    def registry_options(self) -> dict[str, Any]:
        """See `Entity.registry_options`: the suggested number of decimals."""
        return {"suggested_display_precision": self.registry_precision()}

    def registry_precision(self) -> int | None:
        """The suggested number of decimals in the shown unit, as the registry's options keep it."""
        precision = self.suggested_display_precision
        kind = unit_class(self.device_class)
        unit = self._shown_unit()
        base = self.suggested_unit_of_measurement or self.native_unit_of_measurement
        if precision is None or kind is None or base == unit:
            return precision
        try:
            return max(0, precision + kind.shift_decimals(base, unit))
        except ValueError:
            return precision

    def _shown_unit(self) -> str | None:
        """The unit of the state; the order of who decides is Home Assistant's."""
        native = self.native_unit_of_measurement
        device_class = self.device_class
        kind = unit_class(device_class)
        system = self.hub.config.units
        convertible = kind is not None and native in kind.units
        if self.unique_id is not None and kind is not None and convertible:
            options = self.overrides.options
            if "unit_of_measurement" in options and options["unit_of_measurement"] in kind.units:
                return options["unit_of_measurement"]  # type: ignore[no-any-return]
        suggested = self.suggested_unit_of_measurement
        if suggested is not None:
            if kind is not None and convertible and suggested in kind.units:
                return suggested
            if suggested != native:
                self.complain("suggested", "suggests the unit %s, which %s cannot be converted to", suggested, native)
        elif self.unique_id is not None and kind is not None and convertible:
            for name in (device_class, kind.name):
                if (preferred := preferred_unit(system.name, name, native)) is not None:
                    return preferred
        if device_class == "temperature" and native in ("°C", "°F"):
            return system.temperature
        return native

    def _prepare(self) -> _Read:
        """Work out how to read values; says in the log, once, what is wrong with the description."""
        known = DEVICE_CLASSES.get(self.device_class) if self.device_class is not None else None
        if known is not None:
            self._check(known)
        self.unit_of_measurement = self._shown_unit()
        self._prepared = read = self._reader(known)
        return read

    def _check(self, known: DeviceClass) -> None:
        if self.state_class is not None and self.state_class not in known.state_classes:
            self.complain(
                "state_class",
                "state class %s does not go with device class %s (which allows: %s)",
                self.state_class,
                self.device_class,
                ", ".join(sorted(known.state_classes)) or "none",
            )
        if known.units is not None and self.native_unit_of_measurement not in known.units:
            self.complain(
                "unit",
                "unit %s does not go with device class %s (which allows: %s)",
                self.native_unit_of_measurement,
                self.device_class,
                ", ".join(sorted(unit or "no unit" for unit in known.units)),
            )

    def _reader(self, known: DeviceClass | None) -> _Read:
        native, unit = self.native_unit_of_measurement, self.unit_of_measurement
        precision = self.suggested_display_precision
        if self.device_class in _NON_NUMERIC:
            return _unit_without_number if unit else _NON_NUMERIC[self.device_class]
        if self.options is not None:
            return _options_without_enum
        if known is None and self.state_class is None and native is None and precision is None:
            return _anything
        if unit == native or known is None or known.unit_class is None:
            return _number
        options = self.overrides.options
        chosen = precision is not None or any(
            options.get(key) is not None for key in ("display_precision", "suggested_display_precision")
        )
        self._convert = converter(known.unit_class, native, unit)
        self._more_decimals = None if chosen else known.unit_class.more_decimals(native, unit)
        return _converted


def _anything(entity: SensorEntity, value: Any) -> str | None:
    if type(value) is str:
        return value
    if type(value) is int and abs(value) > _LARGEST:
        return _refuse(entity, "large", "value has too many digits")
    return number_text(value)


def _number(entity: SensorEntity, value: Any) -> str | None:
    if type(value) is float and isfinite(value):
        return f"{value:.15}"
    if type(value) is int and -_LARGEST <= value <= _LARGEST:
        return str(value)
    if _finite(entity, value) is None:
        return None
    return value if type(value) is str else number_text(value)


def _converted(entity: SensorEntity, value: Any) -> str | None:
    number = _finite(entity, value)
    if number is None or entity._convert is None:
        return None
    try:
        result = entity._convert(number)
    except ArithmeticError:
        result = inf
    if not isfinite(result):
        return _refuse(entity, "convert", "value %s cannot be converted to %s", value, entity.unit_of_measurement)
    if entity._more_decimals is None:
        return number_text(result)
    return f"{result:z.{decimals(value) + entity._more_decimals}f}"


def _finite(entity: SensorEntity, value: Any) -> float | None:
    """The value as a finite number, or None and a word in the log."""
    if type(value) is int and abs(value) > _LARGEST:
        _refuse(entity, "large", "value has too many digits")
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is not None and isfinite(number):
        return number
    entity.complain(
        "number",
        "value %.100r is not a finite number, which device class %s, state class %s, unit %s or precision %s ask for",
        value,
        entity.device_class,
        entity.state_class,
        entity.native_unit_of_measurement,
        entity.suggested_display_precision,
    )
    return None


def _timestamp(entity: SensorEntity, value: Any) -> str | None:
    if not isinstance(value, datetime):
        return _refuse(entity, "timestamp", "value %.100r of device class timestamp is not a date and time", value)
    if value.tzinfo is None:
        return _refuse(entity, "zone", "value %s of device class timestamp has no time zone", value)
    try:
        return value.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError:
        return _refuse(entity, "timestamp", "value %s of device class timestamp is out of range", value)


def _date(entity: SensorEntity, value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return _refuse(entity, "date", "value %.100r of device class date is not a date", value)


def _enum(entity: SensorEntity, value: Any) -> str | None:
    if entity.options and value not in entity.options:
        return _refuse(entity, "option", "value %.100r is not one of its options: %s", value, ", ".join(entity.options))
    return str(value)


def _options_without_enum(entity: SensorEntity, _value: Any) -> str | None:
    return _refuse(
        entity, "options", "has options, but its device class is %s instead of enum", entity.device_class or "missing"
    )


def _unit_without_number(entity: SensorEntity, _value: Any) -> str | None:
    return _refuse(entity, "unit", "has a unit, which values of device class %s do not have", entity.device_class)


def _refuse(entity: SensorEntity, problem: str, message: str, *args: object) -> str | None:
    entity.complain(problem, message, *args)
    return None


_NON_NUMERIC: Final[Mapping[str | None, _Read]] = {"date": _date, "enum": _enum, "timestamp": _timestamp}

SENSOR: Final = Domain("sensor", SensorEntity)
