"""Lawn mower: a robot that mows."""

from __future__ import annotations

from enum import IntFlag
from typing import Final

from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService


class Features(IntFlag):
    """What a lawn mower can do."""

    START_MOWING = 1
    PAUSE = 2
    DOCK = 4


class LawnMowerEntity(Entity):
    """A lawn mower; `activity` is mowing, docked, paused, returning or error."""

    domain = "lawn_mower"
    has_features = True

    activity: str | None = None

    @property
    def state(self) -> str | None:
        """`activity`."""
        return self.activity

    async def start_mowing(self) -> None:
        """Start or resume mowing."""
        await self.do_start_mowing()

    async def pause(self) -> None:
        """Pause."""
        await self.do_pause()

    async def dock(self) -> None:
        """Go back to the dock."""
        await self.do_dock()

    async def do_start_mowing(self) -> None:
        """Platform: start or resume mowing."""
        raise NotImplementedError

    async def do_pause(self) -> None:
        """Platform: pause."""
        raise NotImplementedError

    async def do_dock(self) -> None:
        """Platform: go back to the dock."""
        raise NotImplementedError


LAWN_MOWER: Final = Domain(
    "lawn_mower",
    LawnMowerEntity,
    (
        EntityService("start_mowing", "start_mowing", features=(Features.START_MOWING,)),
        EntityService("pause", "pause", features=(Features.PAUSE,)),
        EntityService("dock", "dock", features=(Features.DOCK,)),
    ),
)
