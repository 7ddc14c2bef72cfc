"""Valve: what lets water or gas through."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final

from marge.entities.domain import Domain, EntityService
from marge.entities.opening import OpeningEntity, SetPosition

DEVICE_CLASSES: Final = frozenset({"gas", "water"})


class Features(IntFlag):
    """What a valve can do."""

    OPEN = 1
    CLOSE = 2
    SET_POSITION = 4
    STOP = 8


class ValveEntity(OpeningEntity):
    """A valve; one that `reports_position` is closed at position 0. Device classes: gas, water."""

    domain = "valve"
    has_features = True

    reports_position: bool = False

    def attributes(self) -> dict[str, Any] | None:
        """The position, if the valve reports one."""
        return {"current_position": self.current_position} if self.reports_position else None

    async def open_valve(self) -> None:
        """Open, by position when it has positions."""
        if self.supported_features & Features.SET_POSITION.value:
            await self.do_set_valve_position(100)
        else:
            await self.do_open_valve()

    async def close_valve(self) -> None:
        """Close, by position when it has positions."""
        if self.supported_features & Features.SET_POSITION.value:
            await self.do_set_valve_position(0)
        else:
            await self.do_close_valve()

    async def set_valve_position(self, data: SetPosition) -> None:
        """Move to a position."""
        await self.do_set_valve_position(data.position)

    async def stop_valve(self) -> None:
        """Stop where it is."""
        await self.do_stop_valve()

    async def toggle(self) -> None:
        """Stop when moving, else move in the other direction than last time."""
        if self.supported_features & Features.STOP.value and (self.is_opening or self.is_closing):
            await self.do_stop_valve()
        elif self.is_closed or not self._last_direction_open:
            await self.open_valve()
        else:
            await self.close_valve()

    def _shown_closed(self) -> bool | None:
        if not self.reports_position:
            return self.is_closed
        position = self.current_position
        return None if position is None else position == 0

    async def do_open_valve(self) -> None:
        """Platform: open."""
        raise NotImplementedError

    async def do_close_valve(self) -> None:
        """Platform: close."""
        raise NotImplementedError

    async def do_set_valve_position(self, position: int) -> None:
        """Platform: move to `position`."""
        raise NotImplementedError

    async def do_stop_valve(self) -> None:
        """Platform: stop."""
        raise NotImplementedError


VALVE: Final = Domain(
    "valve",
    ValveEntity,
    (
        EntityService("open_valve", "open_valve", features=(Features.OPEN,)),
        EntityService("close_valve", "close_valve", features=(Features.CLOSE,)),
        EntityService("set_valve_position", "set_valve_position", SetPosition, (Features.SET_POSITION,)),
        EntityService("stop_valve", "stop_valve", features=(Features.STOP,)),
        EntityService("toggle", "toggle", features=(Features.OPEN | Features.CLOSE,)),
    ),
)
