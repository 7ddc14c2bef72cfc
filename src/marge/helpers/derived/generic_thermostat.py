"""generic_thermostat: keeps a temperature by switching a heater or a cooler."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.core.clock import Cancel
from marge.core.errors import MargeError
from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.climate import ClimateEntity, Features, Setpoint
from marge.entities.words import choice
from marge.helpers.derived.following import NOTHING_KNOWN, DerivedEntity, real, when_running
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.words import Real
from marge.util.schema import EntityId, Flag, Invalid, PositiveSeconds, Text, word

_LOGGER = logging.getLogger("marge.helpers")

_PRESETS: Final = ("away", "comfort", "eco", "home", "sleep", "activity")
_PRECISIONS: Final = (0.1, 0.5, 1.0)


def _precision(value: Any) -> float:
    if real(value) in _PRECISIONS:
        return float(value)
    raise ValueError(f"expected 0.1, 0.5 or 1.0, got {value!r}")


if TYPE_CHECKING:
    InitialMode = str
    Precision = float
else:
    InitialMode = choice("InitialMode", "cool", "heat", "off")
    Precision = word("Precision", _precision)


class ThermostatItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `climate:`; temperatures are in the unit of the house."""

    heater: EntityId
    target_sensor: EntityId
    name: Text = "Generic Thermostat"
    ac_mode: Flag = False
    min_temp: Real | UnsetType = UNSET
    max_temp: Real | UnsetType = UNSET
    target_temp: Real | UnsetType = UNSET
    min_cycle_duration: PositiveSeconds = 0
    cold_tolerance: Real = 0.3
    hot_tolerance: Real = 0.3
    keep_alive: PositiveSeconds = 0
    initial_hvac_mode: InitialMode | UnsetType = UNSET
    precision: Precision | UnsetType = UNSET
    target_temp_step: Precision | UnsetType = UNSET
    away_temp: Real | UnsetType = UNSET
    comfort_temp: Real | UnsetType = UNSET
    eco_temp: Real | UnsetType = UNSET
    home_temp: Real | UnsetType = UNSET
    sleep_temp: Real | UnsetType = UNSET
    activity_temp: Real | UnsetType = UNSET

    def presets(self) -> dict[str, float]:
        """The temperature of each preset that has one."""
        found = {name: getattr(self, f"{name}_temp") for name in _PRESETS}
        return {name: value for name, value in found.items() if value is not UNSET}


