"""What is on or off and can be switched without further data."""

from __future__ import annotations

from marge.entities.base import Entity


class ToggleEntity(Entity):
    """An entity with the states `on` and `off`; `is_on` is None while nobody knows."""

    is_on: bool | None = None

    @property
    def state(self) -> str | None:
        """`on`, `off`, or None."""
        on = self.is_on
        return None if on is None else "on" if on else "off"

    async def turn_on(self) -> None:
        """Switch on."""
        raise NotImplementedError

    async def turn_off(self) -> None:
        """Switch off."""
        raise NotImplementedError

    async def toggle(self) -> None:
        """Switch off when on, else on."""
        await (self.turn_off() if self.is_on else self.turn_on())
