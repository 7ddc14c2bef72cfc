"""input_button: a button of the household's own; its state is when it was last pressed."""

from __future__ import annotations

from typing import Final

from marge.entities.domain import Domain, EntityService
from marge.entities.stamped import StampedEntity
from marge.helpers.kind import HelperConfig, HelperEntity, Kind


class InputButton(HelperEntity, StampedEntity):
    """Remembers when it was pressed."""

    domain = "input_button"

    async def press(self) -> None:
        """Press it."""
        self.stamp()


KIND: Final = Kind(
    Domain("input_button", InputButton, (EntityService("press", "press"),)),
    InputButton,
    HelperConfig,
)
