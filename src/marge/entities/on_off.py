"""What is on or off: the state that binary sensors, lights, fans, remotes and all that is toggled share."""

from __future__ import annotations

from marge.entities.base import Entity


class OnOffEntity(Entity):
    """An entity with the states `on` and `off`; `is_on` is None while nobody knows."""

    is_on: bool | None = None

    @property
    def state(self) -> str | None:
        """`on`, `off`, or None."""
        on = self.is_on
        return None if on is None else "on" if on else "off"
