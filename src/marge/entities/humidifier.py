"""Humidifier: what brings the air's humidity up, or down for a dehumidifier."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.refusal import invalid
from marge.entities.toggle import ToggleEntity
from marge.entities.words import Percentage
from marge.util.schema import Text


class Features(IntFlag):
    """What a humidifier can do beside keeping a humidity."""

    MODES = 1


_MODES: Final = Features.MODES.value


class SetMode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `humidifier.set_mode`."""

    mode: Text


class SetHumidity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `humidifier.set_humidity`."""

    humidity: Percentage


class HumidifierEntity(ToggleEntity):
    """A humidifier; `action` is humidifying, drying or idle. Device classes: dehumidifier, humidifier."""

    domain = "humidifier"
    has_features = True

    action: str | None = None
    current_humidity: float | None = None
    target_humidity: float | None = None
    min_humidity: float = 0
    max_humidity: float = 100
    mode: str | None = None
    available_modes: list[str] | None = None

    def capabilities(self) -> dict[str, Any]:
        """The range of the target, and the modes."""
        data: dict[str, Any] = {"min_humidity": self.min_humidity, "max_humidity": self.max_humidity}
        if self.supported_features & _MODES:
            data["available_modes"] = self.available_modes
        return data

    def attributes(self) -> dict[str, Any]:
        """What it does, humidities and mode, as far as they are known."""
        data: dict[str, Any] = {}
        if self.action is not None:
            data["action"] = self.action if self.is_on else "off"
        if self.current_humidity is not None:
            data["current_humidity"] = self.current_humidity
        if self.target_humidity is not None:
            data["humidity"] = self.target_humidity
        if self.supported_features & _MODES:
            data["mode"] = self.mode
        return data

    async def turn_on(self) -> None:
        """Switch on."""
        await self.do_turn_on()

    async def turn_off(self) -> None:
        """Switch off."""
        await self.do_turn_off()

    async def set_mode(self, data: SetMode) -> None:
        """Choose a mode."""
        await self.do_set_mode(data.mode)

    async def set_humidity(self, data: SetHumidity) -> None:
        """Set the target; raises ServiceValidationError when it is out of range."""
        if not self.min_humidity <= data.humidity <= self.max_humidity:
            raise invalid(
                "humidifier",
                "humidity_out_of_range",
                "Provided humidity {humidity} is not valid. Accepted range is {min_humidity} to {max_humidity}.",
                humidity=data.humidity,
                min_humidity=self.min_humidity,
                max_humidity=self.max_humidity,
            )
        await self.do_set_humidity(data.humidity)

    async def do_turn_on(self) -> None:
        """Platform: switch on."""
        raise NotImplementedError

    async def do_turn_off(self) -> None:
        """Platform: switch off."""
        raise NotImplementedError

    async def do_set_mode(self, mode: str) -> None:
        """Platform: choose a mode."""
        raise NotImplementedError

    async def do_set_humidity(self, humidity: int) -> None:
        """Platform: set the target."""
        raise NotImplementedError


HUMIDIFIER: Final = Domain(
    "humidifier",
    HumidifierEntity,
    (
        EntityService("turn_on", "turn_on"),
        EntityService("turn_off", "turn_off"),
        EntityService("toggle", "toggle"),
        EntityService("set_mode", "set_mode", SetMode, (Features.MODES,)),
        EntityService("set_humidity", "set_humidity", SetHumidity),
    ),
)
