"""Button: something that can be pressed; its state is the time of the last press."""

from __future__ import annotations

from typing import Final

from marge.entities.domain import Domain, EntityService
from marge.entities.stamped import StampedEntity

DEVICE_CLASSES: Final = frozenset({"identify", "restart", "update"})


class ButtonEntity(StampedEntity):
    """A button. The time is written before the press is passed on, as in Home Assistant."""

    domain = "button"

    async def press(self) -> None:
        """Press it."""
        self.stamp()
        await self.do_press()

    async def do_press(self) -> None:
        """Do what the button is for; given by the platform."""
        raise NotImplementedError


BUTTON: Final = Domain("button", ButtonEntity, (EntityService("press", "press"),))
