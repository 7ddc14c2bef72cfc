"""Template entities that do something: switch, button, number, select."""

from __future__ import annotations

from math import isfinite
from typing import Any

from marge.core.errors import TemplateError
from marge.entities.button import ButtonEntity
from marge.entities.number import NumberEntity
from marge.entities.select import SelectEntity
from marge.entities.switch import SwitchEntity
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import ButtonItem, NumberItem, SelectItem, TemplateItem
from marge.helpers.template_entity import TemplateEntity


class TemplateSwitch(TemplateEntity, SwitchEntity):
    """A switch; without a template of its state it assumes that it is as it was told to be."""

    NAME = "Template Switch"

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        self.assumed_state = given(item.state) is None
        self.is_on = False
        super().prepare(house, item)

    def added(self) -> None:
        """See `TemplateEntity.added`."""
        if self.assumed_state and self.last_state is not None:
            self.is_on = self.last_state.state == "on"
        super().added()

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        if result is None:
            self.is_on = None
        else:
            self.is_on = result is True or (isinstance(result, str) and result.lower() in ("true", "on"))

    async def turn_on(self) -> None:
        """Take the actions of `turn_on`."""
        await self._told("turn_on", True)

    async def turn_off(self) -> None:
        """Take the actions of `turn_off`."""
        await self._told("turn_off", False)

    async def _told(self, field: str, on: bool) -> None:
        await self.act(field)
        if self.assumed_state:
            self.is_on = on
            self.write_state()


class TemplateButton(TemplateEntity, ButtonEntity):
    """A button."""

    NAME = "Template Button"

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, ButtonItem)
        self.device_class = given(item.device_class)
        super().prepare(house, item)

    def added(self) -> None:
        """See `TemplateEntity.added`."""
        ButtonEntity.added(self)
        super().added()

    async def do_press(self) -> None:
        """Take the actions of `press`."""
        await self.act("press")


class TemplateNumber(TemplateEntity, NumberEntity):
    """A number whose limits may be templates too."""

    NAME = "Template Number"

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, NumberItem)
        self.native_unit_of_measurement = given(item.unit_of_measurement)
        self.assumed_state = self.optimistic = item.optimistic
        self.native_step = 1.0
        super().prepare(house, item)

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`."""
        if field not in ("step", "min", "max"):
            super().take(field, result)
        elif (number := _number(result)) is not None:
            setattr(self, {"step": "native_step", "min": "native_min_value", "max": "native_max_value"}[field], number)
            self.description_changed()

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        self.native_value = _number(result)

    async def do_set_value(self, value: float) -> None:
        """Take the actions of `set_value`, which know the `value`."""
        if self.optimistic:
            self.native_value = value
            self.write_state()
        await self.act("set_value", value=value)


class TemplateSelect(TemplateEntity, SelectEntity):
    """A choice out of the list that a template gives."""

    NAME = "Template Select"

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, SelectItem)
        self.assumed_state = self.optimistic = item.optimistic
        super().prepare(house, item)

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`."""
        if field != "options":
            super().take(field, result)
        else:
            self.options = [str(each) for each in result] if isinstance(result, (list, tuple)) else []

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        self.current_option = None if result is None else str(result)

    async def do_select_option(self, option: str) -> None:
        """Take the actions of `select_option`, which know the `option`."""
        if self.optimistic:
            self.current_option = option
            self.write_state()
        await self.act("select_option", option=option)


def _number(result: Any) -> float | None:
    if isinstance(result, TemplateError):
        return None
    try:
        number = float(result)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
