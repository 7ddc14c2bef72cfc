"""input_boolean: a switch of the household's own."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, UnsetType

from marge.entities.domain import Domain, EntityService
from marge.entities.toggle import ToggleEntity
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.util.schema import Flag


class InputBooleanConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; with `initial` the state of the last run does not count."""

    initial: Flag | UnsetType = UNSET


class InputBoolean(HelperEntity, ToggleEntity):
    """Restores its state unless it has an initial one."""

    domain = "input_boolean"
    config: InputBooleanConfig

    def added(self) -> None:
        """See `Entity.added`."""
        initial: bool | None = given(self.config.initial)
        last = self.last_state
        self.is_on = initial if initial is not None else last is not None and last.state == "on"

    async def turn_on(self) -> None:
        """Switch on."""
        self.is_on = True
        self.write_state()

    async def turn_off(self) -> None:
        """Switch off."""
        self.is_on = False
        self.write_state()


KIND: Final = Kind(
    Domain(
        "input_boolean",
        InputBoolean,
        (
            EntityService("turn_on", "turn_on"),
            EntityService("turn_off", "turn_off"),
            EntityService("toggle", "toggle"),
        ),
    ),
    InputBoolean,
    InputBooleanConfig,
)
