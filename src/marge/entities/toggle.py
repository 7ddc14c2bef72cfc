"""What is switched on and off without further data."""

from __future__ import annotations

from marge.entities.on_off import OnOffEntity


class ToggleEntity(OnOffEntity):
    """An entity that is switched on and off without further data."""

    async def turn_on(self) -> None:
        """Switch on."""
        raise NotImplementedError

    async def turn_off(self) -> None:
        """Switch off."""
        raise NotImplementedError

    async def toggle(self) -> None:
        """Switch off when on, else on."""
        await (self.turn_off() if self.is_on else self.turn_on())
