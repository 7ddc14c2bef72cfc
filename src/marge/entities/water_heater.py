"""Water heater: a boiler or a tank that keeps water at a temperature."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.entities.refusal import invalid, not_supported
from marge.entities.temperature import show
from marge.entities.words import Number
from marge.util.schema import Flag, Text
from marge.util.units import convert_temperature


class Features(IntFlag):
    """What a water heater can do."""

    TARGET_TEMPERATURE = 1
    OPERATION_MODE = 2
    AWAY_MODE = 4
    ON_OFF = 8


_OPERATION_MODE: Final = Features.OPERATION_MODE.value
_AWAY_MODE: Final = Features.AWAY_MODE.value


class SetTemperature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `water_heater.set_temperature`, in the household's unit."""

    temperature: Number
    operation_mode: Text | None = None


class SetOperationMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `water_heater.set_operation_mode`."""

    operation_mode: Text


class SetAwayMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `water_heater.set_away_mode`."""

    away_mode: Flag


class WaterHeaterEntity(Entity):
    """A water heater. Temperatures of the platform are in `temperature_unit`; they are shown in the household's.

    `current_operation` is off, eco, electric, performance, high_demand, heat_pump, gas or one of its own.
    `precision` is 0.1, 0.5 or 1; None follows the household's unit. The range is 110-140 °F unless set.
    """

    domain = "water_heater"
    has_features = True

    temperature_unit: str = "°C"
    precision: float | None = None
    current_operation: str | None = None
    operation_list: list[str] | None = None
    current_temperature: float | None = None
    target_temperature: float | None = None
    target_temperature_high: float | None = None
    target_temperature_low: float | None = None
    target_temperature_step: float | None = None
    min_temp: float | None = None
    max_temp: float | None = None
    is_away_mode_on: bool | None = None

    @property
    def state(self) -> str | None:
        """The operation mode."""
        return self.current_operation

    def capabilities(self) -> dict[str, Any]:
        """The range of the target, and the operation modes."""
        unit, precision = self.temperature_unit, self.precision
        shown_unit = self.hub.config.units.temperature
        low, high = self.min_temp, self.max_temp
        data: dict[str, Any] = {
            "min_temp": show(convert_temperature(110, "°F", unit) if low is None else low, unit, shown_unit, precision),
            "max_temp": show(
                convert_temperature(140, "°F", unit) if high is None else high, unit, shown_unit, precision
            ),
        }
        if step := self.target_temperature_step:
            data["target_temp_step"] = step
        if self.supported_features & _OPERATION_MODE:
            data["operation_list"] = self.operation_list
        return data

    def attributes(self) -> dict[str, Any]:
        """Temperatures in the household's unit, operation and away mode."""
        features, unit, precision = self.supported_features, self.temperature_unit, self.precision
        shown_unit = self.hub.config.units.temperature
        data: dict[str, Any] = {
            "current_temperature": show(self.current_temperature, unit, shown_unit, precision),
            "temperature": show(self.target_temperature, unit, shown_unit, precision),
            "target_temp_high": show(self.target_temperature_high, unit, shown_unit, precision),
            "target_temp_low": show(self.target_temperature_low, unit, shown_unit, precision),
        }
        if features & _OPERATION_MODE:
            data["operation_mode"] = self.current_operation
        if features & _AWAY_MODE:
            data["away_mode"] = "on" if self.is_away_mode_on else "off"
        return data

    async def set_temperature(self, data: SetTemperature) -> None:
        """Set the target, converted to the entity's unit."""
        value = convert_temperature(data.temperature, self.hub.config.units.temperature, self.temperature_unit)
        await self.do_set_temperature(value, data.operation_mode)

    async def set_operation_mode(self, data: SetOperationMode) -> None:
        """Set the operation mode; raises ServiceValidationError for one that it does not have."""
        mode, modes = data.operation_mode, self.operation_list
        text = "Operation mode {operation_mode} is not valid for {entity_id}. "
        if modes is None:
            raise invalid(
                "water_heater",
                "operation_list_not_defined",
                text + "The operation list is not defined.",
                entity_id=self.entity_id,
                operation_mode=mode,
            )
        if mode not in modes:
            raise invalid(
                "water_heater",
                "not_valid_operation_mode",
                text + "Valid operation modes are: {operation_list}.",
                entity_id=self.entity_id,
                operation_mode=mode,
                operation_list=", ".join(modes),
            )
        await self.do_set_operation_mode(mode)

    async def set_away_mode(self, data: SetAwayMode) -> None:
        """Switch the away mode."""
        await self.do_set_away_mode(data.away_mode)

    async def turn_on(self) -> None:
        """Switch on."""
        await self.do_turn_on()

    async def turn_off(self) -> None:
        """Switch off."""
        await self.do_turn_off()

    async def do_set_temperature(self, temperature: float, operation_mode: str | None) -> None:
        """Platform: set the target, and the operation mode if one was given."""
        raise not_supported(self, "set_temperature")

    async def do_set_operation_mode(self, operation_mode: str) -> None:
        """Platform: set the operation mode."""
        raise not_supported(self, "set_operation_mode")

    async def do_set_away_mode(self, on: bool) -> None:
        """Platform: switch the away mode."""
        raise not_supported(self, "set_away_mode")

    async def do_turn_on(self) -> None:
        """Platform: switch on."""
        raise NotImplementedError

    async def do_turn_off(self) -> None:
        """Platform: switch off."""
        raise NotImplementedError


WATER_HEATER: Final = Domain(
    "water_heater",
    WaterHeaterEntity,
    (
        EntityService("turn_on", "turn_on", features=(Features.ON_OFF,)),
        EntityService("turn_off", "turn_off", features=(Features.ON_OFF,)),
        EntityService("set_away_mode", "set_away_mode", SetAwayMode),
        EntityService("set_temperature", "set_temperature", SetTemperature),
        EntityService("set_operation_mode", "set_operation_mode", SetOperationMode),
    ),
)
