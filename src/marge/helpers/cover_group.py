"""A group of covers: open when one is, and what is asked of it goes to those that can do it."""

from __future__ import annotations

from marge.core.state import State
from marge.entities.cover import CoverEntity, Features
from marge.helpers.member_group import NOTHING_KNOWN, MemberGroup, able, mean_int, reduced

_MOVE = Features.OPEN.value | Features.CLOSE.value
_STOP = Features.STOP.value
_POSITION = Features.SET_POSITION.value
_TILT = Features.OPEN_TILT.value | Features.CLOSE_TILT.value
_STOP_TILT = Features.STOP_TILT.value
_TILT_POSITION = Features.SET_TILT_POSITION.value
_TOGETHER = (_MOVE, _STOP, _POSITION, _TILT, _STOP_TILT, _TILT_POSITION)
"""Features of which a member with one counts as having all."""


class CoverGroup(MemberGroup, CoverEntity):
    """Covers as one."""

    NAME = "Cover Group"
    supported_features: int = 0

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        found = [state.state for state in states]
        known = any(state not in NOTHING_KNOWN for state in found)
        self.is_closed = "open" not in found if known else None
        self.is_opening = "opening" in found
        self.is_closing = "closing" in found
        self.current_position = reduced(able(states, _POSITION), "current_position", mean_int)
        self.current_tilt_position = reduced(able(states, _TILT_POSITION), "current_tilt_position", mean_int)
        features = sum(bits for bits in _TOGETHER if able(states, bits))
        if features != self.supported_features:
            self.supported_features = features
            self.description_changed()

    async def do_open_cover(self) -> None:
        """Open those that can be opened."""
        await self.forward("open_cover", self.able_members(_MOVE))

    async def do_close_cover(self) -> None:
        """Close those that can be closed."""
        await self.forward("close_cover", self.able_members(_MOVE))

    async def do_stop_cover(self) -> None:
        """Stop those that can be stopped."""
        await self.forward("stop_cover", self.able_members(_STOP))

    async def do_set_cover_position(self, position: int) -> None:
        """Move those that have positions."""
        await self.forward("set_cover_position", self.able_members(_POSITION), position=position)

    async def do_open_cover_tilt(self) -> None:
        """Open the slats of those that have any."""
        await self.forward("open_cover_tilt", self.able_members(_TILT))

    async def do_close_cover_tilt(self) -> None:
        """Close the slats of those that have any."""
        await self.forward("close_cover_tilt", self.able_members(_TILT))

    async def do_stop_cover_tilt(self) -> None:
        """Stop the slats of those whose slats can be stopped."""
        await self.forward("stop_cover_tilt", self.able_members(_STOP_TILT))

    async def do_set_cover_tilt_position(self, tilt_position: int) -> None:
        """Move the slats of those whose slats have positions."""
        await self.forward("set_cover_tilt_position", self.able_members(_TILT_POSITION), tilt_position=tilt_position)
