"""Template entities that show something: sensor and binary sensor."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any

from marge.core.clock import Cancel
from marge.core.errors import TemplateError
from marge.core.state import UNAVAILABLE, UNKNOWN
from marge.entities.binary_sensor import BinarySensorEntity
from marge.entities.sensor import SensorEntity
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import BinarySensorItem, SensorItem, TemplateItem
from marge.helpers.template_entity import TemplateEntity, template
from marge.templates import Template, result_as_boolean
from marge.util.dt import parse_date, parse_datetime, parse_duration

_LOGGER = logging.getLogger("marge.helpers")


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

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`; raises ValueError for a delay that is none."""
        assert isinstance(item, BinarySensorItem)
        self.device_class = given(item.device_class)
        self._delays: dict[bool, Template | float | None] = {}
        for on, value in ((True, item.delay_on), (False, item.delay_off)):
            delay = template(house.templates, value)
            self._delays[on] = delay or (None if value is None else parse_duration(value).total_seconds())
        super().prepare(house, item)

    def added(self) -> None:
        """See `TemplateEntity.added`; with a delay the last state is where it starts."""
        last = self.last_state
        if any(delay is not None for delay in self._delays.values()) and last is not None:
            self.is_on = None if last.state in (UNKNOWN, UNAVAILABLE) else last.state == "on"
        super().added()

    def removed(self) -> None:
        """See `TemplateEntity.removed`."""
        super().removed()
        self._stop()

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        self._stop()
        on = None if result is None else result_as_boolean(result)
        if on == self.is_on:
            return
        delay = 0.0 if on is None else self._delay(on)
        if delay > 0:
            self._cancel = self.hub.clock.call_later(delay, lambda: self._set(on))
        else:
            self.is_on = on

    def _set(self, on: bool | None) -> None:
        self._cancel = None
        self.is_on = on
        self.write_state()

    def _stop(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _delay(self, on: bool) -> float:
        delay = self._delays[on]
        if not isinstance(delay, Template):
            return delay or 0.0
        try:
            return parse_duration(delay.render(self._variables())).total_seconds()
        except (TemplateError, ValueError) as error:
            _LOGGER.error("The delay of %s is no duration: %s", self.entity_id, error)
            return 0.0
