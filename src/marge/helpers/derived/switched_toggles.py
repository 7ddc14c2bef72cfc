"""A switch as a fan, a light or a siren."""

from __future__ import annotations

from marge.entities.fan import FanEntity
from marge.entities.fan import Features as FanFeatures
from marge.entities.light import LightEntity, LightOn, TurnOff
from marge.entities.siren import Features as SirenFeatures
from marge.entities.siren import SirenEntity
from marge.entities.siren import TurnOn as SirenOn
from marge.helpers.derived.switch_wrapper import SwitchWrapper


class SwitchedFan(SwitchWrapper, FanEntity):
    """A fan of one speed."""

    supported_features = FanFeatures.TURN_ON | FanFeatures.TURN_OFF

    def switched(self, on: bool) -> None:
        """See `SwitchWrapper.switched`."""
        self.is_on = on

    async def do_turn_on(self, percentage: int | None, preset_mode: str | None) -> None:
        """See `FanEntity.do_turn_on`."""
        await self.turn(True)

    async def do_turn_off(self) -> None:
        """See `FanEntity.do_turn_off`."""
        await self.turn(False)


class SwitchedLight(SwitchWrapper, LightEntity):
    """A light without brightness."""

    color_mode = "onoff"

    def switched(self, on: bool) -> None:
        """See `SwitchWrapper.switched`."""
        self.is_on = on

    async def do_turn_on(self, params: LightOn) -> None:
        """See `LightEntity.do_turn_on`."""
        await self.turn(True)

    async def do_turn_off(self, params: TurnOff) -> None:
        """See `LightEntity.do_turn_off`."""
        await self.turn(False)


class SwitchedSiren(SwitchWrapper, SirenEntity):
    """A siren of one tone."""

    supported_features = SirenFeatures.TURN_ON | SirenFeatures.TURN_OFF

    def switched(self, on: bool) -> None:
        """See `SwitchWrapper.switched`."""
        self.is_on = on

    async def do_turn_on(self, params: SirenOn) -> None:
        """See `SirenEntity.do_turn_on`."""
        await self.turn(True)

    async def do_turn_off(self) -> None:
        """See `SirenEntity.do_turn_off`."""
        await self.turn(False)