class GenericThermostat(DerivedEntity, ClimateEntity):
    """Looks at the temperature when it changes; between the tolerances the heater stays as it is."""

    platform = "generic_thermostat"

    def __init__(self, house: House, item: ThermostatItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        unit = self.temperature_unit = house.hub.config.units.temperature
        self.precision = given(item.precision)
        finest = self.precision or (0.1 if unit == "°C" else 1.0)
        self.target_temperature_step = given(item.target_temp_step) or finest
        self.min_temp, self.max_temp = given(item.min_temp), given(item.max_temp)
        self.hvac_modes = ["cool" if item.ac_mode else "heat", "off"]
        self.supported_features = Features.TARGET_TEMPERATURE | Features.TURN_OFF | Features.TURN_ON
        self._temperatures = item.presets()
        self.preset_mode = "none"
        self.preset_modes = ["none", *self._temperatures]
        if self._temperatures:
            self.supported_features |= Features.PRESET_MODE
        self.hvac_mode = given(item.initial_hvac_mode)
        self.target_temperature = given(item.target_temp)
        self._without_preset = self.target_temperature or next(iter(self._temperatures.values()), None)
        self._lock = asyncio.Lock()
        self._cancel: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self._restore()
        self.follow([self.item.target_sensor], self._temperature_changed)
        self.follow([self.item.heater], self._heater_changed)
        if self.item.keep_alive:
            self._keep_alive()
        self.on_end(when_running(self.hub, self._begin))

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        if self._cancel is not None:
            self._cancel()

    def attributes(self) -> dict[str, Any]:
        """See `ClimateEntity.attributes`; what the heater does is asked of the heater."""
        doing = "cooling" if self.item.ac_mode else "heating"
        self.hvac_action = "off" if self.hvac_mode == "off" else doing if self._active() else "idle"
        return super().attributes()

    async def do_set_temperature(self, setpoint: Setpoint) -> None:
        """See `ClimateEntity.do_set_temperature`."""
        if (temperature := setpoint.temperature) is None:
            return
        alike = (name for name, value in reversed(self._temperatures.items()) if value == temperature)
        self.preset_mode = next(alike, "none")
        self.target_temperature = temperature
        await self._control(force=True)
        self.write_state()

    async def do_set_hvac_mode(self, hvac_mode: str) -> None:
        """See `ClimateEntity.do_set_hvac_mode`."""
        if hvac_mode not in ("heat", "cool", "off"):
            _LOGGER.error("%s has no mode %s", self.entity_id, hvac_mode)
            return
        self.hvac_mode = hvac_mode
        if hvac_mode != "off":
            await self._control(force=True)
        elif self._active():
            await self._switch("turn_off")
        self.write_state()

    async def do_set_preset_mode(self, preset_mode: str) -> None:
        """See `ClimateEntity.do_set_preset_mode`."""
        if preset_mode == self.preset_mode:
            return
        if preset_mode == "none":
            self.target_temperature = self._without_preset
        else:
            if self.preset_mode == "none":
                self._without_preset = self.target_temperature
            self.target_temperature = self._temperatures[preset_mode]
        self.preset_mode = preset_mode
        await self._control(force=True)
        self.write_state()

    # ── what it is told ──

    def _restore(self) -> None:
        last = self.last_state
        if self.target_temperature is None:
            shown = None if last is None else real(last.attributes.get("temperature"))
            low, high = self._range()
            self.target_temperature = shown if shown is not None else high if self.item.ac_mode else low
        if last is not None:
            if (preset := last.attributes.get("preset_mode")) in (self.preset_modes or ()):
                self.preset_mode = preset
            if self.hvac_mode is None and last.state in self.hvac_modes:
                self.hvac_mode = last.state
        self.hvac_mode = self.hvac_mode or "off"

    def _begin(self) -> None:
        state = self.hub.states.get(self.item.target_sensor)
        if state is not None and state.state not in NOTHING_KNOWN:
            self._take(state)
            self.write_state()
        heater = self.hub.states.get(self.item.heater)
        if heater is not None and heater.state not in NOTHING_KNOWN:
            self._keep_off()

    def _temperature_changed(self, old: State | None, new: State | None) -> None:
        if new is not None and new.state not in NOTHING_KNOWN:
            self._take(new)
            self.spawn(self._control_and_show())

    def _heater_changed(self, old: State | None, new: State | None) -> None:
        if new is None:
            return
        if old is None:
            self._keep_off()
        self.write_state()

    def _take(self, state: State) -> None:
        if (found := real(state.state)) is None:
            _LOGGER.error("%s passes over the state %.100r of its sensor", self.entity_id, state.state)
        else:
            self.current_temperature = found

    # ── what it does ──

    def _active(self) -> bool:
        state = self.hub.states.get(self.item.heater)
        return state is not None and state.state == "on"

    def _keep_off(self) -> None:
        """A heater that was left on by others is switched off with the thermostat off."""
        if self.hvac_mode == "off" and self._active():
            _LOGGER.warning("%s is off, but %s is on: it is switched off", self.entity_id, self.item.heater)
            self.spawn(self._switch("turn_off"))

    def _keep_alive(self) -> None:
        def again() -> None:
            self._keep_alive()
            self.spawn(self._control(again=True))

        self._cancel = self.hub.clock.call_later(self.item.keep_alive, again)

    async def _control_and_show(self) -> None:
        await self._control()
        self.write_state()

    async def _control(self, *, force: bool = False, again: bool = False) -> None:
        """Switch if need be; with `again` also when it is as it should be, with `force` before the cycle is over."""
        async with self._lock:
            current, target = self.current_temperature, self.target_temperature
            if current is None or target is None or self.hvac_mode == "off":
                return
            active = self._active()
            if not force and not again and self.item.min_cycle_duration and not self._long_enough(active):
                return
            too_cold = target >= current + self.item.cold_tolerance
            too_hot = current >= target + self.item.hot_tolerance
            enough, wanted = (too_cold, too_hot) if self.item.ac_mode else (too_hot, too_cold)
            if (active and enough) or (not active and not wanted and again):
                await self._switch("turn_off")
            elif (active and again) or (not active and wanted):
                await self._switch("turn_on")

    def _long_enough(self, active: bool) -> bool:
        """Whether the heater has been as it is for as long as a cycle takes."""
        state = self.hub.states.get(self.item.heater)
        if state is None or state.state != ("on" if active else "off"):
            return False
        return self.hub.clock.now() - self.item.min_cycle_duration > state.last_changed

    async def _switch(self, service: str) -> None:
        target = {"entity_id": [self.item.heater]}
        try:
            await self.hub.services.call("homeassistant", service, {}, target=target, context=self._context)
        except (MargeError, Invalid) as error:
            _LOGGER.error("%s cannot switch %s: %s", self.entity_id, self.item.heater, error)


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [GenericThermostat(house, item)]


PLATFORM: Final = Platform(ThermostatItem, _make)
