"""Template covers."""

from __future__ import annotations

import logging
from typing import Any, Final

from msgspec import UNSET

from marge.core.errors import TemplateError
from marge.entities.cover import CoverEntity, Features
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_platforms import CoverItem

_LOGGER = logging.getLogger("marge.helpers")

_STATES: Final = ("open", "opening", "closed", "closing", "true", "false", "none")
_TILT: Final = Features.OPEN_TILT | Features.CLOSE_TILT | Features.STOP_TILT | Features.SET_TILT_POSITION


class TemplateCover(TemplateEntity, CoverEntity):
    """A cover; without templates of state and position it is where it was last told to go."""

    item: CoverItem

    _position: int | None = None

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, CoverItem)
        self.device_class = given(item.device_class)
        blind = item.state is UNSET and item.position is UNSET
        self._optimistic = blind if item.optimistic is UNSET else item.optimistic
        self._tilt_optimistic = item.tilt_optimistic or item.tilt is UNSET
        super().prepare(house, item)
        features = Features.OPEN | Features.CLOSE
        for field, more in (
            ("stop_cover", Features.STOP),
            ("set_cover_position", Features.SET_POSITION),
            ("set_cover_tilt_position", _TILT),
        ):
            if self.can(field):
                features |= more
        self.supported_features = features.value

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`."""
        value = None if isinstance(result, TemplateError) else result
        if field == "position":
            self._move(_whole(self.number("The position", value, 0, 100)))
        elif field == "tilt":
            self.current_tilt_position = _whole(self.number("The tilt", value, 0, 100))
        elif field == "state" and isinstance(result, TemplateError):
            super().take(field, result)
            self._move(None)
        else:
            super().take(field, result)

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`; where it is comes from its position if that has a template."""
        state = str(result).lower()
        known = state in _STATES
        if not known:
            _LOGGER.warning("The state of %s is %.100r and not one of %s", self.entity_id, state, ", ".join(_STATES))
        if self.item.position is UNSET:
            self._move((100 if state in ("true", "open") else 0) if known else None)
        self.is_opening = state == "opening"
        self.is_closing = state == "closing"

    async def do_open_cover(self) -> None:
        """Take the actions of `open_cover`, or move to 100."""
        await self._go("open_cover", 100)

    async def do_close_cover(self) -> None:
        """Take the actions of `close_cover`, or move to 0."""
        await self._go("close_cover", 0)

    async def do_stop_cover(self) -> None:
        """Take the actions of `stop_cover`."""
        await self.act("stop_cover")

    async def do_set_cover_position(self, position: int) -> None:
        """Take the actions of `set_cover_position`, which know the `position`."""
        await self._go("set_cover_position", position)

    async def do_open_cover_tilt(self) -> None:
        """Tilt to 100."""
        await self.do_set_cover_tilt_position(100)

    async def do_close_cover_tilt(self) -> None:
        """Tilt to 0."""
        await self.do_set_cover_tilt_position(0)

    async def do_stop_cover_tilt(self) -> None:
        """There are no actions for it, as in Home Assistant."""

    async def do_set_cover_tilt_position(self, tilt_position: int) -> None:
        """Take the actions of `set_cover_tilt_position`, which know the `tilt`."""
        await self.act("set_cover_tilt_position", tilt=tilt_position)
        if self._tilt_optimistic:
            self.current_tilt_position = tilt_position
            self.write_state()

    async def _go(self, field: str, position: int) -> None:
        if self.can(field) and field != "set_cover_position":
            await self.act(field)
        else:
            await self.act("set_cover_position", position=position)
        if self._optimistic:
            self._move(position)
            self.write_state()

    def _move(self, position: int | None) -> None:
        self.is_closed = None if position is None else position == 0
        shown = self.item.position is not UNSET or self.can("set_cover_position")
        self.current_position = position if shown else None


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
