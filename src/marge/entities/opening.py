"""What opens and closes: where a cover or a valve is, and where it was last heading."""

from __future__ import annotations

import msgspec

from marge.entities.base import Entity
from marge.entities.words import Percentage


class SetPosition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `cover.set_cover_position` and `valve.set_valve_position`: 0 is closed, 100 open."""

    position: Percentage


class OpeningEntity(Entity):
    """An entity with the states `opening`, `closing`, `closed` and `open`. Positions are 0 (closed) to 100 (open)."""

    is_closed: bool | None = None
    is_opening: bool | None = None
    is_closing: bool | None = None
    current_position: int | None = None

    _last_direction_open = True

    @property
    def state(self) -> str | None:
        """`opening`, `closing`, `closed`, `open`, or None."""
        if self.is_opening:
            self._last_direction_open = True
            return "opening"
        if self.is_closing:
            self._last_direction_open = False
            return "closing"
        closed = self._shown_closed()
        return None if closed is None else "closed" if closed else "open"

    def _shown_closed(self) -> bool | None:
        """Whether it is shown as closed when it does not move."""
        return self.is_closed
