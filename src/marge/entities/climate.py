"""Climate: what heats and cools a room, such as a thermostat or an air conditioner."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

from marge.entities.base import Entity
from marge.entities.climate_data import (
    HVAC_MODES,
    Features,
    SetAuxHeat,
    SetFanMode,
    SetHumidity,
    SetHvacMode,
    Setpoint,
    SetPresetMode,
    SetSwingHorizontalMode,
    SetSwingMode,
    SetTemperature,
)
from marge.entities.domain import Domain, EntityService
from marge.entities.refusal import invalid, not_supported
from marge.entities.temperature import show
from marge.util.units import convert_temperature

__all__ = ["CLIMATE", "HVAC_MODES", "ClimateEntity", "Features", "Setpoint"]

_LOGGER = logging.getLogger("marge.entities.climate")

_TARGET: Final = Features.TARGET_TEMPERATURE.value
_RANGE: Final = Features.TARGET_TEMPERATURE_RANGE.value
_HUMIDITY: Final = Features.TARGET_HUMIDITY.value
_FAN: Final = Features.FAN_MODE.value
_PRESET: Final = Features.PRESET_MODE.value
_SWING: Final = Features.SWING_MODE.value
_SWING_HORIZONTAL: Final = Features.SWING_HORIZONTAL_MODE.value
_AUX: Final = Features.AUX_HEAT.value


class ClimateEntity(Entity):
    """A climate entity. Temperatures of the platform are in `temperature_unit`; they are shown in the household's.

    `hvac_action` is cooling, defrosting, drying, fan, heating, idle, off or preheating. `precision` is 0.1, 0.5 or 1;
    None follows the household's unit. `min_temp` and `max_temp` are 7 °C and 35 °C unless set.
    """

    domain = "climate"
    has_features = True

    temperature_unit: str = "°C"
    precision: float | None = None
    hvac_mode: str | None = None
    hvac_modes: list[str] = []
    hvac_action: str | None = None
    current_temperature: float | None = None
    target_temperature: float | None = None
    target_temperature_high: float | None = None
    target_temperature_low: float | None = None
    target_temperature_step: float | None = None
    min_temp: float | None = None
    max_temp: float | None = None
    current_humidity: float | None = None
    target_humidity: float | None = None
    min_humidity: float = 30
    max_humidity: float = 99
    fan_mode: str | None = None
    fan_modes: list[str] | None = None
    preset_mode: str | None = None
    preset_modes: list[str] | None = None
    swing_mode: str | None = None
    swing_modes: list[str] | None = None
    swing_horizontal_mode: str | None = None
    swing_horizontal_modes: list[str] | None = None
    is_aux_heat: bool | None = None

    @property
    def state(self) -> str | None:
        """The HVAC mode."""
        return self.hvac_mode

    def _range(self) -> tuple[float, float]:
        """The lowest and the highest target temperature, in the entity's unit."""
        unit, low, high = self.temperature_unit, self.min_temp, self.max_temp
        return (
            convert_temperature(7, "°C", unit) if low is None else low,
            convert_temperature(35, "°C", unit) if high is None else high,
        )

    def capabilities(self) -> dict[str, Any]:
        """Modes and ranges, as far as the entity has them."""
        features, unit, precision = self.supported_features, self.temperature_unit, self.precision
        shown_unit = self.hub.config.units.temperature
        low, high = self._range()
        data: dict[str, Any] = {
            "hvac_modes": self.hvac_modes,
            "min_temp": show(low, unit, shown_unit, precision),
            "max_temp": show(high, unit, shown_unit, precision),
        }
        if step := self.target_temperature_step:
            data["target_temp_step"] = step
        if features & _HUMIDITY:
            data["min_humidity"] = self.min_humidity
            data["max_humidity"] = self.max_humidity
        if features & _FAN:
            data["fan_modes"] = self.fan_modes
        if features & _PRESET:
            data["preset_modes"] = self.preset_modes
        if features & _SWING:
            data["swing_modes"] = self.swing_modes
        if features & _SWING_HORIZONTAL:
            data["swing_horizontal_modes"] = self.swing_horizontal_modes
        return data

    def attributes(self) -> dict[str, Any]:
        """Temperatures in the household's unit, humidity and modes, as far as the entity has them."""
        features, unit, precision = self.supported_features, self.temperature_unit, self.precision
        shown_unit = self.hub.config.units.temperature
        data: dict[str, Any] = {"current_temperature": show(self.current_temperature, unit, shown_unit, precision)}
        if features & _TARGET:
            data["temperature"] = show(self.target_temperature, unit, shown_unit, precision)
        if features & _RANGE:
            data["target_temp_high"] = show(self.target_temperature_high, unit, shown_unit, precision)
            data["target_temp_low"] = show(self.target_temperature_low, unit, shown_unit, precision)
        if self.current_humidity is not None:
            data["current_humidity"] = self.current_humidity
        if features & _HUMIDITY:
            data["humidity"] = self.target_humidity
        if features & _FAN:
            data["fan_mode"] = self.fan_mode
        if self.hvac_action:
            data["hvac_action"] = self.hvac_action
        if features & _PRESET:
            data["preset_mode"] = self.preset_mode
        if features & _SWING:
            data["swing_mode"] = self.swing_mode
        if features & _SWING_HORIZONTAL:
            data["swing_horizontal_mode"] = self.swing_horizontal_mode
        if features & _AUX:
            data["aux_heat"] = "on" if self.is_aux_heat else "off"
        return data

    async def set_temperature(self, data: SetTemperature) -> None:
        """Set the target, converted to the entity's unit; raises ServiceValidationError when it is out of range."""
        features = self.supported_features
        if data.temperature is not None and not features & _TARGET:
            raise invalid(
                "climate",
                "missing_target_temperature_entity_feature",
                "Set temperature action was used with the target temperature parameter "
                "but the entity does not support it.",
            )
        low, high = data.target_temp_low, data.target_temp_high
        if low is not None and high is not None:
            if not features & _RANGE:
                raise invalid(
                    "climate",
                    "missing_target_temperature_range_entity_feature",
                    "Set temperature action was used with the target temperature low/high parameter "
                    "but the entity does not support it.",
                )
            if low > high:
                raise invalid(
                    "climate",
                    "low_temp_higher_than_high_temp",
                    "Target temperature low can not be higher than Target temperature high.",
                )
        await self.do_set_temperature(
            Setpoint(
                temperature=self._own(data.temperature),
                target_temp_high=self._own(high),
                target_temp_low=self._own(low),
                hvac_mode=data.hvac_mode,
            )
        )

    def _own(self, temperature: float | None) -> float | None:
        """A temperature of the household in the entity's unit; raises ServiceValidationError when out of range."""
        if temperature is None:
            return None
        value = convert_temperature(temperature, self.hub.config.units.temperature, self.temperature_unit)
        low, high = self._range()
        if not low <= value <= high:
            raise invalid(
                "climate",
                "temp_out_of_range",
                "Provided temperature {check_temp} is not valid. Accepted range is {min_temp} to {max_temp}.",
                check_temp=value,
                min_temp=low,
                max_temp=high,
            )
        return value

    async def set_humidity(self, data: SetHumidity) -> None:
        """Set the target humidity; raises ServiceValidationError when it is out of range."""
        if not self.min_humidity <= data.humidity <= self.max_humidity:
            raise invalid(
                "climate",
                "humidity_out_of_range",
                "Provided humidity {humidity} is not valid. Accepted range is {min_humidity} to {max_humidity}.",
                humidity=data.humidity,
                min_humidity=self.min_humidity,
                max_humidity=self.max_humidity,
            )
        await self.do_set_humidity(data.humidity)

    async def set_hvac_mode(self, data: SetHvacMode) -> None:
        """Set the HVAC mode; one that the entity does not list is passed on with a warning, as in Home Assistant."""
        if data.hvac_mode not in self.hvac_modes:
            _LOGGER.warning(
                "%s is set to %s, which is none of its modes: %s",
                self.entity_id,
                data.hvac_mode,
                ", ".join(self.hvac_modes),
            )
        await self.do_set_hvac_mode(data.hvac_mode)

    async def set_fan_mode(self, data: SetFanMode) -> None:
        """Set the fan mode; raises ServiceValidationError for one that the entity does not have."""
        self._check("fan", "Fan", data.fan_mode, self.fan_modes)
        await self.do_set_fan_mode(data.fan_mode)

    async def set_preset_mode(self, data: SetPresetMode) -> None:
        """Choose a preset; raises ServiceValidationError for one that the entity does not have."""
        self._check("preset", "Preset", data.preset_mode, self.preset_modes)
        await self.do_set_preset_mode(data.preset_mode)

    async def set_swing_mode(self, data: SetSwingMode) -> None:
        """Set the swing mode; raises ServiceValidationError for one that the entity does not have."""
        self._check("swing", "Swing", data.swing_mode, self.swing_modes)
        await self.do_set_swing_mode(data.swing_mode)

    async def set_swing_horizontal_mode(self, data: SetSwingHorizontalMode) -> None:
        """Set the sideways swing; raises ServiceValidationError for one that the entity does not have."""
        self._check("horizontal_swing", "Horizontal swing", data.swing_horizontal_mode, self.swing_horizontal_modes)
        await self.do_set_swing_horizontal_mode(data.swing_horizontal_mode)

    async def set_aux_heat(self, data: SetAuxHeat) -> None:
        """Switch the auxiliary heater."""
        await self.do_set_aux_heat(data.aux_heat)

    async def turn_on(self) -> None:
        """Switch on."""
        await self.do_turn_on()

    async def turn_off(self) -> None:
        """Switch off."""
        await self.do_turn_off()

    async def toggle(self) -> None:
        """Switch on when the mode is off, else off."""
        await (self.do_turn_on() if self.hvac_mode == "off" else self.do_turn_off())

    def _check(
        self,
        kind: Literal["fan", "preset", "swing", "horizontal_swing"],
        title: str,
        mode: str,
        modes: list[str] | None,
    ) -> None:
        if modes and mode in modes:
            return
        raise invalid(
            "climate",
            f"not_valid_{kind}_mode",
            f"{title} mode {{mode}} is not valid. Valid {title.lower()} modes are: {{modes}}.",
            mode=mode,
            modes=", ".join(modes or ()),
        )

    async def do_turn_on(self) -> None:
        """Platform: switch on. Unless overridden: to the only mode beside off, else heat_cool, heat or cool."""
        modes = self.hvac_modes
        others = [mode for mode in modes if mode != "off"]
        if len(modes) == 2 and len(others) == 1:
            await self.do_set_hvac_mode(others[0])
            return
        for mode in ("heat_cool", "heat", "cool"):
            if mode in modes:
                await self.do_set_hvac_mode(mode)
                return
        raise not_supported(self, "turn_on")

    async def do_turn_off(self) -> None:
        """Platform: switch off. Unless overridden: to the mode off."""
        if "off" not in self.hvac_modes:
            raise not_supported(self, "turn_off")
        await self.do_set_hvac_mode("off")

    async def do_set_temperature(self, setpoint: Setpoint) -> None:
        """Platform: set the targets, and the mode if one was given."""
        raise NotImplementedError

    async def do_set_humidity(self, humidity: int) -> None:
        """Platform: set the target humidity."""
        raise NotImplementedError

    async def do_set_hvac_mode(self, hvac_mode: str) -> None:
        """Platform: set the HVAC mode."""
        raise NotImplementedError

    async def do_set_fan_mode(self, fan_mode: str) -> None:
        """Platform: set the fan mode."""
        raise NotImplementedError

    async def do_set_preset_mode(self, preset_mode: str) -> None:
        """Platform: choose a preset."""
        raise NotImplementedError

    async def do_set_swing_mode(self, swing_mode: str) -> None:
        """Platform: set the swing mode."""
        raise NotImplementedError

    async def do_set_swing_horizontal_mode(self, swing_horizontal_mode: str) -> None:
        """Platform: set the sideways swing."""
        raise NotImplementedError

    async def do_set_aux_heat(self, on: bool) -> None:
        """Platform: switch the auxiliary heater."""
        raise NotImplementedError


