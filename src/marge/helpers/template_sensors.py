"""Template entities that show something: sensor and binary sensor."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any, Final

from marge.core.clock import Cancel
from marge.core.errors import TemplateError
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.entities.binary_sensor import BinarySensorEntity
from marge.entities.sensor import SensorEntity
from marge.entities.sensor_classes import unit_class
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import BinarySensorItem, SensorItem, TemplateItem
from marge.helpers.template_entity import TemplateEntity, template
from marge.templates import Template, result_as_boolean
from marge.util.dt import parse_date, parse_datetime, parse_duration
from marge.util.units.convert import converter

_LOGGER = logging.getLogger("marge.helpers")

AUTO_OFF: Final = "template_auto_off"
"""Where the store has when a binary sensor switches off, in Unix seconds, by unique id or entity id."""


class TemplateSensor(TemplateEntity, SensorEntity):
    """A sensor whose value is a template."""

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, SensorItem)
        self.native_unit_of_measurement = given(item.unit_of_measurement)
        self.device_class = given(item.device_class)
        self.state_class = given(item.state_class)
        super().prepare(house, item)

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        if self.device_class == "timestamp":
            result = self._parsed(result, datetime, parse_datetime)
        elif self.device_class == "date":
            result = self._parsed(result, date, parse_date)
        elif not (result is None or isinstance(result, (str, int, float)) or hasattr(result, "as_tuple")):
            result = str(result)
        self.native_value = str(result) if isinstance(result, bool) else result

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`."""
        if field != "last_reset":
            super().take(field, result)
        elif isinstance(result, datetime):
            self.last_reset = result
        else:
            self.last_reset = parse_datetime(str(result)) if isinstance(result, str) else None

    def restore(self, last: State) -> None:
        """See `TemplateEntity.restore`; the value is that of its own unit."""
        self.restore_attributes(last)
        value: Any = last.state
        native, shown = self.native_unit_of_measurement, last.attributes.get("unit_of_measurement")
        if shown != native and (kind := unit_class(self.device_class)) is not None:
            try:
                value = converter(kind, shown, native)(float(value))
            except (ValueError, ArithmeticError):
                return
        self.take_state(value)

    def _parsed(self, result: Any, kind: type[date], parse: Any) -> Any:
        if result is None or isinstance(result, kind):
            return result
        value = parse(str(result))
        if value is None:
            _LOGGER.warning("%s rendered invalid %s %.100s", self.entity_id, self.device_class, result)
        return value


class TemplateBinarySensor(TemplateEntity, BinarySensorEntity):
    """A binary sensor whose state is a template; a delay ends with the next change."""

    _cancel: Cancel | None = None
    _cancel_auto_off: Cancel | None = None

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`; raises ValueError for a delay that is none."""
        assert isinstance(item, BinarySensorItem)
        self.device_class = given(item.device_class)
        self._delays: dict[bool, Template | float | None] = {}
        for on, value in ((True, item.delay_on), (False, item.delay_off)):
            self._delays[on] = _delay(house, value)
        self._auto_off = _delay(house, item.auto_off)
        if self._auto_off is not None and not self.triggered:
            _LOGGER.warning(
                "'auto_off' of the template binary sensor %s does nothing without triggers", given(item.name)
            )
        super().prepare(house, item)

    def added(self) -> None:
        """See `TemplateEntity.added`; with a delay the last state is where it starts."""
        last = self.last_state
        delayed = not self.triggered and any(delay is not None for delay in self._delays.values())
        if delayed and last is not None:
            self.is_on = None if last.state in (UNKNOWN, UNAVAILABLE) else last.state == "on"
        super().added()

    def removed(self) -> None:
        """See `TemplateEntity.removed`."""
        super().removed()
        self._stop(keep=self.hub.lifecycle.stopping)

    def restore(self, last: State) -> None:
        """See `TemplateEntity.restore`; what would have switched off meanwhile is off."""
        self.restore_attributes(last)
        self.is_on = last.state == "on"
        if self._auto_off is None:
            return
        stored = self.hub.store.load(AUTO_OFF).get(self._key)
        if stored is None:
            return
        due = float(stored)
        if due <= self.hub.clock.now():
            self.is_on = False
            self.hub.store.delete(AUTO_OFF, self._key)
        elif self.is_on:
            self._cancel_auto_off = self.hub.clock.call_at(due, self._switch_off)

    def unavailable(self) -> None:
        """See `TemplateEntity.unavailable`."""
        self._stop()

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        self._stop()
        on = None if result is None else result_as_boolean(result)
        delay = 0.0 if on is None or on == self.is_on else self._seconds(self._delays[on])
        if delay > 0:
            self._cancel = self.hub.clock.call_later(delay, lambda: self._set(on))
        else:
            self._take_on(on)

    @property
    def _key(self) -> str:
        return self.unique_id or self.entity_id

    def _take_on(self, on: bool | None) -> None:
        self.is_on = on
        if on and self.triggered and (seconds := self._seconds(self._auto_off)) > 0:
            due = self.hub.clock.now() + seconds
            self.hub.store.put(AUTO_OFF, self._key, repr(due).encode())
            self._cancel_auto_off = self.hub.clock.call_at(due, self._switch_off)

    def _switch_off(self) -> None:
        self._stop()
        self.is_on = False
        self.write_state()

    def _set(self, on: bool | None) -> None:
        self._cancel = None
        self._take_on(on)
        self.write_state()

    def _stop(self, *, keep: bool = False) -> None:
        """End the times that run; with `keep` the next run of the hub goes on with them."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if self._cancel_auto_off is not None:
            self._cancel_auto_off()
            self._cancel_auto_off = None
            if not keep:
                self.hub.store.delete(AUTO_OFF, self._key)

    def _seconds(self, delay: Template | float | None) -> float:
        if not isinstance(delay, Template):
            return delay or 0.0
        try:
            return parse_duration(delay.render(self._variables())).total_seconds()
        except (TemplateError, ValueError) as error:
            _LOGGER.error("The delay of %s is no duration: %s", self.entity_id, error)
            return 0.0


def _delay(house: House, value: Any) -> Template | float | None:
    """A duration as it is written, or the template of one; raises ValueError."""
    if value is None:
        return None
    return template(house.templates, value) or parse_duration(value).total_seconds()
