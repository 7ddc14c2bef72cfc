"""Scene: states that a set of entities takes on; its own state is the time of the last activation."""

from __future__ import annotations

from typing import Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.stamped import StampedEntity

# Longer transitions are cut to this, as in Home Assistant (the most that a Zigbee light takes).
LONGEST_TRANSITION: Final = 6553.0


class TurnOn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `turn_on`; `transition` in seconds."""

    transition: float | msgspec.UnsetType = msgspec.UNSET


class SceneEntity(StampedEntity):
    """A scene."""

    domain = "scene"

    async def turn_on(self, data: TurnOn) -> None:
        """Activate it; the time is written first, as in Home Assistant."""
        self.stamp()
        transition = None
        if data.transition is not msgspec.UNSET:
            transition = min(max(data.transition, 0.0), LONGEST_TRANSITION)
        await self.do_activate(transition)

    async def do_activate(self, transition: float | None) -> None:
        """Bring the entities into their states within `transition` seconds; given by the platform."""
        raise NotImplementedError


SCENE: Final = Domain("scene", SceneEntity, (EntityService("turn_on", "turn_on", TurnOn),))