CLIMATE: Final = Domain(
    "climate",
    ClimateEntity,
    (
        EntityService("turn_on", "turn_on", features=(Features.TURN_ON,)),
        EntityService("turn_off", "turn_off", features=(Features.TURN_OFF,)),
        EntityService("toggle", "toggle", features=(Features.TURN_OFF, Features.TURN_ON)),
        EntityService("set_hvac_mode", "set_hvac_mode", SetHvacMode),
        EntityService("set_preset_mode", "set_preset_mode", SetPresetMode, (Features.PRESET_MODE,)),
        EntityService("set_aux_heat", "set_aux_heat", SetAuxHeat, (Features.AUX_HEAT,)),
        EntityService(
            "set_temperature",
            "set_temperature",
            SetTemperature,
            (Features.TARGET_TEMPERATURE, Features.TARGET_TEMPERATURE_RANGE),
        ),
        EntityService("set_humidity", "set_humidity", SetHumidity, (Features.TARGET_HUMIDITY,)),
        EntityService("set_fan_mode", "set_fan_mode", SetFanMode, (Features.FAN_MODE,)),
        EntityService("set_swing_mode", "set_swing_mode", SetSwingMode, (Features.SWING_MODE,)),
        EntityService(
            "set_swing_horizontal_mode",
            "set_swing_horizontal_mode",
            SetSwingHorizontalMode,
            (Features.SWING_HORIZONTAL_MODE,),
        ),
    ),
)
