"""A switch as a cover, a lock or a valve: on is open. Inverted, on is closed."""

from __future__ import annotations

from marge.entities.cover import CoverEntity
from marge.entities.cover import Features as CoverFeatures
from marge.entities.lock import LockEntity
from marge.entities.valve import Features as ValveFeatures
from marge.entities.valve import ValveEntity
from marge.helpers.derived.switch_wrapper import SwitchWrapper


class SwitchedCover(SwitchWrapper, CoverEntity):
    """A cover that is open or closed."""

    supported_features = CoverFeatures.OPEN | CoverFeatures.CLOSE

    def switched(self, on: bool) -> None:
        """See `SwitchWrapper.switched`."""
        self.is_closed = not on

    async def do_open_cover(self) -> None:
        """See `CoverEntity.do_open_cover`."""
        await self.turn(not self.inverted)

    async def do_close_cover(self) -> None:
        """See `CoverEntity.do_close_cover`."""
        await self.turn(self.inverted)


class SwitchedLock(SwitchWrapper, LockEntity):
    """A lock: open is unlocked."""

    def switched(self, on: bool) -> None:
        """See `SwitchWrapper.switched`."""
        self.is_locked = not on

    async def do_lock(self, code: str | None) -> None:
        """See `LockEntity.do_lock`."""
        await self.turn(self.inverted)

    async def do_unlock(self, code: str | None) -> None:
        """See `LockEntity.do_unlock`."""
        await self.turn(not self.inverted)


class SwitchedValve(SwitchWrapper, ValveEntity):
    """A valve that is open or closed."""

    supported_features = ValveFeatures.OPEN | ValveFeatures.CLOSE

    def switched(self, on: bool) -> None:
        """See `SwitchWrapper.switched`."""
        self.is_closed = not on

    async def do_open_valve(self) -> None:
        """See `ValveEntity.do_open_valve`."""
        await self.turn(not self.inverted)

    async def do_close_valve(self) -> None:
        """See `ValveEntity.do_close_valve`."""
        await self.turn(self.inverted)
