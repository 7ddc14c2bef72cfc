"""Fan: on or off, with speed, presets, oscillation and direction as far as it has them."""

from __future__ import annotations

import math
from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.on_off import OnOffEntity
from marge.entities.refusal import invalid
from marge.entities.words import Percentage
from marge.util.schema import Flag, Text


class Features(IntFlag):
    """What a fan can do; without TURN_ON and TURN_OFF it cannot be switched."""

    SET_SPEED = 1
    OSCILLATE = 2
    DIRECTION = 4
    PRESET_MODE = 8
    TURN_OFF = 16
    TURN_ON = 32


_SET_SPEED: Final = Features.SET_SPEED.value
_OSCILLATE: Final = Features.OSCILLATE.value
_DIRECTION: Final = Features.DIRECTION.value
_PRESETS: Final = Features.PRESET_MODE.value | Features.SET_SPEED.value


class TurnOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `fan.turn_on`."""

    percentage: Percentage | None = None
    preset_mode: Text | None = None


class SetPercentage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `fan.set_percentage`."""

    percentage: Percentage


class ChangeSpeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `fan.increase_speed` and `decrease_speed`; without a step, by one speed of the fan."""

    percentage_step: Percentage | None = None


class SetPresetMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `fan.set_preset_mode`."""

    preset_mode: Text


class Oscillate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `fan.oscillate`."""

    oscillating: Flag


class SetDirection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `fan.set_direction`: forward or reverse."""

    direction: Text


class FanEntity(OnOffEntity):
    """A fan. `percentage` is 0-100 in `speed_count` steps, `direction` forward or reverse."""

    domain = "fan"
    has_features = True

    percentage: int | None = None
    speed_count: int = 100
    preset_mode: str | None = None
    preset_modes: list[str] | None = None
    oscillating: bool | None = None
    direction: str | None = None

    def capabilities(self) -> dict[str, Any] | None:
        """The presets, if the fan may have some."""
        return {"preset_modes": self.preset_modes} if self.supported_features & _PRESETS else None

    def attributes(self) -> dict[str, Any]:
        """Direction, oscillation, speed and preset, as far as the fan has them."""
        features = self.supported_features
        data: dict[str, Any] = {}
        if features & _DIRECTION:
            data["direction"] = self.direction
        if features & _OSCILLATE:
            data["oscillating"] = self.oscillating
        if features & _SET_SPEED:
            data["percentage"] = self.percentage
            data["percentage_step"] = 100 / self.speed_count
        if features & _PRESETS:
            data["preset_mode"] = self.preset_mode
        return data

    async def turn_on(self, data: TurnOn) -> None:
        """Switch on, at a speed or with a preset if given."""
        if data.preset_mode is not None:
            self._check_preset(data.preset_mode)
        await self.do_turn_on(data.percentage, data.preset_mode)

    async def turn_off(self) -> None:
        """Switch off."""
        await self.do_turn_off()

    async def toggle(self) -> None:
        """Switch off when on, else on."""
        await (self.do_turn_off() if self.is_on else self.do_turn_on(None, None))

    async def set_percentage(self, data: SetPercentage) -> None:
        """Set the speed; 0 is off."""
        await self.do_set_percentage(data.percentage)

    async def increase_speed(self, data: ChangeSpeed) -> None:
        """Run faster, by the step or to the next speed."""
        await self._change_speed(1, data.percentage_step)

    async def decrease_speed(self, data: ChangeSpeed) -> None:
        """Run slower, by the step or to the next speed."""
        await self._change_speed(-1, data.percentage_step)

    async def set_preset_mode(self, data: SetPresetMode) -> None:
        """Choose a preset; raises ServiceValidationError for one that the fan does not have."""
        self._check_preset(data.preset_mode)
        await self.do_set_preset_mode(data.preset_mode)

    async def oscillate(self, data: Oscillate) -> None:
        """Start or stop oscillating."""
        await self.do_oscillate(data.oscillating)

    async def set_direction(self, data: SetDirection) -> None:
        """Set the direction."""
        await self.do_set_direction(data.direction)

    async def _change_speed(self, sign: int, step: int | None) -> None:
        now = self.percentage or 0
        if step is None:
            speed = math.ceil(now * self.speed_count / 100) + sign
            wanted = speed * 100 // self.speed_count
        else:
            wanted = now + sign * step
        await self.do_set_percentage(max(0, min(100, wanted)))

    def _check_preset(self, preset_mode: str) -> None:
        presets = self.preset_modes or []
        if preset_mode not in presets:
            raise invalid(
                "fan",
                "not_valid_preset_mode",
                "Preset mode {preset_mode} is not valid, valid preset modes are: {preset_modes}.",
                preset_mode=preset_mode,
                preset_modes=", ".join(presets),
            )

    async def do_turn_on(self, percentage: int | None, preset_mode: str | None) -> None:
        """Platform: switch on."""
        raise NotImplementedError

    async def do_turn_off(self) -> None:
        """Platform: switch off."""
        raise NotImplementedError

    async def do_set_percentage(self, percentage: int) -> None:
        """Platform: set the speed; 0 is off."""
        raise NotImplementedError

    async def do_set_preset_mode(self, preset_mode: str) -> None:
        """Platform: choose a preset."""
        raise NotImplementedError

    async def do_oscillate(self, oscillating: bool) -> None:
        """Platform: start or stop oscillating."""
        raise NotImplementedError

    async def do_set_direction(self, direction: str) -> None:
        """Platform: set the direction."""
        raise NotImplementedError


FAN: Final = Domain(
    "fan",
    FanEntity,
    (
        EntityService("turn_on", "turn_on", TurnOn, (Features.TURN_ON,)),
        EntityService("turn_off", "turn_off", features=(Features.TURN_OFF,)),
        EntityService("toggle", "toggle", features=(Features.TURN_OFF, Features.TURN_ON)),
        EntityService("increase_speed", "increase_speed", ChangeSpeed, (Features.SET_SPEED,)),
        EntityService("decrease_speed", "decrease_speed", ChangeSpeed, (Features.SET_SPEED,)),
        EntityService("oscillate", "oscillate", Oscillate, (Features.OSCILLATE,)),
        EntityService("set_direction", "set_direction", SetDirection, (Features.DIRECTION,)),
        EntityService("set_percentage", "set_percentage", SetPercentage, (Features.SET_SPEED,)),
        EntityService("set_preset_mode", "set_preset_mode", SetPresetMode, (Features.SET_SPEED, Features.PRESET_MODE)),
    ),
)
