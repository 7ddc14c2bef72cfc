"""Cover: what opens, closes and tilts, such as a blind, a garage door or a window."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.opening import OpeningEntity, SetPosition
from marge.entities.words import Percentage

DEVICE_CLASSES: Final = frozenset(
    {"awning", "blind", "curtain", "damper", "door", "garage", "gate", "shade", "shutter", "window"}
)


class Features(IntFlag):
    """What a cover can do."""

    OPEN = 1
    CLOSE = 2
    SET_POSITION = 4
    STOP = 8
    OPEN_TILT = 16
    CLOSE_TILT = 32
    STOP_TILT = 64
    SET_TILT_POSITION = 128


class SetTiltPosition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `cover.set_cover_tilt_position`: 0 is closed, 100 open."""

    tilt_position: Percentage


class CoverEntity(OpeningEntity):
    """A cover. Device classes: awning, blind, curtain, damper, door, garage, gate, shade, shutter, window."""

    domain = "cover"
    has_features = True
    supported_features: int = Features.OPEN.value | Features.CLOSE.value | Features.STOP.value

    current_tilt_position: int | None = None

    def attributes(self) -> dict[str, Any]:
        """The positions that are known."""
        data: dict[str, Any] = {}
        if (position := self.current_position) is not None:
            data["current_position"] = position
        if (tilt := self.current_tilt_position) is not None:
            data["current_tilt_position"] = tilt
        return data

    async def open_cover(self) -> None:
        """Open."""
        await self.do_open_cover()

    async def close_cover(self) -> None:
        """Close."""
        await self.do_close_cover()

    async def stop_cover(self) -> None:
        """Stop where it is."""
        await self.do_stop_cover()

    async def set_cover_position(self, data: SetPosition) -> None:
        """Move to a position."""
        await self.do_set_cover_position(data.position)

    async def toggle(self) -> None:
        """Stop when moving, else move in the other direction than last time."""
        moving = self.is_opening or self.is_closing
        if moving and self.supported_features & Features.STOP.value:
            await self.do_stop_cover()
        elif self.is_closed or self.is_closing:
            await self.do_open_cover()
        elif self.current_position == 100 or self.is_opening or self._last_direction_open:
            await self.do_close_cover()
        else:
            await self.do_open_cover()

    async def open_cover_tilt(self) -> None:
        """Open the slats."""
        await self.do_open_cover_tilt()

    async def close_cover_tilt(self) -> None:
        """Close the slats."""
        await self.do_close_cover_tilt()

    async def stop_cover_tilt(self) -> None:
        """Stop the slats where they are."""
        await self.do_stop_cover_tilt()

    async def set_cover_tilt_position(self, data: SetTiltPosition) -> None:
        """Move the slats to a position."""
        await self.do_set_cover_tilt_position(data.tilt_position)

    async def toggle_cover_tilt(self) -> None:
        """Open the slats when they are closed, else close them."""
        await (self.do_open_cover_tilt() if self.current_tilt_position == 0 else self.do_close_cover_tilt())

    async def do_open_cover(self) -> None:
        """Platform: open."""
        raise NotImplementedError

    async def do_close_cover(self) -> None:
        """Platform: close."""
        raise NotImplementedError

    async def do_stop_cover(self) -> None:
        """Platform: stop."""
        raise NotImplementedError

    async def do_set_cover_position(self, position: int) -> None:
        """Platform: move to `position`."""
        raise NotImplementedError

    async def do_open_cover_tilt(self) -> None:
        """Platform: open the slats."""
        raise NotImplementedError

    async def do_close_cover_tilt(self) -> None:
        """Platform: close the slats."""
        raise NotImplementedError

    async def do_stop_cover_tilt(self) -> None:
        """Platform: stop the slats."""
        raise NotImplementedError

    async def do_set_cover_tilt_position(self, tilt_position: int) -> None:
        """Platform: move the slats to `tilt_position`."""
        raise NotImplementedError


COVER: Final = Domain(
    "cover",
    CoverEntity,
    (
        EntityService("open_cover", "open_cover", features=(Features.OPEN,)),
        EntityService("close_cover", "close_cover", features=(Features.CLOSE,)),
        EntityService("set_cover_position", "set_cover_position", SetPosition, (Features.SET_POSITION,)),
        EntityService("stop_cover", "stop_cover", features=(Features.STOP,)),
        EntityService("toggle", "toggle", features=(Features.OPEN | Features.CLOSE,)),
        EntityService("open_cover_tilt", "open_cover_tilt", features=(Features.OPEN_TILT,)),
        EntityService("close_cover_tilt", "close_cover_tilt", features=(Features.CLOSE_TILT,)),
        EntityService("stop_cover_tilt", "stop_cover_tilt", features=(Features.STOP_TILT,)),
        EntityService(
            "set_cover_tilt_position", "set_cover_tilt_position", SetTiltPosition, (Features.SET_TILT_POSITION,)
        ),
        EntityService("toggle_cover_tilt", "toggle_cover_tilt", features=(Features.OPEN_TILT | Features.CLOSE_TILT,)),
    ),
)
